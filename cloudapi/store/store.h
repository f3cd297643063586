#pragma once
// The database: one SQLite file, one group-committing writer thread, pooled read-only connections.
// All SQL lives in this folder.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/store/tx.h"
#include "cloudapi/store/view.h"

namespace SQLite {
class Database;
}  // namespace SQLite

namespace cloudapi {

enum class Durability { kFull, kNormal, kOff };

struct StoreOptions {
  std::filesystem::path data_dir;  // created when missing; holds the database and the lock
  Durability durability = Durability::kFull;
  std::size_t queue_limit = 4096;  // requests that wait for the writer; beyond: Throttling
  std::size_t batch_limit = 256;   // requests in one transaction
  std::size_t ring_limit = 1024;   // changes kept for subscribers
  // Told of each SQL text when it is prepared; tests look at its plan.
  std::function<void(SQLite::Database& db, const std::string& sql)> on_prepare = {};
};

// What a subscriber has missed.
struct ChangeBatch {
  // True: `after` is older than the ring or a Clear came between; read the whole state, then go on
  // from `revision`. `changes` is empty then.
  bool resynchronise = false;
  std::int64_t revision = 0;  // of the last committed change; the next call's `after`
  std::vector<Change> changes;
};

// Thread-safe. One process holds a data folder at a time.
class Store {
 public:
  // Opens or creates the database and starts the writer. Errors: 500 InternalError with one clear
  // line when the folder is held by another process, cannot be written or has a newer schema.
  static Result<std::unique_ptr<Store>> Open(const StoreOptions& options, Env& env);
  // Finishes what is queued, then closes.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Runs `work` (Result<T>(Tx&)) on the writer thread and returns its result once the transaction
  // is durable. A refusal or an exception rolls back this request only. Blocks the caller; must not
  // be called from inside another Write. Errors: those of `work`; 400 Throttling when the queue is
  // full; 500 InternalError for an exception or a failed commit (the log has the cause).
  template <class Work>
  auto Write(std::string_view request_id, Work work) -> std::invoke_result_t<Work&, Tx&> {
    std::optional<std::invoke_result_t<Work&, Tx&>> result;
    const std::optional<ApiError> failure =
        Run(std::string(request_id), [&result, &work](Tx& tx) -> bool {
          result.emplace(work(tx));
          return result->has_value();
        });
    if (failure) return Fail(*failure);
    return std::move(*result);
  }

  // Runs `work` (Result<T>(View&)) on the calling thread and returns its result. It sees one state
  // of the database: every write that was acknowledged before. Waits for no writer. Errors: those
  // of `work`; 500 InternalError for an exception (the log has the cause).
  template <class Work>
  auto Read(Work work) -> std::invoke_result_t<Work&, View&> {
    std::optional<std::invoke_result_t<Work&, View&>> result;
    const std::optional<ApiError> failure =
        RunRead([&result, &work](View& view) { result.emplace(work(view)); });
    if (failure) return Fail(*failure);
    return std::move(*result);
  }

  // The database file.
  const std::filesystem::path& DatabasePath() const;

  // Change stream.
  std::int64_t Revision() const;
  // Waits until a change later than `after` is committed, `at_most`; may return early. Returns
  // Revision(), nullopt once StopWaiting was called. Counts the thread as blocked while it waits.
  std::optional<std::int64_t> WaitForChanges(std::int64_t after, std::chrono::nanoseconds at_most);
  ChangeBatch ChangesAfter(std::int64_t after) const;
  // Ends all present and future waits: the server stops.
  void StopWaiting();

  // Called on the writer thread after each commit that added or removed jobs, before its writers
  // are answered; must not block. Set it before the first Write.
  void OnJobs(std::function<void(const JobChanges&)> listener);

  // View::Meta; also nullopt when it cannot be read.
  std::optional<std::string> Meta(std::string_view name);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  // `work` returns whether to keep its effects. nullopt: it ran, and was committed if it said so.
  std::optional<ApiError> Run(std::string request_id, std::function<bool(Tx&)> work);
  std::optional<ApiError> RunRead(const std::function<void(View&)>& work);

  std::unique_ptr<State> state_;
};

}  // namespace cloudapi
