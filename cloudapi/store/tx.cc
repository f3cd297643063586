#include "cloudapi/store/tx.h"

#include <fmt/format.h>

#include <utility>

#include "cloudapi/store/attachments.h"
#include "cloudapi/store/connection.h"
#include "cloudapi/store/kind_sql.h"

namespace cloudapi {
namespace {

std::int64_t Millis(SysMillis time) {
  return time.time_since_epoch().count();
}

// The values of the kind's facets, a line each.
template <class T>
std::string FacetsOf(const T& object) {
  const Kind<T>& kind = KindOf<T>();
  std::string facets;
  for (const std::string_view& facet : kind.facets) {
    if (&facet != &kind.facets.front()) facets += '\n';
    const Cell value = kind.ColumnOf(facet).get(object);
    if (const auto* number = std::get_if<std::int64_t>(&value)) facets += std::to_string(*number);
    if (const auto* text = std::get_if<std::string_view>(&value)) facets += *text;
  }
  return facets;
}

}  // namespace

template <class T>
std::string Tx::DocumentOf(const T& object) {
  ScopedStatement document = Db().Use(SqlOf<T>().document);
  document.Number(":seq", object.seq);
  return document.Step() ? document.TextAt(0) : std::string();
}

template <class T>
void Tx::WriteRow(const std::string& sql, const T& object, const std::string& document,
                  bool insert) {
  ScopedStatement row = Db().Use(sql);
  int index = 0;
  for (const Column<T>& column : KindOf<T>().columns) {
    if (insert || !column.fixed) row.BindCell(++index, column.get(object));
  }
  row.BindLongText(++index, document);
  if (!insert) row.BindNumber(++index, object.seq);
  row.Exec();
}

template <class T>
void Tx::EraseTags(const T& object) {
  CountTags(object, -1);
  static const std::string sql =
      "DELETE FROM tags WHERE account = :account AND region = :region AND kind = :kind AND seq = "
      ":seq";
  ScopedStatement erase = Db().Use(sql);
  erase.Text(":account", object.account).Text(":region", object.region);
  erase.Text(":kind", KindOf<T>().name).Number(":seq", object.seq).Exec();
}

template <class T>
void Tx::WriteTags(const T& object) {
  CountTags(object, 1);
  static const std::string sql =
      "INSERT INTO tags (account, region, kind, key, value, seq, id) VALUES (:account, :region, "
      ":kind, :key, :value, :seq, :id)";
  for (const Tag& tag : object.tags) {
    ScopedStatement add = Db().Use(sql);
    add.Text(":account", object.account).Text(":region", object.region);
    add.Text(":kind", KindOf<T>().name).Number(":seq", object.seq).Text(":id", object.id);
    add.Text(":key", tag.key).Text(":value", tag.value).Exec();
  }
}

template <class T>
void Tx::CountTags(const T& object, std::int64_t delta) {
  for (const Tag& tag : object.tags)
    counters_.Count({object.account, object.region, std::string(KindOf<T>().name),
                     std::string(kTagFacet) + tag.key, tag.value},
                    delta);
}

template <class T>
void Tx::CountChange(const T& object, std::int64_t delta) {
  const Kind<T>& kind = KindOf<T>();
  counters_.Count({object.account, object.region, std::string(kind.name), "", ""}, delta);
  if (!kind.facets.empty()) {
    counters_.Count({object.account, object.region, std::string(kind.name), std::string(kFacets),
                     FacetsOf(object)},
                    delta);
  }
  for (const Sum& sum : kind.sums) {
    const Cell number = kind.ColumnOf(sum.column).get(object);
    const Cell by = kind.ColumnOf(sum.by).get(object);
    counters_.Count({object.account, object.region, std::string(kind.name), std::string(sum.column),
                     std::string(std::get<std::string_view>(by))},
                    delta * std::get<std::int64_t>(number));
  }
}

std::int64_t Tx::TotalOf(const TotalKey& key) {
  static const std::string sql =
      "SELECT total FROM counters WHERE account = :account AND kind = :kind AND facet = :facet AND "
      "value = :value AND region = :region";
  ScopedStatement total = Db().Use(sql);
  total.Text(":account", key.account).Text(":region", key.region).Text(":kind", key.kind);
  total.Text(":facet", key.facet).Text(":value", key.value);
  const std::int64_t written = total.Step() ? total.NumberAt(0) : 0;
  return written + counters_.Unwritten({key.account, key.region, std::string(key.kind),
                                        std::string(key.facet), std::string(key.value)});
}

template <class T>
void Tx::Record(const T& object, std::string before, std::string after) {
  request_.changes.push_back({.account = object.account,
                              .kind = &KindOf<T>(),
                              .id = object.id,
                              .request_id = request_id_,
                              .before = std::move(before),
                              .after = std::move(after)});
}

template <class T>
void Tx::Put(const T& object) {
  std::string document = KindOf<T>().document(object);
  const auto before = Find<T>(object.account, object.region, object.id);
  std::string before_document;
  if (before) {
    before_document = DocumentOf(*before);
    WriteRow(SqlOf<T>().update, object, document, false);
    if (before->tags != object.tags) {
      EraseTags(*before);
      WriteTags(object);
    }
    CountChange(*before, -1);
  } else {
    WriteRow(SqlOf<T>().insert, object, document, true);
    WriteTags(object);
  }
  if constexpr (std::is_same_v<T, Disk>) {
    if ((before ? before->attachments : std::vector<Attachment>()) != object.attachments) {
      WriteAttachments(Db(), object);
    }
  }
  CountChange(object, 1);
  if constexpr (std::is_same_v<T, Snapshot>) CountInChain(before ? &*before : nullptr, &object);
  Record(object, std::move(before_document), std::move(document));
}

template <class T>
void Tx::Erase(const T& object) {
  const auto before = Find<T>(object.account, object.region, object.id);
  if (!before) return;
  std::string document = DocumentOf(*before);
  EraseTags(*before);
  Db().Use(SqlOf<T>().erase).Number(":seq", before->seq).Exec();
  CountChange(*before, -1);
  if constexpr (std::is_same_v<T, Snapshot>) CountInChain(&*before, nullptr);
  if constexpr (!std::is_same_v<T, SnapshotChain>)
    AddTombstone(object.account, object.region, object.id);
  Record(object, std::move(document), {});
}

#define ZONEDISK_INSTANTIATE(T)    \
  template void Tx::Put(const T&); \
  template void Tx::Erase(const T&);
ZONEDISK_EACH_KIND(ZONEDISK_INSTANTIATE)
#undef ZONEDISK_INSTANTIATE

void Tx::CountInChain(const Snapshot* before, const Snapshot* after) {
  std::int64_t snapshots = 0;
  std::int64_t bytes = 0;
  for (const auto& [snapshot, sign] : {std::pair(before, -1), std::pair(after, 1)}) {
    if (snapshot == nullptr) continue;
    snapshots += sign;
    bytes += sign * snapshot->bytes;
    counters_.Count(
        {snapshot->account, snapshot->region, std::string(kSnapshotBytes), "", snapshot->category},
        sign * snapshot->bytes);
  }
  if (snapshots == 0 && bytes == 0) return;
  const Snapshot& one = after == nullptr ? *before : *after;
  auto chain = Find<SnapshotChain>(one.account, one.region, ChainIdOf(one));
  if (!chain) chain = EmptyChainFor(one);
  chain->snapshots += snapshots;
  chain->bytes += bytes;
  chain->source_disk_size_gib = one.source_disk_size_gib;
  chain->instant_access = one.instant_access;
  if (chain->snapshots == 0) {
    Erase(*chain);
  } else {
    Put(*chain);
  }
}

// Each insert into tombstones and tokens also drops the two oldest rows that have expired, so that
// the tables stay as large as what one lifetime brings.
void Tx::AddTombstone(const std::string& account, const std::string& region,
                      const std::string& id) {
  static const std::string prune_sql =
      "DELETE FROM tombstones WHERE (account, id, region) IN (SELECT account, id, region FROM "
      "tombstones WHERE account = :account AND region = :region AND deleted_time <= :oldest ORDER "
      "BY deleted_time LIMIT 2)";
  static const std::string add_sql =
      "INSERT OR REPLACE INTO tombstones (account, region, id, deleted_time) VALUES (:account, "
      ":region, :id, :now)";
  ScopedStatement prune = Db().Use(prune_sql);
  prune.Text(":account", account).Text(":region", region);
  prune.Number(":oldest", Millis(now_ - kTombstoneLifetime)).Exec();
  ScopedStatement add = Db().Use(add_sql);
  add.Text(":account", account).Text(":region", region).Text(":id", id);
  add.Number(":now", Millis(now_)).Exec();
}

bool Tx::WasDeleted(std::string_view account, std::string_view id) {
  static const std::string sql =
      "SELECT 1 FROM tombstones WHERE account = :account AND id = :id AND deleted_time > :oldest";
  ScopedStatement find = Db().Use(sql);
  find.Text(":account", account).Text(":id", id);
  find.Number(":oldest", Millis(now_ - kTombstoneLifetime));
  return find.Step();
}

void Tx::Add(Job job) {
  static const std::string sql =
      "INSERT INTO jobs (id, due, kind, account, region, subject, detail) VALUES (:id, :due, "
      ":kind, :account, :region, :subject, :detail)";
  job.id = sequences_.NextSeq();
  const std::string detail = DetailText(job.step, job.detail);
  ScopedStatement add = Db().Use(sql);
  add.Number(":id", job.id).Number(":due", Millis(job.due)).Text(":kind", WordOf(job.step));
  add.Text(":account", job.account).Text(":region", job.region);
  add.Text(":subject", job.subject).Text(":detail", detail).Exec();
  request_.jobs.added.push_back(std::move(job));
}

void Tx::Remove(const Job& job) {
  static const std::string sql = "DELETE FROM jobs WHERE id = :id";
  Db().Use(sql).Number(":id", job.id).Exec();
  request_.jobs.removed.push_back(job);
}

std::optional<TokenRecord> Tx::FindToken(const TokenKey& key) {
  static const std::string sql =
      "SELECT parameter_hash, answer, created FROM tokens WHERE account = :account AND region = "
      ":region AND action = :action AND token = :token AND created > :oldest";
  ScopedStatement find = Db().Use(sql);
  find.Text(":account", key.account).Text(":region", key.region).Text(":action", key.action);
  find.Text(":token", key.token).Number(":oldest", Millis(now_ - kTokenLifetime));
  if (!find.Step()) return std::nullopt;
  return TokenRecord{.parameter_hash = find.TextAt(0),
                     .answer = find.TextAt(1),
                     .created = SysMillis(std::chrono::milliseconds(find.NumberAt(2)))};
}

void Tx::PutToken(const TokenKey& key, const TokenRecord& record) {
  static const std::string prune_sql =
      "DELETE FROM tokens WHERE (account, region, action, token) IN (SELECT account, region, "
      "action, token FROM tokens WHERE account = :account AND region = :region AND created <= "
      ":oldest ORDER BY created LIMIT 2)";
  static const std::string put_sql =
      "INSERT INTO tokens (account, region, action, token, parameter_hash, answer, created) VALUES "
      "(:account, :region, :action, :token, :hash, :answer, :created) ON CONFLICT DO UPDATE SET "
      "parameter_hash = excluded.parameter_hash, answer = excluded.answer, created = "
      "excluded.created";
  ScopedStatement prune = Db().Use(prune_sql);
  prune.Text(":account", key.account).Text(":region", key.region);
  prune.Number(":oldest", Millis(now_ - kTokenLifetime)).Exec();
  ScopedStatement put = Db().Use(put_sql);
  put.Text(":account", key.account).Text(":region", key.region).Text(":action", key.action);
  put.Text(":token", key.token).Text(":hash", record.parameter_hash);
  put.Text(":answer", record.answer).Number(":created", Millis(record.created)).Exec();
}

void Tx::SetMeta(std::string_view name, std::string_view value) {
  static const std::string sql =
      "INSERT INTO meta (name, value) VALUES (:name, :value) ON CONFLICT DO UPDATE SET value = "
      "excluded.value";
  Db().Use(sql).Text(":name", name).Text(":value", value).Exec();
}

void Tx::Clear(std::string_view account) {
  std::vector<std::string_view> tables = {"attachments",    "tags", "tag_totals", "counters",
                                          "snapshot_usage", "jobs", "tokens",     "tombstones"};
  for (const KindInfo* kind : Kinds()) tables.push_back(kind->table);
  for (const std::string_view table : tables) {
    if (account.empty()) {
      Db().Use(fmt::format("DELETE FROM {}", table)).Exec();
    } else {
      Db().Use(fmt::format("DELETE FROM {} WHERE account = :account", table))
          .Text(":account", account)
          .Exec();
    }
  }
  counters_.Forget(account);
  request_.changes.clear();
  request_.cleared = true;
  request_.jobs = {.cleared = true};
}

}  // namespace cloudapi
