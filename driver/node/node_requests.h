#pragma once
// Node requests of CSI as values, checked against what CSI itself demands.
#include <string>

#include "csi.pb.h"
#include "driver/base/result.h"
#include "driver/node/staging.h"

namespace driver {

// Which paths may be mounted on or removed. `folder` empty: any absolute path.
struct PathGuard {
  std::string folder;  // kubelet's own, "/var/lib/kubelet"

  // INVALID_ARGUMENT, naming the field, unless the path is absolute, without "..", and under the
  // folder.
  Result<void> Check(std::string_view field, const std::string& path) const;
};

struct VolumePath {
  std::string volume_id;
  std::string path;
};

// All answer INVALID_ARGUMENT for a missing, oversized or misplaced field, unless said otherwise.
// FAILED_PRECONDITION for a volume mount group, which is not announced, and without a serial number
// in the publish context.
Result<StageRequest> ParseStage(const csi::v1::NodeStageVolumeRequest& request,
                                const PathGuard& guard);
Result<VolumePath> ParseUnstage(const csi::v1::NodeUnstageVolumeRequest& request,
                                const PathGuard& guard);
// FAILED_PRECONDITION also without a staging path.
Result<PublishRequest> ParsePublishOnNode(const csi::v1::NodePublishVolumeRequest& request,
                                          const PathGuard& guard);
Result<VolumePath> ParseUnpublishOnNode(const csi::v1::NodeUnpublishVolumeRequest& request,
                                        const PathGuard& guard);
// A path at which nothing is mounted is for the mount table to tell, whatever it looks like.
Result<VolumePath> ParseUsage(const csi::v1::NodeGetVolumeStatsRequest& request);
Result<ExpandRequest> ParseExpandOnNode(const csi::v1::NodeExpandVolumeRequest& request);

}  // namespace driver
