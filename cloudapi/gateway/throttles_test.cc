#include "cloudapi/gateway/throttles.h"

#include <gtest/gtest.h>

namespace cloudapi {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr SysMillis kStart{};

class ThrottlesTest : public testing::Test {
 protected:
  // The code of the refusal, "" when the call passes.
  std::string Take(const std::string& account, std::string_view action, SysMillis now = kStart) {
    const auto taken = throttles_.Take(account, action, now);
    return taken ? "" : taken.error().code;
  }
  std::string RetryAfter(SysMillis now) {
    const auto taken = throttles_.Take("a", "CreateDisk", now);
    if (taken || taken.error().facts.empty()) return "none";
    return taken.error().facts.front().value;
  }
  Throttles throttles_;
};

TEST_F(ThrottlesTest, GivenNoneSetThenEveryCallPasses) {
  for (int i = 0; i < 100'000; ++i) ASSERT_EQ(Take("a", "CreateDisk"), "");
}

TEST_F(ThrottlesTest, GivenEachKindOfBucketWhenEmptyThenItsCode) {
  throttles_.Set({.account = "a", .action = "CreateDisk", .burst = 1});
  EXPECT_EQ(Take("a", "createdisk"), "");
  EXPECT_EQ(Take("a", "CreateDisk"), "Throttling");
  EXPECT_EQ(Take("b", "CreateDisk"), "");
  EXPECT_EQ(Take("a", "DeleteDisk"), "");
  throttles_.Set({.account = "a", .burst = 1});
  EXPECT_EQ(Take("a", "DeleteDisk"), "");
  EXPECT_EQ(Take("a", "DescribeDisks"), "Throttling.User");
  throttles_.Set({.action = "ResizeDisk", .burst = 1});
  EXPECT_EQ(Take("b", "ResizeDisk"), "");
  EXPECT_EQ(Take("c", "ResizeDisk"), "Throttling.Api");
}

TEST_F(ThrottlesTest, GivenRateWhenTimePassesThenFillsUpToTheBurst) {
  throttles_.Set({.account = "a", .action = "CreateDisk", .burst = 2, .per_minute = 60});
  EXPECT_EQ(Take("a", "CreateDisk"), "");
  EXPECT_EQ(Take("a", "CreateDisk"), "");
  EXPECT_EQ(RetryAfter(kStart + milliseconds(400)), "600");
  EXPECT_EQ(Take("a", "CreateDisk", kStart + milliseconds(999)), "Throttling");
  EXPECT_EQ(Take("a", "CreateDisk", kStart + seconds(1)), "");
  const SysMillis later = kStart + seconds(100);
  EXPECT_EQ(Take("a", "CreateDisk", later), "");
  EXPECT_EQ(Take("a", "CreateDisk", later), "");
  EXPECT_EQ(Take("a", "CreateDisk", later), "Throttling");
}

TEST_F(ThrottlesTest, GivenClockSetBackThenNothingFlowsInAndItCountsFromThere) {
  throttles_.Set({.account = "a", .burst = 1, .per_minute = 60});
  EXPECT_EQ(Take("a", "CreateDisk", kStart + seconds(100)), "");
  EXPECT_EQ(Take("a", "CreateDisk", kStart), "Throttling.User");
  EXPECT_EQ(Take("a", "CreateDisk", kStart + seconds(1)), "");
}

TEST_F(ThrottlesTest, GivenRefusedCallThenItTakesNoTokenOfOtherBuckets) {
  throttles_.Set({.account = "a", .burst = 2});
  throttles_.Set({.account = "a", .action = "CreateDisk", .burst = 0});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(Take("a", "CreateDisk"), "Throttling");
  EXPECT_EQ(RetryAfter(kStart), "none") << "time brings nothing";
  EXPECT_EQ(Take("a", "DeleteDisk"), "");
}

TEST_F(ThrottlesTest, GivenTextWhenRestoredThenTheSame) {
  throttles_.Set({.account = "a", .action = "CreateDisk", .burst = 1, .per_minute = 6});
  throttles_.Set({.account = "a", .action = "CREATEDISK", .burst = 3, .per_minute = 7});
  throttles_.Set({.action = "DeleteDisk", .burst = 5});
  ASSERT_EQ(throttles_.All().size(), 2U) << "one of an account and action";
  Throttles next;
  next.Restore(throttles_.Text());
  EXPECT_EQ(next.All(), throttles_.All());
  EXPECT_TRUE(next.Remove("a", "CreateDisk"));
  EXPECT_FALSE(next.Remove("a", "CreateDisk"));
  for (const char* text : {"", "{", "{}", "[1]", R"([{"Account":"a","Burst":-1}])"}) {
    Throttles none;
    none.Restore(text);
    EXPECT_TRUE(none.All().empty()) << text;
  }
}

}  // namespace
}  // namespace cloudapi
