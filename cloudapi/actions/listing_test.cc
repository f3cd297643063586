#include "cloudapi/actions/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/testing/sample_world.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Given = std::vector<std::pair<std::string, std::string>>;

// The ids answered, newest first.
std::vector<std::string> Ask(TestCloud& cloud, const std::string& action, const Given& given) {
  Params params;
  params.Set("RegionId", "cn-hangzhou");
  for (const auto& [name, value] : given) params.Set(name, value);
  const auto answer = cloud.Call(action, params);
  EXPECT_TRUE(answer) << answer.error().code;
  if (!answer) return {};
  const auto body = json::parse("{" + answer->members + "}");
  const std::string inner = action.substr(8, action.size() - 9);  // DescribeDisks: Disk
  std::vector<std::string> ids;
  for (const auto& row : body.at(inner + "s").at(inner)) ids.push_back(row.at(inner + "Id"));
  EXPECT_EQ(body.at("TotalCount"), ids.size());
  return ids;
}

struct FilterCase {
  std::string name;
  std::string action;
  Given given;
  std::vector<std::string> expected;
};

class FilterTest : public testing::TestWithParam<FilterCase> {};

TEST_P(FilterTest, GivenSampleWorldWhenFilteredThenExactlyThese) {
  TestCloud cloud;
  PutSampleWorld(cloud);
  EXPECT_EQ(Ask(cloud, GetParam().action, GetParam().given), GetParam().expected);
}

std::vector<FilterCase> DiskFilters() {
  const std::vector<std::string> data = {kRestingDisk, kFreshDisk, kHeldDisk, kFreeDisk};
  const std::vector<std::string> all = {kRootDisk, kRestingDisk, kFreshDisk, kHeldDisk, kFreeDisk};
  const std::string disks = "DescribeDisks";
  return {
      {"All", disks, {}, all},
      {"Zone", disks, {{"ZoneId", "cn-hangzhou-d"}}, {kRestingDisk}},
      {"StatusAll", disks, {{"Status", "all"}}, all},
      {"StatusInUse", disks, {{"Status", "In_use"}}, {kRootDisk, kHeldDisk}},
      {"TypeAll", disks, {{"DiskType", "all"}}, all},
      {"TypeSystem", disks, {{"DiskType", "system"}}, {kRootDisk}},
      {"TypeData", disks, {{"DiskType", "data"}}, data},
      {"Category", disks, {{"Category", "cloud_essd"}}, {kRootDisk, kHeldDisk, kFreeDisk}},
      {"Instance", disks, {{"InstanceId", kNodeB}}, {kHeldDisk}},
      {"InstanceSystem", disks, {{"InstanceId", kNodeE}, {"DiskType", "system"}}, {kRootDisk}},
      {"InstanceData", disks, {{"InstanceId", kNodeE}, {"DiskType", "data"}}, {}},
      {"InstanceAll", disks, {{"InstanceId", kNodeE}}, {kRootDisk}},
      {"Name", disks, {{"DiskName", "data"}}, {kFreeDisk}},
      {"NameWildcard", disks, {{"DiskName", "*e*"}}, {kHeldDisk}},
      {"Tag", disks, {{"Tag.1.Key", "env"}}, {kHeldDisk, kFreeDisk}},
      {"TagsBoth", disks, {{"Tag.1.Key", "env"}, {"Tag.2.Key", "own"}}, {kHeldDisk}},
      {"Ids", disks, {{"DiskIds", std::string("[\"") + kFreeDisk + "\",\"d-gone\"]"}}, {kFreeDisk}},
      {"IdAndStatus",
       disks,
       {{"DiskIds", std::string("[\"") + kFreeDisk + "\"]"}, {"Status", "In_use"}},
       {}},
      {"NotPortable", disks, {{"Portable", "false"}}, {kRootDisk}},
      {"WithInstance", disks, {{"DeleteWithInstance", "true"}}, {kRootDisk}},
      {"Encrypted", disks, {{"Encrypted", "true"}}, {}},
      {"NotShared", disks, {{"MultiAttach", "Disabled"}}, all},
      {"Shared", disks, {{"EnableShared", "true"}}, {}},
      {"Policy", disks, {{"AutoSnapshotPolicyId", "sp-1"}}, {}},
      {"NoPolicy", disks, {{"EnableAutomatedSnapshotPolicy", "false"}}, all},
      {"PrePaid", disks, {{"DiskChargeType", "PrePaid"}}, {}},
      {"PostPaid", disks, {{"DiskChargeType", "PostPaid"}}, all},
      {"Locked", disks, {{"LockReason", "financial"}}, {}},
      {"Snapshot", disks, {{"SnapshotId", kReadySnapshot}}, {}},
      {"Later",
       disks,
       {{"Filter.1.Key", "CreationStartTime"}, {"Filter.1.Value", "2024-01-01T00:01Z"}},
       {}},
  };
}

