#include "cloudapi/store/selection.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

// Collects fragments; every fragment is a literal of this file. The first Drive… decides the index,
// so callers name them from the most selective one down.
class Builder {
 public:
  Builder(Kind kind, const CommonFilter& filter) : table_(TableOf(kind)), filter_(filter) {
    selection_.kind = StoredName(kind);
    selection_.where = "o.account = :account";
    Bind(":account", filter.account);
    if (filter.region.empty()) return;
    selection_.where += " AND o.region = :region";
    Bind(":region", filter.region);
  }

  void And(std::string_view condition) {
    ++conditions_;
    selection_.where += " AND ";
    selection_.where += condition;
  }
  void Bind(std::string_view name, std::variant<std::int64_t, std::string> value) {
    selection_.bindings.push_back({std::string(name), std::move(value)});
  }
  void Match(std::string_view condition, std::string_view name, const std::string& text) {
    if (text.empty()) return;
    And(condition);
    Bind(name, text);
  }
  void Match(std::string_view condition, std::string_view name, const std::optional<bool>& flag) {
    if (!flag) return;
    And(condition);
    Bind(name, std::int64_t{*flag ? 1 : 0});
  }

  // The object's own table, along an index that ends with seq.
  void DriveBy(std::string_view index) {
    if (driven_) return;
    driven_ = true;
    selection_.from = std::string(table_) + " o INDEXED BY " + std::string(index);
  }
  void Ids();
  void Name(std::string_view index);
  void Tags();
  void Instance(const std::string& instance_id);
  void Created(std::string_view column);
  void Members();

  // The exact total where nothing but the place, or one facet beside it, is asked for.
  Selection Finish(std::initializer_list<CounterKey> facets) {
    if (conditions_ == 0) selection_.counter = CounterKey{"", ""};
    for (const auto& facet : facets)
      if (conditions_ == 1 && !facet.value.empty()) selection_.counter = facet;
    return std::move(selection_);
  }

 private:
  // Another table first, each of whose rows leads to one object.
  void DriveByTable(std::string_view table, std::string_view join, std::string_view seq) {
    driven_ = true;
    ++conditions_;
    selection_.from = std::string(table) + " CROSS JOIN " + std::string(table_) + " o";
    selection_.where = std::string(join) + " AND " + selection_.where;
    selection_.seq = seq;
  }

  std::string_view table_;
  const CommonFilter& filter_;
  Selection selection_;
  int conditions_ = 0;
  bool driven_ = false;
};

void Builder::Ids() {
  if (!filter_.ids) return;
  std::vector<std::string> ids = *filter_.ids;
  std::ranges::sort(ids);
  // clang 14 cannot compile what std::ranges::unique answers.
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) selection_.nothing = true;
  if (ids.size() == 1) {
    And("o.id = :id");
    Bind(":id", ids.front());
    driven_ = true;
    selection_.from = std::string(table_) + " o";
    return;
  }
  Bind(":ids", ToJsonArray(ids));
  DriveByTable("json_each(:ids) AS wanted", "o.id = wanted.value", "o.seq");
}

void Builder::Name(std::string_view index) {
  if (filter_.name.empty()) return;
  const auto star = filter_.name.find('*');
  if (star == std::string::npos) {
    // The index holds only rows that have a name, which SQLite must be told.
    And("o.name <> '' AND o.name = :name");
    Bind(":name", filter_.name);
    DriveBy(index);
    return;
  }
  And("o.name GLOB :name");
  Bind(":name", ToGlob(filter_.name));
  if (star == 0) return;
  const std::string beginning = filter_.name.substr(0, star);
  And("o.name <> '' AND o.name >= :name_from AND o.name < :name_to");
  Bind(":name_from", beginning);
  // U+10FFFF sorts behind every other character.
  Bind(":name_to", beginning + "\xf4\x8f\xbf\xbf");
  DriveBy(index);
}

