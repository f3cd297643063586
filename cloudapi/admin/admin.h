#pragma once
// The lab API under /_zonedisk/: what a test needs and the real cloud does not offer. Its handlers
// translate; the work is done by the collaborators below.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/admin/state.h"
#include "cloudapi/base/cloud_clock.h"
#include "cloudapi/base/env.h"
#include "cloudapi/catalogue/catalogue.h"
#include "cloudapi/http/http.h"
#include "cloudapi/resources/model.h"
#include "cloudapi/store/reader.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

class Store;

// "real offset_ms" / "frozen at_ms": how the state is kept in the store's meta under kClockMeta.
inline constexpr std::string_view kClockMeta = "clock";
std::string FormatClock(const ClockState& state);
std::optional<ClockState> ParseClock(std::string_view text);

// The stock that was changed, kept in the store's meta under kStockMeta, and set again.
inline constexpr std::string_view kStockMeta = "stock";
std::string FormatStock(const std::vector<StockChange>& changes);
void RestoreStock(CatalogueHolder& catalogue, const std::string& text);

// What pends, each as "disk d-… Attaching: agent of i-… has not reported".
struct Settled {
  bool settled = true;
  std::vector<std::string> pending;
};

// What the lab asks of the jobs. Thread-safe.
class LabWork {
 public:
  virtual ~LabWork() = default;
  // Moves the clock to `target` step by step: every step due on the way runs in (due, id) order
  // with the clock standing at its due time. Then waits for real work (bytes, agents) of the steps
  // that came due, `at_most`. `move_clock` sets the clock.
  virtual Settled AdvanceTo(SysMillis target, const std::function<void(SysMillis)>& move_clock,
                            std::chrono::milliseconds at_most) = 0;
  // Takes every disk away from instances that have an agent and waits until the agents report them
  // gone, `at_most`. With `force` those that remain are fenced. Answers the ids still held.
  virtual std::vector<std::string> WithdrawAll(bool force, std::chrono::milliseconds at_most) = 0;
  // Drops all rows through the writer and all images, and forgets agents' sessions.
  virtual void EraseEverything() = 0;
};

// How the server was started: answered by /_zonedisk/info and never changed.
struct LabFacts {
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

struct LabParts {
  LabFacts facts;
  Env& env;
  CloudClock& clock;
  Store& store;
  ReaderPool& readers;
  CatalogueHolder& catalogue;
  LabWork& work;
  // Whether recovery has finished: /_zonedisk/ready.
  std::function<bool()> ready;
  // Prometheus text of other parts: connections, actions, writer. Each line ends with a newline.
  std::function<std::string()> more_metrics;
  // Called after the clock was set, so that due times are looked at again.
  std::function<void()> clock_changed;
  // The account of an access key, as the gateway would decide.
  std::function<std::string(std::string_view access_key_id)> account_of;
  std::function<Holdings()> holdings;
  // Called after an instance was deleted: what was known about its agent is to be forgotten.
  std::function<void(const std::string& account, const std::string& id)> instance_deleted;
};

// Thread-safe: handlers run on any worker. Answers are JSON; a refusal is {"error":"one line"}.
class Lab {
 public:
  explicit Lab(LabParts parts);
  // Any path under /_zonedisk/ except the agent's.
  HttpResponse Handle(const HttpRequest& request);

 private:
  struct Route;
  static const Route kRoutes[];

  HttpResponse Health(const HttpRequest& request);
  HttpResponse Ready(const HttpRequest& request);
  HttpResponse Info(const HttpRequest& request);
  HttpResponse Metrics(const HttpRequest& request);
  HttpResponse Reset(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(stock_mutex_);
  HttpResponse State(const HttpRequest& request);
  HttpResponse ShowZones(const HttpRequest& request);
  HttpResponse SetStock(const HttpRequest& request) ABSL_LOCKS_EXCLUDED(stock_mutex_);
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
  // Sets the clock and keeps its state across restarts.
  void MoveClock(const ClockState& state) ABSL_EXCLUSIVE_LOCKS_REQUIRED(clock_mutex_);
  // The state in which the clock stands at `time` now, in the mode that it has.
  ClockState StandingAt(SysMillis time);
  HttpResponse ClockAnswer(const std::optional<Settled>& settled);

  LabParts parts_;
  absl::Mutex clock_mutex_;  // one change of the clock at a time
  absl::Mutex crash_mutex_;  // one arms at a time
  absl::Mutex stock_mutex_;  // one change of the stock at a time
};

}  // namespace cloudapi
