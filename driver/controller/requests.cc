#include "driver/controller/requests.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/base/text.h"
#include "driver/csi/field_limits.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;

constexpr std::array<std::string_view, 4> kFileSystems = {"", "ext4", "ext3", "xfs"};

tl::unexpected<RpcError> Refuse(std::string message) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT, std::move(message));
}

// The field limits, then that `value`, named `field`, is there.
Result<void> CheckRequired(const google::protobuf::Message& request, std::string_view field,
                           const std::string& value) {
  if (value.empty()) return Refuse(std::string(field) + " is missing");
  return CheckFieldLimits(request);
}

Parameters ToParameters(const google::protobuf::Map<std::string, std::string>& map) {
  return {map.begin(), map.end()};
}

std::string ValueOf(const Parameters& parameters, std::string_view name) {
  const auto found = parameters.find(std::string(name));
  return found == parameters.end() ? "" : found->second;
}

Result<VolumeUse> ParseUse(const VolumeCapability& capability) {
  VolumeUse use{.block = capability.has_block(), .mode = capability.access_mode().mode()};
  if (!capability.has_block() && !capability.has_mount()) {
    return Refuse("a volume capability is neither block nor mount");
  }
  if (use.mode == VolumeCapability::AccessMode::UNKNOWN ||
      !VolumeCapability::AccessMode::Mode_IsValid(use.mode)) {
    return Refuse("a volume capability has no known access mode");
  }
  if (capability.has_mount()) use.fs_type = capability.mount().fs_type();
  return use;
}

template <class Capabilities>
Result<std::vector<VolumeUse>> ParseUses(const Capabilities& capabilities) {
  std::vector<VolumeUse> uses;
  for (const auto& capability : capabilities) {
    auto use = ParseUse(capability);
    if (!use) return Fail(use.error());
    uses.push_back(std::move(*use));
  }
  return uses;
}

Result<CapacityRange> ParseSize(const csi::v1::CapacityRange& range) {
  const std::int64_t required = range.required_bytes();
  const std::int64_t limit = range.limit_bytes();
  if (required < 0 || limit < 0) return Refuse("capacity_range is negative");
  if (limit != 0 && limit < required) return Refuse("limit_bytes is less than required_bytes");
  CapacityRange size{
      .at_least_gib = required / kBytesPerGiB + (required % kBytesPerGiB == 0 ? 0 : 1),
      .at_most_gib = limit / kBytesPerGiB};
  if (limit != 0 && size.at_most_gib < std::max<std::int64_t>(size.at_least_gib, 1)) {
    return Fail(grpc::StatusCode::OUT_OF_RANGE, "no whole GiB lies between " +
                                                    std::to_string(required) + " and " +
                                                    std::to_string(limit) + " bytes");
  }
  return size;
}

std::vector<topology::Labels> ToTerms(
    const google::protobuf::RepeatedPtrField<csi::v1::Topology>& terms) {
  std::vector<topology::Labels> labels;
  for (const auto& term : terms) {
    labels.emplace_back(term.segments().begin(), term.segments().end());
  }
  return labels;
}

Result<void> ParseSource(const csi::v1::CreateVolumeRequest& request, CreateVolumeRequest& wanted) {
  if (!request.has_volume_content_source()) return {};
  const auto& source = request.volume_content_source();
  wanted.source_snapshot_id = source.snapshot().snapshot_id();
  wanted.source_volume_id = source.volume().volume_id();
  if (wanted.source_snapshot_id.empty() && wanted.source_volume_id.empty()) {
    return Refuse("volume_content_source names no snapshot and no volume");
  }
  return {};
}

// What of the capabilities depends on the disk asked for.
Result<void> CheckUses(const CreateVolumeRequest& wanted) {
  for (const auto& use : wanted.uses) {
    if (IsMultiNode(use.mode) && !wanted.disk.multi_attach) {
      return Refuse("an access mode for several nodes needs the parameter multiAttach");
    }
    if (auto served = CheckServed(use); !served) return served;
  }
  return {};
}

bool HasControlCharacter(const std::string& text) {
  return std::ranges::any_of(text, [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; });
}

// Such as "d-1,d-2@TOKEN".
Result<PageRequest> ParsePage(int max_entries, const std::string& token) {
  if (max_entries < 0) return Refuse("max_entries is negative");
  PageRequest page{.max_entries = max_entries};
  if (token.empty()) return page;
  const auto malformed = Fail(grpc::StatusCode::ABORTED, "starting_token is malformed");
  const auto at = token.find('@');
  if (at == std::string::npos) return malformed;
  page.cloud_token = token.substr(at + 1);
  if (at == 0 && page.cloud_token.empty()) return malformed;
  if (at == 0) return page;
  for (const auto id : base::Split(std::string_view(token).substr(0, at), ',')) {
    if (!id.starts_with("d-") && !id.starts_with("s-")) return malformed;
    page.listed.emplace_back(id);
  }
  return page;
}

}  // namespace

