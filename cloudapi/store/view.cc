#include "cloudapi/store/view.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "cloudapi/store/attachments.h"
#include "cloudapi/store/connection.h"
#include "cloudapi/store/counters.h"
#include "cloudapi/store/kind_sql.h"
#include "cloudapi/store/selection.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kEvery = INT64_MAX;

// The accounts that have objects: a look-up each, however many counters they have.
constexpr std::string_view kAccounts =
    "WITH RECURSIVE accounts (account) AS (SELECT min(account) FROM counters UNION ALL SELECT "
    "(SELECT min(n.account) FROM counters n WHERE n.account > accounts.account) FROM accounts "
    "WHERE accounts.account IS NOT NULL) ";

template <class T>
void ReadTags(Connection& connection, T& object) {
  static const std::string sql =
      "SELECT key, value FROM tags INDEXED BY tags_object WHERE account = :account AND region = "
      ":region AND kind = :kind AND seq = :seq ORDER BY key";
  ScopedStatement tags = connection.Use(sql);
  tags.Text(":account", object.account).Text(":region", object.region);
  tags.Text(":kind", KindOf<T>().name).Number(":seq", object.seq);
  while (tags.Step()) object.tags.push_back({tags.TextAt(0), tags.TextAt(1)});
}

Page ReadPage(ScopedStatement& statement, std::int64_t limit) {
  Page page;
  std::int64_t last = 0;
  while (statement.Step()) {
    if (page.count == limit) {
      page.next_before_seq = last;
      break;
    }
    last = statement.NumberAt(0);
    if (page.count++ > 0) page.documents += ',';
    page.documents += statement.ViewAt(1);
  }
  return page;
}

}  // namespace

template <class T>
T View::Read(ScopedStatement& statement) {
  T object;
  int index = 0;
  for (const Column<T>& column : KindOf<T>().columns) {
    column.set(object, statement.CellAt(index++));
  }
  return object;
}

// What lies in other tables.
template <class T>
void View::Complete(T& object) {
  ReadTags(connection_, object);
  if constexpr (std::is_same_v<T, Disk>) ReadAttachments(connection_, object);
}

template <class T>
std::vector<T> View::ReadAll(ScopedStatement& statement) {
  std::vector<T> objects;
  while (statement.Step()) objects.push_back(Read<T>(statement));
  for (T& object : objects) Complete(object);
  return objects;
}

template <class T, class Of>
std::vector<T> View::AllOf(const std::string& sql, const Of& of) {
  ScopedStatement rows = connection_.Use(sql);
  rows.Text(":account", of.account).Text(":region", of.region).Text(":of", of.id);
  return ReadAll<T>(rows);
}

template <class T>
std::optional<T> View::Find(std::string_view account, std::string_view region,
                            std::string_view id) {
  ScopedStatement find = connection_.Use(SqlOf<T>().find);
  find.Text(":account", account).Text(":region", region).Text(":id", id);
  if (!find.Step()) return std::nullopt;
  T object = Read<T>(find);
  Complete(object);
  return object;
}

template <class T>
std::vector<T> View::After(std::int64_t seq, std::int64_t limit) {
  ScopedStatement after = connection_.Use(SqlOf<T>().after);
  after.Number(":seq", seq).Number(":limit", limit);
  return ReadAll<T>(after);
}

template <class T>
std::vector<T> View::All() {
  return After<T>(0, kEvery);
}

#define ZONEDISK_INSTANTIATE(T)                                                               \
  template std::optional<T> View::Find(std::string_view, std::string_view, std::string_view); \
  template std::vector<T> View::After(std::int64_t, std::int64_t);                            \
  template std::vector<T> View::All();
ZONEDISK_EACH_KIND(ZONEDISK_INSTANTIATE)
#undef ZONEDISK_INSTANTIATE

