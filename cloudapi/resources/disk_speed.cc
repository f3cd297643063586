#include <algorithm>
#include <array>
#include <string_view>

#include "cloudapi/resources/disk.h"

namespace cloudapi {
namespace {

struct SpeedRow {
  std::string_view category;
  std::string_view level;
  double iops_base, iops_per_gib, iops_max;
  double mbps_base, mbps_per_gib, mbps_max;
  double iops_min = 0, mbps_min = 0;
};

constexpr std::array kSpeeds = {
    SpeedRow{"cloud_efficiency", "", 1800, 8, 5000, 100, 0.15, 140},
    SpeedRow{"cloud_ssd", "", 1800, 30, 25000, 120, 0.5, 300},
    SpeedRow{"cloud_essd", "PL0", 1800, 12, 10000, 100, 0.25, 180},
    SpeedRow{"cloud_essd", "PL1", 1800, 50, 50000, 120, 0.5, 350},
    SpeedRow{"cloud_essd", "PL2", 1800, 50, 100000, 120, 0.5, 750},
    SpeedRow{"cloud_essd", "PL3", 1800, 50, 1000000, 120, 0.5, 4000},
    SpeedRow{"cloud_auto", "", 1800, 50, 50000, 120, 0.5, 350, 3000, 125},
    SpeedRow{"cloud_regional_disk_auto", "", 1800, 50, 50000, 120, 0.5, 350, 3000, 125},
    SpeedRow{"elastic_ephemeral_disk_standard", "", 0, 100, 820000, 0, 0.8, 4096},  // assumed
    SpeedRow{"elastic_ephemeral_disk_premium", "", 0, 300, 1000000, 0, 1.6, 4096},  // assumed
    SpeedRow{"cloud_essd_entry", "", 1800, 8, 6000, 100, 0.15, 150},
};

}  // namespace

Speed SpeedOf(const std::string& category, const std::string& level, std::int64_t size_gib,
              std::int64_t provisioned_iops) {
  const auto row = std::ranges::find_if(kSpeeds, [&](const SpeedRow& candidate) {
    return candidate.category == category && candidate.level == level;
  });
  if (row == kSpeeds.end()) return {};
  const auto size = static_cast<double>(size_gib);
  const double iops =
      std::max(std::min(row->iops_base + row->iops_per_gib * size, row->iops_max), row->iops_min);
  const double mbps =
      std::max(std::min(row->mbps_base + row->mbps_per_gib * size, row->mbps_max), row->mbps_min);
  return {.iops = static_cast<std::int64_t>(iops) + provisioned_iops,
          .throughput = static_cast<std::int64_t>(mbps)};
}

}  // namespace cloudapi