Result<void> CheckServed(const VolumeUse& use) {
  if (use.block) return {};
  if (IsMultiNode(use.mode) && use.mode != VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY) {
    return Refuse("writing from several nodes needs a block volume");
  }
  // No node stages another, restored ones included.
  if (std::ranges::find(kFileSystems, use.fs_type) == kFileSystems.end()) {
    return Refuse("file system " + use.fs_type + " is not supported");
  }
  return {};
}

Result<CreateVolumeRequest> ParseCreateVolume(const csi::v1::CreateVolumeRequest& request,
                                              const ParameterRules& rules) {
  auto fits = CheckRequired(request, "name", request.name());
  if (!fits) return Fail(fits.error());
  if (HasControlCharacter(request.name())) return Refuse("name has a control character");
  if (request.volume_capabilities().empty()) return Refuse("volume_capabilities are missing");
  auto uses = ParseUses(request.volume_capabilities());
  if (!uses) return Fail(uses.error());
  auto range = request.capacity_range();
  if (rules.ignores_limit) range.clear_limit_bytes();
  auto size = ParseSize(range);
  if (!size) return Fail(size.error());
  const auto parameters = ToParameters(request.parameters());
  auto disk = ParseDiskParameters(parameters, ToParameters(request.mutable_parameters()), rules);
  if (!disk) return Fail(disk.error());
  CreateVolumeRequest wanted{
      .name = request.name(),
      .claim = {.ns = ValueOf(parameters, kClaimNamespaceParameter),
                .name = ValueOf(parameters, kClaimNameParameter)},
      .size = *size,
      .uses = std::move(*uses),
      .disk = std::move(*disk),
      .requisite = ToTerms(request.accessibility_requirements().requisite()),
      .preferred = ToTerms(request.accessibility_requirements().preferred())};
  if (wanted.disk.at_least_20_gib) {
    wanted.size.at_least_gib = std::max<std::int64_t>(wanted.size.at_least_gib, 20);
  }
  fits = ParseSource(request, wanted);
  if (!fits) return Fail(fits.error());
  fits = CheckUses(wanted);
  if (!fits) return Fail(fits.error());
  return wanted;
}

Result<std::string> ParseId(const google::protobuf::Message& request, std::string_view field,
                            const std::string& id) {
  auto fits = CheckRequired(request, field, id);
  if (!fits) return Fail(fits.error());
  return id;
}

Result<PublishVolumeRequest> ParsePublish(const csi::v1::ControllerPublishVolumeRequest& request) {
  auto fits = CheckRequired(request, "volume_id", request.volume_id());
  if (!fits) return Fail(fits.error());
  if (request.node_id().empty()) return Refuse("node_id is missing");
  if (!request.has_volume_capability()) return Refuse("volume_capability is missing");
  auto use = ParseUse(request.volume_capability());
  if (!use) return Fail(use.error());
  return PublishVolumeRequest{request.volume_id(), request.node_id(), std::move(*use)};
}

Result<UnpublishVolumeRequest> ParseUnpublish(
    const csi::v1::ControllerUnpublishVolumeRequest& request) {
  auto fits = CheckRequired(request, "volume_id", request.volume_id());
  if (!fits) return Fail(fits.error());
  return UnpublishVolumeRequest{request.volume_id(), request.node_id()};
}

Result<std::vector<VolumeUse>> ParseValidate(
    const csi::v1::ValidateVolumeCapabilitiesRequest& request) {
  auto fits = CheckRequired(request, "volume_id", request.volume_id());
  if (!fits) return Fail(fits.error());
  if (request.volume_capabilities().empty()) return Refuse("volume_capabilities are missing");
  return ParseUses(request.volume_capabilities());
}

Result<PageRequest> ParseListVolumes(const csi::v1::ListVolumesRequest& request) {
  auto fits = CheckFieldLimits(request);
  if (!fits) return Fail(fits.error());
  return ParsePage(request.max_entries(), request.starting_token());
}

