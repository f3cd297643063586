#pragma once
// A few resources with fixed ids and times, one of each interesting state.
#include "cloudapi/rules/new_disk.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/test_cloud.h"

namespace cloudapi {

inline constexpr const char* kNodeB = "i-bp1node00000000000b";
inline constexpr const char* kNodeE = "i-bp1node00000000000e";
inline constexpr const char* kFreeDisk = "d-bp1free000000000000a";
inline constexpr const char* kHeldDisk = "d-bp1held000000000000a";
inline constexpr const char* kFreshDisk = "d-bp1fresh00000000000a";
inline constexpr const char* kReadySnapshot = "s-bp1ready00000000000a";
inline constexpr const char* kYoungSnapshot = "s-bp1young00000000000a";
inline constexpr const char* kDoneTask = "t-bp1done000000000000a";
inline constexpr const char* kRestingDisk = "d-bp1resting000000000a";
inline constexpr const char* kRootDisk = "d-bp1root000000000000e";
inline constexpr const char* kStoppedInstance = "i-uf6stopped00000000a";
inline constexpr const char* kStoppedRoot = "d-uf6stopped00000000a";
inline constexpr const char* kIdlePolicy = "sp-bp1idle00000000000a";
inline constexpr const char* kBusyPolicy = "sp-uf6busy00000000000a";
inline constexpr const char* kCoolingSnapshot = "s-uf6cooling000000000a";
inline constexpr const char* kLockedSnapshot = "s-uf6locked0000000000a";
inline constexpr const char* kSampleGroup = "ssg-uf6all00000000000a";
inline constexpr const char* kMemberSnapshot = "s-uf6member0000000000a";
inline constexpr const char* kDiskUnderPolicy = "d-uf6busy000000000000a";

// An automatic snapshot policy without disks, and in cn-shanghai one with a disk.
inline void PutSamplePolicies(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  SnapshotPolicy policy{.id = kIdlePolicy,
                        .account = "default",
                        .region = "cn-hangzhou",
                        .name = "nightly",
                        .time_points = "1,22",
                        .repeat_weekdays = "1,2,3,4,5",
                        .retention_days = 7,
                        .creation_time = now,
                        .seq = 1011};
  cloud.Put(policy);
  policy.id = kBusyPolicy;
  policy.region = "cn-shanghai";
  policy.disks = 1;
  policy.seq = 1012;
  cloud.Put(policy);
  cloud.Put(Disk{.id = kDiskUnderPolicy,
                 .account = "default",
                 .region = "cn-shanghai",
                 .zone = "cn-shanghai-a",
                 .status = DiskStatus::kAvailable,
                 .category = "cloud_essd",
                 .performance_level = "PL1",
                 .size_gib = 40,
                 .guest_size_gib = 40,
                 .auto_snapshot_policy_id = kBusyPolicy,
                 .creation_time = now,
                 .ever_attached = true,
                 .seq = 1013});
  cloud.Put(PolicyDisk{.id = std::string(kBusyPolicy) + "/" + kDiskUnderPolicy,
                       .account = "default",
                       .region = "cn-shanghai",
                       .policy_id = kBusyPolicy,
                       .disk_id = kDiskUnderPolicy,
                       .seq = 1014});
}

// In cn-shanghai, a group whose only member is accomplished, and whose disk is gone.
inline void PutSampleGroup(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  cloud.Put(SnapshotGroup{.id = kSampleGroup,
                          .account = "default",
                          .region = "cn-shanghai",
                          .status = SnapshotGroupStatus::kAccomplished,
                          .name = "all",
                          .creation_time = now,
                          .tags = {{"env", "test"}},
                          .seq = 1017});
  cloud.Put(Snapshot{.id = kMemberSnapshot,
                     .account = "default",
                     .region = "cn-shanghai",
                     .status = SnapshotStatus::kAccomplished,
                     .available = true,
                     .progress = 100,
                     .name = "all",
                     .description = std::string("Created_from_") + kSampleGroup,
                     .group_id = kSampleGroup,
                     .source_disk_id = "d-uf6gone000000000000a",
                     .source_zone = "cn-shanghai-a",
                     .source_disk_size_gib = 40,
                     .source_category = "cloud_essd",
                     .instant_access = true,
                     .requested_time = now,
                     .creation_time = now,
                     .last_modified_time = now,
                     .tags = {{"env", "test"}},
                     .seq = 1018});
}

inline constexpr const char* kSampleVpc = "vpc-uf6net00000000000a";
inline constexpr const char* kEmptyVpc = "vpc-uf6empty000000000a";
inline constexpr const char* kSampleVSwitch = "vsw-uf6net00000000000a";
inline constexpr const char* kFreeVSwitch = "vsw-uf6free0000000000a";
inline constexpr const char* kSampleSecurityGroup = "sg-uf6net00000000000a";
inline constexpr const char* kFreeSecurityGroup = "sg-uf6free0000000000a";
inline constexpr const char* kSampleRule = "sgr-uf6net00000000000a";
inline constexpr const char* kSampleEni = "eni-uf6net00000000000a";
inline constexpr const char* kNetInstance = "i-uf6net00000000000a";
inline constexpr const char* kSampleImage = "m-uf6image00000000000a";
inline constexpr const char* kImageSnapshot = "s-uf6image00000000000a";

// In cn-shanghai, a network with two vSwitches, a stopped instance in one of them and in a group
// with a rule, another group, an empty network, a key pair and an image.
inline void PutSampleNetwork(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  Vpc vpc{.id = kSampleVpc,
          .account = "default",
          .region = "cn-shanghai",
          .name = "net",
          .cidr_block = "172.16.0.0/12",
          .router_id = "vrt-uf6net00000000000a",
          .route_table_id = "vtb-uf6net00000000000a",
          .vswitch_ids = std::string(kSampleVSwitch) + "," + kFreeVSwitch,
          .security_groups = 2,
          .creation_time = now,
          .tags = {{"env", "test"}},
          .seq = 1021};
  cloud.Put(vpc);
  vpc.id = kEmptyVpc;
  vpc.name = "empty";
  vpc.router_id = "vrt-uf6empty000000000a";
  vpc.route_table_id = "vtb-uf6empty000000000a";
  vpc.vswitch_ids.clear();
  vpc.security_groups = 0;
  vpc.tags.clear();
  vpc.seq = 1022;
  cloud.Put(vpc);
  VSwitch vswitch{.id = kSampleVSwitch,
                  .account = "default",
                  .region = "cn-shanghai",
                  .zone = "cn-shanghai-a",
                  .vpc_id = kSampleVpc,
                  .route_table_id = "vtb-uf6net00000000000a",
                  .name = "net-a",
                  .cidr_block = "172.16.1.0/24",
                  .interfaces = 1,
                  .next_host = 1,
                  .creation_time = now,
                  .seq = 1023};
  cloud.Put(vswitch);
  vswitch.id = kFreeVSwitch;
  vswitch.name = "net-b";
  vswitch.cidr_block = "172.16.2.0/24";
  vswitch.interfaces = vswitch.next_host = 0;
  vswitch.seq = 1024;
  cloud.Put(vswitch);
  SecurityGroup group{.id = kSampleSecurityGroup,
                      .account = "default",
                      .region = "cn-shanghai",
                      .vpc_id = kSampleVpc,
                      .name = "web",
                      .instances = 1,
                      .rules = 2,
                      .creation_time = now,
                      .seq = 1025};
  cloud.Put(group);
  group.id = kFreeSecurityGroup;
  group.name = "free";
  group.instances = group.rules = 0;
  group.seq = 1026;
  cloud.Put(group);
  cloud.Put(SecurityRule{.id = kSampleRule,
                         .account = "default",
                         .region = "cn-shanghai",
                         .group_id = kSampleSecurityGroup,
                         .ip_protocol = "TCP",
                         .port_range = "22/22",
                         .source_cidr = "10.0.0.0/8",
                         .creation_time = now,
                         .seq = 1027});
  cloud.Put(SecurityRule{.id = "sgr-uf6out00000000000a",
                         .account = "default",
                         .region = "cn-shanghai",
                         .group_id = kSampleSecurityGroup,
                         .direction = RuleDirection::kEgress,
                         .ip_protocol = "ALL",
                         .port_range = "-1/-1",
                         .dest_cidr = "0.0.0.0/0",
                         .creation_time = now,
                         .seq = 1034});
  cloud.Put(NetworkInterface{.id = kSampleEni,
                             .account = "default",
                             .region = "cn-shanghai",
                             .zone = "cn-shanghai-a",
                             .vpc_id = kSampleVpc,
                             .vswitch_id = kSampleVSwitch,
                             .instance_id = kNetInstance,
                             .private_ip = "172.16.1.1",
                             .security_group_ids = kSampleSecurityGroup,
                             .creation_time = now,
                             .seq = 1028});
  const Instance instance{.id = kNetInstance,
                          .account = "default",
                          .region = "cn-shanghai",
                          .zone = "cn-shanghai-a",
                          .status = InstanceStatus::kStopped,
                          .type = "ecs.g7.large",
                          .cpu = 2,
                          .memory_mib = 8192,
                          .name = "in-net",
                          .host_name = "in-net",
                          .stopped_mode = std::string(kKeepCharging),
                          .image_id = "aliyun_3_x64",
                          .vpc_id = kSampleVpc,
                          .vswitch_id = kSampleVSwitch,
                          .private_ip = "172.16.1.1",
                          .network_interface_id = kSampleEni,
                          .security_group_ids = kSampleSecurityGroup,
                          .creation_time = now,
                          .seq = 1029};
  cloud.Put(instance);
  Disk root = CompleteCreate(NewSystemDisk(instance, cloud.catalogue), now).value();
  root.id = "d-uf6net000000000000a";
  root.creation_time = now;
  root.seq = 1030;
  cloud.Put(root);
  cloud.Put(KeyPair{.id = "ops",
                    .account = "default",
                    .region = "cn-shanghai",
                    .key_pair_id = "ssh-uf6ops0000000000a",
                    .fingerprint = "00112233445566778899aabbccddeeff",
                    .public_key = "ssh-ed25519 AAAA",
                    .creation_time = now,
                    .seq = 1031});
  cloud.Put(Snapshot{.id = kImageSnapshot,
                     .account = "default",
                     .region = "cn-shanghai",
                     .status = SnapshotStatus::kAccomplished,
                     .available = true,
                     .progress = 100,
                     .source_disk_id = "d-uf6net000000000000a",
                     .source_zone = "cn-shanghai-a",
                     .source_disk_size_gib = 40,
                     .source_disk_type = std::string(kSystemDisk),
                     .source_category = "cloud_essd",
                     .requested_time = now,
                     .creation_time = now,
                     .last_modified_time = now,
                     .seq = 1032});
  cloud.Put(MachineImage{.id = kSampleImage,
                         .account = "default",
                         .region = "cn-shanghai",
                         .status = ImageStatus::kAvailable,
                         .name = "golden",
                         .platform = "Others Linux",
                         .boot_mode = "BIOS",
                         .snapshot_id = kImageSnapshot,
                         .size_gib = 40,
                         .creation_time = now,
                         .seq = 1033});
}

// In cn-shanghai, a stopped instance with its system disk.
inline void PutSampleStopped(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  const Instance instance{.id = kStoppedInstance,
                          .account = "default",
                          .region = "cn-shanghai",
                          .zone = "cn-shanghai-a",
                          .status = InstanceStatus::kStopped,
                          .type = "ecs.g7.large",
                          .cpu = 2,
                          .memory_mib = 8192,
                          .name = "stopped",
                          .host_name = "stopped",
                          .stopped_mode = std::string(kKeepCharging),
                          .creation_time = now,
                          .seq = 1015};
  cloud.Put(instance);
  Disk root = CompleteCreate(NewSystemDisk(instance, cloud.catalogue), now).value();
  root.id = kStoppedRoot;
  root.creation_time = now;
  root.seq = 1016;
  cloud.Put(root);
}

// In cn-shanghai, twenty days old: a snapshot within the cool-off of its lock, and one after it.
inline void PutSampleLocks(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  Snapshot snapshot{.id = kCoolingSnapshot,
                    .account = "default",
                    .region = "cn-shanghai",
                    .status = SnapshotStatus::kAccomplished,
                    .available = true,
                    .progress = 100,
                    .source_disk_id = kDiskUnderPolicy,
                    .source_zone = "cn-shanghai-a",
                    .source_disk_size_gib = 40,
                    .source_category = "cloud_essd",
                    .requested_time = now - std::chrono::days(20),
                    .creation_time = now - std::chrono::days(20),
                    .last_modified_time = now,
                    .bytes = 8192,
                    .lock_status = LockStatus::kCoolOff,
                    .lock_mode = std::string(kCompliance),
                    .lock_time = now,
                    .lock_days = 7,
                    .cool_off_hours = 48,
                    .seq = 1021};
  cloud.Put(snapshot);
  snapshot.id = kLockedSnapshot;
  snapshot.lock_status = LockStatus::kCompliance;
  snapshot.cool_off_hours = 0;
  snapshot.seq = 1022;
  cloud.Put(snapshot);
}

// Two nodes in zones b and e, the latter with its system disk; a disk that is Available and was
// attached once, one that is In_use on the node in b, one Available that was never attached, one
// under a running snapshot; snapshots accomplished and progressing; a task that is Finished.
inline void PutSampleWorld(TestCloud& cloud) {
  const SysMillis now = cloud.env.CloudNow();
  Instance node{.id = kNodeB,
                .account = "default",
                .region = "cn-hangzhou",
                .zone = "cn-hangzhou-b",
                .type = "ecs.g7.large",
                .cpu = 2,
                .memory_mib = 8192,
                .name = "node-b",
                .host_name = "node-b",
                .creation_time = now,
                .seq = 1001};
  cloud.Put(node);
  node.id = kNodeE;
  node.zone = "cn-hangzhou-e";
  node.name = node.host_name = "node-e";
  node.tags = {{"role", "worker"}};
  node.seq = 1002;
  cloud.Put(node);

  Disk disk{.id = kFreeDisk,
            .account = "default",
            .region = "cn-hangzhou",
            .zone = "cn-hangzhou-b",
            .status = DiskStatus::kAvailable,
            .category = "cloud_essd",
            .performance_level = "PL1",
            .size_gib = 40,
            .guest_size_gib = 40,
            .name = "data",
            .creation_time = now,
            .detached_time = now,
            .ever_attached = true,
            .tags = {{"env", "test"}},
            .seq = 1003};
  cloud.Put(disk);
  disk.id = kHeldDisk;
  disk.name = "held";
  disk.status = DiskStatus::kInUse;
  disk.detached_time.reset();
  disk.attached_time = now;
  disk.attachments = {{.instance_id = kNodeB,
                       .device = "/dev/xvdb",
                       .state = AttachmentState::kAttached,
                       .attached_time = now}};
  disk.tags = {{"env", "prod"}, {"own", "a&b"}};
  disk.seq = 1004;
  cloud.Put(disk);
  disk.id = kFreshDisk;
  disk.name.clear();
  disk.status = DiskStatus::kAvailable;
  disk.category = "cloud_efficiency";
  disk.performance_level.clear();
  disk.attached_time.reset();
  disk.attachments.clear();
  disk.tags.clear();
  disk.ever_attached = false;
  disk.seq = 1005;
  cloud.Put(disk);
  disk.id = kRestingDisk;
  disk.zone = "cn-hangzhou-d";
  disk.ever_attached = true;
  disk.seq = 1006;
  cloud.Put(disk);

  Disk root = CompleteCreate(NewSystemDisk(node, cloud.catalogue), now).value();
  root.id = kRootDisk;
  root.creation_time = now;
  root.seq = 1010;
  cloud.Put(root);

  Snapshot snapshot{.id = kReadySnapshot,
                    .account = "default",
                    .region = "cn-hangzhou",
                    .status = SnapshotStatus::kAccomplished,
                    .available = true,
                    .progress = 100,
                    .name = "first",
                    .source_disk_id = kFreeDisk,
                    .source_zone = "cn-hangzhou-b",
                    .source_disk_size_gib = 40,
                    .source_category = "cloud_essd",
                    .requested_time = now,
                    .creation_time = now,
                    .last_modified_time = now,
                    .bytes = 4096,
                    .tags = {{"env", "test"}},
                    .seq = 1007};
  cloud.Put(snapshot);
  snapshot.id = kYoungSnapshot;
  snapshot.status = SnapshotStatus::kProgressing;
  snapshot.available = false;
  snapshot.progress = 0;
  snapshot.name.clear();
  snapshot.source_disk_id = kRestingDisk;
  snapshot.source_zone = "cn-hangzhou-d";
  snapshot.source_category = "cloud_efficiency";
  snapshot.creation_time.reset();
  snapshot.last_modified_time.reset();
  snapshot.bytes = 0;
  snapshot.tags.clear();
  snapshot.seq = 1008;
  cloud.Put(snapshot);

  cloud.Put(Task{.id = kDoneTask,
                 .account = "default",
                 .region = "cn-hangzhou",
                 .action = "ModifyDiskSpec",
                 .resource_id = kHeldDisk,
                 .detail = "cloud_essd,PL1,0",
                 .status = TaskStatus::kFinished,
                 .creation_time = now,
                 .finished_time = now,
                 .seq = 1009});
}

// All of them.
inline void PutWholeSampleWorld(TestCloud& cloud) {
  PutSampleWorld(cloud);
  PutSamplePolicies(cloud);
  PutSampleStopped(cloud);
  PutSampleLocks(cloud);
  PutSampleGroup(cloud);
  PutSampleNetwork(cloud);
}

}  // namespace cloudapi
