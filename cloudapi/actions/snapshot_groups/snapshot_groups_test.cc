#include "cloudapi/actions/snapshot_groups/snapshot_groups.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/release.h"
#include "cloudapi/actions/testing/write_fixture.h"
#include "cloudapi/rules/snapshot_group.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class SnapshotGroupsTest : public WriteTest {
 protected:
  SnapshotGroupsTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> InRegion(std::string_view action, Values values = {}) {
    values.emplace("RegionId", caller.region);
    return Run(action, std::move(values));
  }
  Result<Answer> CreateGroup(Values values) {
    return InRegion("CreateSnapshotGroup", std::move(values));
  }
  // Of two disks of i-1.
  std::string MakeGroup(Values values = {}) {
    first_ = MakeUsedDisk();
    second_ = MakeUsedDisk();
    values.emplace("DiskId.1", first_);
    values.emplace("DiskId.2", second_);
    return IdIn(CreateGroup(std::move(values)));
  }
  json Groups(Values values = {}) {
    const auto answer = InRegion("DescribeSnapshotGroups", std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    if (!answer) return json::array();
    return json::parse("{" + answer->members + "}").at("SnapshotGroups").at("SnapshotGroup");
  }
  json GroupOf(const std::string& id) { return Groups({{"SnapshotGroupId.1", id}}).at(0); }
  json MembersOf(const std::string& id) { return GroupOf(id).at("Snapshots").at("Snapshot"); }
  std::string MemberOf(const std::string& id, std::size_t index) {
    return MembersOf(id).at(index).at("SnapshotId");
  }
  // As the jobs leave it.
  void Finish(const std::string& snapshot) {
    Change([&](Tx& tx) {
      const auto found = tx.Find<cloudapi::Snapshot>(caller.account, "", snapshot);
      tx.Put(*Accomplish(*CutSnapshot(*found, tx.Now(), 0, true), tx.Now()));
      SettleGroup(tx, *found);
    });
  }
  template <class Apply>
  void Change(const Apply& apply) {
    ASSERT_TRUE(store->Write("r", [&](Tx& tx) -> Result<void> {
      apply(tx);
      return {};
    }));
  }
  json DeleteGroup(const std::string& id) {
    const auto answer = InRegion("DeleteSnapshotGroup", {{"SnapshotGroupId", id}});
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}")
        .at("OperationProgressSet")
        .at("OperationProgress");
  }

  std::string first_;
  std::string second_;
};

TEST_F(SnapshotGroupsTest, GivenTwoDisksWhenGroupedThenOneJobAndMembersWithoutAnyOfTheirOwn) {
  const std::string id = MakeGroup({{"Name", "all"},
                                    {"Description", "text"},
                                    {"ResourceGroupId", "rg-1"},
                                    {"Tag.1.Key", "k"},
                                    {"Tag.1.Value", "v"}});
  EXPECT_EQ(id.substr(0, 7), "ssg-bp1");
  ASSERT_EQ(JobsOf(id).size(), 1U);
  EXPECT_EQ(JobsOf(id)[0].step, Step::kGroupCut);
  EXPECT_EQ(JobsOf(id)[0].due, env.CloudNow() + settings.delays.cut);
  const json group = GroupOf(id);
  EXPECT_EQ(group.at("Status"), "progressing");
  EXPECT_EQ(group.at("Name"), "all");
  EXPECT_EQ(group.at("Description"), "text");
  EXPECT_EQ(group.at("InstanceId"), "");
  EXPECT_EQ(group.at("ResourceGroupId"), "rg-1");
  EXPECT_EQ(group.at("Tags").at("Tag").at(0).at("Value"), "v");
  const json members = group.at("Snapshots").at("Snapshot");
  ASSERT_EQ(members.size(), 2U);
  EXPECT_EQ(members[0].at("SourceDiskId"), first_);
  EXPECT_EQ(members[1].at("SourceDiskId"), second_);
  EXPECT_EQ(members[0].at("Available"), false);
  EXPECT_EQ(members[0].at("InstantAccess"), true);
  EXPECT_EQ(members[0].at("Progress"), "0%");
  EXPECT_EQ(members[0].at("Tags").at("Tag").at(0).at("Key"), "k");
  const auto snapshot = SnapshotOf(members[0].at("SnapshotId"));
  EXPECT_EQ(snapshot->name, "all");
  EXPECT_EQ(snapshot->description, "Created_from_" + id);
  EXPECT_EQ(snapshot->type, SnapshotType::kUser);
  EXPECT_TRUE(JobsOf(snapshot->id).empty());
}

