#include "cloudapi/actions/policies/policies.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/testing/write_fixture.h"
#include "cloudapi/rules/snapshot_policy.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class PoliciesTest : public WriteTest {
 protected:
  PoliciesTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> CreatePolicy(Values values = {}) {
    values.emplace("regionId", "cn-hangzhou");
    values.emplace("timePoints", R"(["1","22"])");
    values.emplace("repeatWeekdays", R"(["1","7"])");
    values.emplace("retentionDays", "3");
    return Run("CreateAutoSnapshotPolicy", std::move(values));
  }
  std::string MakePolicy(Values values = {}) { return IdIn(CreatePolicy(std::move(values))); }
  Result<Answer> OnPolicy(std::string_view action, const std::string& policy, Values values = {}) {
    values.emplace("regionId", "cn-hangzhou");
    values.emplace("autoSnapshotPolicyId", policy);
    return Run(action, std::move(values));
  }
  Result<Answer> Apply(const std::string& policy, const std::string& disk) {
    return OnPolicy("ApplyAutoSnapshotPolicy", policy, {{"diskIds", json{disk}.dump()}});
  }
  Result<Answer> Cancel(const std::string& policy, const std::string& disk) {
    return OnPolicy("CancelAutoSnapshotPolicy", policy, {{"diskIds", json{disk}.dump()}});
  }
  json Listed(std::string_view action, Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    const auto answer = Run(action, std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}");
  }
  json Policies(Values values = {}) {
    return Listed("DescribeAutoSnapshotPolicyEx", std::move(values))
        .at("AutoSnapshotPolicies")
        .at("AutoSnapshotPolicy");
  }
  // "policy/disk" of each association.
  std::vector<std::string> Links(Values values = {}) {
    std::vector<std::string> links;
    const json listed = Listed("DescribeAutoSnapshotPolicyAssociations", std::move(values));
    for (const json& row :
         listed.at("AutoSnapshotPolicyAssociations").at("AutoSnapshotPolicyAssociation")) {
      links.push_back(row.at("AutoSnapshotPolicyId").get<std::string>() + "/" +
                      row.at("DiskId").get<std::string>());
    }
    return links;
  }
  std::vector<std::string> DisksWhere(Values values) {
    std::vector<std::string> ids;
    const json listed = Listed("DescribeDisks", std::move(values));
    for (const json& disk : listed.at("Disks").at("Disk")) ids.push_back(disk.at("DiskId"));
    return ids;
  }
  // What a firing of the policy would have left.
  std::string AutoSnapshotOf(const std::string& disk) {
    return store
        ->Write("setup",
                [&](Tx& tx) -> Result<std::string> {
                  cloudapi::Snapshot snapshot{.id = tx.NextId<cloudapi::Snapshot>("bp1"),
                                              .account = "a",
                                              .region = "cn-hangzhou",
                                              .status = SnapshotStatus::kAccomplished,
                                              .type = SnapshotType::kAuto,
                                              .source_disk_id = disk,
                                              .seq = tx.NextSeq()};
                  tx.Put(snapshot);
                  return snapshot.id;
                })
        .value();
  }
};

TEST_F(PoliciesTest, GivenRequestWhenCreatedThenDescribedAsGiven) {
  const std::string id = MakePolicy({{"autoSnapshotPolicyName", "nightly"},
                                     {"timePoints", R"(["22","1"])"},
                                     {"ResourceGroupId", "rg-1"},
                                     {"EnableCrossRegionCopy", "false"},
                                     {"TargetCopyRegions", R"(["cn-beijing"])"},
                                     {"CopiedSnapshotsRetentionDays", "30"},
                                     {"Tag.1.Key", "env"},
                                     {"Tag.1.Value", "test"}});
  EXPECT_EQ(id.substr(0, 6), "sp-bp1");
  const json policy = Policies({{"AutoSnapshotPolicyId", id}}).at(0);
  EXPECT_EQ(policy.at("AutoSnapshotPolicyName"), "nightly");
  EXPECT_EQ(policy.at("TimePoints"), R"(["22","1"])");
  EXPECT_EQ(policy.at("RepeatWeekdays"), R"(["1","7"])");
  EXPECT_EQ(policy.at("TargetCopyRegions"), R"(["cn-beijing"])");
  EXPECT_EQ(policy.at("CopiedSnapshotsRetentionDays"), 30);
  EXPECT_EQ(policy.at("RetentionDays"), 3);
  EXPECT_EQ(policy.at("EnableCrossRegionCopy"), false);
  EXPECT_EQ(policy.at("DiskNums"), 0);
  EXPECT_EQ(policy.at("Status"), "Normal");
  EXPECT_EQ(policy.at("ResourceGroupId"), "rg-1");
  EXPECT_EQ(policy.at("Tags").at("Tag").at(0).at("TagKey"), "env");
  EXPECT_FALSE(policy.contains("CopyEncryptionConfiguration"));
  EXPECT_TRUE(JobsOf(id).empty()) << "without disks it does not fire";
}