void Builder::Tags() {
  if (filter_.tags.empty()) return;
  Bind(":kind", std::string(selection_.kind));
  int number = 0;
  for (const auto& tag : filter_.tags) {
    const std::string suffix = std::to_string(number++);
    std::string carries = "t.account = :account AND t.kind = :kind AND t.key = :key" + suffix;
    Bind(":key" + suffix, tag.key);
    if (tag.value) {
      carries += " AND t.value = :value" + suffix;
      Bind(":value" + suffix, *tag.value);
    }
    if (!driven_ && !filter_.region.empty()) {
      // Of a key alone the index delivers no order; the plus keeps SQLite from taking one that
      // does and reading every tag of the region.
      DriveByTable("tags t", "o.seq = t.seq AND t.region = :region AND " + carries,
                   tag.value ? "t.seq" : "+o.seq");
      continue;
    }
    And("EXISTS (SELECT 1 FROM tags t INDEXED BY tags_object WHERE " + carries +
        " AND t.region = o.region AND t.seq = o.seq)");
  }
}

void Builder::Instance(const std::string& instance_id) {
  if (instance_id.empty()) return;
  Bind(":instance", instance_id);
  if (driven_ || filter_.region.empty()) {
    And("EXISTS (SELECT 1 FROM attachments a INDEXED BY attachments_disk WHERE a.disk_seq = o.seq "
        "AND a.instance_id = :instance)");
    return;
  }
  DriveByTable("attachments a",
               "o.seq = a.disk_seq AND a.account = :account AND a.region = :region AND "
               "a.instance_id = :instance",
               "a.disk_seq");
}

void Builder::Created(std::string_view column) {
  if (filter_.created_from) {
    And(std::string(column) + " >= :created_from");
    Bind(":created_from", std::int64_t{filter_.created_from->time_since_epoch().count()});
  }
  if (filter_.created_to) {
    And(std::string(column) + " <= :created_to");
    Bind(":created_to", std::int64_t{filter_.created_to->time_since_epoch().count()});
  }
}

void Builder::Members() {
  int number = 0;
  for (const auto& member : filter_.members) {
    const std::string suffix = std::to_string(number++);
    And("EXISTS (SELECT 1 FROM json_each(o.document, :path" + suffix +
        ") m WHERE m.value IN (SELECT value FROM json_each(:any" + suffix + ")))");
    Bind(":path" + suffix, std::string(member.path));
    Bind(":any" + suffix, ToJsonArray(member.any_of));
  }
}

}  // namespace

Selection Select(const DiskFilter& filter) {
  Builder builder(Kind::kDisk, filter);
  builder.Ids();
  builder.Name("disks_name");
  builder.Tags();
  builder.Instance(filter.instance_id);
  builder.Match("o.source_snapshot_id <> '' AND o.source_snapshot_id = :snapshot", ":snapshot",
                filter.snapshot_id);
  if (!filter.snapshot_id.empty()) builder.DriveBy("disks_snapshot");
  builder.Match("o.zone = :zone", ":zone", filter.zone);
  if (!filter.zone.empty()) builder.DriveBy("disks_zone");
  builder.Match("o.status = :status", ":status", filter.status);
  if (!filter.status.empty()) builder.DriveBy("disks_status");
  builder.Match("o.category = :category", ":category", filter.category);
  if (!filter.category.empty()) builder.DriveBy("disks_category");
  builder.DriveBy("disks_place");
  builder.Created("o.creation_time");
  builder.Match("o.type = :type", ":type", filter.type);
  builder.Match("o.kms_key_id = :kms_key", ":kms_key", filter.kms_key_id);
  builder.Match("o.resource_group_id = :group", ":group", filter.resource_group_id);
  builder.Match("o.portable = :portable", ":portable", filter.portable);
  builder.Match("o.delete_with_instance = :with", ":with", filter.delete_with_instance);
  builder.Match("o.delete_auto_snapshot = :auto", ":auto", filter.delete_auto_snapshot);
  builder.Match("o.enable_auto_snapshot = :enable", ":enable", filter.enable_auto_snapshot);
  builder.Match("o.encrypted = :encrypted", ":encrypted", filter.encrypted);
  builder.Match("o.multi_attach = :multi_attach", ":multi_attach", filter.multi_attach);
  builder.Members();
  return builder.Finish(
      {{"zone", filter.zone}, {"status", filter.status}, {"category", filter.category}});
}

