// The cloud's clock: real or frozen, set from outside, kept across restarts.
#include <fmt/format.h>

#include "cloudapi/admin/admin.h"
#include "cloudapi/admin/answers.h"
#include "cloudapi/base/blocking.h"
#include "cloudapi/store/store.h"
#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// About a hundred years: further the times no longer have four digits of a year.
constexpr std::int64_t kMostSeconds = 3'155'760'000;
constexpr std::string_view kReal = "real ";
constexpr std::string_view kFrozen = "frozen ";

}  // namespace

std::string FormatClock(const ClockState& state) {
  return state.frozen ? fmt::format("{}{}", kFrozen, state.frozen_at.time_since_epoch().count())
                      : fmt::format("{}{}", kReal, state.offset.count());
}

std::optional<ClockState> ParseClock(std::string_view text) {
  using std::chrono::milliseconds;
  const bool frozen = text.rfind(kFrozen, 0) == 0;
  if (!frozen && text.rfind(kReal, 0) != 0) return std::nullopt;
  const auto number =
      base::ParseNumber<std::int64_t>(text.substr(frozen ? kFrozen.size() : kReal.size()));
  if (!number) return std::nullopt;
  if (frozen) return ClockState{.frozen = true, .frozen_at = SysMillis(milliseconds(*number))};
  return ClockState{.offset = milliseconds(*number)};
}

ClockState Admin::StandingAt(SysMillis time) {
  if (deps_.clock.Get().frozen) return {.frozen = true, .frozen_at = time};
  return {.offset = time - deps_.env.WallNow()};
}

void Admin::MoveClock(const ClockState& state) {
  deps_.clock.Set(state);
  const auto kept = deps_.store.Write("", [&state](Tx& tx) -> Result<bool> {
    tx.SetMeta(kClockMeta, FormatClock(state));
    return true;
  });
  // A clock that could not be kept still stands; the next change keeps it again.
  static_cast<void>(kept);
  deps_.jobs.Wake();
}

HttpResponse Admin::ClockAnswer(const std::optional<Settled>& settled) {
  const bool frozen = deps_.clock.Get().frozen;
  const SysMillis now = deps_.env.CloudNow();
  const auto offset = std::chrono::round<std::chrono::seconds>(now - deps_.env.WallNow());
  JsonWriter json;
  json.BeginObject()
      .Field("mode", frozen ? "frozen" : "real")
      .Field("now", base::FormatTime(now))
      .Field("offset_seconds", std::int64_t{offset.count()});
  if (settled) {
    json.Field("settled", settled->settled).Key("pending").BeginArray();
    for (const auto& pending : settled->pending) json.Value(pending);
    json.EndArray();
  }
  json.EndObject();
  return JsonAnswer(json.Take());
}

HttpResponse Admin::ShowClock(const HttpRequest&) {
  return ClockAnswer(std::nullopt);
}

HttpResponse Admin::SetClock(const HttpRequest& request) {
  Body body(request.body);
  const int given = (body.Has("mode") ? 1 : 0) + (body.Has("offset_seconds") ? 1 : 0) +
                    (body.Has("advance_seconds") ? 1 : 0);
  if (body.error().empty() && given != 1)
    return RefusalAnswer(400, "Give exactly one of mode, offset_seconds and advance_seconds.");
  const std::string mode = body.Has("mode") ? body.Text("mode", true) : "";
  const std::int64_t seconds = body.Has("offset_seconds")    ? body.Integer("offset_seconds")
                               : body.Has("advance_seconds") ? body.Integer("advance_seconds")
                                                             : 0;
  if (!body.error().empty()) return RefusalAnswer(400, body.error());
  if (body.Has("mode") && mode != "real" && mode != "frozen")
    return RefusalAnswer(400, "mode is real or frozen.");
  if (seconds > kMostSeconds || seconds < -kMostSeconds)
    return RefusalAnswer(400, fmt::format("At most {} seconds either way.", kMostSeconds));
  if (body.Has("advance_seconds") && seconds < 0)
    return RefusalAnswer(400, "advance_seconds is 0 or more; offset_seconds may go back.");
  const BlockingScope waits(BlockingScope::Why::kCommit);
  const absl::MutexLock lock(&clock_mutex_);
  if (mode == "frozen") MoveClock({.frozen = true, .frozen_at = deps_.env.CloudNow()});
  if (mode == "real") MoveClock({});
  if (body.Has("offset_seconds"))
    MoveClock(StandingAt(deps_.env.WallNow() + std::chrono::seconds(seconds)));
  if (!body.Has("advance_seconds")) return ClockAnswer(std::nullopt);
  const SysMillis target = deps_.env.CloudNow() + std::chrono::seconds(seconds);
  const Settled settled = deps_.jobs.AdvanceTo(target, deps_.advance_at_most);
  MoveClock(deps_.clock.Get());
  return ClockAnswer(settled);
}

}  // namespace cloudapi
