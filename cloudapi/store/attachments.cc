#include "cloudapi/store/attachments.h"

namespace cloudapi {
namespace {

constexpr int kTimeParameter = 8;

}  // namespace

void ReadAttachments(Connection& connection, Disk& disk) {
  static const std::string sql =
      "SELECT instance_id, device, state, attached_time FROM attachments WHERE disk_seq = :seq "
      "ORDER BY position";
  ScopedStatement rows = connection.Use(sql);
  rows.Number(":seq", disk.seq);
  while (rows.Step()) {
    Attachment attachment{.instance_id = rows.TextAt(0), .device = rows.TextAt(1)};
    FromCell(rows.CellAt(2), attachment.state);
    FromCell(rows.CellAt(3), attachment.attached_time);
    disk.attachments.push_back(std::move(attachment));
  }
}

void WriteAttachments(Connection& connection, const Disk& disk) {
  static const std::string erase_sql = "DELETE FROM attachments WHERE disk_seq = :seq";
  static const std::string add_sql =
      "INSERT INTO attachments (account, region, instance_id, disk_seq, device, state, position, "
      "attached_time) VALUES (:account, :region, :instance, :seq, :device, :state, :position, "
      ":time)";
  connection.Use(erase_sql).Number(":seq", disk.seq).Exec();
  std::int64_t position = 0;
  for (const Attachment& attachment : disk.attachments) {
    ScopedStatement add = connection.Use(add_sql);
    add.Text(":account", disk.account).Text(":region", disk.region).Number(":seq", disk.seq);
    add.Text(":instance", attachment.instance_id).Text(":device", attachment.device);
    add.Text(":state", WordOf(attachment.state)).Number(":position", position++);
    add.BindCell(kTimeParameter, ToCell(attachment.attached_time));
    add.Exec();
  }
}

}  // namespace cloudapi
