#include "tools/bench/pairs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace zonedisk::bench {
namespace {

// Gives the listed values in turn, the last one for ever, and counts the calls.
class Series {
 public:
  explicit Series(std::vector<double> values) : values_(std::move(values)) {}
  double operator()() { return values_[std::min(calls_++, values_.size() - 1)]; }
  std::size_t Calls() const { return calls_; }

 private:
  std::vector<double> values_;
  std::size_t calls_ = 0;
};

TEST(MedianTest, GivenValuesWhenAskedThenTheMiddle) {
  EXPECT_EQ(Median({}), 0);
  EXPECT_EQ(Median({5, 1, 3}), 3);
  EXPECT_EQ(Median({4, 1, 3, 2}), 2.5);
}

TEST(PairsTest, GivenSteadyLimitWhenMeasuredThenOneSeriesAfterAWarmUp) {
  Series limit({1, 100, 110, 120});
  Series product({999, 50, 66, 48});
  const Pairs pairs = MeasurePairs(3, std::ref(limit), std::ref(product));
  EXPECT_EQ(limit.Calls(), 4U);
  EXPECT_EQ(pairs.product, (std::vector<double>{50, 66, 48}));
  EXPECT_FALSE(pairs.noisy);
  EXPECT_EQ(pairs.Ratio(), "0.50 (0.40–0.60)");
}

TEST(PairsTest, GivenANoisySeriesWhenMeasuredThenItIsThrownAwayAndRepeated) {
  Series limit({1, 100, 200, 100, 100});
  Series product({1, 1, 1, 50, 50});
  const Pairs pairs = MeasurePairs(2, std::ref(limit), std::ref(product));
  EXPECT_EQ(limit.Calls(), 5U);
  EXPECT_EQ(pairs.product, (std::vector<double>{50, 50}));
  EXPECT_FALSE(pairs.noisy);
}

TEST(PairsTest, GivenNoiseThatStaysWhenMeasuredThenThreeAttemptsAndItIsSaid) {
  Series limit({1, 100, 200, 100, 200, 100, 200});
  Series product({1, 50});
  const Pairs pairs = MeasurePairs(2, std::ref(limit), std::ref(product));
  EXPECT_EQ(limit.Calls(), 7U);
  EXPECT_TRUE(pairs.noisy);
  EXPECT_EQ(pairs.Ratio(), "0.38 (0.25–0.50), noisy");
}

}  // namespace
}  // namespace zonedisk::bench