struct CreateCase {
  std::string label;
  Values values;
  std::string code;
  int status;
};
class CreatePolicyTest : public PoliciesTest, public testing::WithParamInterface<CreateCase> {};

TEST_P(CreatePolicyTest, GivenParametersWhenCreatedThenAnswersAndLeavesNothing) {
  const std::int64_t before = store->Revision();
  const auto answer = CreatePolicy(GetParam().values);
  EXPECT_EQ(Code(answer), GetParam().code);
  EXPECT_EQ(answer ? 200 : answer.error().http_status, GetParam().status);
  EXPECT_EQ(store->Revision() == before, !answer);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CreatePolicyTest,
    testing::Values(
        CreateCase{"Plain", {}, "", 200},
        CreateCase{"NoHours", {{"timePoints", ""}}, "MissingParameter", 400},
        CreateCase{"NoDays", {{"repeatWeekdays", ""}}, "MissingParameter", 400},
        CreateCase{"NoRetention", {{"retentionDays", ""}}, "MissingParameter", 400},
        CreateCase{"HoursNoJson", {{"timePoints", "1,2"}}, "ParameterInvalid", 403},
        CreateCase{"HoursOfNumbers", {{"timePoints", "[1]"}}, "ParameterInvalid", 403},
        CreateCase{"Hour", {{"timePoints", R"(["24"])"}}, "ParameterInvalid", 403},
        CreateCase{"Day", {{"repeatWeekdays", R"(["0"])"}}, "ParameterInvalid", 403},
        CreateCase{"RetentionText", {{"retentionDays", "long"}}, "ParameterInvalid", 403},
        CreateCase{"Retention", {{"retentionDays", "0"}}, "ParameterInvalid", 403},
        CreateCase{"Name", {{"autoSnapshotPolicyName", "1"}}, "ParameterInvalid", 403},
        CreateCase{"Targets", {{"TargetCopyRegions", "cn-beijing"}}, "ParameterInvalid", 403},
        CreateCase{"CopyText", {{"EnableCrossRegionCopy", "maybe"}}, "ParameterInvalid", 403},
        CreateCase{"CopiesNowhere", {{"EnableCrossRegionCopy", "true"}}, "ParameterInvalid", 403},
        CreateCase{"CopyKeys",
                   {{"CopyEncryptionConfiguration.Encrypted", "true"}},
                   "OperationDenied",
                   403},
        CreateCase{"StorageLocation", {{"StorageLocationArn", "arn:x"}}, "OperationDenied", 403},
        CreateCase{
            "ResourceGroup", {{"ResourceGroupId", "x"}}, "InvalidResourceGroup.NotFound", 404},
        CreateCase{"TagTwice", {{"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}}, "Duplicate.TagKey", 400}),
    [](const auto& c) { return c.param.label; });

TEST_F(PoliciesTest, GivenUnknownRegionWhenCalledThenParameterInvalid) {
  caller.region = "mars";
  EXPECT_EQ(Code(CreatePolicy()), "ParameterInvalid");
  EXPECT_EQ(Code(Apply("sp-x", "d-x")), "ParameterInvalid");
}

TEST_F(PoliciesTest, GivenUnknownNamesWhenCalledThenTheDocumentedStatus) {
  const std::string policy = MakePolicy();
  const auto modified = OnPolicy("ModifyAutoSnapshotPolicyEx", "sp-x");
  EXPECT_EQ(Code(modified), "ParameterInvalid");
  EXPECT_EQ(modified.error().http_status, 403);
  const auto deleted = OnPolicy("DeleteAutoSnapshotPolicy", "sp-x");
  EXPECT_EQ(Code(deleted), "ParameterInvalid");
  EXPECT_EQ(deleted.error().http_status, 404);
  EXPECT_EQ(Code(Apply("sp-x", MakeDisk())), "ParameterInvalid");
  EXPECT_EQ(Code(Apply(policy, "d-x")), "ParameterInvalid");
  EXPECT_EQ(Code(Cancel("sp-x", MakeDisk())), "ParameterInvalid");
  EXPECT_EQ(Code(Cancel(policy, "d-x")), "ParameterInvalid");
  EXPECT_EQ(Code(OnPolicy("ApplyAutoSnapshotPolicy", policy, {{"diskIds", "[]"}})),
            "ParameterInvalid");
  EXPECT_EQ(Code(OnPolicy("ApplyAutoSnapshotPolicy", policy, {{"diskIds", "d-x"}})),
            "ParameterInvalid");
  caller.account = "b";
  EXPECT_EQ(Code(OnPolicy("DeleteAutoSnapshotPolicy", policy)), "ParameterInvalid");
}

TEST_F(PoliciesTest, GivenPolicyWhenAppliedThenTheDiskNamesItAndItFires) {
  const std::string policy = MakePolicy();
  const std::string disk = MakeDisk();
  const std::string other = MakeDisk();
  EXPECT_EQ(Code(Apply(policy, disk)), "");
  EXPECT_EQ(Code(Apply(policy, disk)), "") << "once more changes nothing";
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, policy);
  EXPECT_EQ(Links(), std::vector<std::string>{policy + "/" + disk});
  EXPECT_EQ(Policies().at(0).at("DiskNums"), 1);
  ASSERT_EQ(JobsOf(policy).size(), 1U);
  EXPECT_EQ(JobsOf(policy)[0].step, Step::kPolicyFire);
  const SnapshotPolicy stored{.time_points = "1,22", .repeat_weekdays = "1,7"};
  EXPECT_EQ(JobsOf(policy)[0].due, NextFiring(stored, env.CloudNow()));
  EXPECT_EQ(DisksWhere({{"AutoSnapshotPolicyId", policy}}), std::vector<std::string>{disk});
  EXPECT_EQ(DisksWhere({{"AutoSnapshotPolicyId", policy}, {"DiskIds", json{disk}.dump()}}),
            std::vector<std::string>{disk});
  EXPECT_EQ(DisksWhere({{"EnableAutomatedSnapshotPolicy", "true"}}),
            std::vector<std::string>{disk});
  EXPECT_EQ(DisksWhere({{"EnableAutomatedSnapshotPolicy", "false"}}),
            std::vector<std::string>{other});
}

TEST_F(PoliciesTest, GivenDiskUnderAPolicyWhenAnotherIsAppliedThenItReplaces) {
  const std::string first = MakePolicy();
  const std::string second = MakePolicy();
  const std::string disk = MakeDisk();
  EXPECT_EQ(Code(Apply(first, disk)), "");
  EXPECT_EQ(Code(Apply(second, disk)), "");
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, second);
  EXPECT_EQ(Links(), std::vector<std::string>{second + "/" + disk});
  EXPECT_TRUE(JobsOf(first).empty());
}

TEST_F(PoliciesTest, GivenSeveralPoliciesADiskWhenAppliedThenTheyAddUpToTheLimit) {
  settings.policies_per_disk = 10;
  const std::string disk = MakeDisk();
  std::vector<std::string> policies;
  for (int i = 0; i < 10; ++i) {
    policies.push_back(MakePolicy());
    EXPECT_EQ(Code(Apply(policies.back(), disk)), "");
  }
  EXPECT_EQ(Code(Apply(MakePolicy(), disk)), "QuotaExceed.AppliedAutoSnapshotPolicyQuota");
  EXPECT_EQ(Links({{"DiskId", disk}}).size(), 10U);
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, policies[0]);
  EXPECT_EQ(DisksWhere({{"AutoSnapshotPolicyId", policies[7]}}), std::vector<std::string>{disk});
  EXPECT_EQ(Code(Cancel(policies[0], disk)), "");
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, policies[1]);
  EXPECT_EQ(Code(OnPolicy("CancelAutoSnapshotPolicy", "", {{"diskIds", json{disk}.dump()}})), "");
  EXPECT_TRUE(Links().empty());
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, "");
  for (const std::string& policy : policies) EXPECT_TRUE(JobsOf(policy).empty());
}

