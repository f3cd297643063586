#include <fmt/format.h>

#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/snapshot_groups/snapshot_groups.h"

namespace cloudapi {
namespace {

Result<Conditions> GroupIds(const ReadCall& call, const Filter& filter) {
  const auto& ids = call.args.List(filter.param);
  return ids.empty() ? Conditions{} : Conditions{where::Ids{ids}};
}

Result<Conditions> GroupStatuses(const ReadCall& call, const Filter& filter) {
  for (const std::string& word : call.args.List(filter.param)) {
    if (EnumOf<SnapshotGroupStatus>(word)) continue;
    return Refuse(400, "InvalidParameter", "describe.group-status",
                  fmt::format("There is no status {} of a snapshot group.", word),
                  {{"Status", word}});
  }
  return filters::AnyOf(call, filter);
}

constexpr Filter kGroupFilters[] = {
    {"SnapshotGroupId", GroupIds},
    {"Name", filters::Text, "name"},
    {"Tag", filters::Tags},
    {"InstanceId", filters::Text, "instance_id"},
    {"Status", GroupStatuses, "status"},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
};

// The stored document of the group and what its members are at this moment.
constexpr std::string_view kWithMembers = R"sql(json_set(o.document, '$.Snapshots', json_object(
  'Snapshot', json((SELECT json_group_array(json_object(
    'SnapshotId', s.id, 'SourceDiskId', s.source_disk_id, 'SourceDiskType', s.source_disk_type,
    'Progress', s.progress || '%', 'Available', json(iif(s.available, 'true', 'false')),
    'InstantAccess', json(iif(s.instant_access, 'true', 'false')), 'InstantAccessRetentionDays', 0,
    'Tags', json_object('Tag', json((SELECT json_group_array(json_object(
      'Key', json_extract(value, '$.Key'), 'Value', json_extract(value, '$.Value')))
      FROM json_each(s.document, '$.Tags.Tag'))))))
  FROM snapshots s INDEXED BY snapshots_group WHERE s.account = o.account AND s.region = o.region
    AND s.group_id = o.id AND s.group_id <> ''))))
)sql";

}  // namespace

Result<Answer> DescribeSnapshotGroups(const ReadCall& call) {
  return List(call, {.kind = &KindOf<SnapshotGroup>(),
                     .action = "DescribeSnapshotGroups",
                     .outer = "SnapshotGroups",
                     .inner = "SnapshotGroup",
                     .filters = kGroupFilters,
                     .paging = {.tokens_only = true},
                     .row = kWithMembers});
}

}  // namespace cloudapi
