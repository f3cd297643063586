#include "cloudapi/store/store.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <absl/synchronization/notification.h>
#include <absl/time/time.h>
#include <spdlog/spdlog.h>

#include <deque>
#include <exception>
#include <thread>

#include "cloudapi/base/blocking.h"
#include "cloudapi/base/crash.h"
#include "cloudapi/store/change_ring.h"
#include "cloudapi/store/data_folder.h"
#include "cloudapi/store/folder_lock.h"
#include "cloudapi/store/schema.h"
#include "cloudapi/store/writer.h"

namespace cloudapi {
namespace {

// One request on its way to the writer; lives on the stack of the caller, who waits for `done`.
struct Pending {
  std::string request_id;
  std::function<bool(Tx&)> work;
  std::optional<ApiError> failure;
  absl::Notification done;
};

// The connection on which the job runner looks at the job table. Thread-safe.
class JobView {
 public:
  explicit JobView(const std::filesystem::path& file)
      : db_(file.string(), SQLite::OPEN_READONLY, 5000),
        due_(db_, "SELECT " + std::string(kJobColumns) +
                      " FROM jobs WHERE due <= :now ORDER BY due, id LIMIT :limit"),
        next_(db_, "SELECT due FROM jobs ORDER BY due LIMIT 1"),
        meta_(db_, "SELECT value FROM meta WHERE name = :name") {}

  std::vector<Job> Due(SysMillis now, std::int64_t limit) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    Use use(due_);
    use.Number(":now", now.time_since_epoch().count()).Number(":limit", limit);
    std::vector<Job> jobs;
    while (use->executeStep()) jobs.push_back(ReadJob(*use));
    return jobs;
  }

  std::optional<SysMillis> NextDue() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    Use use(next_);
    if (!use->executeStep()) return std::nullopt;
    return ReadTime(*use, 0);
  }

  std::optional<std::string> Meta(std::string_view name) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    Use use(meta_);
    use.Text(":name", name);
    if (!use->executeStep()) return std::nullopt;
    return use->getColumn(0).getString();
  }

 private:
  absl::Mutex mutex_;
  SQLite::Database db_ ABSL_GUARDED_BY(mutex_);
  SQLite::Statement due_ ABSL_GUARDED_BY(mutex_);
  SQLite::Statement next_ ABSL_GUARDED_BY(mutex_);
  SQLite::Statement meta_ ABSL_GUARDED_BY(mutex_);
};

ApiError CommitFailed() {
  return {
      .code = "InternalError", .message = "the change could not be stored", .rule = "store.commit"};
}

}  // namespace

struct Store::State {
  State(const StoreOptions& given, Env& environment, FolderLock folder,
        std::unique_ptr<SQLite::Database> database)
      : options(given),
        env(environment),
        lock(std::move(folder)),
        file(given.data_dir / kDatabaseFile),
        db(std::move(database)),
        writer(*db, env),
        jobs(file),
        ring(given.ring_limit, writer.Revision()),
        thread([this] { Loop(); }) {}

  ~State() {
    ring.Stop();
    {
      const absl::MutexLock guard(&mutex);
      stopping = true;
    }
    thread.join();
  }

  void Loop() ABSL_LOCKS_EXCLUDED(mutex) {
    while (true) {
      const std::vector<Pending*> batch = NextBatch();
      if (batch.empty()) return;
      RunBatch(batch);
      for (Pending* request : batch) request->done.Notify();
    }
  }

  // Everything that queued while the last transaction was on its way to the disk, up to the cap;
  // empty when the store stops.
  std::vector<Pending*> NextBatch() ABSL_LOCKS_EXCLUDED(mutex) {
    const absl::MutexLock guard(&mutex);
    const auto ready = [this]()
                           ABSL_SHARED_LOCKS_REQUIRED(mutex) { return stopping || !queue.empty(); };
    mutex.Await(absl::Condition(&ready));
    std::vector<Pending*> batch;
    while (!queue.empty() && batch.size() < options.batch_limit) {
      batch.push_back(queue.front());
      queue.pop_front();
    }
    return batch;
  }

  void RunBatch(const std::vector<Pending*>& batch) {
    try {
      writer.Begin();
      for (Pending* request : batch) {
        request->failure = writer.Run(request->request_id, request->work);
      }
      CrashPoint("write.before-commit");
      Committed committed = writer.Commit();
      CrashPoint("write.after-commit");
      ring.Publish(std::move(committed.changes), committed.revision, committed.cleared);
      if (committed.jobs_added && on_jobs_added) on_jobs_added();
    } catch (const std::exception& error) {
      spdlog::error("transaction of {} requests: {}", batch.size(), error.what());
      for (Pending* request : batch) request->failure = CommitFailed();
      Abandon();
    }
  }

  void Abandon() {
    try {
      writer.Abandon();
    } catch (const std::exception& error) {
      spdlog::critical("the database cannot be rolled back: {}", error.what());
    }
  }

  const StoreOptions options;
  Env& env;
  FolderLock lock;
  const std::filesystem::path file;
  std::unique_ptr<SQLite::Database> db;
  Writer writer;  // used by `thread` only, once that runs
  JobView jobs;
  ChangeRing ring;
  std::function<void()> on_jobs_added;
  absl::Mutex mutex;
  std::deque<Pending*> queue ABSL_GUARDED_BY(mutex);
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread thread;  // last: it uses all of the above
};

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& options, Env& env) {
  auto lock = FolderLock::Take(options.data_dir);
  if (!lock) return Fail(lock.error());
  auto db = OpenDatabase(options.data_dir / kDatabaseFile, options.durability);
  if (!db) return Fail(db.error());
  return std::unique_ptr<Store>(
      new Store(std::make_unique<State>(options, env, std::move(*lock), std::move(*db))));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

std::optional<ApiError> Store::Run(std::string request_id, std::function<bool(Tx&)> work) {
  Pending pending{.request_id = std::move(request_id), .work = std::move(work)};
  {
    const absl::MutexLock guard(&state_->mutex);
    if (state_->queue.size() >= state_->options.queue_limit) {
      return ApiError{.http_status = 400,
                      .code = "Throttling",
                      .message = "too many changes wait to be stored, try again",
                      .rule = "store.queue"};
    }
    state_->queue.push_back(&pending);
  }
  const BlockingScope blocked(BlockingScope::Why::kCommit);
  pending.done.WaitForNotification();
  return pending.failure;
}

const std::filesystem::path& Store::DatabasePath() const {
  return state_->file;
}

std::int64_t Store::Revision() const {
  return state_->ring.Revision();
}

std::int64_t Store::WaitForChanges(std::int64_t after,
                                   std::chrono::steady_clock::time_point deadline) {
  const BlockingScope blocked(BlockingScope::Why::kLongPoll);
  return state_->ring.Wait(after, absl::FromChrono(deadline - state_->env.Steady()));
}

ChangeBatch Store::ChangesAfter(std::int64_t after) const {
  return state_->ring.After(after);
}
void Store::StopWaiting() {
  state_->ring.Stop();
}

std::vector<Job> Store::DueJobs(SysMillis now, std::int64_t limit) {
  return state_->jobs.Due(now, limit);
}
std::optional<SysMillis> Store::NextDue() {
  return state_->jobs.NextDue();
}
void Store::OnJobsAdded(std::function<void()> listener) {
  state_->on_jobs_added = std::move(listener);
}
std::optional<std::string> Store::Meta(std::string_view name) {
  return state_->jobs.Meta(name);
}

}  // namespace cloudapi