Selection Select(const SnapshotFilter& filter) {
  Builder builder(Kind::kSnapshot, filter);
  builder.Ids();
  builder.Name("snapshots_name");
  builder.Tags();
  builder.Match("o.source_disk_id = :disk", ":disk", filter.disk_id);
  if (!filter.disk_id.empty()) builder.DriveBy("snapshots_disk");
  builder.Match(
      "o.source_disk_id IN (SELECT d.id FROM attachments a CROSS JOIN disks d ON d.seq = "
      "a.disk_seq WHERE a.account = :account AND a.region = o.region AND a.instance_id = "
      ":instance)",
      ":instance", filter.instance_id);
  if (!filter.instance_id.empty()) builder.DriveBy("snapshots_disk");
  builder.Match("o.status = :status", ":status", filter.status);
  if (!filter.status.empty()) builder.DriveBy("snapshots_status");
  builder.DriveBy("snapshots_place");
  // What is not cut yet has no creation time; then the time of the call counts.
  builder.Created("coalesce(o.creation_time, o.requested_time)");
  builder.Match("o.source_disk_type = :type", ":type", filter.source_disk_type);
  builder.Match("o.kms_key_id = :kms_key", ":kms_key", filter.kms_key_id);
  builder.Match("o.resource_group_id = :group", ":group", filter.resource_group_id);
  builder.Match("o.encrypted = :encrypted", ":encrypted", filter.encrypted);
  builder.Members();
  return builder.Finish({{"status", filter.status}});
}

Selection Select(const InstanceFilter& filter) {
  Builder builder(Kind::kInstance, filter);
  builder.Ids();
  builder.Name("instances_name");
  builder.Tags();
  builder.Match("o.zone = :zone", ":zone", filter.zone);
  if (!filter.zone.empty()) builder.DriveBy("instances_zone");
  builder.Match("o.status = :status", ":status", filter.status);
  if (!filter.status.empty()) builder.DriveBy("instances_status");
  builder.DriveBy("instances_place");
  builder.Created("o.creation_time");
  builder.Match("o.type = :type", ":type", filter.type);
  builder.Match("substr(o.type, 1, length(:family) + 1) = :family || '.'", ":family",
                filter.family);
  builder.Members();
  return builder.Finish({{"zone", filter.zone}, {"status", filter.status}, {"type", filter.type}});
}

std::string PageSql(const Selection& selection, const Window& window) {
  std::string sql = "SELECT o.seq, o.document FROM " + selection.from + " WHERE " + selection.where;
  if (window.before_seq) sql += " AND " + selection.seq + " < :before";
  sql += " ORDER BY " + selection.seq + " DESC LIMIT :limit";
  if (window.offset > 0) sql += " OFFSET :offset";
  return sql;
}

std::string CountSql(const Selection& selection) {
  return "SELECT count(*) FROM " + selection.from + " WHERE " + selection.where;
}

std::string_view StoredName(Kind kind) {
  switch (kind) {
    case Kind::kDisk: return "disk";
    case Kind::kSnapshot: return "snapshot";
    case Kind::kInstance: return "instance";
  }
  return {};
}

std::string_view TableOf(Kind kind) {
  switch (kind) {
    case Kind::kDisk: return "disks";
    case Kind::kSnapshot: return "snapshots";
    case Kind::kInstance: return "instances";
  }
  return {};
}

std::string ToGlob(std::string_view pattern) {
  std::string glob;
  for (const char c : pattern) {
    if (c == '[' || c == '?') {
      glob += '[';
      glob += c;
      glob += ']';
    } else {
      glob += c;
    }
  }
  return glob;
}

std::string ToJsonArray(const std::vector<std::string>& values) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& value : values) json.Value(value);
  json.EndArray();
  return json.Take();
}

}  // namespace cloudapi
