#include "cloudapi/store/writer.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sqlite3.h>

#include <array>
#include <exception>
#include <utility>

#include "cloudapi/store/documents.h"

namespace cloudapi {
namespace {

std::string DocumentOf(const Disk& disk) {
  return DiskDocument(disk);
}
std::string DocumentOf(const Snapshot& snapshot) {
  return SnapshotDocument(snapshot);
}
std::string DocumentOf(const Instance& instance) {
  return InstanceDocument(instance);
}

std::string_view IdPrefix(Kind kind) {
  switch (kind) {
    case Kind::kDisk: return "d-";
    case Kind::kSnapshot: return "s-";
    case Kind::kInstance: return "i-";
  }
  return {};
}

}  // namespace

Writer::Writer(SQLite::Database& db, Env& env)
    : db_(db),
      env_(env),
      disks_(db),
      snapshots_(db, "snapshot", "snapshots", SnapshotColumns()),
      instances_(db, "instance", "instances", InstanceColumns()),
      snapshots_of_disk_(db, SelectSql("snapshots", SnapshotColumns(),
                                       "o.account = :account AND o.region = :region AND "
                                       "o.source_disk_id = :disk ORDER BY o.seq")),
      snapshots_after_(db, SelectSql("snapshots", SnapshotColumns(),
                                     "o.seq > :seq ORDER BY o.seq LIMIT :limit")),
      counters_(db),
      records_(db),
      sequences_(records_, env) {}

void Writer::Begin() {
  db_.exec("BEGIN IMMEDIATE");
}

std::optional<ApiError> Writer::Run(const std::string& request_id,
                                    const std::function<bool(Tx&)>& work) {
  now_ = env_.CloudNow();
  request_id_ = request_id;
  db_.exec("SAVEPOINT request");
  std::optional<ApiError> failure;
  try {
    if (work(*this)) {
      Keep();
      return std::nullopt;
    }
  } catch (const std::exception& error) {
    spdlog::error("request {}: {}", request_id, error.what());
    failure = ApiError{.code = "InternalError",
                       .message = "the request failed inside the cloud",
                       .rule = "store.request"};
  }
  Drop();
  return failure;
}

void Writer::Keep() {
  db_.exec("RELEASE request");
  counters_.Keep();
  for (Change& change : request_changes_) {
    change.revision = sequences_.NextRevision();
    batch_.changes.push_back(std::move(change));
  }
  request_changes_.clear();
  // A Clear is a change of its own, even of an empty database: followers must notice it.
  if (request_cleared_) sequences_.NextRevision();
  batch_.cleared = batch_.cleared || request_cleared_;
  batch_.jobs_added = batch_.jobs_added || request_jobs_;
  request_cleared_ = false;
  request_jobs_ = false;
}

void Writer::Drop() {
  request_changes_.clear();
  request_cleared_ = false;
  request_jobs_ = false;
  counters_.Drop();
  db_.exec("ROLLBACK TO request");
  db_.exec("RELEASE request");
}

Committed Writer::Commit() {
  counters_.Flush();
  sequences_.Save();
  db_.exec("COMMIT");
  batch_.revision = sequences_.Revision();
  return std::exchange(batch_, {});
}

void Writer::Abandon() {
  batch_ = {};
  counters_.Abandon();
  // Some failures have SQLite roll back by itself.
  if (sqlite3_get_autocommit(db_.getHandle()) == 0) db_.exec("ROLLBACK");
}

std::string Writer::NextId(Kind kind, std::string_view region_code) {
  return sequences_.NextId(IdPrefix(kind), region_code);
}

std::optional<Disk> Writer::FindDisk(std::string_view account, std::string_view region,
                                     std::string_view id) {
  return disks_.Find(account, region, id);
}

std::optional<Snapshot> Writer::FindSnapshot(std::string_view account, std::string_view region,
                                             std::string_view id) {
  return snapshots_.Find(account, region, id);
}

std::optional<Instance> Writer::FindInstance(std::string_view account, std::string_view region,
                                             std::string_view id) {
  return instances_.Find(account, region, id);
}

template <class Object>
void Writer::Record(Kind kind, const Object& object, std::string before, std::string after) {
  request_changes_.push_back({.account = object.account,
                              .kind = kind,
                              .id = object.id,
                              .request_id = request_id_,
                              .before = std::move(before),
                              .after = std::move(after)});
}

template <class Table, class Object>
void Writer::PutObject(Table& table, Kind kind, const Object& object, std::string document) {
  const auto before = table.Find(object.account, object.region, object.id);
  std::string before_document;
  if (before) {
    before_document = table.DocumentOf(*before);
    table.Update(*before, object, document);
    counters_.Count(*before, -1);
  } else {
    table.Insert(object, document);
  }
  counters_.Count(object, 1);
  Record(kind, object, std::move(before_document), std::move(document));
}

template <class Table, class Object>
void Writer::EraseObject(Table& table, Kind kind, const Object& object) {
  const auto before = table.Find(object.account, object.region, object.id);
  if (!before) return;
  std::string document = table.DocumentOf(*before);
  table.Erase(*before);
  counters_.Count(*before, -1);
  records_.AddDeleted(object.account, object.region, object.id, now_);
  Record(kind, object, std::move(document), {});
}

void Writer::Put(const Disk& disk) {
  PutObject(disks_, Kind::kDisk, disk, DocumentOf(disk));
}
void Writer::Put(const Snapshot& snapshot) {
  PutObject(snapshots_, Kind::kSnapshot, snapshot, DocumentOf(snapshot));
}
void Writer::Put(const Instance& instance) {
  PutObject(instances_, Kind::kInstance, instance, DocumentOf(instance));
}
void Writer::Erase(const Disk& disk) {
  EraseObject(disks_, Kind::kDisk, disk);
}
void Writer::Erase(const Snapshot& snapshot) {
  EraseObject(snapshots_, Kind::kSnapshot, snapshot);
}
void Writer::Erase(const Instance& instance) {
  EraseObject(instances_, Kind::kInstance, instance);
}

bool Writer::WasDeleted(std::string_view account, std::string_view id) {
  return records_.WasDeleted(account, id, now_);
}
std::int64_t Writer::CountAttachments(const Instance& instance) {
  return disks_.CountOn(instance);
}
std::vector<Disk> Writer::DisksOfInstance(const Instance& instance) {
  return disks_.DisksOn(instance);
}
std::int64_t Writer::CountDisksOfSnapshot(const Snapshot& snapshot) {
  return disks_.CountMadeFrom(snapshot, false);
}
std::int64_t Writer::CountDisksBeingFilled(const Snapshot& snapshot) {
  return disks_.CountMadeFrom(snapshot, true);
}

std::vector<Snapshot> Writer::SnapshotsOfDisk(const Disk& disk) {
  Use use(snapshots_of_disk_);
  use.Text(":account", disk.account).Text(":region", disk.region).Text(":disk", disk.id);
  return snapshots_.ReadAll(*use);
}

std::vector<Disk> Writer::DisksAfter(std::int64_t seq, std::int64_t limit) {
  return disks_.After(seq, limit);
}

std::vector<Snapshot> Writer::SnapshotsAfter(std::int64_t seq, std::int64_t limit) {
  Use use(snapshots_after_);
  use.Number(":seq", seq).Number(":limit", limit);
  return snapshots_.ReadAll(*use);
}

std::int64_t Writer::Add(const Job& job) {
  Job stored = job;
  stored.id = sequences_.NextSeq();
  records_.AddJob(stored);
  request_jobs_ = true;
  return stored.id;
}

void Writer::Remove(const Job& job) {
  records_.RemoveJob(job.id);
}

std::vector<Job> Writer::JobsOf(std::string_view account, std::string_view region,
                                std::string_view subject) {
  return records_.JobsOf(account, region, subject);
}

std::optional<TokenRecord> Writer::FindToken(const TokenKey& key) {
  return records_.FindToken(key, now_);
}
void Writer::Put(const TokenKey& key, const TokenRecord& record) {
  records_.PutToken(key, record, now_);
}

std::optional<std::string> Writer::Meta(std::string_view name) {
  return records_.Meta(name);
}
void Writer::SetMeta(std::string_view name, std::string_view value) {
  records_.SetMeta(name, value);
}

void Writer::Clear(std::string_view account) {
  constexpr std::array<std::string_view, 9> kTables = {"attachments", "disks",  "snapshots",
                                                       "instances",   "tags",   "counters",
                                                       "jobs",        "tokens", "deleted"};
  for (const std::string_view table : kTables) {
    SQLite::Statement erase(db_, fmt::format("DELETE FROM {} WHERE :account = '' OR account = "
                                             ":account",
                                             table));
    erase.bind(":account", std::string(account));
    erase.exec();
  }
  counters_.Forget(account);
  request_changes_.clear();
  request_cleared_ = true;
}

}  // namespace cloudapi
