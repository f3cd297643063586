#include "cloudapi/actions/snapshots/snapshots.h"

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using Values = Params::Map;

class SnapshotsWriteTest : public WriteTest {
 protected:
  Result<Answer> DeleteIt(const std::string& id, const std::string& force = "") {
    return Run("DeleteSnapshot", {{"SnapshotId", id}, {"Force", force}});
  }
};

TEST_F(SnapshotsWriteTest, GivenUsedDiskWhenSnapshottedThenProgressesUncutWithAJob) {
  const std::string disk = MakeUsedDisk();
  const std::string id = IdIn(Snapshot(disk, {{"SnapshotName", "daily"},
                                              {"Description", "text"},
                                              {"RetentionDays", "7"},
                                              {"Tag.1.Key", "k"}}));
  const auto snapshot = SnapshotOf(id);
  ASSERT_TRUE(snapshot);
  EXPECT_EQ(id.substr(0, 5), "s-bp1");
  EXPECT_EQ(snapshot->status, SnapshotStatus::kProgressing);
  EXPECT_FALSE(snapshot->creation_time);
  EXPECT_EQ(snapshot->name, "daily");
  EXPECT_EQ(snapshot->retention_days, 7);
  EXPECT_EQ(snapshot->source_disk_id, disk);
  EXPECT_EQ(snapshot->tags, (std::vector<Tag>{{"k", ""}}));
  EXPECT_TRUE(snapshot->instant_access);
  ASSERT_EQ(JobsOf(id).size(), 1U);
  EXPECT_EQ(JobsOf(id)[0].step, Step::kSnapshotCut);
  EXPECT_EQ(JobsOf(id)[0].due, env.CloudNow() + settings.delays.cut);
}

struct SnapshotCase {
  std::string label;
  Values values;
  std::string code;
  int status;
};
class CreateSnapshotTest : public WriteTest, public testing::WithParamInterface<SnapshotCase> {};

TEST_P(CreateSnapshotTest, GivenParametersWhenSnapshottedThenAnswers) {
  const auto result = Snapshot(MakeUsedDisk(), GetParam().values);
  EXPECT_EQ(Code(result), GetParam().code);
  EXPECT_EQ(result ? 200 : result.error().http_status, GetParam().status);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, CreateSnapshotTest,
    testing::Values(
        SnapshotCase{"Plain", {}, "", 200},
        SnapshotCase{"Category", {{"Category", "Standard"}}, "", 200},
        SnapshotCase{"LongestRetention", {{"RetentionDays", "65536"}}, "", 200},
        SnapshotCase{"Unknown", {{"DiskId", "d-none"}}, "InvalidDiskId.NotFound", 404},
        SnapshotCase{"Name", {{"SnapshotName", "1"}}, "InvalidSnapshotName.Malformed", 400},
        SnapshotCase{"AutoName", {{"SnapshotName", "auto1"}}, "InvalidSnapshotName.Malformed", 400},
        SnapshotCase{
            "Description", {{"Description", "http://"}}, "InvalidDescription.Malformed", 404},
        SnapshotCase{
            "NoRetention", {{"RetentionDays", "0"}}, "InvalidRetentionDays.Malformed", 400},
        SnapshotCase{
            "LongRetention", {{"RetentionDays", "65537"}}, "InvalidRetentionDays.Malformed", 400},
        SnapshotCase{"InstantRetention",
                     {{"InstantAccessRetentionDays", "0"}},
                     "InvalidInstantAccessRetentionDays.Malformed",
                     403},
        SnapshotCase{
            "UnknownCategory", {{"Category", "x"}}, "InvalidSnapshotCategory.Malformed", 403},
        SnapshotCase{"ArchiveInstant",
                     {{"Category", "archive"}, {"InstantAccess", "true"}},
                     "InvalidCategoryAndInstantAccess.Malformed",
                     403},
        SnapshotCase{"TagTwice", {{"Tag.1.Key", "k"}, {"Tag.2.Key", "k"}}, "Duplicate.TagKey", 400},
        SnapshotCase{
            "ResourceGroup", {{"ResourceGroupId", "x"}}, "InvalidResourceGroup.NotFound", 404}),
    [](const auto& c) { return c.param.label; });

TEST_F(SnapshotsWriteTest, GivenNeverAttachedDiskWhenSnapshottedThenSettingDecides) {
  const std::string disk = MakeDisk();
  EXPECT_EQ(Code(Snapshot(disk)), "IncorrectDiskStatus.NeverAttached");
  settings.snapshot_never_attached = true;
  EXPECT_EQ(Code(Snapshot(disk)), "");
}

