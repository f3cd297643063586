#pragma once
// One request inside the writer's transaction: everything of View on uncommitted rows, and writing.
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/store/change.h"
#include "cloudapi/store/counters.h"
#include "cloudapi/store/sequences.h"
#include "cloudapi/store/view.h"

namespace cloudapi {

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

// A row of the counters: how many objects of the kind there are, or the sum of a column over them.
struct TotalKey {
  std::string account;
  std::string region;
  std::string_view kind;        // KindInfo::name
  std::string_view facet = {};  // empty: all; else a facet, or the column of a sum
  std::string_view value = {};  // of the facet, or of the column that the sum is by
};

// Tokens live this long of the cloud's clock; older ones read as nullopt and are dropped.
inline constexpr std::chrono::hours kTokenLifetime{24};
// How long DeleteDisk and DeleteSnapshot of a deleted id still answer success.
inline constexpr std::chrono::hours kTombstoneLifetime{24};

// Lives on the writer thread only, for the duration of one Store::Write.
class Tx : public View {
 public:
  SysMillis Now() const { return now_; }  // CloudNow, one value for the whole request
  const std::string& RequestId() const { return request_id_; }
  // A new id from the persisted sequence: the kind's prefix, `region_code`, base 36, growing.
  template <class T>
  std::string NextId(std::string_view region_code) {
    return sequences_.NextId(KindOf<T>().id_prefix, region_code);
  }
  std::int64_t NextSeq() { return sequences_.NextSeq(); }

  // Exact at this moment of the transaction; one row is read.
  std::int64_t TotalOf(const TotalKey& key);

  // Inserts or replaces: row, tags, attachments, counters, stored document and change record.
  template <class T>
  void Put(const T& object);
  // Leaves a tombstone. Does nothing when it is not stored.
  template <class T>
  void Erase(const T& object);
  // Whether an object of that id existed in the account within kTombstoneLifetime and is gone.
  bool WasDeleted(std::string_view account, std::string_view id);

  // Work for jobs/ on that object, due after `delay` of the cloud's clock. Ids of jobs grow and are
  // never used again.
  template <class T>
  void Schedule(const T& object, Step step, std::chrono::milliseconds delay = {},
                JobDetail detail = {}) {
    Add({.due = now_ + delay,
         .step = step,
         .account = object.account,
         .region = object.region,
         .subject = object.id,
         .detail = std::move(detail)});
  }
  // Nothing is left to do for an object that goes away but to end the tasks about it.
  template <class T>
  void Unschedule(const T& object) {
    for (const Job& job : JobsOf(object.account, object.region, object.id)) {
      if (!EndsTask(job.step)) Remove(job);
    }
  }
  // The work of that step on the object is not to be done.
  template <class T>
  void Unschedule(const T& object, Step step) {
    for (const Job& job : JobsOf(object.account, object.region, object.id)) {
      if (job.step == step) Remove(job);
    }
  }
  void Remove(const Job& job);
  // What this request did to the jobs so far.
  const JobChanges& ChangedJobs() const { return request_.jobs; }

  std::optional<TokenRecord> FindToken(const TokenKey& key);
  void PutToken(const TokenKey& key, const TokenRecord& record);

  void SetMeta(std::string_view name, std::string_view value);

  // Drops every object, job, token and counter of the account; all accounts when empty. Sequences,
  // so ids too, go on. Subscribers of the change stream are told to resynchronise.
  void Clear(std::string_view account);

 protected:
  // What the requests of one transaction brought.
  struct Brought {
    std::vector<Change> changes;
    bool cleared = false;
    JobChanges jobs;
  };

  Tx(Connection& connection, Env& env)
      : View(connection), counters_(connection), sequences_(connection, env) {}

  SysMillis now_{};
  std::string request_id_;
  Brought request_;  // of the running request
  Counters counters_;
  Sequences sequences_;

 private:
  void Add(Job job);
  template <class T>
  std::string DocumentOf(const T& object);
  template <class T>
  void WriteRow(const std::string& sql, const T& object, const std::string& document, bool insert);
  template <class T>
  void WriteTags(const T& object);
  template <class T>
  void EraseTags(const T& object);
  template <class T>
  void CountTags(const T& object, std::int64_t delta);
  template <class T>
  void CountChange(const T& object, std::int64_t delta);
  template <class T>
  void Record(const T& object, std::string before, std::string after);
  // What the chain of a snapshot and the totals of bytes gain or lose; null: it is not there.
  void CountInChain(const Snapshot* before, const Snapshot* after);
  void AddTombstone(const std::string& account, const std::string& region, const std::string& id);
};

}  // namespace cloudapi
