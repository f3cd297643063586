#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;
using std::chrono::days;
using std::chrono::hours;

class SnapshotLockActionsTest : public WriteTest {
 protected:
  SnapshotLockActionsTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> In(std::string_view action, Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run(action, std::move(values));
  }
  Result<Answer> LockIt(const std::string& id, Values values = {}) {
    values.emplace("SnapshotId", id);
    values.emplace("LockMode", "compliance");
    values.emplace("LockDuration", "2");
    values.emplace("CoolOffPeriod", "24");
    return In("LockSnapshot", std::move(values));
  }
  Result<Answer> UnlockIt(const std::string& id) {
    return In("UnlockSnapshot", {{"SnapshotId", id}});
  }
  json Locked(Values values = {}) {
    const auto answer = In("DescribeLockedSnapshots", std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}");
  }
};

TEST_F(SnapshotLockActionsTest, GivenSnapshotWhenLockedThenAnsweredListedAndNotDeleted) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  const auto answer = LockIt(id);
  ASSERT_TRUE(answer) << answer.error().message;
  const json lock = json::parse("{" + answer->members + "}").at("LockedSnapshotInfo");
  EXPECT_EQ(lock.at("SnapshotId"), id);
  EXPECT_EQ(lock.at("LockStatus"), "compliance-cooloff");
  EXPECT_EQ(lock.at("LockDuration"), 2);
  EXPECT_EQ(lock.at("CoolOffPeriod"), 24);
  EXPECT_EQ(Locked().at("LockedSnapshotsInfo"), json::array({lock}));
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", id}, {"Force", "true"}})),
            "InvalidOperation.SnapshotLocked");
  EXPECT_EQ(Code(UnlockIt(id)), "");
  EXPECT_EQ(Locked().at("LockedSnapshotsInfo"), json::array());
  EXPECT_TRUE(JobsOf(id).empty());
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", id}})), "");
}

TEST_F(SnapshotLockActionsTest, GivenLocksWhenListedThenByIdsStatusAndPages) {
  const std::string disk = MakeUsedDisk();
  std::vector<std::string> ids;
  for (int i = 0; i < 3; ++i) ids.push_back(MakeSnapshot(disk));
  EXPECT_EQ(Code(LockIt(ids[0], {{"CoolOffPeriod", "0"}})), "");
  EXPECT_EQ(Code(LockIt(ids[1])), "");
  EXPECT_EQ(Locked().at("LockedSnapshotsInfo").size(), 2U);
  EXPECT_EQ(Locked({{"LockStatus", "compliance"}}).at("LockedSnapshotsInfo")[0].at("SnapshotId"),
            ids[0]);
  EXPECT_EQ(Locked({{"LockStatus", "expired"}}).at("LockedSnapshotsInfo").size(), 0U);
  EXPECT_EQ(Locked({{"SnapshotIds.1", ids[1]}, {"SnapshotIds.2", ids[2]}})
                .at("LockedSnapshotsInfo")[0]
                .at("SnapshotId"),
            ids[1]);
  const json first = Locked({{"MaxResults", "1"}});
  EXPECT_EQ(first.at("LockedSnapshotsInfo")[0].at("SnapshotId"), ids[1]);
  const json second = Locked({{"MaxResults", "1"}, {"NextToken", first.at("NextToken")}});
  EXPECT_EQ(second.at("LockedSnapshotsInfo")[0].at("SnapshotId"), ids[0]);
  EXPECT_EQ(second.at("NextToken"), "");
}

TEST_F(SnapshotLockActionsTest, GivenCallsWhenRefusedThenTheirCodes) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(LockIt("s-none")), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(Code(UnlockIt("s-none")), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(Code(LockIt(id, {{"LockMode", "governance"}})), "InvalidLockMode.Malformed");
  EXPECT_EQ(Code(LockIt(id, {{"LockDuration", "0"}})), "InvalidLockDuration.Malformed");
  EXPECT_EQ(Code(LockIt(id, {{"LockDuration", "36501"}})), "InvalidLockDuration.Malformed");
  EXPECT_EQ(Code(LockIt(id, {{"CoolOffPeriod", "73"}})), "InvalidCoolOffPeriod.Malformed");
  EXPECT_EQ(Code(LockIt(id, {{"CoolOffPeriod", "49"}})), "InvalidCoolOffPeriod.ExceedLockDuration");
  EXPECT_EQ(Code(UnlockIt(id)), "InvalidOperation.SnapshotNotLocked");
  EXPECT_EQ(Code(In("DescribeLockedSnapshots", {{"LockStatus", "x"}})),
            "InvalidLockStatus.Malformed");
  EXPECT_EQ(Code(In("DescribeLockedSnapshots", {{"NextToken", "x"}})), "Invalid.NextToken");
  const std::string young = IdIn(Snapshot(MakeUsedDisk()));
  EXPECT_EQ(Code(LockIt(young)), "InvalidOperation.SnapshotNotAvailable");
  EXPECT_EQ(Code(LockIt(id)), "");
  env.Advance(days(1));
  EXPECT_EQ(Code(UnlockIt(id)), "InvalidOperation.CoolOffPeriodExpired");
  EXPECT_EQ(Code(LockIt(id)), "InvalidOperation.CoolOffPeriodExpired");
  EXPECT_EQ(Code(LockIt(id, {{"CoolOffPeriod", "0"}, {"LockDuration", "3"}})), "");
  caller.region = "cn-nowhere";
  EXPECT_EQ(Code(LockIt(id)), "InvalidRegionId.NotFound");
  EXPECT_EQ(Code(UnlockIt(id)), "InvalidRegionId.NotFound");
}

