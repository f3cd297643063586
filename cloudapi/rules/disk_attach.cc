// Attaching: the one transition with many rules. Each rule is a function, tried in order.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr std::string_view kDevicePrefix = "/dev/xvd";

// "b" … "z", "aa" … "zz": /dev/xvda is the system disk's.
std::string DeviceAt(int index) {
  constexpr int kLetters = 26;
  const int position = index + 1;
  std::string name(kDevicePrefix);
  if (position >= kLetters) name += static_cast<char>('a' + position / kLetters - 1);
  name += static_cast<char>('a' + position % kLetters);
  return name;
}

bool IsDeviceName(std::string_view device) {
  if (!device.starts_with(kDevicePrefix)) return false;
  const std::string_view letters = device.substr(kDevicePrefix.size());
  if (letters.empty() || letters.size() > 2 || letters == "a") return false;
  return std::ranges::all_of(letters, [](char letter) { return letter >= 'a' && letter <= 'z'; });
}

const Disk* DiskAt(const std::vector<Disk>& attached, std::string_view instance_id,
                   std::string_view device) {
  const auto disk = std::ranges::find_if(attached, [&](const Disk& candidate) {
    const Attachment* attachment = FindAttachment(candidate, instance_id);
    return attachment != nullptr && attachment->device == device;
  });
  return disk == attached.end() ? nullptr : &*disk;
}

Result<void> CheckInstance(const Disk& disk, const Instance& instance, const AttachTerms&) {
  if (!IsAtRest(instance)) return NotAtRest(instance, 400, "attach.instance-status");
  // Of a regional disk the region is its place.
  const bool regional = IsRegional(disk.category);
  const std::string& place = regional ? disk.region : disk.zone;
  const std::string& asked = regional ? instance.region : instance.zone;
  if (place == asked) return {};
  const std::string_view kind = regional ? "region" : "zone";
  return Refuse(403, "ResourcesNotInSameZone", "attach.same-zone",
                fmt::format("Disk {} is in {} {}, instance {} in {} {}.", disk.id, kind, place,
                            instance.id, kind, asked),
                {{"disk.zone", place}, {"instance.zone", asked}});
}

Result<void> CheckEphemeral(const Disk& disk, const Instance& instance, const AttachTerms& terms) {
  if (!IsEphemeral(disk.category)) return {};
  if (!disk.home_instance_id.empty() && disk.home_instance_id != instance.id) {
    return Refuse(403, "InvalidOperation.OtherInstanceUnsupported", "attach.home",
                  fmt::format("Disk {} belongs to instance {} since it was attached to it.",
                              disk.id, disk.home_instance_id),
                  {{"disk.instance", disk.home_instance_id}});
  }
  if (terms.delete_with_instance.value_or(false)) return {};
  return Refuse(403, "InvalidParameter.DeleteWithInstance", "attach.ephemeral-goes",
                fmt::format("Disk {} is ephemeral and goes with its instance: DeleteWithInstance "
                            "must be true.",
                            disk.id));
}

Result<void> CheckStatus(const Disk& disk, const Instance& instance, const AttachTerms&) {
  bool allowed = false;
  switch (disk.status) {
    case DiskStatus::kAvailable: allowed = true; break;
    case DiskStatus::kAttaching:
    case DiskStatus::kInUse:
    case DiskStatus::kDetaching:
      allowed = disk.multi_attach && FindAttachment(disk, instance.id) == nullptr;
      break;
    case DiskStatus::kCreating:
    case DiskStatus::kReIniting: break;
  }
  if (allowed) return {};
  const std::string holder =
      disk.attachments.empty() ? "" : fmt::format(" on {}", disk.attachments.front().instance_id);
  return Refuse(403, "IncorrectDiskStatus", "attach.disk-status",
                fmt::format("Disk {} is {}{}, it must be Available to be attached to {}.", disk.id,
                            WordOf(disk.status), holder, instance.id),
                {{"disk.status", std::string(WordOf(disk.status))}});
}

