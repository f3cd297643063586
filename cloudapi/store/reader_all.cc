// The readings of everything there is, for the lab.
#include <unordered_map>

#include "cloudapi/store/connection.h"

namespace cloudapi {

std::vector<DiskRow> Reader::AllDisks() {
  std::vector<DiskRow> rows;
  std::unordered_map<std::int64_t, std::size_t> places;  // seq → index of the row
  SQLite::Statement& disks = connection_->Prepare(
      "SELECT seq, id, account, region, zone, name, status, generation FROM disks ORDER BY seq");
  const ResetAtEnd reset(disks);
  while (disks.executeStep()) {
    places[disks.getColumn(0).getInt64()] = rows.size();
    rows.push_back({.id = disks.getColumn(1).getString(),
                    .account = disks.getColumn(2).getString(),
                    .region = disks.getColumn(3).getString(),
                    .zone = disks.getColumn(4).getString(),
                    .name = disks.getColumn(5).getString(),
                    .status = disks.getColumn(6).getString(),
                    .generation = disks.getColumn(7).getInt64()});
  }
  SQLite::Statement& attachments = connection_->Prepare(
      "SELECT disk_seq, instance_id, state FROM attachments ORDER BY disk_seq, position");
  const ResetAtEnd reset_too(attachments);
  while (attachments.executeStep()) {
    const auto place = places.find(attachments.getColumn(0).getInt64());
    if (place == places.end()) continue;  // of a disk made between the two readings
    rows[place->second].attachments.emplace_back(attachments.getColumn(1).getString(),
                                                 attachments.getColumn(2).getString());
  }
  return rows;
}

std::vector<SnapshotRow> Reader::AllSnapshots() {
  SQLite::Statement& statement = connection_->Prepare(
      "SELECT id, account, region, name, source_disk_id, status, failure FROM snapshots "
      "ORDER BY seq");
  const ResetAtEnd reset(statement);
  std::vector<SnapshotRow> rows;
  while (statement.executeStep())
    rows.push_back({.id = statement.getColumn(0).getString(),
                    .account = statement.getColumn(1).getString(),
                    .region = statement.getColumn(2).getString(),
                    .name = statement.getColumn(3).getString(),
                    .source_disk_id = statement.getColumn(4).getString(),
                    .status = statement.getColumn(5).getString(),
                    .failure = statement.getColumn(6).getString()});
  return rows;
}

std::vector<JobRow> Reader::AllJobs() {
  SQLite::Statement& statement =
      connection_->Prepare("SELECT kind, subject FROM jobs ORDER BY due, id");
  const ResetAtEnd reset(statement);
  std::vector<JobRow> rows;
  while (statement.executeStep())
    rows.push_back({.kind = statement.getColumn(0).getString(),
                    .subject = statement.getColumn(1).getString()});
  return rows;
}

}  // namespace cloudapi