TEST_F(SnapshotsWriteTest, GivenDetachedDiskWhenSnapshottedThenRemembersItWasAttached) {
  const std::string disk = MakeUsedDisk();
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  EXPECT_EQ(Code(Snapshot(disk)), "IncorrectDiskStatus");
  Settle();
  EXPECT_EQ(Code(Snapshot(disk)), "");
}

TEST_F(SnapshotsWriteTest, GivenSnapshotProgressingWhenDiskIsTouchedThenEachActionHasItsCode) {
  const std::string disk = MakeUsedDisk();
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(Snapshot(disk)), "");
  EXPECT_EQ(Code(Snapshot(disk)), "IncorrectDiskStatus.CreatingSnapshot");
  EXPECT_EQ(Code(Delete(disk)), "DiskCreatingSnapshot");
  EXPECT_EQ(Code(Run("ResizeDisk", {{"DiskId", disk}, {"NewSize", "30"}})), "DiskCreatingSnapshot");
  Settle();
  EXPECT_EQ(Code(Snapshot(disk)), "");
}

TEST_F(SnapshotsWriteTest, GivenDiskWith256SnapshotsWhenSnapshottedThenQuota) {
  const std::string disk = MakeUsedDisk();
  store
      ->Write("setup",
              [&disk](Tx& tx) -> Result<bool> {
                for (int i = 0; i < 256; ++i) {
                  tx.Put(cloudapi::Snapshot{.id = tx.NextId<cloudapi::Snapshot>("bp1"),
                                            .account = "a",
                                            .region = "cn-hangzhou",
                                            .status = SnapshotStatus::kAccomplished,
                                            .source_disk_id = disk,
                                            .seq = tx.NextSeq()});
                }
                return true;
              })
      .value();
  EXPECT_EQ(Code(Snapshot(disk)), "QuotaExceed.Snapshot");
}

TEST_F(SnapshotsWriteTest, GivenSnapshotWhenItsDiskIsDeletedThenOutlivesItAndRestores) {
  const std::string disk = MakeUsedDisk();
  const std::string id = MakeSnapshot(disk);
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(Delete(disk)), "");
  ASSERT_TRUE(SnapshotOf(id));
  EXPECT_FALSE(MakeDisk({{"SnapshotId", id}}).empty());
}

TEST_F(SnapshotsWriteTest, GivenSnapshotNotAvailableWhenDiskIsMadeFromItThenNotReady) {
  const std::string id = IdIn(Snapshot(MakeUsedDisk()));
  EXPECT_EQ(Code(Create({{"SnapshotId", id}, {"DiskCategory", "cloud_essd"}})),
            "InvalidSnapshotId.NotReady");
}

TEST_F(SnapshotsWriteTest, GivenDiskMadeFromSnapshotWhenDeletedThenNeedsForceAndTheDiskFilled) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  const std::string disk = IdIn(Create({{"SnapshotId", id}, {"DiskCategory", "cloud_essd"}}));
  EXPECT_EQ(Code(Delete(disk)), "IncorrectDiskStatus.Initializing");
  EXPECT_EQ(Code(DeleteIt(id, "true")), "Operation.Conflict");
  Settle();
  EXPECT_EQ(Code(DeleteIt(id)), "SnapshotCreatedDisk");
  EXPECT_EQ(Code(DeleteIt(id, "true")), "");
  EXPECT_FALSE(SnapshotOf(id));
}

TEST_F(SnapshotsWriteTest, GivenProgressingSnapshotWhenDeletedThenIsCancelledWithItsJob) {
  const std::string disk = MakeUsedDisk();
  const std::string id = IdIn(Snapshot(disk));
  EXPECT_EQ(Code(DeleteIt(id)), "");
  const auto jobs = JobsOf(id);
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].step, Step::kSnapshotUnlink);
  EXPECT_EQ(Code(Snapshot(disk)), "");
}

TEST_F(SnapshotsWriteTest, GivenSnapshotWhenModifiedThenItExpiresByTheNewRetention) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  const auto modify = [&](Values values) {
    values.emplace("SnapshotId", id);
    return Code(Run("ModifySnapshotAttribute", std::move(values)));
  };
  EXPECT_EQ(modify({}), "NoAttributeToModify");
  EXPECT_EQ(modify({{"SnapshotId", "s-none"}, {"SnapshotName", "new"}}),
            "InvalidSnapshotId.NotFound");
  EXPECT_EQ(modify({{"RetentionDays", "0"}}), "InvalidRetentionDays.Malformed");
  EXPECT_EQ(modify({{"SnapshotName", "auto1"}}), "InvalidSnapshotName.Malformed");
  EXPECT_EQ(modify({{"DisableInstantAccess", "true"}}), "");
  EXPECT_EQ(modify({{"SnapshotName", "new"}, {"Description", ""}, {"RetentionDays", "3"}}), "");
  EXPECT_EQ(SnapshotOf(id)->name, "new");
  EXPECT_EQ(modify({{"RetentionDays", "5"}}), "");
  ASSERT_EQ(JobsOf(id).size(), 1U);
  EXPECT_EQ(JobsOf(id)[0].step, Step::kSnapshotExpire);
  EXPECT_EQ(JobsOf(id)[0].due, *SnapshotOf(id)->creation_time + std::chrono::days(5));
  EXPECT_EQ(modify({{"RetentionDays", "4"}}), "InvalidOperation.DecreaseRetentionDaysUnsupported");
}

