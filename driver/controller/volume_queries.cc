#include "driver/controller/volume_queries.h"

#include <utility>

#include "driver/cloud/retry.h"
#include "driver/controller/paging.h"

namespace driver {
namespace {

using grpc::StatusCode;

std::string WhyNot(const Disk& disk, const VolumeUse& use) {
  if (IsMultiNode(use.mode) && !disk.multi_attach) {
    return "volume " + disk.id + " is for one node: multiAttach is off";
  }
  return WhyNotServed(use);
}

}  // namespace

VolumeQueries::VolumeQueries(ControllerContext context) : context_(std::move(context)) {}

Result<VolumeList> VolumeQueries::List(const PageWish& wanted, const Deadline& deadline) {
  DiskQuery query{.type = "data", .max_results = kCloudPageSize};
  const auto fetch =
      [&](const std::string& token) -> Result<std::pair<std::vector<Disk>, std::string>> {
    query.next_token = token;
    auto page = RetryThrottled(context_.clock, deadline, "list disks",
                               [&] { return context_.cloud.DescribeDisks(query); });
    if (!page && !token.empty() && page.error().code == StatusCode::INVALID_ARGUMENT) {
      return Fail(StatusCode::ABORTED, "starting_token is not known: " + page.error().message);
    }
    if (!page) return Fail(page.error());
    return std::pair(std::move(page->disks), std::move(page->next_token));
  };
  auto listed = CollectPage<Disk>(wanted, fetch, [](const Disk&) { return true; });
  if (!listed) return Fail(listed.error());
  return VolumeList{std::move(listed->items), std::move(listed->next_token)};
}

Result<Disk> VolumeQueries::Get(const std::string& volume_id, const Deadline& deadline) {
  return GetDisk(context_.cloud, context_.clock, deadline, volume_id);
}

Result<std::string> VolumeQueries::WhyNotUsable(const std::string& volume_id,
                                                const std::vector<VolumeUse>& uses,
                                                const Deadline& deadline) {
  auto disk = GetDisk(context_.cloud, context_.clock, deadline, volume_id);
  if (!disk) return Fail(disk.error());
  for (const auto& use : uses) {
    auto reason = WhyNot(*disk, use);
    if (!reason.empty()) return reason;
  }
  return std::string{};
}

}  // namespace driver
