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
#include "cloudapi/base/crash_points.h"
#include "cloudapi/store/change_ring.h"
#include "cloudapi/store/data_folder.h"
#include "cloudapi/store/folder_lock.h"
#include "cloudapi/store/read_pool.h"
#include "cloudapi/store/schema.h"
#include "cloudapi/store/writer.h"

namespace cloudapi {
namespace {

// One request on its way to the writer; lives on the stack of the caller, who waits for `done`.
struct Pending {
  std::string request_id;
  std::function<bool(Tx&)> work;
  base::CrashSubjects subjects;  // what the caller works on
  std::optional<ApiError> failure;
  absl::Notification done;
};

ApiError CommitFailed() {
  return {.code = "InternalError",
          .message = "The change could not be stored.",
          .rule = "store.commit"};
}

}  // namespace

struct Store::State {
  State(const StoreOptions& given, Env& environment, FolderLock folder,
        std::unique_ptr<Connection> writing)
      : options(given),
        env(environment),
        lock(std::move(folder)),
        file(given.data_dir / kDatabaseFile),
        connection(std::move(writing)),
        writer(*connection, env),
        readers(file, given.on_prepare),
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
    const base::CrashScope scope([&batch] {
      base::CrashSubjects all;
      for (const Pending* request : batch) {
        all.insert(all.end(), request->subjects.begin(), request->subjects.end());
      }
      return all;
    });
    try {
      writer.Begin();
      for (Pending* request : batch) {
        request->failure = writer.Run(request->request_id, request->work);
      }
      CrashPoint("write.before-commit");
      Committed committed = writer.Commit();
      CrashPoint("write.after-commit");
      ring.Publish(std::move(committed.changes), committed.revision, committed.cleared);
      if (committed.jobs != JobChanges() && on_jobs) on_jobs(committed.jobs);
    } catch (const std::exception& error) {
      spdlog::error("transaction of {} requests: {}", batch.size(), error.what());
      for (Pending* request : batch) request->failure = CommitFailed();
      Rollback();
    }
  }

  void Rollback() {
    try {
      writer.Rollback();
    } catch (const std::exception& error) {
      spdlog::critical("the database cannot be rolled back: {}", error.what());
    }
  }

  const StoreOptions options;
  Env& env;
  FolderLock lock;
  const std::filesystem::path file;
  std::unique_ptr<Connection> connection;
  Writer writer;  // used by `thread` only, once that runs
  ReadPool readers;
  ChangeRing ring;
  std::function<void(const JobChanges&)> on_jobs;
  absl::Mutex mutex;
  std::deque<Pending*> queue ABSL_GUARDED_BY(mutex);
  bool stopping ABSL_GUARDED_BY(mutex) = false;
  std::thread thread;  // last: it uses all of the above
};

Result<std::unique_ptr<Store>> Store::Open(const StoreOptions& options, Env& env) {
  auto lock = FolderLock::Take(options.data_dir);
  if (!lock) return Fail(lock.error());
  auto db = OpenDatabase(options.data_dir / kDatabaseFile, options.durability, options.on_prepare);
  if (!db) return Fail(db.error());
  return std::unique_ptr<Store>(
      new Store(std::make_unique<State>(options, env, std::move(*lock), std::move(*db))));
}

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;

std::optional<ApiError> Store::Run(std::string request_id, std::function<bool(Tx&)> work) {
  Pending pending{.request_id = std::move(request_id),
                  .work = std::move(work),
                  .subjects = base::CurrentCrashSubjects()};
  {
    const absl::MutexLock guard(&state_->mutex);
    if (state_->queue.size() >= state_->options.queue_limit) {
      return ApiError{.http_status = 400,
                      .code = "Throttling",
                      .message = "Too many changes wait to be stored; try again.",
                      .rule = "store.queue"};
    }
    state_->queue.push_back(&pending);
  }
  const BlockingScope blocked(BlockingScope::Why::kCommit);
  pending.done.WaitForNotification();
  return pending.failure;
}

std::optional<ApiError> Store::RunRead(const std::function<void(View&)>& work) {
  try {
    ReadPool::Lease lease(state_->readers);
    View view(*lease);
    work(view);
    return std::nullopt;
  } catch (const std::exception& error) {
    spdlog::error("reading: {}", error.what());
    return ApiError{.code = "InternalError",
                    .message = "The request failed inside the cloud.",
                    .rule = "store.read"};
  }
}

const std::filesystem::path& Store::DatabasePath() const {
  return state_->file;
}

std::int64_t Store::Revision() const {
  return state_->ring.Revision();
}

std::optional<std::int64_t> Store::WaitForChanges(std::int64_t after,
                                                  std::chrono::nanoseconds at_most) {
  const BlockingScope blocked(BlockingScope::Why::kLongPoll);
  return state_->ring.Wait(after, at_most);
}

ChangeBatch Store::ChangesAfter(std::int64_t after) const {
  return state_->ring.After(after);
}
void Store::StopWaiting() {
  state_->ring.Stop();
}

void Store::OnJobs(std::function<void(const JobChanges&)> listener) {
  state_->on_jobs = std::move(listener);
}
std::optional<std::string> Store::Meta(std::string_view name) {
  const auto value =
      Read([name](View& view) -> Result<std::optional<std::string>> { return view.Meta(name); });
  return value ? *value : std::nullopt;
}

}  // namespace cloudapi
