#pragma once
// The admin API under /_zonedisk/: what a test needs and the real cloud does not offer. Its
// handlers translate; the work is done by the rooms below.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/actions/coverage.h"
#include "cloudapi/admin/state.h"
#include "cloudapi/agents/sessions.h"
#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/gateway/account_limits.h"
#include "cloudapi/gateway/keys.h"
#include "cloudapi/gateway/metrics.h"
#include "cloudapi/http/http.h"
#include "cloudapi/http/http_server.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// "real offset_ms" / "frozen at_ms": how the state is kept in the store's meta under kClockMeta.
inline constexpr std::string_view kClockMeta = "clock";
std::string FormatClock(const ClockState& state);
std::optional<ClockState> ParseClock(std::string_view text);

// The stock that was changed, kept in the store's meta under kStockMeta, and set again.
inline constexpr std::string_view kStockMeta = "stock";
std::string FormatStock(const std::vector<StockChange>& changes);
void RestoreStock(CatalogueHolder& catalogue, const std::string& text);

// How the server was started: answered by /_zonedisk/info and never changed.
struct ServerInfo {
  std::string version;
  std::string region;
  std::string listen;  // host:port really bound
  std::string data_dir;
  std::string blocks_dir;
  std::string blocks;      // real | none
  std::string pool;        // "reflink", "image", "copy": how clones are made
  std::string delays;      // fast | real | none
  std::string durability;  // full | normal | off
  std::string signatures;  // present | off | strict
  std::int64_t max_connections = 0;
  std::int64_t max_body_bytes = 0;
};

struct AdminDeps {
  ServerInfo info;
  Env& env;
  CloudClock& clock;
  Store& store;
  Blocks& blocks;
  CatalogueHolder& catalogue;
  Jobs& jobs;
  AgentSessions& sessions;
  const Keys& keys;
  AccountLimits& limits;
  Metrics& metrics;
  const Coverage& coverage;
  const HttpServer& http;
  std::chrono::milliseconds withdraw_at_most{10'000};  // reset: until the nodes gave disks back
  std::chrono::milliseconds advance_at_most{30'000};   // clock: until the real work is done
};

// Thread-safe: handlers run on any worker. Answers are JSON; a refusal is {"error":"one line"}.
class Admin {
 public:
  explicit Admin(AdminDeps deps);
  // Any path under /_zonedisk/ except the agent's.
  HttpResponse Handle(const HttpRequest& request);

 private:
  struct Route;
  static const Route kRoutes[];

  HttpResponse Health(const HttpRequest& request);
  HttpResponse Ready(const HttpRequest& request);
  HttpResponse Info(const HttpRequest& request);
  HttpResponse Metrics(const HttpRequest& request);
  HttpResponse ShowCoverage(const HttpRequest& request);
  HttpResponse Reset(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(stock_mutex_, limits_mutex_);
  HttpResponse State(const HttpRequest& request);
  HttpResponse ShowZones(const HttpRequest& request);
  HttpResponse SetStock(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(stock_mutex_);
  HttpResponse ShowQuotas(const HttpRequest& request);
  HttpResponse SetQuotas(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(limits_mutex_);
  HttpResponse ShowThrottles(const HttpRequest& request);
  HttpResponse SetThrottle(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(limits_mutex_);
  HttpResponse ShowFaults(const HttpRequest& request);
  HttpResponse AddFault(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(limits_mutex_);
  HttpResponse RemoveFault(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(limits_mutex_);
  HttpResponse RemoveFaults(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(limits_mutex_);
  HttpResponse ShowClock(const HttpRequest& request);
  HttpResponse SetClock(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(clock_mutex_);
  HttpResponse ListCrashPoints(const HttpRequest& request);
  HttpResponse ArmCrash(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(crash_mutex_);
  HttpResponse ListInstances(const HttpRequest& request);
  HttpResponse AddInstance(const HttpRequest& request);
  HttpResponse DeleteInstance(const HttpRequest& request);

  // Writes down what the catalogue's stock is. Nothing: done.
  std::optional<ApiError> KeepStock() ABSL_EXCLUSIVE_LOCKS_REQUIRED(stock_mutex_);
  void ForgetStock() ABSL_LOCKS_EXCLUDED(stock_mutex_);
  // Writes down the quotas, throttles and fault rules in force. nullopt: done.
  std::optional<ApiError> KeepLimits() ABSL_EXCLUSIVE_LOCKS_REQUIRED(limits_mutex_);
  void ForgetLimits() ABSL_LOCKS_EXCLUDED(limits_mutex_);
  // Sets the clock and keeps its state across restarts.
  void MoveClock(const ClockState& state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(clock_mutex_);
  // The state in which the clock stands at `time` now, in the mode that it has.
  ClockState StandingAt(SysMillis time);
  Inventory TakeInventory();
  HttpResponse ClockAnswer(const std::optional<Settled>& settled);

  AdminDeps deps_;
  absl::Mutex clock_mutex_;   // one change of the clock at a time
  absl::Mutex crash_mutex_;   // one arms at a time
  absl::Mutex limits_mutex_;  // one change of what KeepLimits keeps at a time
  absl::Mutex stock_mutex_;   // one change of the stock at a time
};

}  // namespace cloudapi