Result<CapacityRequest> ParseGetCapacity(const csi::v1::GetCapacityRequest& request,
                                         const ParameterRules& rules) {
  auto fits = CheckFieldLimits(request);
  if (!fits) return Fail(fits.error());
  auto uses = ParseUses(request.volume_capabilities());
  if (!uses) return Fail(uses.error());
  CapacityRequest wish{.uses = std::move(*uses)};
  auto disk = ParseDiskParameters(ToParameters(request.parameters()), {}, rules);
  wish.refused = !disk;
  if (disk) wish.disk = std::move(*disk);
  if (request.has_accessible_topology()) {
    const auto& segments = request.accessible_topology().segments();
    wish.place.emplace(segments.begin(), segments.end());
  }
  return wish;
}

Result<CreateSnapshotRequest> ParseCreateSnapshot(const csi::v1::CreateSnapshotRequest& request,
                                                  const ParameterRules& rules) {
  auto fits = CheckRequired(request, "name", request.name());
  if (!fits) return Fail(fits.error());
  if (request.source_volume_id().empty()) return Refuse("source_volume_id is missing");
  if (HasControlCharacter(request.name())) return Refuse("name has a control character");
  auto parameters = ParseSnapshotParameters(ToParameters(request.parameters()), rules);
  if (!parameters) return Fail(parameters.error());
  return CreateSnapshotRequest{request.name(), request.source_volume_id(), std::move(*parameters)};
}

Result<ListSnapshotsRequest> ParseListSnapshots(const csi::v1::ListSnapshotsRequest& request) {
  auto fits = CheckFieldLimits(request);
  if (!fits) return Fail(fits.error());
  auto page = ParsePage(request.max_entries(), request.starting_token());
  if (!page) return Fail(page.error());
  return ListSnapshotsRequest{std::move(*page), request.snapshot_id(), request.source_volume_id()};
}

Result<CreateGroupRequest> ParseCreateGroup(
    const csi::v1::CreateVolumeGroupSnapshotRequest& request, const ParameterRules& rules) {
  auto fits = CheckRequired(request, "name", request.name());
  if (!fits) return Fail(fits.error());
  if (HasControlCharacter(request.name())) return Refuse("name has a control character");
  CreateGroupRequest wanted{.name = request.name(),
                            .source_volume_ids = {request.source_volume_ids().begin(),
                                                  request.source_volume_ids().end()}};
  auto& volumes = wanted.source_volume_ids;
  std::ranges::sort(volumes);
  volumes.erase(std::unique(volumes.begin(), volumes.end()), volumes.end());
  if (volumes.empty() || volumes.front().empty()) return Refuse("source_volume_ids are missing");
  auto parameters = ParseGroupParameters(ToParameters(request.parameters()), rules);
  if (!parameters) return Fail(parameters.error());
  wanted.parameters = std::move(*parameters);
  return wanted;
}

Result<GroupRequest> ParseDeleteGroup(const csi::v1::DeleteVolumeGroupSnapshotRequest& request) {
  auto fits = CheckRequired(request, "group_snapshot_id", request.group_snapshot_id());
  if (!fits) return Fail(fits.error());
  return GroupRequest{request.group_snapshot_id(),
                      {request.snapshot_ids().begin(), request.snapshot_ids().end()}};
}

Result<GroupRequest> ParseGetGroup(const csi::v1::GetVolumeGroupSnapshotRequest& request) {
  auto fits = CheckRequired(request, "group_snapshot_id", request.group_snapshot_id());
  if (!fits) return Fail(fits.error());
  return GroupRequest{request.group_snapshot_id(),
                      {request.snapshot_ids().begin(), request.snapshot_ids().end()}};
}

Result<ExpandVolumeRequest> ParseExpand(const csi::v1::ControllerExpandVolumeRequest& request) {
  auto fits = CheckRequired(request, "volume_id", request.volume_id());
  if (!fits) return Fail(fits.error());
  const auto& range = request.capacity_range();
  if (!request.has_capacity_range() || (range.required_bytes() == 0 && range.limit_bytes() == 0)) {
    return Refuse("capacity_range is missing");
  }
  auto size = ParseSize(range);
  if (!size) return Fail(size.error());
  return ExpandVolumeRequest{request.volume_id(), *size, request.volume_capability().has_block()};
}

Result<ModifyVolumeRequest> ParseModify(const csi::v1::ControllerModifyVolumeRequest& request) {
  auto fits = CheckRequired(request, "volume_id", request.volume_id());
  if (!fits) return Fail(fits.error());
  auto change = ParseVolumeChange(ToParameters(request.mutable_parameters()));
  if (!change) return Fail(change.error());
  return ModifyVolumeRequest{request.volume_id(), std::move(*change)};
}

}  // namespace driver
