#pragma once
// The database: one SQLite file, one group-committing writer thread, a read-only connection per
// reading thread. All SQL lives in this folder.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/core/env.h"
#include "cloudapi/core/model.h"
#include "cloudapi/core/result.h"

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
  std::string kind;     // "disk.created", "attachment.attached", "snapshot.cut" …
  std::string account;
  std::string subject;  // id of the disk or snapshot
  std::string detail;   // kind's own, e.g. the instance id
};

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
  virtual SysMillis Now() = 0;                // CloudNow, one value for the whole request
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
  virtual std::int64_t CountAttachments(std::string_view instance_id) = 0;
  virtual std::vector<Disk> DisksOfInstance(std::string_view instance_id) = 0;
  virtual std::vector<Snapshot> SnapshotsOfDisk(std::string_view disk_id) = 0;
  virtual std::int64_t CountDisksOfSnapshot(std::string_view snapshot_id) = 0;

  virtual std::int64_t Add(const Job& job) = 0;
  virtual void Remove(const Job& job) = 0;
  virtual std::vector<Job> JobsOf(std::string_view subject) = 0;

  virtual std::optional<TokenRecord> FindToken(const TokenKey& key) = 0;
  virtual void Put(const TokenKey& key, const TokenRecord& record) = 0;
};

}  // namespace cloudapi
