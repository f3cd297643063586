#include "tools/bench/pairs.h"

#include <fmt/format.h>

#include <algorithm>

namespace zonedisk::bench {
namespace {

constexpr double kNoise = 1.5;
constexpr int kAttempts = 3;

bool Noisy(const std::vector<double>& limit) {
  const auto [low, high] = std::ranges::minmax(limit);
  return high > kNoise * low;
}

}  // namespace

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::string Pairs::Ratio() const {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < limit.size(); ++i) ratios.push_back(product[i] / limit[i]);
  const auto [low, high] = std::ranges::minmax(ratios);
  return fmt::format("{:.2f} ({:.2f}–{:.2f}){}", Median(ratios), low, high, noisy ? ", noisy" : "");
}

Pairs MeasurePairs(int rounds, const std::function<double()>& limit,
                   const std::function<double()>& product) {
  limit();
  product();
  Pairs pairs;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    pairs = {};
    for (int i = 0; i < rounds; ++i) {
      pairs.limit.push_back(limit());
      pairs.product.push_back(product());
    }
    pairs.noisy = Noisy(pairs.limit);
    if (!pairs.noisy) break;
  }
  return pairs;
}

}  // namespace zonedisk::bench