Result<void> CheckPortable(const Disk& disk, const Instance&, const AttachTerms& terms) {
  if (!disk.portable) {
    return Refuse(403, "DiskNotPortable", "attach.portable",
                  fmt::format("Disk {} cannot be attached by itself.", disk.id));
  }
  if (disk.multi_attach && terms.delete_with_instance.has_value()) {
    return Refuse(
        403, "DeleteWithInstance.Conflict", "attach.delete-with-instance",
        fmt::format("Disk {} is multi-attach and cannot be deleted with an instance.", disk.id));
  }
  return {};
}

// What the instance's type can attach, and how many.
Result<void> CheckInstanceType(const Disk& disk, const Instance& instance,
                               const AttachTerms& terms) {
  const topology::InstanceType* type = terms.instance_type;
  const std::size_t limit =
      type == nullptr ? 0 : static_cast<std::size_t>(std::max(type->disk_quantity, 0));
  if (type != nullptr &&
      std::ranges::find(type->categories, disk.category) == type->categories.end()) {
    return Refuse(
        403, "InvalidInstanceType.NotSupportDiskCategory", "attach.type-category",
        fmt::format("An instance of type {} cannot attach {} disks.", instance.type, disk.category),
        {{"instance.type", instance.type}, {"disk.category", disk.category}});
  }
  if (type != nullptr && disk.multi_attach && type->nvme == "unsupported") {
    return Refuse(
        403, "InvalidInstanceType.NotSupportMultiAttachDisk", "attach.type-nvme",
        fmt::format("Instance {} of type {} has no NVMe, which multi-attach disk {} needs.",
                    instance.id, instance.type, disk.id),
        {{"instance.type", instance.type}});
  }
  if (!instance.agent_refusal.empty() || terms.attached.size() >= limit) {
    const std::string reason =
        instance.agent_refusal.empty()
            ? fmt::format("Instance {} of type {} has {} disks, its limit is {}.", instance.id,
                          instance.type, terms.attached.size(), limit)
            : fmt::format("Instance {} attaches nothing: {}.", instance.id, instance.agent_refusal);
    return Refuse(403, "InstanceDiskLimitExceeded", "attach.instance-limit", reason,
                  {{"instance.disks", std::to_string(terms.attached.size())},
                   {"limit", std::to_string(limit)}});
  }
  return {};
}

Result<void> CheckAttachmentCount(const Disk& disk, const Instance&, const AttachTerms&) {
  if (disk.attachments.size() < kMaxAttachmentsPerDisk) return {};
  return Refuse(403, "DiskAttachedNumberExceeded", "attach.disk-limit",
                fmt::format("Disk {} is attached to {} instances, the most there can be.", disk.id,
                            disk.attachments.size()),
                {{"disk.attachments", std::to_string(disk.attachments.size())}});
}

Result<void> CheckDevice(const Disk&, const Instance& instance, const AttachTerms& terms) {
  if (terms.device.empty()) return {};
  if (!IsDeviceName(terms.device)) {
    return Refuse(400, "InvalidDevice.Malformed", "attach.device-name",
                  fmt::format("Device {} must be one of /dev/xvdb to /dev/xvdzz.", terms.device),
                  {{"device", terms.device}});
  }
  const Disk* holder = DiskAt(terms.attached, instance.id, terms.device);
  if (holder == nullptr) return {};
  return Refuse(403, "InvalidDevice.InUse", "attach.device-free",
                fmt::format("Device {} of instance {} is taken by disk {}.", terms.device,
                            instance.id, holder->id),
                {{"device", terms.device}, {"holder", holder->id}});
}

// The pages that one kernel keeps of an image are not those of another.
Result<void> CheckMachine(const Disk& disk, const Instance& instance, const AttachTerms& terms) {
  const auto elsewhere = std::ranges::find_if(terms.others, [&](const Instance& other) {
    return !instance.machine.empty() && !other.machine.empty() && other.machine != instance.machine;
  });
  if (elsewhere == terms.others.end()) return {};
  return Refuse(403, "OperationDenied", "attach.one-machine",
                fmt::format("Disk {} is attached to {} on another machine than {}, which zonedisk "
                            "does not serve: two kernels over one image are not coherent.",
                            disk.id, elsewhere->id, instance.id),
                {{"holder", elsewhere->id},
                 {"holder.machine", elsewhere->machine},
                 {"instance.machine", instance.machine}});
}