TEST_F(PoliciesTest, GivenOneUnknownDiskAmongManyWhenAppliedThenNoneIsUnderIt) {
  const std::string policy = MakePolicy();
  const std::string disk = MakeDisk();
  EXPECT_EQ(
      Code(OnPolicy("ApplyAutoSnapshotPolicy", policy, {{"diskIds", json{disk, "d-x"}.dump()}})),
      "ParameterInvalid");
  EXPECT_TRUE(Links().empty());
}

TEST_F(PoliciesTest, GivenPolicyWhenModifiedThenItFiresByTheNewHours) {
  const std::string policy = MakePolicy();
  EXPECT_EQ(Code(Apply(policy, MakeDisk())), "");
  EXPECT_EQ(Code(OnPolicy("ModifyAutoSnapshotPolicyEx", policy,
                          {{"timePoints", R"(["5"])"},
                           {"repeatWeekdays", R"(["3"])"},
                           {"retentionDays", "-1"},
                           {"autoSnapshotPolicyName", "weekly"}})),
            "");
  const json changed = Policies().at(0);
  EXPECT_EQ(changed.at("TimePoints"), R"(["5"])");
  EXPECT_EQ(changed.at("RetentionDays"), -1);
  EXPECT_EQ(changed.at("AutoSnapshotPolicyName"), "weekly");
  const SnapshotPolicy stored{.time_points = "5", .repeat_weekdays = "3"};
  ASSERT_EQ(JobsOf(policy).size(), 1U);
  EXPECT_EQ(JobsOf(policy)[0].due, NextFiring(stored, env.CloudNow()));
  EXPECT_EQ(Code(OnPolicy("ModifyAutoSnapshotPolicyEx", policy, {{"timePoints", R"(["x"])"}})),
            "ParameterInvalid");
  EXPECT_EQ(
      Code(OnPolicy("ModifyAutoSnapshotPolicyEx", policy, {{"EnableCrossRegionCopy", "true"}})),
      "ParameterInvalid");
}

