#include "driver/cloud/retry.h"

#include <utility>

namespace driver {
namespace {

constexpr Duration kFirstPause = std::chrono::milliseconds(50);
constexpr Duration kLongestPause = std::chrono::seconds(1);

}  // namespace

Patience::Patience(Clock& clock, const Deadline& deadline)
    : clock_(clock), deadline_(deadline), backoff_(kFirstPause, kLongestPause) {}

bool Patience::Pause() {
  const Instant until = clock_.Now() + backoff_.Next();
  if (until > deadline_.at || deadline_.Gone()) return false;
  clock_.SleepUntil(until);
  return true;
}

RpcError StillWaiting(std::string what) {
  return {grpc::StatusCode::DEADLINE_EXCEEDED, std::move(what) + "; repeat the call to go on"};
}

Result<std::optional<Disk>> FindDisk(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                     const std::string& id) {
  auto page = Persist(clock, deadline, "look for disk " + id,
                      [&] { return cloud.DescribeDisks({.ids = {id}}); });
  if (!page) return Fail(page.error());
  if (page->disks.empty()) return std::nullopt;
  return std::move(page->disks.front());
}

Result<Disk> GetDisk(Cloud& cloud, Clock& clock, const Deadline& deadline, const std::string& id) {
  auto disk = FindDisk(cloud, clock, deadline, id);
  if (!disk) return Fail(disk.error());
  if (!*disk) return Fail(grpc::StatusCode::NOT_FOUND, "volume " + id + " does not exist");
  return std::move(**disk);
}

Result<std::optional<Snapshot>> FindSnapshot(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                             const std::string& id) {
  auto page = Persist(clock, deadline, "look for snapshot " + id,
                      [&] { return cloud.DescribeSnapshots({.ids = {id}}); });
  if (!page) return Fail(page.error());
  if (page->snapshots.empty()) return std::nullopt;
  return std::move(page->snapshots.front());
}

}  // namespace driver
