#pragma once
// What a cloud is filled with and which calls are measured at each size, as data. A request is the
// query of a signed call, unescaped, with placeholders in braces (world.h); one that begins with a
// slash is a path.
#include <cstddef>
#include <string_view>

#include "tools/bench/world.h"

namespace zonedisk::bench {

// Calls that make `count` of something; the ids that are answered as "id_member" go to `ids`.
struct Fill {
  std::string_view label;
  std::string_view request;
  std::size_t Counts::*count = nullptr;
  std::vector<std::string> World::*ids = nullptr;
  std::string_view id_member = {};
};

inline constexpr Fill kFills[] = {
    {"disks",
     "Action=CreateDisk&ZoneId={zone}&DiskCategory={category}&Size=20&DiskName=data-{number}"
     "&Tag.1.Key=volume&Tag.1.Value={number}&Tag.2.Key=team&Tag.2.Value={team}"
     "&Tag.3.Key=createdby&Tag.3.Value=bench",
     &Counts::disks, &World::disks, "DiskId"},
    {"snapshots",
     "Action=CreateSnapshot&DiskId={source}&SnapshotName=cut-{number}"
     "&Tag.1.Key=cut&Tag.1.Value={number}",
     &Counts::snapshots, &World::snapshots, "SnapshotId"},
    {"automatic snapshot policies",
     "Action=CreateAutoSnapshotPolicy&autoSnapshotPolicyName=nightly-{number}"
     "&timePoints=[\"1\"]&repeatWeekdays=[\"{weekday}\"]&retentionDays=30",
     &Counts::policies, &World::policies, "AutoSnapshotPolicyId"},
    {"disks under each policy",
     "Action=ApplyAutoSnapshotPolicy&autoSnapshotPolicyId={its_policy}&diskIds=[{its_disks}]",
     &Counts::policies},
    {"instances",
     "Action=CreateInstance&ZoneId=cn-hangzhou-b&InstanceType=ecs.g7.large&ImageId=bench",
     &Counts::instances, &World::instances, "InstanceId"},
    {"spare disks",
     "Action=CreateDisk&ZoneId=cn-hangzhou-b&DiskCategory=cloud_essd&Size=20&DiskName=spare",
     &Counts::spares, &World::spares, "DiskId"},
};

struct Call {
  std::string_view label;
  std::string_view request;
  std::string_view grows = {};  // why it costs more in a larger cloud, where it does
  bool once_each = false;       // a write: as often as there are spare disks
};

inline constexpr Call kCalls[] = {
    {"DescribeDisks, no filter, page 1 of 100", "Action=DescribeDisks&PageSize=100&PageNumber=1"},
    {"DescribeDisks by id", "Action=DescribeDisks&DiskIds=[\"{disk}\"]"},
    {"DescribeDisks by zone and status, page 1 of 100",
     "Action=DescribeDisks&ZoneId={zone}&Status=Available&PageSize=100"},
    {"DescribeDisks by zone, category and the time, page 1 of 100",
     "Action=DescribeDisks&ZoneId={zone}&Category={category}&PageSize=100"
     "&Filter.1.Key=CreationStartTime&Filter.1.Value=2020-01-01T00:00Z",
     "the total reads each disk of the zone and category"},
    {"DescribeDisks by a tag of one disk",
     "Action=DescribeDisks&Tag.1.Key=volume&Tag.1.Value={any}"},
    {"DescribeDisks by a tag of every hundredth disk, page 1 of 100",
     "Action=DescribeDisks&Tag.1.Key=team&Tag.1.Value={team}&PageSize=100",
     "of a thousand disks ten carry it, of a million a whole page"},
    {"DescribeDisks by a tag of every disk, page 1 of 100",
     "Action=DescribeDisks&Tag.1.Key=createdby&Tag.1.Value=bench&PageSize=100"},
    {"DescribeDisks by a tag's key, page 1 of 100",
     "Action=DescribeDisks&Tag.1.Key=volume&PageSize=100",
     "the order is made of all that carry the key, the total of its values"},
    {"DescribeDisks by name", "Action=DescribeDisks&DiskName=data-{any}"},
    {"DescribeDisks by the beginning of ten names", "Action=DescribeDisks&DiskName=data-{ten}*"},
    {"DescribeDisks by the beginning of every name, page 1 of 100",
     "Action=DescribeDisks&DiskName=data-*&PageSize=100",
     "order and total are made of every name that begins so"},
    {"DescribeDisks by the end of a name", "Action=DescribeDisks&DiskName=*-{any}",
     "looks at every name"},
    {"DescribeDisks by charge type, page 1 of 100",
     "Action=DescribeDisks&DiskChargeType=PostPaid&PageSize=100"},
    {"DescribeDisks without a policy, page 1 of 100",
     "Action=DescribeDisks&EnableAutomatedSnapshotPolicy=false&PageSize=100",
     "the total counts those that have one"},
    {"DescribeDisks of a snapshot that has none", "Action=DescribeDisks&SnapshotId={snapshot}"},
    {"DescribeDisks of an instance, its system disk", "Action=DescribeDisks&InstanceId={instance}"},
    {"DescribeDisks of a policy, 50 disks",
     "Action=DescribeDisks&AutoSnapshotPolicyId={policy}&PageSize=100"},
    {"DescribeDisks, the last page by NextToken",
     "Action=DescribeDisks&MaxResults=100&NextToken={last_token}"},
    {"DescribeDisks, the last page of 100 by PageNumber",
     "Action=DescribeDisks&PageSize=100&PageNumber={last_page}",
     "steps over all disks before it; NextToken does not"},
    {"DescribeSnapshots by id", "Action=DescribeSnapshots&SnapshotIds=[\"{snapshot}\"]"},
    {"DescribeSnapshots of a disk", "Action=DescribeSnapshots&DiskId={any_source}"},
    {"DescribeSnapshots by status and type, page 1 of 100",
     "Action=DescribeSnapshots&Status=accomplished&SnapshotType=user&PageSize=100"},
    {"DescribeSnapshots by the beginning of ten names",
     "Action=DescribeSnapshots&SnapshotName=cut-{ten}*"},
    {"DescribeSnapshotLinks of a disk", "Action=DescribeSnapshotLinks&DiskIds=[\"{any_source}\"]"},
    {"DescribeSnapshotLinks, page 1 of 100", "Action=DescribeSnapshotLinks&PageSize=100"},
    {"DescribeSnapshotsUsage", "Action=DescribeSnapshotsUsage"},
    {"DescribeAutoSnapshotPolicyEx by id",
     "Action=DescribeAutoSnapshotPolicyEx&AutoSnapshotPolicyId={policy}"},
    {"DescribeAutoSnapshotPolicyEx, page 1 of 100",
     "Action=DescribeAutoSnapshotPolicyEx&PageSize=100"},
    {"ListTagResources of a disk", "Action=ListTagResources&ResourceType=disk&ResourceId.1={disk}"},
    {"ListTagResources by a tag of every disk, 50",
     "Action=ListTagResources&ResourceType=disk&Tag.1.Key=createdby&Tag.1.Value=bench"},
    {"DescribeTags of a disk", "Action=DescribeTags&ResourceType=disk&ResourceId={disk}"},
    {"DescribeTags by a tag of every hundredth disk",
     "Action=DescribeTags&Tag.1.Key=team&Tag.1.Value={team}"},
    {"DescribeTags, page 1 of 50", "Action=DescribeTags",
     "the total counts every tag of the region"},
    {"metrics", "/_zonedisk/metrics"},
    {"ModifyDiskAttribute", "Action=ModifyDiskAttribute&DiskId={disk}&Description={nonce}", "",
     true},
    {"TagResources",
     "Action=TagResources&ResourceType=disk&ResourceId.1={disk}&Tag.1.Key=mark&Tag.1.Value={nonce}",
     "", true},
    {"CreateSnapshot until it is accomplished", "Action=CreateSnapshot&DiskId={disk}", "", true},
    {"CreateDisk until it is Available",
     "Action=CreateDisk&ZoneId={zone}&DiskCategory={category}&Size=20&DiskName=more-{nonce}"
     "&ClientToken={nonce}&Tag.1.Key=volume&Tag.1.Value={nonce}",
     "", true},
    {"CreateDisk of a snapshot until it is Available",
     "Action=CreateDisk&ZoneId={zone}&DiskCategory={category}&SnapshotId={snapshot}"
     "&ClientToken={nonce}",
     "", true},
    {"AttachDisk until it is In_use", "Action=AttachDisk&DiskId={spare}&InstanceId={its_instance}",
     "", true},
    {"DetachDisk until it is Available",
     "Action=DetachDisk&DiskId={spare}&InstanceId={its_instance}", "", true},
    {"DeleteDisk until it is gone", "Action=DeleteDisk&DiskId={spare}", "", true},
};

// What else grows with the cloud: lines below the table.
inline constexpr std::string_view kOtherLimits[] = {
    "A listing by time alone reads every object of its kind in the region for the total.",
    "ListTagResources by a TagFilter looks at the tags of every object until 50 match.",
    "The first start with a newer schema writes every document anew: about a minute for a million "
    "disks and as many snapshots.",
};

}  // namespace zonedisk::bench
