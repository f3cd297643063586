#include "cloudapi/resources/snapshot_group.h"

#include "cloudapi/resources/document.h"

namespace cloudapi {
namespace {

// Tags of groups and their members have no TagKey and TagValue.
void WriteShortTags(JsonWriter& json, const std::vector<Tag>& tags) {
  json.Key("Tags").BeginObject().Key("Tag").BeginArray();
  for (const Tag& tag : tags) {
    json.BeginObject().Field("Key", tag.key).Field("Value", tag.value).EndObject();
  }
  json.EndArray().EndObject();
}

// Without its members: they change by themselves, so the listing looks them up.
std::string SnapshotGroupDocument(const SnapshotGroup& group) {
  JsonWriter json;
  json.BeginObject()
      .Field("SnapshotGroupId", group.id)
      .Field("Name", group.name)
      .Field("Description", group.description)
      .Field("InstanceId", group.instance_id)
      .Field("Status", WordOf(group.status))
      .Field("ProgressStatus", "")
      .Field("ResourceGroupId", group.resource_group_id)
      .Field("CreationTime", SecondsOr(group.creation_time));
  WriteShortTags(json, group.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kSnapshotGroupColumns = {
    Fixed<&SnapshotGroup::seq>("seq", "> 0"),
    Fixed<&SnapshotGroup::account>("account"),
    Fixed<&SnapshotGroup::region>("region"),
    Fixed<&SnapshotGroup::id>("id"),
    Col<&SnapshotGroup::status>("status"),
    Col<&SnapshotGroup::name>("name"),
    Col<&SnapshotGroup::description>("description"),
    Fixed<&SnapshotGroup::instance_id>("instance_id"),
    Col<&SnapshotGroup::resource_group_id>("resource_group_id"),
    Fixed<&SnapshotGroup::creation_time>("creation_time"),
};
constexpr Index kSnapshotGroupIndexes[] = {
    {.name = "place"},
    {.name = "name", .column = "name", .only_filled = true},
    {.name = "instance", .column = "instance_id", .only_filled = true},
};

}  // namespace

template <>
const Kind<SnapshotGroup>& KindOf<SnapshotGroup>() {
  static const Kind<SnapshotGroup> kind{{.name = "snapshot_group",
                                         .table = "snapshot_groups",
                                         .id_prefix = "ssg-",
                                         .tag_type = "snapshotgroup",
                                         .indexes = kSnapshotGroupIndexes,
                                         .facets = {}},
                                        kSnapshotGroupColumns,
                                        SnapshotGroupDocument};
  return kind;
}

}  // namespace cloudapi
