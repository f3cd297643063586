#pragma once
// What a PersistentVolumeClaim asks of its disk by annotations. ACK's provisioner hands these to
// the driver; the upstream one does not, so they are read from the claim itself.
#include "driver/base/result.h"
#include "driver/controller/requests.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

inline constexpr std::string_view kKmsKeyAnnotation = "alibabacloud.com/kms-key-id";
inline constexpr std::string_view kSnapshotAnnotation = "csi.alibabacloud.com/disk-snapshot-id";
inline constexpr std::string_view kDiskAnnotation = "volume.alibabacloud.com/disk-id";
inline constexpr std::string_view kSelectedNodeAnnotation = "volume.kubernetes.io/selected-node";
inline constexpr std::string_view kArnAnnotation = "alibabacloud.com/createdisk-arn";

// `wanted` with what its claim asks; unchanged without a cluster or a claim's name, and with
// claim_gone when there is no such claim any more.
// Errors: INVALID_ARGUMENT for annotations that contradict the class or the data source, or that
// are not served; UNAVAILABLE while the claim cannot be read, since a disk without its key is not
// what was asked for.
Result<CreateVolumeRequest> WithClaim(Cluster* cluster, const CreateVolumeRequest& wanted,
                                      const Deadline& deadline);

// The pure part: what `claim` adds. `claim` may be another one of the same name, made since.
Result<CreateVolumeRequest> WithClaim(const CreateVolumeRequest& wanted, const Claim& claim);

}  // namespace driver