using Rule = Result<void> (*)(const Disk&, const Instance&, const AttachTerms&);
constexpr std::array<Rule, 8> kRules = {CheckInstance,  CheckStatus,       CheckPortable,
                                        CheckEphemeral, CheckInstanceType, CheckAttachmentCount,
                                        CheckDevice,    CheckMachine};

// Force is for regional disks of one instance.
Result<void> CheckForce(const Disk& disk, const Instance& instance, const Instance* holder) {
  if (disk.multi_attach || !IsRegional(disk.category)) {
    return Refuse(
        400,
        disk.multi_attach ? "InvalidParameterForce.MultiAttachDiskNotSupported"
                          : "InvalidParameterForce.DiskCategoryNotSupported",
        "attach.force",
        fmt::format("Disk {} of category {} cannot be attached by force.", disk.id, disk.category),
        {{"disk.category", disk.category}});
  }
  if (holder == nullptr || holder->zone != instance.zone) return {};
  return Refuse(403, "InvalidInstance.ZoneConflict", "attach.force-zone",
                fmt::format("Instance {} is in zone {} like {}, which holds disk {}: detach it "
                            "there.",
                            instance.id, instance.zone, holder->id, disk.id),
                {{"instance.zone", instance.zone}, {"holder", holder->id}});
}

}  // namespace

const Attachment* FindAttachment(const Disk& disk, std::string_view instance_id) {
  const auto found = std::ranges::find(disk.attachments, instance_id, &Attachment::instance_id);
  return found == disk.attachments.end() ? nullptr : &*found;
}

std::string NextDevice(const std::vector<Disk>& attached, std::string_view instance_id) {
  int index = 0;
  while (DiskAt(attached, instance_id, DeviceAt(index)) != nullptr) ++index;
  return DeviceAt(index);
}

Result<Disk> Attach(Disk disk, const Instance& instance, const AttachTerms& terms) {
  for (const Rule rule : kRules) {
    if (auto checked = rule(disk, instance, terms); !checked) return Fail(checked.error());
  }
  const std::string device =
      terms.device.empty() ? NextDevice(terms.attached, instance.id) : terms.device;
  disk.attachments.push_back({.instance_id = instance.id, .device = device});
  if (disk.status == DiskStatus::kAvailable) disk.status = DiskStatus::kAttaching;
  if (!disk.multi_attach) disk.delete_with_instance = terms.delete_with_instance.value_or(false);
  if (IsEphemeral(disk.category)) disk.home_instance_id = instance.id;
  return disk;
}

Result<Disk> AttachByForce(Disk disk, const Instance& instance, const Instance* holder,
                           const AttachTerms& terms) {
  if (auto allowed = CheckForce(disk, instance, holder); !allowed) return Fail(allowed.error());
  if (disk.status != DiskStatus::kInUse) return Attach(std::move(disk), instance, terms);
  for (const Rule rule : kRules) {
    if (rule == Rule(CheckStatus)) continue;
    if (auto checked = rule(disk, instance, terms); !checked) return Fail(checked.error());
  }
  const std::string held_by = disk.attachments.front().instance_id;
  auto taken = ForceDetach(std::move(disk), held_by);
  if (taken) taken->forced_to = instance.id;
  return taken;
}

Disk GoOn(Disk disk, const Instance* instance, const std::vector<Disk>& attached) {
  if (disk.forced_to.empty() || !disk.attachments.empty()) return disk;
  disk.forced_to.clear();
  if (instance == nullptr) return disk;
  disk.attachments.push_back(
      {.instance_id = instance->id, .device = NextDevice(attached, instance->id)});
  disk.status = DiskStatus::kAttaching;
  return disk;
}

}  // namespace cloudapi