TEST_F(PoliciesTest, GivenPolicyThatIsDueWhenModifiedThenThatFiringStays) {
  const std::string policy = MakePolicy();
  EXPECT_EQ(Code(Apply(policy, MakeDisk())), "");
  const Job due = JobsOf(policy).at(0);
  env.Advance(due.due - env.CloudNow());
  EXPECT_EQ(Code(OnPolicy("ModifyAutoSnapshotPolicyEx", policy, {{"timePoints", R"(["5"])"}})), "");
  EXPECT_EQ(JobsOf(policy), std::vector<Job>{due});
}

TEST_F(PoliciesTest, GivenPolicyWithDisksWhenDeletedThenTheyAreUnderNone) {
  const std::string policy = MakePolicy();
  const std::string disk = MakeDisk();
  EXPECT_EQ(Code(Apply(policy, disk)), "");
  const std::string snapshot = AutoSnapshotOf(disk);
  EXPECT_EQ(Code(OnPolicy("DeleteAutoSnapshotPolicy", policy)), "");
  EXPECT_TRUE(Policies().empty());
  EXPECT_TRUE(Links().empty());
  EXPECT_EQ(DiskOf(disk)->auto_snapshot_policy_id, "");
  EXPECT_TRUE(JobsOf(policy).empty());
  EXPECT_TRUE(SnapshotOf(snapshot));
  EXPECT_EQ(Code(OnPolicy("DeleteAutoSnapshotPolicy", policy)), "ParameterInvalid");
}

TEST_F(PoliciesTest, GivenDiskUnderAPolicyWhenDeletedThenThePolicyCountsItNoLonger) {
  const std::string policy = MakePolicy();
  const std::string disk = MakeDisk();
  EXPECT_EQ(Code(Apply(policy, disk)), "");
  const std::string automatic = AutoSnapshotOf(disk);
  EXPECT_EQ(Code(Delete(disk)), "");
  EXPECT_EQ(Policies().at(0).at("DiskNums"), 0);
  EXPECT_TRUE(Links().empty());
  EXPECT_TRUE(JobsOf(policy).empty());
  EXPECT_TRUE(SnapshotOf(automatic)) << "DeleteAutoSnapshot is false";
}

