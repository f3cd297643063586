#include "cloudapi/actions/disk_quotas.h"

#include "cloudapi/actions/testing/write_fixture.h"
#include "cloudapi/rules/new_disk.h"

namespace cloudapi {
namespace {

class DiskQuotasTest : public WriteTest {
 protected:
  DiskQuotasTest() { caller.region = "cn-hangzhou"; }
  std::string Made(const std::string& gib) {
    return Code(Create({{"DiskCategory", "cloud_essd"}, {"Size", gib}}));
  }
};

TEST_F(DiskQuotasTest, GivenNumberOfDisksWhenReachedThenRefusedUntilOneIsDeleted) {
  quotas.Set(Quota::kPostPaidDisks, 2);
  const std::string first = MakeDisk();
  MakeDisk();
  EXPECT_EQ(Made("20"), "QuotaExceed.PostPaidDisk");
  EXPECT_EQ(Code(Delete(first)), "");
  EXPECT_EQ(Made("20"), "");
  EXPECT_EQ(Made("20"), "QuotaExceed.PostPaidDisk");
  quotas.Set(Quota::kPostPaidDisks, std::nullopt);
  EXPECT_EQ(Made("20"), "");
}

TEST_F(DiskQuotasTest, GivenPortableDisksWhenReachedThenRefused) {
  quotas.Set(Quota::kPortableDisks, 1);
  EXPECT_EQ(Made("20"), "");
  EXPECT_EQ(Made("20"), "QuotaExceed.PortableCloudDisk");
}

TEST_F(DiskQuotasTest, GivenCapacityWhenDisksComeAndGrowThenOneTotal) {
  quotas.Set(Quota::kDiskGib, 100);
  const std::string id = IdIn(Create({{"DiskCategory", "cloud_essd"}, {"Size", "60"}}));
  Settle();
  EXPECT_EQ(Made("41"), "QuotaExceed.DiskCapacity");
  EXPECT_EQ(Made("20"), "");
  EXPECT_EQ(Code(Run("ResizeDisk", {{"DiskId", id}, {"NewSize", "81"}})),
            "QuotaExceed.DiskCapacity");
  EXPECT_EQ(Code(Run("ResizeDisk", {{"DiskId", id}, {"NewSize", "80"}})), "");
  EXPECT_EQ(Made("20"), "QuotaExceed.DiskCapacity");
}

TEST_F(DiskQuotasTest, GivenCapacityOfDataDisksThenSystemDisksDoNotCount) {
  ASSERT_TRUE(store->Write("setup", [&](Tx& tx) -> Result<void> {
    Disk disk = NewSystemDisk(RunningInstance("i-1"), catalogue);
    disk.id = "d-root";
    disk.seq = tx.NextSeq();
    tx.Put(CompleteCreate(disk, tx.Now()).value());
    return {};
  }));
  quotas.Set(Quota::kDataDiskGib, 20);
  EXPECT_EQ(Made("20"), "");
  EXPECT_EQ(Made("20"), "QuotaExceeded.PostpaidDataDiskCapacity");
  quotas.Set(Quota::kDataDiskGib, std::nullopt);
  quotas.Set(Quota::kDiskGib, 79);
  EXPECT_EQ(Made("20"), "QuotaExceed.DiskCapacity") << "the system disk has 40 of them";
}

TEST_F(DiskQuotasTest, GivenAnotherAccountOrRegionThenItsOwnTotals) {
  quotas.Set(Quota::kPostPaidDisks, 1);
  EXPECT_EQ(Made("20"), "");
  EXPECT_EQ(Made("20"), "QuotaExceed.PostPaidDisk");
  caller.account = "other";
  EXPECT_EQ(Made("20"), "");
}

TEST_F(DiskQuotasTest, GivenTagsAndSnapshotsWhenReachedThenRefused) {
  quotas.Set(Quota::kTagsPerResource, 1);
  EXPECT_EQ(Code(Create({{"Size", "20"}, {"Tag.1.Key", "a"}, {"Tag.2.Key", "b"}})),
            "QuotaExceed.Tags");
  const std::string disk = MakeDisk({{"Tag.1.Key", "a"}});
  const auto tagged = [&](const std::string& key) {
    return Code(Run("TagResources", {{"RegionId", "cn-hangzhou"},
                                     {"ResourceType", "disk"},
                                     {"ResourceId.1", disk},
                                     {"Tag.1.Key", key},
                                     {"Tag.1.Value", "v"}}));
  };
  EXPECT_EQ(tagged("b"), "QuotaExceed.Tags");
  EXPECT_EQ(tagged("a"), "") << "another value of one that it has";
  ASSERT_EQ(Code(Attach(disk, "i-1")), "");
  Settle();
  quotas.Set(Quota::kSnapshotsPerDisk, 0);
  EXPECT_EQ(Code(Snapshot(disk)), "QuotaExceed.Snapshot");
}

}  // namespace
}  // namespace cloudapi
