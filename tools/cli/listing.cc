#include "tools/cli/listing.h"

#include <set>

#include "tools/cli/table.h"

namespace zonedisk {
namespace {

// A member as text; empty when it is absent or null.
std::string Text(const Json& row, const char* name) {
  const auto member = row.find(name);
  if (member == row.end() || member->is_null()) return {};
  return member->is_string() ? member->get<std::string>() : member->dump();
}

std::string DiskCategory(const Json& disk) {
  const std::string level = Text(disk, "PerformanceLevel");
  return Text(disk, "Category") + (level.empty() ? "" : ' ' + level);
}

// A disk attached to several instances lists them in Attachments only.
std::string DiskInstances(const Json& disk) {
  std::string ids = Text(disk, "InstanceId");
  if (!ids.empty() || !disk.contains("Attachments")) return ids;
  const Json& list = disk.at("Attachments");
  if (!list.is_object() || !list.contains("Attachment")) return ids;
  for (const Json& attachment : list.at("Attachment")) {
    ids += (ids.empty() ? "" : ",") + Text(attachment, "InstanceId");
  }
  return ids;
}

}  // namespace

const std::vector<Listing>& Listings() {
  static const std::vector<Listing> kListings = {
      {.command = "disks",
       .action = "DescribeDisks",
       .list = "Disks",
       .member = "Disk",
       .page_size = 500,
       .columns = {{"DISK", "DiskId"},
                   {"NAME", "DiskName"},
                   {"STATUS", "Status"},
                   {"TYPE", "Type"},
                   {"CATEGORY", nullptr, DiskCategory},
                   {"GiB", "Size"},
                   {"ZONE", "ZoneId"},
                   {"INSTANCE", nullptr, DiskInstances},
                   {"CREATED", "CreationTime"}}},
      {.command = "snapshots",
       .action = "DescribeSnapshots",
       .list = "Snapshots",
       .member = "Snapshot",
       .page_size = 100,
       .columns = {{"SNAPSHOT", "SnapshotId"},
                   {"NAME", "SnapshotName"},
                   {"STATUS", "Status"},
                   {"PROGRESS", "Progress"},
                   {"AVAILABLE", "Available"},
                   {"DISK", "SourceDiskId"},
                   {"GiB", "SourceDiskSize"},
                   {"CREATED", "CreationTime"}}},
      {.command = "instances",
       .action = "DescribeInstances",
       .list = "Instances",
       .member = "Instance",
       .page_size = 100,
       .columns = {{"INSTANCE", "InstanceId"},
                   {"NAME", "InstanceName"},
                   {"STATUS", "Status"},
                   {"TYPE", "InstanceType"},
                   {"ZONE", "ZoneId"},
                   {"CREATED", "CreationTime"}}},
  };
  return kListings;
}

Result<std::vector<Json>> AllRows(const Listing& listing, const ecs::Parameters& filters,
                                  const Describe& describe) {
  for (const char* name : {"NextToken", "MaxResults", "PageNumber", "PageSize"}) {
    if (!filters.contains(name)) continue;
    return Fail(ExitCode::kUsage, std::string(name) + ": all pages are read; for one page use \"" +
                                      "zonedisk api " + std::string(listing.action) + "\"");
  }
  ecs::Parameters parameters = filters;
  parameters["MaxResults"] = std::to_string(listing.page_size);
  const Json::json_pointer path("/" + std::string(listing.list) + "/" +
                                std::string(listing.member));
  std::vector<Json> rows;
  std::set<std::string> tokens;
  while (true) {
    const auto answer = describe(parameters);
    if (!answer) return Fail(answer.error());
    if (!answer->is_object() || !answer->contains(path) || !answer->at(path).is_array()) {
      return Fail(ExitCode::kRefused, "the answer holds no " + path.to_string());
    }
    for (const Json& row : answer->at(path)) rows.push_back(row);
    const std::string token = Text(*answer, "NextToken");
    if (token.empty()) return rows;
    if (!tokens.insert(token).second) {
      return Fail(ExitCode::kRefused, "NextToken " + token + " came twice: pages would never end");
    }
    parameters["NextToken"] = token;
  }
}

std::string TableOf(const std::vector<Column>& columns, const std::vector<Json>& rows) {
  Row header;
  for (const Column& column : columns) header.emplace_back(column.header);
  std::vector<Row> cells;
  for (const Json& row : rows) {
    Row line;
    for (const Column& column : columns) {
      line.push_back(column.cell != nullptr ? column.cell(row) : Text(row, column.member));
    }
    cells.push_back(std::move(line));
  }
  return FormatTable(header, cells);
}

}  // namespace zonedisk