std::int64_t View::CountDataDisks(const Instance& instance) {
  static const std::string sql =
      "SELECT count(*) FROM attachments a CROSS JOIN disks d ON d.seq = a.disk_seq WHERE a.account "
      "= :account AND a.region = :region AND a.instance_id = :instance AND d.type = :type";
  ScopedStatement count = connection_.Use(sql);
  count.Text(":account", instance.account).Text(":region", instance.region);
  count.Text(":instance", instance.id).Text(":type", kDataDisk);
  return count.Step() ? count.NumberAt(0) : 0;
}

std::vector<Disk> View::DisksOf(const Instance& instance, std::string_view type) {
  static const std::string sql = SelectSql<Disk>(
      "o.seq IN (SELECT disk_seq FROM attachments WHERE account = :account AND region = :region "
      "AND instance_id = :instance) AND o.type = :type ORDER BY o.id");
  ScopedStatement disks = connection_.Use(sql);
  disks.Text(":account", instance.account).Text(":region", instance.region);
  disks.Text(":instance", instance.id).Text(":type", type);
  return ReadAll<Disk>(disks);
}

std::vector<Disk> View::DataDisksOf(const Instance& instance) {
  return DisksOf(instance, kDataDisk);
}

std::optional<Disk> View::SystemDiskOf(const Instance& instance) {
  std::vector<Disk> disks = DisksOf(instance, kSystemDisk);
  if (disks.empty()) return std::nullopt;
  return std::move(disks.front());
}

std::vector<Disk> View::DisksAtHomeOn(const Instance& instance) {
  static const std::string sql = SelectSql<Disk>(
      "o.account = :account AND o.region = :region AND o.home_instance_id = :of AND "
      "o.home_instance_id <> '' ORDER BY o.seq");
  return AllOf<Disk>(sql, instance);
}

std::vector<Instance> View::InstancesOf(const Disk& disk) {
  std::vector<Instance> instances;
  for (const Attachment& attachment : disk.attachments) {
    auto instance = Find<Instance>(disk.account, disk.region, attachment.instance_id);
    if (instance) instances.push_back(std::move(*instance));
  }
  return instances;
}

std::vector<Snapshot> View::SnapshotsOf(const Disk& disk) {
  static const std::string sql = SelectSql<Snapshot>(
      "o.account = :account AND o.region = :region AND o.source_disk_id = :of ORDER BY o.seq");
  return AllOf<Snapshot>(sql, disk);
}

std::vector<Snapshot> View::SnapshotsOf(const SnapshotGroup& group) {
  static const std::string sql = SelectSql<Snapshot>(
      "o.account = :account AND o.region = :region AND o.group_id = :of AND o.group_id <> '' "
      "ORDER BY o.seq");
  return AllOf<Snapshot>(sql, group);
}

std::vector<SecurityRule> View::RulesOf(const SecurityGroup& group) {
  static const std::string sql = SelectSql<SecurityRule>(
      "o.account = :account AND o.region = :region AND o.group_id = :of ORDER BY o.seq");
  return AllOf<SecurityRule>(sql, group);
}

std::vector<PolicyDisk> View::PoliciesOf(const Disk& disk) {
  static const std::string sql = SelectSql<PolicyDisk>(
      "o.account = :account AND o.region = :region AND o.disk_id = :of ORDER BY o.seq");
  return AllOf<PolicyDisk>(sql, disk);
}

std::vector<PolicyDisk> View::DisksOf(const SnapshotPolicy& policy, std::int64_t after,
                                      std::int64_t limit) {
  static const std::string sql = SelectSql<PolicyDisk>(
      "o.account = :account AND o.region = :region AND o.policy_id = :policy AND o.seq > :after "
      "ORDER BY o.seq LIMIT :limit");
  ScopedStatement disks = connection_.Use(sql);
  disks.Text(":account", policy.account).Text(":region", policy.region);
  disks.Text(":policy", policy.id).Number(":after", after).Number(":limit", limit);
  return ReadAll<PolicyDisk>(disks);
}

