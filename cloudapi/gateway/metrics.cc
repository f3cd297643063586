#include "cloudapi/gateway/metrics.h"

#include <fmt/format.h>

namespace cloudapi {

void Metrics::Count(const std::string& action, const std::string& code,
                    std::chrono::microseconds took) {
  const absl::MutexLock lock(&mutex_);
  ++totals_[{action, code}];
  Latency& latency = latencies_[action];
  ++latency.count;
  latency.sum += took;
}

std::string Metrics::Text() {
  const absl::MutexLock lock(&mutex_);
  std::string text =
      "# HELP zonedisk_actions_total Calls answered.\n# TYPE zonedisk_actions_total counter\n";
  for (const auto& [key, total] : totals_)
    text += fmt::format("zonedisk_actions_total{{action=\"{}\",code=\"{}\"}} {}\n", key.first,
                        key.second, total);
  text +=
      "# HELP zonedisk_action_seconds Time from request to answer.\n"
      "# TYPE zonedisk_action_seconds summary\n";
  for (const auto& [action, latency] : latencies_) {
    text += fmt::format("zonedisk_action_seconds_sum{{action=\"{}\"}} {:.6f}\n", action,
                        static_cast<double>(latency.sum.count()) / 1e6);
    text +=
        fmt::format("zonedisk_action_seconds_count{{action=\"{}\"}} {}\n", action, latency.count);
  }
  return text;
}

}  // namespace cloudapi