std::vector<FilterCase> OtherFilters() {
  const std::string snapshots = "DescribeSnapshots";
  const std::string instances = "DescribeInstances";
  const std::vector<std::string> both = {kYoungSnapshot, kReadySnapshot};
  const std::vector<std::string> nodes = {kNodeE, kNodeB};
  return {
      {"Snapshots", snapshots, {}, both},
      {"SnapshotStatus", snapshots, {{"Status", "progressing"}}, {kYoungSnapshot}},
      {"SnapshotsOfDisk", snapshots, {{"DiskId", kFreeDisk}}, {kReadySnapshot}},
      {"SnapshotsOfInstance", snapshots, {{"InstanceId", kNodeB}}, {}},
      {"SnapshotName", snapshots, {{"SnapshotName", "fir*"}}, {kReadySnapshot}},
      {"SnapshotTypeAuto", snapshots, {{"SnapshotType", "auto"}}, {}},
      {"SnapshotTypeUser", snapshots, {{"SnapshotType", "user"}}, both},
      {"SnapshotCategory", snapshots, {{"Category", "Standard"}}, both},
      {"SnapshotUsage", snapshots, {{"Usage", "none"}}, both},
      {"SnapshotDiskType", snapshots, {{"SourceDiskType", "Data"}}, both},
      {"SnapshotSystemDisks", snapshots, {{"SourceDiskType", "System"}}, {}},
      {"SnapshotLink",
       snapshots,
       {{"SnapshotLinkId", "sl-bp1free000000000000a"}},
       {kReadySnapshot}},
      {"SnapshotLinks",
       snapshots,
       {{"SnapshotLinkId", R"(["sl-none","sl-bp1free000000000000a"])"}},
       {kReadySnapshot}},
      {"SnapshotTag", snapshots, {{"Tag.1.Key", "env"}, {"Tag.1.Value", "test"}}, {kReadySnapshot}},
      {"Instances", instances, {}, nodes},
      {"InstanceZone", instances, {{"ZoneId", "cn-hangzhou-e"}}, {kNodeE}},
      {"InstanceFamily", instances, {{"InstanceTypeFamily", "ecs.g7"}}, nodes},
      {"InstanceFamilyPrefix", instances, {{"InstanceTypeFamily", "ecs.g"}}, {}},
      {"InstanceType", instances, {{"InstanceType", "ecs.g7.xlarge"}}, {}},
      {"InstanceNames", instances, {{"InstanceName", "node-*"}}, nodes},
      {"InstanceStatus", instances, {{"Status", "Stopped"}}, {}},
      {"InstanceVpc", instances, {{"VpcId", "vpc-none"}}, {}},
      {"InstanceNetwork", instances, {{"InstanceNetworkType", "vpc"}}, nodes},
      {"InstanceNotOptimized", instances, {{"IoOptimized", "false"}}, {}},
      {"InstanceHopLimit", instances, {{"HttpPutResponseHopLimit", "5"}}, {}},
      {"InstanceAddress", instances, {{"PrivateIpAddresses", R"(["10.0.0.1"])"}}, {}},
      {"InstanceTag", instances, {{"Tag.1.Key", "role"}}, {kNodeE}},
      {"InstanceExpired",
       instances,
       {{"Filter.1.Key", "ExpiredEndTime"}, {"Filter.1.Value", "2030-01-01T00:00Z"}},
       {}},
      {"InstanceNotExpired",
       instances,
       {{"Filter.1.Key", "ExpiredStartTime"}, {"Filter.1.Value", "2030-01-01T00:00Z"}},
       nodes},
  };
}

INSTANTIATE_TEST_SUITE_P(Disks, FilterTest, testing::ValuesIn(DiskFilters()),
                         [](const auto& test) { return test.param.name; });
INSTANTIATE_TEST_SUITE_P(Others, FilterTest, testing::ValuesIn(OtherFilters()),
                         [](const auto& test) { return test.param.name; });

TEST(DescribeSnapshotsTest, GivenSnapshotOfAnAttachedDiskWhenAskedByInstanceThenFound) {
  TestCloud cloud;
  PutSampleWorld(cloud);
  cloud.Put(Snapshot{.id = "s-held",
                     .account = "default",
                     .region = "cn-hangzhou",
                     .source_disk_id = kHeldDisk,
                     .source_zone = "cn-hangzhou-b",
                     .source_disk_size_gib = 40,
                     .source_category = "cloud_essd",
                     .seq = 2000});
  EXPECT_THAT(Ask(cloud, "DescribeSnapshots", {{"InstanceId", kNodeB}}),
              testing::ElementsAre("s-held"));
}

TEST(DescribeDisksTest, GivenAnotherAccountOrRegionWhenAskedThenNothing) {
  TestCloud cloud;
  PutSampleWorld(cloud);
  Params params;
  params.Set("RegionId", "cn-beijing");
  EXPECT_THAT(cloud.Call("DescribeDisks", params)->members, testing::HasSubstr("\"TotalCount\":0"));
  params.Set("RegionId", "cn-hangzhou");
  EXPECT_THAT(cloud.Call("DescribeDisks", params, "another")->members,
              testing::HasSubstr("\"TotalCount\":0"));
}

}  // namespace
}  // namespace cloudapi
