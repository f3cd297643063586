#include "cloudapi/actions/admit_instance.h"

#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/add_disk.h"
#include "cloudapi/actions/network_place.h"
#include "cloudapi/actions/release.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

constexpr std::size_t kMostIdCharacters = 64;
constexpr std::string_view kIdPrefix = "i-";
constexpr double kMiBPerGiB = 1024;

tl::unexpected<ApiError> Conflict(std::string message) {
  return Refuse(409, "Conflict", "instance.admit", std::move(message));
}

bool IsAsAsked(const Instance& known, const InstanceRequest& request) {
  return known.zone == request.zone && known.type == request.type;
}

Result<void> CheckKnown(Tx& tx, const Instance& known, const InstanceRequest& request) {
  if (!request.is_node && known.has_agent) {
    return Conflict(fmt::format("{} has an agent; delete it first.", known.id));
  }
  if (IsAsAsked(known, request)) return {};
  if (!request.is_node) {
    return Conflict(fmt::format("{} exists in {} as {}, wanted in {} as {}.", known.id, known.zone,
                                known.type, request.zone, request.type));
  }
  if (tx.CountDataDisks(known) == 0) return {};
  return Conflict(fmt::format("{} is a {} in {} with disks attached; it cannot become a {} in {}.",
                              known.id, known.type, known.zone, request.type, request.zone));
}

Instance NewInstance(Tx& tx, const topology::Region& region, const InstanceRequest& request) {
  return {.id = request.id.empty() ? tx.NextId<Instance>(region.id_code) : request.id,
          .account = request.account,
          .region = region.id,
          .creation_time = tx.Now(),
          .seq = tx.NextSeq()};
}

// The row; a job makes the image.
void AddSystemDisk(Tx& tx, const topology::Catalogue& catalogue, const Instance& instance) {
  Disk disk = NewSystemDisk(instance, catalogue);
  AddDisk(tx, catalogue, disk, {});
}

}  // namespace

bool IsInstanceId(std::string_view id) {
  if (id.size() <= kIdPrefix.size() || id.size() > kMostIdCharacters) return false;
  if (!id.starts_with(kIdPrefix)) return false;
  return std::ranges::all_of(
      id, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<Instance> AdmitInstance(Tx& tx, const topology::Catalogue& catalogue,
                               const InstanceRequest& request) {
  if (!request.id.empty() && !IsInstanceId(request.id)) {
    return Refuse(400, "InvalidInstanceId.Malformed", "instance.id",
                  "InstanceId is i- and at most 62 lower-case letters, digits and dashes.");
  }
  const topology::Region* region = catalogue.RegionOf(request.zone);
  if (region == nullptr) {
    return Refuse(404, "InvalidZoneId.NotFound", "instance.zone",
                  fmt::format("There is no zone {}.", request.zone));
  }
  const topology::InstanceType* type = catalogue.FindInstanceType(request.type);
  if (type == nullptr) {
    return Refuse(404, "InvalidInstanceType.NotFound", "instance.type",
                  fmt::format("There is no instance type {}.", request.type));
  }
  std::optional<Instance> known;
  if (!request.id.empty()) known = tx.Find<Instance>(request.account, "", request.id);
  if (known) {
    if (const auto fits = CheckKnown(tx, *known, request); !fits) return Fail(fits.error());
    if (!request.is_node) return *known;
    if (known->zone != request.zone) RemoveInstance(tx, *known);
  }
  Instance next = known ? *known : NewInstance(tx, *region, request);
  next.region = region->id;
  next.zone = request.zone;
  next.type = request.type;
  next.cpu = type->cpu;
  next.memory_mib = static_cast<std::int64_t>(type->memory_gib * kMiBPerGiB);
  next.name = request.name.empty() ? next.id : request.name;
  next.host_name = next.name;
  next.has_agent = request.has_agent;
  next.agent_refusal = request.agent_refusal;
  next.machine = request.machine;
  if (!known || next != *known) tx.Put(next);
  if (!known || known->zone != request.zone) AddSystemDisk(tx, catalogue, next);
  return next;
}

void RemoveInstance(Tx& tx, const Instance& instance) {
  if (const auto disk = tx.SystemDiskOf(instance)) ReleaseDisk(tx, *disk);
  for (const Disk& disk : tx.DisksAtHomeOn(instance))
    if (disk.attachments.empty()) ReleaseDisk(tx, disk);
  LeaveNetwork(tx, instance);
  tx.Erase(instance);
}

Result<void> AddMissingSystemDisks(Store& store, const topology::Catalogue& catalogue) {
  auto missing = store.Read([](View& view) -> Result<std::vector<Instance>> {
    return view.InstancesWithoutSystemDisk();
  });
  if (!missing) return Fail(missing.error());
  // Of a region that this catalogue does not have: when it has it again.
  std::erase_if(*missing, [&](const Instance& instance) {
    return catalogue.FindRegion(instance.region) == nullptr;
  });
  if (missing->empty()) return {};
  return store.Write("", [&](Tx& tx) -> Result<void> {
    for (const Instance& instance : *missing) AddSystemDisk(tx, catalogue, instance);
    return {};
  });
}

}  // namespace cloudapi
