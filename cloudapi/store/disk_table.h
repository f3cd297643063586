#pragma once
// The table of disks with their attachments. Private to the writer.
#include <string_view>
#include <vector>

#include "cloudapi/store/object_table.h"

namespace cloudapi {

// Lives on the writer thread.
class DiskTable {
 public:
  explicit DiskTable(SQLite::Database& db);

  std::optional<Disk> Find(std::string_view account, std::string_view region, std::string_view id);
  std::string DocumentOf(const Disk& disk) { return rows_.DocumentOf(disk); }
  void Insert(const Disk& disk, const std::string& document);
  void Update(const Disk& before, const Disk& after, const std::string& document);
  void Erase(const Disk& disk);

  std::int64_t CountOn(const Instance& instance);
  std::vector<Disk> DisksOn(const Instance& instance);
  std::int64_t CountMadeFrom(const Snapshot& snapshot, bool creating_only);
  std::vector<Disk> After(std::int64_t seq, std::int64_t limit);

 private:
  std::vector<Disk> Complete(std::vector<Disk> disks);
  void ReadAttachments(Disk& disk);
  void AddAttachments(const Disk& disk);

  ObjectTable<Disk> rows_;
  SQLite::Statement attachments_;
  SQLite::Statement add_attachment_;
  SQLite::Statement erase_attachments_;
  SQLite::Statement count_on_;
  SQLite::Statement disks_on_;
  SQLite::Statement made_from_;
  SQLite::Statement after_;
};

}  // namespace cloudapi
