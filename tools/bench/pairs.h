#pragma once
// Limit and product measured in turn, and what their ratios say.
#include <functional>
#include <string>
#include <vector>

namespace zonedisk::bench {

double Median(std::vector<double> values);

struct Pairs {
  std::vector<double> limit;    // a second, one each pair
  std::vector<double> product;  // a second, one each pair
  bool noisy = false;           // the limit itself varied too much, in the last attempt too
  // "0.62 (0.60–0.65)": the median of the pairs' ratios and their range; says so when noisy.
  std::string Ratio() const;
};

// Calls limit, product, limit, product … `rounds` times after one of each that does not count. A
// series in which the limit's largest is over 1.5 times its smallest is thrown away and repeated,
// at most twice.
Pairs MeasurePairs(int rounds, const std::function<double()>& limit,
                   const std::function<double()>& product);

}  // namespace zonedisk::bench
