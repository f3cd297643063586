#include "cloudapi/actions/groups/groups.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/sample_world.h"

namespace cloudapi {
namespace {

class GroupsTest : public testing::Test {
 protected:
  GroupsTest() {
    PutSampleWorld(cloud_);
    PutSamplePolicies(cloud_);
  }
  std::string Join(const std::string& type, const std::string& id,
                   const std::string& group = "rg-1", const std::string& region = "cn-hangzhou") {
    Params params;
    params.Set("RegionId", region);
    params.Set("ResourceType", type);
    params.Set("ResourceId", id);
    params.Set("ResourceGroupId", group);
    const auto answer = cloud_.Call("JoinResourceGroup", params);
    return answer ? "" : answer.error().code;
  }
  // How many objects the listing has in the group.
  std::string Total(const std::string& action) {
    Params params;
    params.Set("RegionId", "cn-hangzhou");
    params.Set("ResourceGroupId", "rg-1");
    const std::string members = cloud_.Call(action, params)->members;
    return members.substr(members.rfind(':') + 1);
  }
  TestCloud cloud_;
};

TEST_F(GroupsTest, GivenEachTypeWhenJoinedThenItsListingHasIt) {
  EXPECT_EQ(Join("disk", kFreeDisk), "");
  EXPECT_EQ(Join("Snapshot", kReadySnapshot), "");
  EXPECT_EQ(Join("instance", kNodeB), "");
  EXPECT_EQ(Join("snapshotpolicy", kIdlePolicy), "");
  for (const char* action :
       {"DescribeDisks", "DescribeSnapshots", "DescribeInstances", "DescribeAutoSnapshotPolicyEx"})
    EXPECT_EQ(Total(action), "1") << action;
}

TEST_F(GroupsTest, GivenWhatIsNotThereWhenJoinedThenItsCode) {
  EXPECT_EQ(Join("disk", "d-x"), "InvalidResourceId.NotFound");
  EXPECT_EQ(Join("snapshot", kFreeDisk), "InvalidResourceId.NotFound");
  EXPECT_EQ(Join("image", "m-1"), "InvalidResourceId.NotFound");
  EXPECT_EQ(Join("boat", kFreeDisk), "InvalidResourceType.NotFound");
  EXPECT_EQ(Join("disk", kFreeDisk, "group"), "InvalidResourceGroup.NotFound");
  EXPECT_EQ(Join("disk", kFreeDisk, "rg-1", "mars"), "InvalidRegionId.NotFound");
  EXPECT_EQ(Join("", kFreeDisk), "MissingParameter");
  EXPECT_EQ(Join("disk", ""), "MissingParameter");
  EXPECT_EQ(Join("disk", kFreeDisk, ""), "MissingParameter");
}

}  // namespace
}  // namespace cloudapi
