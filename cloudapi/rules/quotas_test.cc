#include "cloudapi/rules/quotas.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace cloudapi {
namespace {

std::string CodeOf(const Result<void>& checked) {
  return checked ? "" : checked.error().code;
}

TEST(QuotasTest, GivenRowsThenInTheOrderOfTheEnumeration) {
  for (std::size_t i = 0; i < kQuotaCount; ++i) {
    EXPECT_EQ(static_cast<std::size_t>(QuotaRows()[i].quota), i);
    EXPECT_EQ(FindQuota(QuotaRows()[i].name), &QuotaRows()[i]);
  }
  EXPECT_EQ(FindQuota("Disks"), nullptr);
}

TEST(QuotasTest, GivenNothingSetThenLimitsOfResourcesHoldAndThoseOfAccountsDoNot) {
  const Quotas quotas;
  EXPECT_EQ(quotas.Limit(Quota::kSnapshotsPerDisk), 256);
  EXPECT_EQ(quotas.Limit(Quota::kTagsPerResource), 20);
  for (const Quota quota : {Quota::kPostPaidDisks, Quota::kPortableDisks, Quota::kDiskGib,
                            Quota::kDataDiskGib, Quota::kPolicies})
    EXPECT_TRUE(quotas.Check(quota, std::numeric_limits<std::int64_t>::max(), 1));
}

TEST(QuotasTest, GivenLimitWhenReachedThenTheCodeOfItsRow) {
  for (const QuotaRow& row : QuotaRows()) {
    Quotas quotas;
    quotas.Set(row.quota, 10);
    EXPECT_TRUE(quotas.Check(row.quota, 9, 1)) << row.name;
    const auto beyond = quotas.Check(row.quota, 9, 2);
    ASSERT_FALSE(beyond) << row.name;
    EXPECT_EQ(beyond.error().code, row.code);
    EXPECT_EQ(beyond.error().http_status, row.http_status);
    quotas.Set(row.quota, std::nullopt);
    EXPECT_TRUE(quotas.Check(row.quota, 1000, 1000)) << row.name;
  }
}

TEST(QuotasTest, GivenLimitBelowWhatIsThereThenOnlyMoreIsRefused) {
  Quotas quotas;
  quotas.Set(Quota::kDiskGib, 0);
  EXPECT_EQ(CodeOf(quotas.Check(Quota::kDiskGib, 40, 0)), "");
  EXPECT_EQ(CodeOf(quotas.Check(Quota::kDiskGib, 40, 1)), "QuotaExceed.DiskCapacity");
}

}  // namespace
}  // namespace cloudapi