std::int64_t View::CountDisksOf(const Snapshot& snapshot, bool being_filled) {
  static const std::string made =
      "SELECT count(*) FROM disks INDEXED BY disks_snapshot WHERE account = :account AND region = "
      ":region AND source_snapshot_id = :snapshot AND source_snapshot_id <> ''";
  static const std::string creating = made + " AND status = 'Creating'";
  static const std::string restoring =
      "SELECT count(*) FROM disks INDEXED BY disks_restoring WHERE account = :account AND region = "
      ":region AND restoring_from = :snapshot AND restoring_from <> ''";
  const auto number = [&](const std::string& sql) {
    ScopedStatement count = connection_.Use(sql);
    count.Text(":account", snapshot.account).Text(":region", snapshot.region);
    count.Text(":snapshot", snapshot.id);
    return count.Step() ? count.NumberAt(0) : 0;
  };
  return being_filled ? number(creating) + number(restoring) : number(made);
}

// The keys begin with the account, so an id is looked up once for each account that has objects.
std::optional<std::int64_t> View::GenerationOf(std::string_view disk_id) {
  static const std::string sql = std::string(kAccounts) +
                                 "SELECT d.generation FROM accounts CROSS JOIN disks d ON "
                                 "d.account = accounts.account AND d.id = :id";
  ScopedStatement generation = connection_.Use(sql);
  generation.Text(":id", disk_id);
  if (!generation.Step()) return std::nullopt;
  return generation.NumberAt(0);
}

bool View::HasSnapshot(std::string_view snapshot_id) {
  static const std::string sql = std::string(kAccounts) +
                                 "SELECT 1 FROM accounts CROSS JOIN snapshots s ON s.account = "
                                 "accounts.account AND s.id = :id";
  ScopedStatement snapshot = connection_.Use(sql);
  snapshot.Text(":id", snapshot_id);
  return snapshot.Step();
}

std::vector<Instance> View::AgentInstances() {
  static const std::string sql = SelectSql<Instance>("o.has_agent = 1 ORDER BY o.account, o.id");
  ScopedStatement agents = connection_.Use(sql);
  return ReadAll<Instance>(agents);
}

std::vector<Instance> View::InstancesWithoutSystemDisk() {
  static const std::string sql = SelectSql<Instance>(
      "NOT EXISTS (SELECT 1 FROM attachments a CROSS JOIN disks d ON d.seq = a.disk_seq WHERE "
      "a.account = o.account AND a.region = o.region AND a.instance_id = o.id AND d.type = :type) "
      "ORDER BY o.seq");
  ScopedStatement instances = connection_.Use(sql);
  instances.Text(":type", kSystemDisk);
  return ReadAll<Instance>(instances);
}

Page View::List(const Query& query, const Window& window) {
  const Selection selection = Select(query);
  if (selection.nothing) return {};
  const Combinations found = CombinationsOf(query, selection);
  if (selection.ByFacets() && found.total == 0) return {};
  Page page;
  {
    ScopedStatement statement = connection_.Use(PageSql(selection, window));
    statement.Bind(selection.bindings.All());
    if (window.before_seq) statement.Number(":before", *window.before_seq);
    statement.Number(":limit", window.limit + 1);  // one more tells whether objects follow
    if (window.offset > 0) statement.Number(":offset", window.offset);
    if (selection.ByFacets())
      statement.Number(":reach", window.offset + window.limit + 1).Text(":facets", found.json);
    page = ReadPage(statement, window.limit);
  }
  // A first window after which nothing follows holds all of them.
  const bool whole = !window.before_seq && window.offset == 0 && !page.next_before_seq;
  page.total = whole ? page.count : Count(query, selection, found);
  return page;
}

std::int64_t View::Count(const Query& query) {
  const Selection selection = Select(query);
  if (selection.nothing) return 0;
  return Count(query, selection, CombinationsOf(query, selection));
}

std::int64_t View::Count(const Query& query, const Selection& selection,
                         const Combinations& found) {
  if (selection.counted && selection.ByFacets()) return found.total;
  if (!selection.counted) {
    ScopedStatement statement = connection_.Use(CountSql(selection));
    statement.Bind(selection.bindings.All());
    if (selection.ByFacets()) statement.Text(":facets", found.json);
    return statement.Step() ? statement.NumberAt(0) : 0;
  }
  static const std::string anywhere =
      "SELECT coalesce(sum(total), 0) FROM counters WHERE account = :account AND kind = :kind AND "
      "facet = '' AND value = ''";
  static const std::string in_region = anywhere + " AND region = :region";
  ScopedStatement total = connection_.Use(query.region.empty() ? anywhere : in_region);
  total.Text(":account", query.account).Text(":kind", query.kind->name);
  if (!query.region.empty()) total.Text(":region", query.region);
  return total.Step() ? total.NumberAt(0) : 0;
}

