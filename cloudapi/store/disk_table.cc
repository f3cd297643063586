#include "cloudapi/store/disk_table.h"

#include <array>

namespace cloudapi {
namespace {

constexpr std::array kStates = {
    std::pair{AttachmentState::kAttaching, std::string_view("Attaching")},
    std::pair{AttachmentState::kAttached, std::string_view("Attached")},
    std::pair{AttachmentState::kDetaching, std::string_view("Detaching")},
};

std::string_view WordOf(AttachmentState state) {
  for (const auto& [candidate, word] : kStates) {
    if (candidate == state) return word;
  }
  return {};
}

AttachmentState StateOf(std::string_view text) {
  for (const auto& [state, word] : kStates) {
    if (word == text) return state;
  }
  return AttachmentState::kDetaching;  // the table's CHECK admits no other word
}

}  // namespace

DiskTable::DiskTable(SQLite::Database& db)
    : rows_(db, "disk", "disks", DiskColumns()),
      attachments_(db,
                   "SELECT instance_id, device, state, attached_time FROM attachments WHERE "
                   "disk_seq = :seq ORDER BY position"),
      add_attachment_(db,
                      "INSERT INTO attachments (account, region, instance_id, disk_seq, device, "
                      "state, position, attached_time) VALUES (:account, :region, :instance, :seq, "
                      ":device, :state, :position, :time)"),
      erase_attachments_(db, "DELETE FROM attachments WHERE disk_seq = :seq"),
      count_on_(db,
                "SELECT count(*) FROM attachments WHERE account = :account AND region = :region "
                "AND instance_id = :instance"),
      disks_on_(db, SelectSql("disks", DiskColumns(),
                              "o.seq IN (SELECT disk_seq FROM attachments WHERE account = :account "
                              "AND region = :region AND instance_id = :instance) ORDER BY o.id")),
      made_from_(db,
                 "SELECT count(*) FROM disks WHERE account = :account AND region = :region AND "
                 "source_snapshot_id = :snapshot AND source_snapshot_id <> '' AND (NOT "
                 ":creating OR status = 'Creating')"),
      after_(db, SelectSql("disks", DiskColumns(), "o.seq > :seq ORDER BY o.seq LIMIT :limit")) {}

std::optional<Disk> DiskTable::Find(std::string_view account, std::string_view region,
                                    std::string_view id) {
  auto disk = rows_.Find(account, region, id);
  if (disk) ReadAttachments(*disk);
  return disk;
}

void DiskTable::Insert(const Disk& disk, const std::string& document) {
  rows_.Insert(disk, document);
  AddAttachments(disk);
}

void DiskTable::Update(const Disk& before, const Disk& after, const std::string& document) {
  rows_.Update(before, after, document);
  if (before.attachments == after.attachments) return;
  {
    Use use(erase_attachments_);
    use.Number(":seq", after.seq);
    use->exec();
  }
  AddAttachments(after);
}

// The attachments go with the row (ON DELETE CASCADE).
void DiskTable::Erase(const Disk& disk) {
  rows_.Erase(disk);
}

std::int64_t DiskTable::CountOn(const Instance& instance) {
  Use use(count_on_);
  use.Text(":account", instance.account).Text(":region", instance.region);
  use.Text(":instance", instance.id);
  return use->executeStep() ? use->getColumn(0).getInt64() : 0;
}

std::vector<Disk> DiskTable::DisksOn(const Instance& instance) {
  Use use(disks_on_);
  use.Text(":account", instance.account).Text(":region", instance.region);
  use.Text(":instance", instance.id);
  return Complete(rows_.ReadAll(*use));
}

std::int64_t DiskTable::CountMadeFrom(const Snapshot& snapshot, bool creating_only) {
  Use use(made_from_);
  use.Number(":creating", creating_only ? 1 : 0);
  use.Text(":account", snapshot.account).Text(":region", snapshot.region);
  use.Text(":snapshot", snapshot.id);
  return use->executeStep() ? use->getColumn(0).getInt64() : 0;
}

std::vector<Disk> DiskTable::After(std::int64_t seq, std::int64_t limit) {
  Use use(after_);
  use.Number(":seq", seq).Number(":limit", limit);
  return Complete(rows_.ReadAll(*use));
}

std::vector<Disk> DiskTable::Complete(std::vector<Disk> disks) {
  for (Disk& disk : disks) ReadAttachments(disk);
  return disks;
}

void DiskTable::ReadAttachments(Disk& disk) {
  Use use(attachments_);
  use.Number(":seq", disk.seq);
  while (use->executeStep()) {
    disk.attachments.push_back({.instance_id = use->getColumn(0).getString(),
                                .device = use->getColumn(1).getString(),
                                .state = StateOf(use->getColumn(2).getString()),
                                .attached_time = ReadTime(*use, 3)});
  }
}

void DiskTable::AddAttachments(const Disk& disk) {
  std::int64_t position = 0;
  for (const Attachment& attachment : disk.attachments) {
    Use use(add_attachment_);
    use.Text(":account", disk.account).Text(":region", disk.region).Number(":seq", disk.seq);
    use.Text(":instance", attachment.instance_id).Text(":device", attachment.device);
    use.Text(":state", WordOf(attachment.state)).Number(":position", position++);
    BindTime(*use, use->getIndex(":time"), attachment.attached_time);
    use->exec();
  }
}

}  // namespace cloudapi