TEST_F(SnapshotGroupsTest, GivenMembersThatEndWhenAskedThenTheGroupHasTheirStatus) {
  const std::string id = MakeGroup();
  Finish(MemberOf(id, 0));
  EXPECT_EQ(GroupOf(id).at("Status"), "progressing");
  Finish(MemberOf(id, 1));
  EXPECT_EQ(GroupOf(id).at("Status"), "accomplished");
  EXPECT_EQ(MembersOf(id).at(1).at("Progress"), "100%");
  EXPECT_EQ(MembersOf(id).at(1).at("Available"), true);
}

TEST_F(SnapshotGroupsTest, GivenInstanceWhenGroupedThenItsDisksLessTheExcludedOnes) {
  first_ = MakeUsedDisk();
  second_ = MakeUsedDisk();
  const std::string id = IdIn(CreateGroup({{"InstanceId", "i-1"}, {"ExcludeDiskId.1", first_}}));
  EXPECT_EQ(GroupOf(id).at("InstanceId"), "i-1");
  ASSERT_EQ(MembersOf(id).size(), 1U);
  EXPECT_EQ(MembersOf(id).at(0).at("SourceDiskId"), second_);
  Finish(MemberOf(id, 0));
  const std::string named = IdIn(CreateGroup({{"InstanceId", "i-1"}, {"DiskId.1", second_}}));
  EXPECT_EQ(MembersOf(named).size(), 1U);
}

struct GroupCase {
  std::string label;
  Values values;
  std::string code;
  int status;
};
class CreateGroupTest : public SnapshotGroupsTest, public testing::WithParamInterface<GroupCase> {};

// FIRST stands for a disk of i-1.
TEST_P(CreateGroupTest, GivenParametersWhenGroupedThenTheirCode) {
  const std::string disk = MakeUsedDisk();
  Values values = GetParam().values;
  for (auto& entry : values) {
    if (entry.second == "FIRST") entry.second = disk;
  }
  const auto result = CreateGroup(std::move(values));
  EXPECT_EQ(Code(result), GetParam().code);
  EXPECT_EQ(result ? 200 : result.error().http_status, GetParam().status);
}

