#include "cloudapi/gateway/nonces.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using Use = Nonces::Use;

constexpr SysMillis kNow{std::chrono::hours(1000)};

TEST(NoncesTest, GivenManyWhenTheFirstIsRepeatedAtTheEndOfItsWindowThenKnown) {
  Nonces nonces;
  ASSERT_EQ(nonces.Note("ak", "first", kNow + kAllowedSkew, kNow), Use::kFirst);
  for (int i = 0; i < 100'000; ++i)
    ASSERT_EQ(nonces.Note("ak", std::to_string(i), kNow, kNow), Use::kFirst);
  EXPECT_EQ(nonces.Note("ak", "0", kNow, kNow + kAllowedSkew), Use::kRepeated);
  EXPECT_EQ(nonces.Note("ak", "first", kNow + kAllowedSkew, kNow + 2 * kAllowedSkew),
            Use::kRepeated);
}

TEST(NoncesTest, GivenNonceWhenAnotherTimeIsNamedThenStillKnown) {
  Nonces nonces;
  EXPECT_EQ(nonces.Note("ak", "n", kNow - minutes(14), kNow), Use::kFirst);
  EXPECT_EQ(nonces.Note("ak", "n", kNow + minutes(14), kNow), Use::kRepeated);
}

TEST(NoncesTest, GivenLimitWhenReachedThenTheKeyIsFullAndNothingIsForgottenEarly) {
  Nonces nonces(3);
  for (const std::string nonce : {"1", "2", "3"})
    EXPECT_EQ(nonces.Note("ak", nonce, kNow, kNow), Use::kFirst);
  EXPECT_EQ(nonces.Note("ak", "4", kNow, kNow), Use::kFull);
  EXPECT_EQ(nonces.Note("ak", "1", kNow, kNow), Use::kRepeated);
  EXPECT_EQ(nonces.Note("other", "1", kNow, kNow), Use::kFirst);
  // The refused one was not noted: once there is room, it is new.
  const auto later = kNow + kAllowedSkew + minutes(5);
  EXPECT_EQ(nonces.Note("ak", "4", later, later), Use::kFirst);
}

TEST(NoncesTest, GivenEverySecondOfTheWindowWhenNotedThenEachIsKnownUntilItsStampIsTooOld) {
  Nonces nonces;
  for (auto stamp = kNow - kAllowedSkew; stamp <= kNow + kAllowedSkew; stamp += seconds(1))
    ASSERT_EQ(nonces.Note("ak", std::to_string(stamp.time_since_epoch().count()), stamp, kNow),
              Use::kFirst);
  for (auto stamp = kNow - kAllowedSkew; stamp <= kNow + kAllowedSkew; stamp += seconds(1)) {
    const auto last = std::max(kNow, stamp + kAllowedSkew);
    ASSERT_EQ(nonces.Note("ak", std::to_string(stamp.time_since_epoch().count()), stamp, last),
              Use::kRepeated);
  }
}

}  // namespace
}  // namespace cloudapi