View::Combinations View::CombinationsOf(const Query& query, const Selection& selection) {
  Combinations found;
  if (!selection.ByFacets()) return found;
  static const std::string anywhere =
      "SELECT region, value, total FROM counters WHERE account = :account AND kind = :kind AND "
      "facet = :facet AND total > 0";
  static const std::string in_region = anywhere + " AND region = :region";
  ScopedStatement counters = connection_.Use(query.region.empty() ? anywhere : in_region);
  counters.Text(":account", query.account).Text(":kind", query.kind->name).Text(":facet", kFacets);
  if (!query.region.empty()) counters.Text(":region", query.region);
  std::vector<std::pair<std::string, std::string>> combinations;
  while (counters.Step()) {
    if (!Matches(selection, counters.ViewAt(1))) continue;
    combinations.emplace_back(counters.TextAt(0), counters.TextAt(1));
    found.total += counters.NumberAt(2);
  }
  found.json = ToFacetsJson(combinations);
  return found;
}

std::vector<Total> View::Totals() {
  static const std::string sql =
      "SELECT kind, facet, value, sum(total) FROM counters GROUP BY kind, facet, value ORDER BY "
      "kind, facet, value";
  ScopedStatement statement = connection_.Use(sql);
  std::map<std::tuple<std::string, std::string, std::string>, std::int64_t> totals;
  while (statement.Step()) {
    const std::string name = statement.TextAt(0);
    const std::string facet = statement.TextAt(1);
    const std::int64_t total = statement.NumberAt(3);
    if (facet != kFacets) {
      totals[{name, facet, statement.TextAt(2)}] += total;
      continue;
    }
    const std::string combination = statement.TextAt(2);
    const std::vector<std::string_view> values = base::Split(combination, '\n');
    const KindInfo& kind = *FindKind(name);
    for (std::size_t i = 0; i < kind.facets.size(); ++i)
      if (std::ranges::find(kind.sums, kind.facets[i], &Sum::column) == kind.sums.end())
        totals[{name, std::string(kind.facets[i]), std::string(values[i])}] += total;
  }
  std::vector<Total> all;
  for (const auto& [key, total] : totals)
    all.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), total});
  return all;
}

std::int64_t View::SnapshotBytes(std::string_view account, std::string_view region) {
  static const std::string sql =
      "SELECT coalesce(sum(total), 0) FROM counters WHERE account = :account AND kind = :kind AND "
      "facet = '' AND region = :region";
  ScopedStatement total = connection_.Use(sql);
  total.Text(":account", account).Text(":region", region).Text(":kind", kSnapshotBytes);
  return total.Step() ? total.NumberAt(0) : 0;
}

std::int64_t View::SnapshotBytesAt(std::string_view account, std::string_view region,
                                   std::string_view category, SysMillis time) {
  static const std::string sql =
      "SELECT bytes FROM snapshot_usage WHERE account = :account AND region = :region AND category "
      "= :category AND minute <= :minute ORDER BY minute DESC LIMIT 1";
  ScopedStatement usage = connection_.Use(sql);
  usage.Text(":account", account).Text(":region", region).Text(":category", category);
  usage.Number(":minute",
               std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count());
  return usage.Step() ? usage.NumberAt(0) : 0;
}

std::optional<std::string> View::Meta(std::string_view name) {
  static const std::string sql = "SELECT value FROM meta WHERE name = :name";
  ScopedStatement meta = connection_.Use(sql);
  meta.Text(":name", name);
  if (!meta.Step()) return std::nullopt;
  return meta.TextAt(0);
}

}  // namespace cloudapi
