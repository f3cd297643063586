#pragma once
// The database: one SQLite file, one group-committing writer thread, a read-only connection per
// reading thread. All SQL lives in this folder.
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
#include "cloudapi/resources/model.h"

namespace cloudapi {

enum class Kind { kDisk, kSnapshot, kInstance };
enum class Durability { kFull, kNormal, kOff };

// A committed change, published after the commit in revision order.
struct Change {
  std::int64_t revision = 0;
  std::string account;
  Kind kind = Kind::kDisk;
  std::string id;
  std::string request_id;
  std::string before;  // stored JSON document, empty for a new object
  std::string after;   // empty for a deleted one
};

// Work that takes time: a row with a due time on the cloud's clock. `kind` names a step in jobs/.
struct Job {
  std::int64_t id = 0;  // 0: not stored yet
  SysMillis due{};
  std::string kind;  // one of job_kinds below
  std::string account;
  std::string subject;  // id of the disk or snapshot
  std::string detail;   // kind's own, e.g. the instance id
  std::string region;
  bool operator==(const Job&) const = default;
};

// What the actions leave to be done; jobs/ completes them. `detail` in parentheses.
namespace job_kinds {
inline constexpr std::string_view kDiskCreate = "disk.create";  // make the image, then Available
inline constexpr std::string_view kDiskAttach = "disk.attach";  // (instance id) → In_use
inline constexpr std::string_view kDiskDetach = "disk.detach";  // (instance id) → Available
inline constexpr std::string_view kDiskGrow = "disk.grow";      // the image to the row's size
// Remove the images of an object that is gone. (generation of the disk's image, decimal)
inline constexpr std::string_view kDiskUnlink = "disk.unlink";
inline constexpr std::string_view kSnapshotCut = "snapshot.cut";
inline constexpr std::string_view kSnapshotAvailable = "snapshot.available";
inline constexpr std::string_view kSnapshotUnlink = "snapshot.unlink";
}  // namespace job_kinds

struct TokenKey {
  std::string account;
  std::string region;
  std::string action;
  std::string token;
};
struct TokenRecord {
  std::string parameter_hash;
  std::string answer;  // Answer::members
  SysMillis created{};
};

// One request inside the writer's transaction. Lives on the writer thread only, for the duration
// of one Write. `region` empty: search all regions of the account. Unknown ids, other accounts'
// and other regions' ids all read as nothing.
class Tx {
 public:
  virtual ~Tx() = default;
  virtual SysMillis Now() = 0;  // CloudNow, one value for the whole request
  virtual const std::string& RequestId() = 0;
  // A new id from the persisted sequence: prefix, `region_code`, base 36, growing.
  virtual std::string NextId(Kind kind, std::string_view region_code) = 0;
  virtual std::int64_t NextSeq() = 0;

  virtual std::optional<Disk> FindDisk(std::string_view account, std::string_view region,
                                       std::string_view id) = 0;
  virtual std::optional<Snapshot> FindSnapshot(std::string_view account, std::string_view region,
                                               std::string_view id) = 0;
  virtual std::optional<Instance> FindInstance(std::string_view account, std::string_view region,
                                               std::string_view id) = 0;
  // Insert or replace: row, tags, attachments, counters, stored document and change record.
  virtual void Put(const Disk& disk) = 0;
  virtual void Put(const Snapshot& snapshot) = 0;
  virtual void Put(const Instance& instance) = 0;
  virtual void Erase(const Disk& disk) = 0;
  virtual void Erase(const Snapshot& snapshot) = 0;
  virtual void Erase(const Instance& instance) = 0;

  // Whether an object of that id existed in the account once and is gone.
  virtual bool WasDeleted(std::string_view account, std::string_view id) = 0;
  virtual std::int64_t CountAttachments(const Instance& instance) = 0;
  // Attached in any state, sorted by id.
  virtual std::vector<Disk> DisksOfInstance(const Instance& instance) = 0;
  virtual std::vector<Snapshot> SnapshotsOfDisk(const Disk& disk) = 0;
  virtual std::int64_t CountDisksOfSnapshot(const Snapshot& snapshot) = 0;

  // Those that are still being filled from it, so that its bytes are needed.
  virtual std::int64_t CountDisksBeingFilled(const Snapshot& snapshot) = 0;
  // Every disk of every account with a greater seq, in seq order, at most `limit`; alike snapshots.
  virtual std::vector<Disk> DisksAfter(std::int64_t seq, std::int64_t limit) = 0;
  virtual std::vector<Snapshot> SnapshotsAfter(std::int64_t seq, std::int64_t limit) = 0;

  // Answers the new job's id; ids grow and are never used again.
  virtual std::int64_t Add(const Job& job) = 0;
  virtual void Remove(const Job& job) = 0;
  virtual std::vector<Job> JobsOf(std::string_view account, std::string_view region,
                                  std::string_view subject) = 0;

  // Tokens live kTokenLifetime of the cloud's clock; older ones read as nothing and are dropped.
  virtual std::optional<TokenRecord> FindToken(const TokenKey& key) = 0;
  virtual void Put(const TokenKey& key, const TokenRecord& record) = 0;

  // Settings of the cloud itself that survive a restart, e.g. the clock's mode and offset.
  virtual std::optional<std::string> Meta(std::string_view name) = 0;
  virtual void SetMeta(std::string_view name, std::string_view value) = 0;

  // Drops every object, job, token and counter of the account; all accounts when empty. Sequences,
  // so ids too, go on. Subscribers of the change stream are told to resynchronise.
  virtual void Clear(std::string_view account) = 0;
};

inline constexpr std::chrono::hours kTokenLifetime{24};
// How long DeleteDisk and DeleteSnapshot of a deleted id still answer success.
inline constexpr std::chrono::hours kDeletedLifetime{24};

struct StoreOptions {
  std::filesystem::path data_dir;  // created when missing; holds the database and the lock
  Durability durability = Durability::kFull;
  std::size_t queue_limit = 4096;  // requests that wait for the writer; beyond: Throttling
  std::size_t batch_limit = 256;   // requests in one transaction
  std::size_t ring_limit = 1024;   // changes kept for subscribers
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

  // The database file, for Readers.
  const std::filesystem::path& DatabasePath() const;

  // Change stream. `deadline` is on Env::Steady.
  std::int64_t Revision() const;
  // Returns once a change later than `after` is committed, the deadline passes or StopWaiting was
  // called; the answer is Revision(). Counts the thread as blocked while it waits.
  std::int64_t WaitForChanges(std::int64_t after, std::chrono::steady_clock::time_point deadline);
  ChangeBatch ChangesAfter(std::int64_t after) const;
  // Ends all present and future waits: the server stops.
  void StopWaiting();

  // Jobs whose due time has passed at `now`, in (due, id) order, at most `limit`.
  std::vector<Job> DueJobs(SysMillis now, std::int64_t limit);
  // Due time of the earliest job, nothing when there is none.
  std::optional<SysMillis> NextDue();
  // Called on the writer thread after each commit that added a job; must not block. Set it before
  // the first Write.
  void OnJobsAdded(std::function<void()> listener);

  std::optional<std::string> Meta(std::string_view name);

 private:
  struct State;
  explicit Store(std::unique_ptr<State> state);
  // `work` answers whether to keep its effects. Nothing: it ran, and was committed if it said so.
  std::optional<ApiError> Run(std::string request_id, std::function<bool(Tx&)> work);

  std::unique_ptr<State> state_;
};

}  // namespace cloudapi
