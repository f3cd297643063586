#pragma once
// One connection that writes, and what one transaction on it is made of. Private to the store.
#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cloudapi/store/counters.h"
#include "cloudapi/store/disk_table.h"
#include "cloudapi/store/object_table.h"
#include "cloudapi/store/records.h"
#include "cloudapi/store/sequences.h"
#include "cloudapi/store/store.h"

namespace cloudapi {

// What a committed transaction brought.
struct Committed {
  std::vector<Change> changes;
  std::int64_t revision = 0;
  bool cleared = false;
  bool jobs_added = false;
};

// Lives on the writer thread. Begin, any number of Run, then Commit or Abandon.
class Writer final : public Tx {
 public:
  // `db` outlives the writer and has the schema.
  Writer(SQLite::Database& db, Env& env);

  void Begin();
  // One request in a savepoint of its own. `work` answers whether to keep its effects; an exception
  // drops them and is returned as 500 InternalError.
  std::optional<ApiError> Run(const std::string& request_id, const std::function<bool(Tx&)>& work);
  Committed Commit();
  // Rolls everything back; what was run is undone.
  void Abandon();
  std::int64_t Revision() const { return sequences_.Revision(); }

  SysMillis Now() override { return now_; }
  const std::string& RequestId() override { return request_id_; }
  std::string NextId(Kind kind, std::string_view region_code) override;
  std::int64_t NextSeq() override { return sequences_.NextSeq(); }
  std::optional<Disk> FindDisk(std::string_view account, std::string_view region,
                               std::string_view id) override;
  std::optional<Snapshot> FindSnapshot(std::string_view account, std::string_view region,
                                       std::string_view id) override;
  std::optional<Instance> FindInstance(std::string_view account, std::string_view region,
                                       std::string_view id) override;
  void Put(const Disk& disk) override;
  void Put(const Snapshot& snapshot) override;
  void Put(const Instance& instance) override;
  void Erase(const Disk& disk) override;
  void Erase(const Snapshot& snapshot) override;
  void Erase(const Instance& instance) override;
  bool WasDeleted(std::string_view account, std::string_view id) override;
  std::int64_t CountAttachments(const Instance& instance) override;
  std::vector<Disk> DisksOfInstance(const Instance& instance) override;
  std::vector<Snapshot> SnapshotsOfDisk(const Disk& disk) override;
  std::int64_t CountDisksOfSnapshot(const Snapshot& snapshot) override;
  std::int64_t CountDisksBeingFilled(const Snapshot& snapshot) override;
  std::vector<Disk> DisksAfter(std::int64_t seq, std::int64_t limit) override;
  std::vector<Snapshot> SnapshotsAfter(std::int64_t seq, std::int64_t limit) override;
  std::int64_t Add(const Job& job) override;
  void Remove(const Job& job) override;
  std::vector<Job> JobsOf(std::string_view account, std::string_view region,
                          std::string_view subject) override;
  std::optional<TokenRecord> FindToken(const TokenKey& key) override;
  void Put(const TokenKey& key, const TokenRecord& record) override;
  std::optional<std::string> Meta(std::string_view name) override;
  void SetMeta(std::string_view name, std::string_view value) override;
  void Clear(std::string_view account) override;

 private:
  template <class Table, class Object>
  void PutObject(Table& table, Kind kind, const Object& object, std::string document);
  template <class Table, class Object>
  void EraseObject(Table& table, Kind kind, const Object& object);
  template <class Object>
  void Record(Kind kind, const Object& object, std::string before, std::string after);
  void Keep();
  void Drop();

  SQLite::Database& db_;
  Env& env_;
  DiskTable disks_;
  ObjectTable<Snapshot> snapshots_;
  ObjectTable<Instance> instances_;
  SQLite::Statement snapshots_of_disk_;
  SQLite::Statement snapshots_after_;
  Counters counters_;
  Records records_;
  Sequences sequences_;

  SysMillis now_{};
  std::string request_id_;
  std::vector<Change> request_changes_;
  bool request_cleared_ = false;
  bool request_jobs_ = false;
  Committed batch_;
};

}  // namespace cloudapi
