#include "driver/controller/profile_rules.h"

#include <algorithm>
#include <array>
#include <string>

#include "driver/cloud/cloud_errors.h"
#include "driver/controller/claim_annotations.h"
#include "driver/controller/pv_labeler.h"
#include "driver/controller/to_proto.h"
#include "driver/csi/keys.h"
#include "topology/labels.h"

namespace driver {
namespace {

using Mode = csi::v1::VolumeCapability::AccessMode;
using ControllerCapability = csi::v1::ControllerServiceCapability::RPC;

constexpr std::string_view kLabelPrefix = "csi.alibabacloud.com/label-prefix/";
constexpr std::string_view kAnnotationPrefix = "csi.alibabacloud.com/annotation-prefix/";

// What of the parameters is not handed on.
constexpr std::array<std::string_view, 8> kNotInContext = {
    "kubectl.kubernetes.io/last-applied-configuration",
    kPvNameParameter,
    kClaimNameParameter,
    kClaimNamespaceParameter,
    "csi.alibabacloud.com/reclaimPolicy",
    "csi.alibabacloud.com/storageclassName",
    "allowVolumeExpansion",
    kSelectedNodeAnnotation};

tl::unexpected<RpcError> NotOffered(std::string why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT, std::move(why));
}

}  // namespace

Result<void> CheckOffered(const Profile& profile, const Capabilities& capabilities) {
  if (Announces(profile, ControllerCapability::SINGLE_NODE_MULTI_WRITER)) return {};
  for (const auto& capability : capabilities) {
    const auto mode = capability.access_mode().mode();
    if (mode == Mode::SINGLE_NODE_SINGLE_WRITER || mode == Mode::SINGLE_NODE_MULTI_WRITER) {
      return NotOffered("access mode " + Mode::Mode_Name(mode) + " is not supported");
    }
  }
  return {};
}

Result<void> CheckOffered(const Profile& profile, const csi::v1::CreateVolumeRequest& request) {
  if (profile.needs_size && request.capacity_range().required_bytes() == 0) {
    return NotOffered("capacity_range says no size");
  }
  const bool cloned = request.volume_content_source().has_volume();
  if (cloned && !Announces(profile, ControllerCapability::CLONE_VOLUME)) {
    return NotOffered("volume_content_source is not a snapshot");
  }
  return CheckOffered(profile, request.volume_capabilities());
}

csi::v1::Volume AckVolume(const google::protobuf::Map<std::string, std::string>& parameters,
                          const Disk& disk) {
  auto volume = ToProto(disk);
  auto& context = *volume.mutable_volume_context();
  for (const auto& [key, value] : parameters) {
    if (std::ranges::find(kNotInContext, key) == kNotInContext.end()) context.insert({key, value});
  }
  // The level only where one was asked for.
  if (!parameters.contains(std::string(kPerformanceLevelKey))) {
    context.erase(std::string(kPerformanceLevelKey));
  }
  const auto marks = MarksOf(disk);
  for (const auto& [key, value] : marks.labels) context[std::string(kLabelPrefix) + key] = value;
  for (const auto& [key, value] : marks.annotations) {
    context[std::string(kAnnotationPrefix) + key] = value;
  }
  volume.clear_accessible_topology();
  auto& segments = *volume.add_accessible_topology()->mutable_segments();
  if (disk.zone.empty()) {
    segments[std::string(topology::kRegionKey)] = disk.region;
  } else {
    segments[std::string(topology::kAckZoneKey)] = disk.zone;
  }
  return volume;
}

bool GoesOn(const Profile& profile, const CloudError& refusal) {
  if (profile.next_attempt.empty()) return IsPlacementRefusal(refusal);
  return std::ranges::any_of(profile.next_attempt,
                             [&](std::string_view code) { return refusal.code.starts_with(code); });
}

}  // namespace driver
