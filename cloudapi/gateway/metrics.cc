#include "cloudapi/gateway/metrics.h"

#include "common/base/prometheus.h"

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
  base::PrometheusText text;
  text.Family("zonedisk_actions_total", "counter", "Calls answered.");
  for (const auto& [key, total] : totals_)
    text.Sample({{"action", key.first}, {"code", key.second}}, total);
  text.Family("zonedisk_action_seconds", "summary", "Time from request to answer.");
  for (const auto& [action, latency] : latencies_) {
    text.Sample({{"action", action}}, static_cast<double>(latency.sum.count()) / 1e6, "_sum");
    text.Sample({{"action", action}}, latency.count, "_count");
  }
  return text.Take();
}

}  // namespace cloudapi