TEST_F(SnapshotLockActionsTest, GivenRetentionWhenLockedThenItCoversTheLock) {
  const std::string disk = MakeUsedDisk();
  const std::string id = IdIn(Snapshot(disk, {{"RetentionDays", "2"}}));
  Settle();
  EXPECT_EQ(Code(LockIt(id)), "");
  EXPECT_EQ(Code(LockIt(id, {{"LockDuration", "3"}})), "InvalidLockDuration.ExceedRetentionDays");
}

TEST_F(SnapshotLockActionsTest, GivenLockedAutomaticSnapshotWhenItsDiskGoesThenItStays) {
  const std::string disk = MakeDisk();
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", disk}, {"DeleteAutoSnapshot", "true"}})),
            "");
  store
      ->Write("setup",
              [&](Tx& tx) -> Result<bool> {
                for (const char* id : {"s-free", "s-locked"}) {
                  tx.Put(cloudapi::Snapshot{.id = id,
                                            .account = "a",
                                            .region = "cn-hangzhou",
                                            .status = SnapshotStatus::kAccomplished,
                                            .type = SnapshotType::kAuto,
                                            .source_disk_id = disk,
                                            .creation_time = tx.Now(),
                                            .seq = tx.NextSeq()});
                }
                return true;
              })
      .value();
  EXPECT_EQ(Code(LockIt("s-locked")), "");
  EXPECT_EQ(Code(Delete(disk)), "");
  EXPECT_FALSE(SnapshotOf("s-free"));
  EXPECT_TRUE(SnapshotOf("s-locked"));
}

TEST_F(SnapshotLockActionsTest, GivenOldSnapshotWhenArchivedThenTheTaskEndsAndItIs) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(Run("ModifySnapshotCategory", {{"SnapshotId", id}})), "OperationDenied");
  env.Advance(days(14));
  const auto archive = [&](Values values) {
    values.emplace("SnapshotId", id);
    return Run("ModifySnapshotCategory", std::move(values));
  };
  EXPECT_EQ(Code(archive({{"Category", "standard"}})), "InvalidSnapshotCategory.Malformed");
  EXPECT_EQ(Code(archive({{"RetentionDays", "73"}})), "InvalidRetentionDays.Malformed");
  EXPECT_EQ(Code(archive({{"SnapshotId", "s-none"}})), "InvalidSnapshotId.NotFound");
  const std::string task = IdIn(archive({{"Category", "Archive"}, {"RetentionDays", "74"}}));
  EXPECT_EQ(Code(archive({})), "Operation.Conflict");
  EXPECT_EQ(SnapshotOf(id)->category, kStandard);
  Settle();
  EXPECT_EQ(SnapshotOf(id)->category, kArchive);
  EXPECT_EQ(SnapshotOf(id)->retention_days, 74);
  const auto ended = In("DescribeTaskAttribute", {{"TaskId", task}});
  ASSERT_TRUE(ended);
  const json attribute = json::parse("{" + ended->members + "}");
  EXPECT_EQ(attribute.at("TaskAction"), "ArchiveSnapshot");
  EXPECT_EQ(attribute.at("TaskStatus"), "Finished");
  EXPECT_EQ(
      attribute
          ["/OperationProgressSet/OperationProgress/0/RelatedItemSet/RelatedItem/0"_json_pointer],
      (json{{"Name", "SnapshotId"}, {"Value", id}}));
  EXPECT_EQ(Code(archive({})), "OperationDenied");
}

}  // namespace
}  // namespace cloudapi
