#pragma once
// Keys that the controller writes for the node, and tags that it writes on disks and snapshots.
// Topology keys are in topology/labels.h.
#include <string_view>

namespace driver {

// publish_context.
inline constexpr std::string_view kSerialNumberKey = "serialNumber";
// "true" when this is the first attachment of a disk that was created empty: nothing can be on it,
// so the node may format it. Absent otherwise.
inline constexpr std::string_view kBlankKey = "zonedisk.io/blank";

// volume_context: the category and level really used.
inline constexpr std::string_view kTypeKey = "type";
inline constexpr std::string_view kPerformanceLevelKey = "performanceLevel";

// Tags.
inline constexpr std::string_view kVolumeNameTag = "csi.alibabacloud.com/volume-name";
inline constexpr std::string_view kSnapshotNameTag = "zonedisk.io/snapshot-name";
// Not the one above: the members of a group have its tags.
inline constexpr std::string_view kGroupNameTag = "zonedisk.io/group-snapshot-name";
inline constexpr std::string_view kSourceVolumeTag = "zonedisk.io/source-volume";
inline constexpr std::string_view kCloneForTag = "zonedisk.io/clone-for";

// What the provisioner tells of the claim, as parameters of CreateVolume and as tags of the disk.
inline constexpr std::string_view kClaimNameParameter = "csi.storage.k8s.io/pvc/name";
inline constexpr std::string_view kClaimNamespaceParameter = "csi.storage.k8s.io/pvc/namespace";
inline constexpr std::string_view kPvNameParameter = "csi.storage.k8s.io/pv/name";
inline constexpr std::string_view kClaimNameTag = "kubernetes.io/created-for/pvc/name";
inline constexpr std::string_view kClaimNamespaceTag = "kubernetes.io/created-for/pvc/namespace";
inline constexpr std::string_view kPvNameTag = "kubernetes.io/created-for/pv/name";

// What the snapshotter tells of the VolumeSnapshot, likewise.
inline constexpr std::string_view kSnapshotObjectParameter =
    "csi.storage.k8s.io/volumesnapshot/name";
inline constexpr std::string_view kSnapshotObjectNamespaceParameter =
    "csi.storage.k8s.io/volumesnapshot/namespace";
inline constexpr std::string_view kSnapshotObjectTag = "csi.alibabacloud.com/snapshot/name";
inline constexpr std::string_view kSnapshotObjectNamespaceTag =
    "csi.alibabacloud.com/snapshot/namespace";

// What the node plugin writes on its Node: a label for each category that the instance takes, and
// how many volumes it takes. Source: alibaba-cloud-csi-driver.
inline constexpr std::string_view kDiskTypeLabelPrefix = "node.csi.alibabacloud.com/disktype.";
inline constexpr std::string_view kDiskTypeAvailable = "available";
inline constexpr std::string_view kAllocatableAnnotation =
    "node.csi.alibabacloud.com/allocatable-disk";

inline constexpr std::string_view kDefaultDriverName = "diskplugin.csi.alibabacloud.com";

}  // namespace driver
