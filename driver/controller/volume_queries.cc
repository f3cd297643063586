#include "driver/controller/volume_queries.h"

#include <utility>

#include "driver/cloud/retry.h"

namespace driver {

using grpc::StatusCode;

VolumeQueries::VolumeQueries(ControllerContext context) : context_(std::move(context)) {}

Result<ListedPage<Disk>> VolumeQueries::List(const PageRequest& wanted, const Deadline& deadline) {
  DiskQuery query;
  const auto describe = [&](const std::string& token, int most) {
    query.max_results = most;
    query.next_token = token;
    return context_.cloud.DescribeDisks(query);
  };
  return ListPages<DiskPage, Disk>(
      context_, deadline, wanted,
      {"list disks", describe, &DiskPage::disks, [](const Disk&) { return true; }});
}

Result<Disk> VolumeQueries::Get(const std::string& volume_id, const Deadline& deadline) {
  return GetDisk(context_.cloud, context_.clock, deadline, volume_id);
}

Result<void> VolumeQueries::CheckUsable(const std::string& volume_id,
                                        const std::vector<VolumeUse>& uses,
                                        const Deadline& deadline) {
  const auto disk = GetDisk(context_.cloud, context_.clock, deadline, volume_id);
  if (!disk) return Fail(disk.error());
  for (const auto& use : uses) {
    if (IsMultiNode(use.mode) && !disk->multi_attach) {
      return Fail(StatusCode::INVALID_ARGUMENT,
                  "volume " + disk->id + " is for one node: multiAttach is off");
    }
    if (auto served = CheckServed(use); !served) return served;
  }
  return {};
}

}  // namespace driver