TEST_F(SnapshotsWriteTest, GivenSnapshotWhenCopiedThenAnotherInThatRegionAndTheSourceStays) {
  const std::string disk = MakeUsedDisk();
  const std::string source = MakeSnapshot(disk);
  caller.region = "cn-hangzhou";
  const auto copy_to = [&](const std::string& region, Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    values.emplace("SnapshotId", source);
    values.emplace("DestinationRegionId", region);
    values.emplace("DestinationSnapshotName", "copy");
    values.emplace("DestinationSnapshotDescription", "text");
    return Run("CopySnapshot", std::move(values));
  };
  EXPECT_EQ(Code(copy_to("cn-beijing", {{"SnapshotId", "s-none"}})), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(copy_to("cn-beijing", {{"SnapshotId", "s-none"}}).error().http_status, 403);
  EXPECT_EQ(Code(copy_to("mars")), "InvalidRegionId.NotExists");
  EXPECT_EQ(Code(copy_to("cn-beijing", {{"RetentionDays", "0"}})),
            "InvalidRetentionDays.Malformed");
  EXPECT_EQ(Code(copy_to("cn-beijing", {{"DestinationStorageLocationArn", "x"}})),
            "OperationDenied");
  const std::string copy = IdIn(copy_to("cn-beijing", {{"RetentionDays", "3"}}));
  EXPECT_EQ(copy.substr(0, 5), "s-2ze");
  EXPECT_EQ(SnapshotOf(copy)->region, "cn-beijing");
  EXPECT_EQ(SnapshotOf(copy)->retention_days, 3);
  EXPECT_EQ(Code(copy_to("cn-beijing")), "InvalidOperation.UnfinishedCrossRegionCopy");
  EXPECT_EQ(Code(DeleteIt(source)), "InvalidOperation.RelatedSnapshotNotFinished");
  caller.region = "cn-beijing";
  EXPECT_EQ(Code(DeleteIt(copy)), "");
  caller.region = "";
  EXPECT_EQ(SnapshotOf(source)->copies_under_way, 0);
  EXPECT_EQ(Code(DeleteIt(source)), "");
}

TEST_F(SnapshotsWriteTest, GivenCopyWhenADiskIsResetToItThenItIsNotThatDisks) {
  const std::string disk = MakeUsedDisk();
  const std::string source = MakeSnapshot(disk);
  caller.region = "cn-hangzhou";
  const std::string copy = IdIn(Run("CopySnapshot", {{"RegionId", "cn-hangzhou"},
                                                     {"SnapshotId", source},
                                                     {"DestinationRegionId", "cn-beijing"},
                                                     {"DestinationSnapshotName", "copy"},
                                                     {"DestinationSnapshotDescription", "text"}}));
  caller.region = "";
  EXPECT_EQ(Code(Run("ResetDisk", {{"DiskId", disk}, {"SnapshotId", copy}})),
            "InvalidParameter.Mismatch");
}

TEST_F(SnapshotsWriteTest, GivenServiceWhenOpenedThenDoneInARegionThatIs) {
  caller.region = "cn-hangzhou";
  EXPECT_EQ(Code(Run("OpenSnapshotService", {{"RegionId", "cn-hangzhou"}})), "");
  const auto packages = Run("DescribeSnapshotPackage", {{"RegionId", "cn-hangzhou"}});
  EXPECT_EQ(packages->members, R"("SnapshotPackages":{"SnapshotPackage":[]},"PageNumber":1,)"
                               R"("PageSize":10,"TotalCount":0)");
  caller.region = "mars";
  EXPECT_EQ(Code(Run("OpenSnapshotService", {{"RegionId", "mars"}})), "InvalidRegionId.NotFound");
}

TEST_F(SnapshotsWriteTest, GivenDeletedSnapshotWhenDeletedAgainThenSucceedsForADay) {
  const std::string id = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(DeleteIt(id)), "");
  EXPECT_EQ(Code(DeleteIt(id)), "");
  env.Advance(kTombstoneLifetime);
  EXPECT_EQ(Code(DeleteIt(id)), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(Code(DeleteIt("s-none")), "InvalidSnapshotId.NotFound");
}

}  // namespace
}  // namespace cloudapi