Values TooMany() {
  Values values;
  for (int i = 1; i <= 17; ++i) values["DiskId." + std::to_string(i)] = "d-" + std::to_string(i);
  return values;
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CreateGroupTest,
    testing::Values(
        GroupCase{"Disk", {{"DiskId.1", "FIRST"}}, "", 200},
        GroupCase{"Twice", {{"DiskId.1", "FIRST"}, {"DiskId.2", "FIRST"}}, "", 200},
        GroupCase{"Instant",
                  {{"DiskId.1", "FIRST"},
                   {"InstantAccess", "true"},
                   {"InstantAccessRetentionDays", "65535"}},
                  "",
                  200},
        GroupCase{"Nothing", {}, "MissingParamter.InstanceId", 400},
        GroupCase{"Both",
                  {{"DiskId.1", "FIRST"}, {"ExcludeDiskId.1", "FIRST"}},
                  "InvalidParam.ExcludeDiskIdsAndDiskIds.Conflict",
                  400},
        GroupCase{"UnknownDisk", {{"DiskId.1", "d-none"}}, "InvalidDiskId.NotFound", 404},
        GroupCase{"UnknownInstance", {{"InstanceId", "i-none"}}, "InvalidInstanceId.NotFound", 404},
        GroupCase{"OtherInstance",
                  {{"InstanceId", "i-2"}, {"DiskId.1", "FIRST"}},
                  "InvalidDiskId.NotFound",
                  404},
        GroupCase{"NoDisks", {{"InstanceId", "i-2"}}, "InvalidInstance.NoDisk", 403},
        GroupCase{"AllExcluded",
                  {{"InstanceId", "i-1"}, {"ExcludeDiskId.1", "FIRST"}},
                  "InvalidInstance.NoDisk",
                  403},
        GroupCase{"TooMany", TooMany(), "NumberExceed.TooManyDisks", 403},
        GroupCase{"Name", {{"DiskId.1", "FIRST"}, {"Name", "1"}}, "InvalidParameter.Name", 400},
        GroupCase{"Description",
                  {{"DiskId.1", "FIRST"}, {"Description", "http://x"}},
                  "InvalidDescription.Malformed",
                  400},
        GroupCase{"InstantDays",
                  {{"DiskId.1", "FIRST"}, {"InstantAccessRetentionDays", "0"}},
                  "InvalidParameter",
                  400},
        GroupCase{"TagTwice",
                  {{"DiskId.1", "FIRST"}, {"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}},
                  "Duplicate.TagKey",
                  400},
        GroupCase{"ResourceGroup",
                  {{"DiskId.1", "FIRST"}, {"ResourceGroupId", "x"}},
                  "InvalidResourceGroup.NotFound",
                  404},
        GroupCase{"CloudBox",
                  {{"DiskId.1", "FIRST"}, {"StorageLocationArn", "acs:x"}},
                  "OperationDenied",
                  403}),
    [](const auto& c) { return c.param.label; });

TEST_F(SnapshotGroupsTest, GivenDisksThatCannotBeSnapshottedWhenGroupedThenNothingIsMade) {
  const std::string used = MakeUsedDisk();
  const std::string fresh = MakeDisk();
  EXPECT_EQ(Code(CreateGroup({{"DiskId.1", used}, {"DiskId.2", fresh}})),
            "IncorrectDiskStatus.NeverAttached");
  EXPECT_TRUE(Groups().empty());
  EXPECT_EQ(Code(Snapshot(used)), "");
  EXPECT_EQ(Code(CreateGroup({{"DiskId.1", used}})),
            "IncorrectDiskStatus.TooManyCreatingSnapshots");
  caller.region = "mars";
  EXPECT_EQ(Code(CreateGroup({{"DiskId.1", used}})), "InvalidRegionId.NotFound");
}

TEST_F(SnapshotGroupsTest, GivenGroupsWhenFilteredThenExactlyThese) {
  const std::string one = MakeGroup({{"Name", "one"}, {"Tag.1.Key", "k"}});
  Finish(MemberOf(one, 0));
  Finish(MemberOf(one, 1));
  const std::string two = IdIn(CreateGroup({{"InstanceId", "i-1"}, {"ResourceGroupId", "rg-2"}}));
  const auto ids = [this](Values values) {
    std::vector<std::string> found;
    for (const json& group : Groups(std::move(values))) found.push_back(group["SnapshotGroupId"]);
    return found;
  };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), (Ids{two, one}));
  EXPECT_EQ(ids({{"SnapshotGroupId.1", one}, {"SnapshotGroupId.2", "ssg-none"}}), Ids{one});
  EXPECT_EQ(ids({{"Name", "one"}}), Ids{one});
  EXPECT_EQ(ids({{"InstanceId", "i-1"}}), Ids{two});
  EXPECT_EQ(ids({{"Status.1", "accomplished"}}), Ids{one});
  EXPECT_EQ(ids({{"Status.1", "accomplished"}, {"Status.2", "progressing"}}), (Ids{two, one}));
  EXPECT_EQ(ids({{"Tag.1.Key", "k"}}), Ids{one});
  EXPECT_EQ(ids({{"ResourceGroupId", "rg-2"}}), Ids{two});
  EXPECT_EQ(ids({{"MaxResults", "1"}}), Ids{two});
  const auto page = InRegion("DescribeSnapshotGroups", {{"MaxResults", "1"}});
  const std::string next = json::parse("{" + page->members + "}").at("NextToken");
  EXPECT_EQ(ids({{"MaxResults", "1"}, {"NextToken", next}}), Ids{one});
  EXPECT_EQ(Code(InRegion("DescribeSnapshotGroups", {{"Status.1", "x"}})), "InvalidParameter");
}

