#include "cloudapi/actions/encryption/encryption.h"

#include <gtest/gtest.h>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

class EncryptionTest : public WriteTest {
 protected:
  EncryptionTest() { caller.region = "cn-hangzhou"; }
  Result<Answer> InRegion(std::string_view action, Params::Map values = {}) {
    values.emplace("RegionId", caller.region);
    return Run(action, std::move(values));
  }
  std::string Says(std::string_view action) { return InRegion(action)->members; }
  Result<Answer> MakeNew(Params::Map values = {}) {
    values.emplace("DiskCategory", "cloud_essd");
    if (!values.contains("SnapshotId")) values.emplace("Size", "20");
    return Create(std::move(values));
  }
};

TEST_F(EncryptionTest, GivenNothingSetThenNotEncryptedAndTheServicesKey) {
  EXPECT_EQ(Says("DescribeDiskEncryptionByDefaultStatus"), R"("Encrypted":false)");
  EXPECT_EQ(Says("DescribeDiskDefaultKMSKeyId"), R"("KMSKeyId":"alias/acs/ecs")");
  EXPECT_FALSE(DiskOf(IdIn(MakeNew()))->encrypted);
}

TEST_F(EncryptionTest, GivenEncryptionByDefaultWhenADiskIsMadeThenEncryptedWithTheDefaultKey) {
  EXPECT_EQ(Code(InRegion("EnableDiskEncryptionByDefault")), "");
  EXPECT_EQ(Code(InRegion("EnableDiskEncryptionByDefault")), "");
  EXPECT_EQ(Says("DescribeDiskEncryptionByDefaultStatus"), R"("Encrypted":true)");
  Disk disk = *DiskOf(IdIn(MakeNew()));
  EXPECT_TRUE(disk.encrypted);
  EXPECT_EQ(disk.kms_key_id, kServiceKey);
  EXPECT_EQ(Code(MakeNew({{"Encrypted", "false"}})),
            "InvalidEncrypted.NotMatchDiskDefaultEncryption");
  EXPECT_EQ(Code(InRegion("ModifyDiskDefaultKMSKeyId", {{"KMSKeyId", "key-1"}})), "");
  EXPECT_EQ(Says("DescribeDiskDefaultKMSKeyId"), R"("KMSKeyId":"key-1")");
  EXPECT_EQ(DiskOf(IdIn(MakeNew()))->kms_key_id, "key-1");
  EXPECT_EQ(DiskOf(IdIn(MakeNew({{"Encrypted", "true"}, {"KMSKeyId", "key-2"}})))->kms_key_id,
            "key-2");
  EXPECT_EQ(Code(InRegion("ResetDiskDefaultKMSKeyId")), "");
  EXPECT_EQ(Says("DescribeDiskDefaultKMSKeyId"), R"("KMSKeyId":"alias/acs/ecs")");
  EXPECT_EQ(Code(InRegion("DisableDiskEncryptionByDefault")), "");
  EXPECT_FALSE(DiskOf(IdIn(MakeNew()))->encrypted);
}

TEST_F(EncryptionTest, GivenSnapshotWithoutEncryptionWhenADiskIsMadeOfItThenEncryptedToo) {
  const std::string snapshot = MakeSnapshot(MakeUsedDisk());
  EXPECT_EQ(Code(InRegion("EnableDiskEncryptionByDefault")), "");
  EXPECT_TRUE(DiskOf(IdIn(MakeNew({{"SnapshotId", snapshot}})))->encrypted);
}

TEST_F(EncryptionTest, GivenOtherRegionOrAccountWhenAskedThenTheirOwn) {
  EXPECT_EQ(Code(InRegion("EnableDiskEncryptionByDefault")), "");
  caller.region = "cn-beijing";
  EXPECT_EQ(Says("DescribeDiskEncryptionByDefaultStatus"), R"("Encrypted":false)");
  caller.region = "cn-hangzhou";
  caller.account = "b";
  EXPECT_EQ(Says("DescribeDiskEncryptionByDefaultStatus"), R"("Encrypted":false)");
  caller.region = "mars";
  EXPECT_EQ(Code(InRegion("EnableDiskEncryptionByDefault")), "InvalidRegionId.NotFound");
  EXPECT_EQ(Code(InRegion("ModifyDiskDefaultKMSKeyId")), "MissingParameter");
}

}  // namespace
}  // namespace cloudapi
