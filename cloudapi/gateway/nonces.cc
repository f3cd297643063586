#include "cloudapi/gateway/nonces.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace cloudapi {
namespace {

// Short spans forget sooner, long ones mean fewer sets to look into.
constexpr std::chrono::minutes kSpan{5};

std::int64_t SpanOf(SysMillis time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch() / kSpan;
}

}  // namespace

Nonces::Use Nonces::Note(const std::string& key_id, std::string_view nonce, SysMillis stamp,
                         SysMillis now) {
  const std::uint64_t hash = std::hash<std::string_view>{}(nonce);
  const absl::MutexLock lock(&mutex_);
  Spans& spans = keys_[key_id];
  // A stamp older than the skew is refused by itself.
  spans.erase(spans.begin(), spans.lower_bound(SpanOf(now - kAllowedSkew)));
  const bool repeated =
      std::ranges::any_of(spans, [&](const auto& span) { return span.second.contains(hash); });
  if (repeated) return Use::kRepeated;
  const auto held =
      std::accumulate(spans.begin(), spans.end(), std::size_t{0},
                      [](std::size_t sum, const auto& span) { return sum + span.second.size(); });
  if (held >= limit_) return Use::kFull;
  spans[SpanOf(stamp)].insert(hash);
  return Use::kFirst;
}

}  // namespace cloudapi