TEST_F(SnapshotGroupsTest, GivenGroupWhenModifiedThenNameAndDescriptionAreNew) {
  const std::string id = MakeGroup({{"Name", "old"}, {"Description", "text"}});
  const auto modify = [&](Values values) {
    values.emplace("SnapshotGroupId", id);
    return Code(InRegion("ModifySnapshotGroup", std::move(values)));
  };
  EXPECT_EQ(modify({{"Name", "new"}}), "");
  EXPECT_EQ(GroupOf(id).at("Name"), "new");
  EXPECT_EQ(GroupOf(id).at("Description"), "text");
  EXPECT_EQ(modify({{"Description", ""}}), "");
  EXPECT_EQ(GroupOf(id).at("Description"), "");
  EXPECT_EQ(modify({{"Name", "1"}}), "InvalidParameter.Name");
  EXPECT_EQ(Code(InRegion("ModifySnapshotGroup", {{"SnapshotGroupId", "ssg-none"}})),
            "InvalidSnapshotGroupId.NotFound");
}

TEST_F(SnapshotGroupsTest, GivenGroupWhenDeletedThenItsMembersGoOneByOneAndItWithThem) {
  const std::string id = MakeGroup();
  const std::string member = MemberOf(id, 0);
  const json progress = DeleteGroup(id);
  ASSERT_EQ(progress.size(), 2U);
  EXPECT_EQ(progress[0].at("OperationStatus"), "Success");
  EXPECT_EQ(progress[0].at("RelatedItemSet").at("RelatedItem").at(0).at("Value"), member);
  EXPECT_TRUE(Groups().empty());
  EXPECT_FALSE(SnapshotOf(member));
  EXPECT_TRUE(JobsOf(id).empty());
  EXPECT_TRUE(DeleteGroup(id).empty());
  EXPECT_EQ(Code(InRegion("DeleteSnapshotGroup", {{"SnapshotGroupId", "ssg-none"}})),
            "InvalidSnapshotGroupId.NotFound");
}

TEST_F(SnapshotGroupsTest, GivenMemberThatFillsADiskWhenTheGroupIsDeletedThenItStaysUntilThen) {
  const std::string id = MakeGroup();
  const std::string busy = MemberOf(id, 0);
  Finish(busy);
  Finish(MemberOf(id, 1));
  const std::string disk = IdIn(Create({{"DiskCategory", "cloud_essd"}, {"SnapshotId", busy}}));
  const json progress = DeleteGroup(id);
  EXPECT_EQ(progress.at(0).at("OperationStatus"), "Failed");
  EXPECT_EQ(progress.at(0).at("ErrorCode"), "Operation.Conflict");
  EXPECT_EQ(progress.at(1).at("OperationStatus"), "Success");
  ASSERT_EQ(MembersOf(id).size(), 1U);
  Settle();
  EXPECT_EQ(DeleteGroup(id).at(0).at("OperationStatus"), "Success");
  EXPECT_TRUE(Groups().empty());
  EXPECT_TRUE(DiskOf(disk));
}

TEST_F(SnapshotGroupsTest, GivenMembersWhenDeletedAsSnapshotsThenTheGroupGoesWithTheLast) {
  const std::string id = MakeGroup();
  const std::string first = MemberOf(id, 0);
  const std::string second = MemberOf(id, 1);
  Finish(second);
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", first}})), "");
  EXPECT_EQ(GroupOf(id).at("Status"), "accomplished");
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", second}})), "");
  EXPECT_TRUE(Groups().empty());
}

TEST_F(SnapshotGroupsTest, GivenGroupWhenTaggedAndJoinedThenItsListingHasThem) {
  const std::string id = MakeGroup();
  EXPECT_EQ(Code(InRegion(
                "TagResources",
                {{"ResourceType", "snapshotgroup"}, {"ResourceId.1", id}, {"Tag.1.Key", "own"}})),
            "");
  EXPECT_EQ(GroupOf(id).at("Tags").at("Tag").at(0).at("Key"), "own");
  EXPECT_EQ(Code(InRegion("JoinResourceGroup", {{"ResourceType", "snapshotgroup"},
                                                {"ResourceId", id},
                                                {"ResourceGroupId", "rg-9"}})),
            "");
  EXPECT_EQ(GroupOf(id).at("ResourceGroupId"), "rg-9");
  EXPECT_EQ(Code(InRegion(
                "UntagResources",
                {{"ResourceType", "snapshotgroup"}, {"ResourceId.1", id}, {"TagKey.1", "own"}})),
            "");
  EXPECT_TRUE(GroupOf(id).at("Tags").at("Tag").empty());
}

}  // namespace
}  // namespace cloudapi