TEST_F(PoliciesTest, GivenDeleteAutoSnapshotWhenTheDiskIsDeletedThenItsAutomaticSnapshotsGo) {
  const std::string disk = MakeUsedDisk();
  const std::string by_hand = MakeSnapshot(disk);
  const std::string automatic = AutoSnapshotOf(disk);
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", disk}, {"DeleteAutoSnapshot", "true"}})),
            "");
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(Delete(disk)), "");
  EXPECT_TRUE(SnapshotOf(by_hand));
  EXPECT_FALSE(SnapshotOf(automatic));
  ASSERT_EQ(JobsOf(automatic).size(), 1U);
  EXPECT_EQ(JobsOf(automatic)[0].step, Step::kSnapshotUnlink);
}

TEST_F(PoliciesTest, GivenAutomaticSnapshotsWhenSnapshottedByHandThenOnlyTheOthersCount) {
  const std::string disk = MakeUsedDisk();
  for (int i = 0; i < 256; ++i) AutoSnapshotOf(disk);
  EXPECT_EQ(Code(Snapshot(disk)), "");
  EXPECT_EQ(Listed("DescribeSnapshots", {{"SnapshotType", "auto"}}).at("TotalCount"), 256);
  EXPECT_EQ(Listed("DescribeSnapshots", {{"SnapshotType", "user"}}).at("TotalCount"), 1);
}

TEST_F(PoliciesTest, GivenManyPoliciesWhenListedThenPagesAndFilters) {
  for (int i = 0; i < 12; ++i)
    MakePolicy({{"autoSnapshotPolicyName", "policy-" + std::to_string(i)}});
  const json page =
      Listed("DescribeAutoSnapshotPolicyEx", {{"PageSize", "5"}, {"PageNumber", "3"}});
  EXPECT_EQ(page.at("TotalCount"), 12);
  EXPECT_EQ(page.at("AutoSnapshotPolicies").at("AutoSnapshotPolicy").size(), 2U);
  EXPECT_EQ(Policies({{"AutoSnapshotPolicyName", "policy-7"}}).size(), 1U);
  EXPECT_EQ(Policies({{"AutoSnapshotPolicyId", "sp-none"}}).size(), 0U);
  EXPECT_EQ(Policies({{"ResourceGroupId", "rg-2"}}).size(), 0U);
}

TEST_F(PoliciesTest, GivenManyDisksWhenAssociationsAreListedThenTokensCoverAll) {
  const std::string policy = MakePolicy();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Code(Apply(policy, MakeDisk())), "");
  std::string token;
  std::size_t seen = 0;
  do {
    const json page =
        Listed("DescribeAutoSnapshotPolicyAssociations",
               {{"AutoSnapshotPolicyId", policy}, {"MaxResults", "2"}, {"NextToken", token}});
    EXPECT_FALSE(page.contains("TotalCount"));
    seen += page.at("AutoSnapshotPolicyAssociations").at("AutoSnapshotPolicyAssociation").size();
    token = page.at("NextToken");
  } while (!token.empty());
  EXPECT_EQ(seen, 5U);
}

TEST_F(PoliciesTest, GivenPolicyWhenTaggedThenListed) {
  const std::string policy = MakePolicy();
  EXPECT_EQ(Code(Run("TagResources", {{"RegionId", "cn-hangzhou"},
                                      {"ResourceType", "snapshotpolicy"},
                                      {"ResourceId.1", policy},
                                      {"Tag.1.Key", "env"},
                                      {"Tag.1.Value", "test"}})),
            "");
  EXPECT_EQ(Policies({{"Tag.1.Key", "env"}}).size(), 1U);
}

TEST_F(PoliciesTest, GivenQuotaOfPoliciesWhenReachedThenRefusedUntilOneIsDeleted) {
  quotas.Set(Quota::kPolicies, 1);
  const std::string id = MakePolicy();
  EXPECT_EQ(Code(CreatePolicy()), "AutoSnapshotPolicy.QuotaExceed");
  EXPECT_EQ(Code(OnPolicy("DeleteAutoSnapshotPolicy", id)), "");
  EXPECT_EQ(Code(CreatePolicy()), "");
}

}  // namespace
}  // namespace cloudapi
