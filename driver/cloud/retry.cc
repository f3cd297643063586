#include "driver/cloud/retry.h"

#include <utility>

namespace driver {

CloudResult<void> SucceedIf(std::string_view code, CloudResult<void> deleted) {
  if (!deleted && deleted.error().code == code) return {};
  return deleted;
}

Result<std::optional<Disk>> FindDisk(Cloud& cloud, Clock& clock, const Deadline& deadline,
                                     const std::string& id) {
  auto page = RetryThrottled(clock, deadline, "look for disk " + id,
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
  auto page = RetryThrottled(clock, deadline, "look for snapshot " + id,
                             [&] { return cloud.DescribeSnapshots({.ids = {id}}); });
  if (!page) return Fail(page.error());
  if (page->snapshots.empty()) return std::nullopt;
  return std::move(page->snapshots.front());
}

}  // namespace driver
