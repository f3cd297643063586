#include "cloudapi/store/selection.h"

#include <algorithm>
#include <utility>

#include "cloudapi/base/json.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

std::vector<std::string> Distinct(std::vector<std::string> values) {
  std::ranges::sort(values);
  // clang 14 cannot compile what std::ranges::unique returns.
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

// Whether the value of a facet is one that the condition asks for.
bool Holds(const where::Is& condition, std::string_view value) {
  if (const auto* number = std::get_if<std::int64_t>(&condition.value))
    return value == std::to_string(*number);
  return value == std::get<std::string>(condition.value);
}
bool Holds(const where::AnyOf& condition, std::string_view value) {
  return std::ranges::find(condition.values, value) != condition.values.end();
}
bool Holds(const where::BeforeDot& condition, std::string_view value) {
  return value.starts_with(condition.value + ".");
}

// Another table, each of whose rows leads to one object.
struct Driver {
  std::string table;
  std::string join;
  // What its rows have that are an object of the account and the region each; empty: they may not
  // be.
  std::string own = {};
  std::string seq = "o.seq";
  bool sorted = true;
  std::string totals = {};  // the same with a row and a total for many objects
};

// Collects fragments; every fragment is a literal of this file or of a kind's row.
class Builder {
 public:
  explicit Builder(const Query& query) : query_(query), kind_(*query.kind) {
    selection_.table = kind_.table;
    selection_.row = query.row;
    selection_.where = "o.account = :account";
    Bind(":account", query.account);
    if (query.region.empty()) return;
    selection_.where += " AND o.region = :region";
    Bind(":region", query.region);
  }

  void operator()(const where::Ids& condition);
  void operator()(const where::Is& condition);
  void operator()(const where::AnyOf& condition);
  void operator()(const where::Like& condition);
  void operator()(const where::BeforeDot& condition);
  void operator()(const where::Tags& condition);
  void operator()(const where::OnInstance& condition);
  void operator()(const where::DiskOnInstance& condition);
  void operator()(const where::UnderPolicy& condition);
  void operator()(const where::Filled& condition);
  void operator()(const where::Between& condition);
  void operator()(const where::Member& condition);
  void operator()(const where::Never&) { selection_.nothing = true; }

  // Facets go last: they lead to the rows where nothing else does, and else are compared.
  Selection Finish(std::vector<FacetCondition> facets) {
    selection_.counted = conditions_ == 0;
    if (driven_) {
      for (const FacetCondition& facet : facets) std::visit(*this, facet.condition);
    } else if (facets.empty()) {
      DriveByWhatHasAny();
    } else {
      DriveByFacets();
      selection_.facets = std::move(facets);
    }
    selection_.count_from = selection_.from;
    selection_.count_where = selection_.where;
    if (conditions_ == 1) FindByDriverAlone();
    const bool alone = conditions_ == 1 && !selection_.ByFacets();
    if (alone && unfilled_ != nullptr && !query_.region.empty()) CountTheOthers();
    return std::move(selection_);
  }

 private:
  void And(const std::string& condition) {
    ++conditions_;
    selection_.where += " AND " + condition;
  }
  void Bind(std::string name, std::variant<std::int64_t, std::string> value) {
    selection_.bindings.Bind(std::move(name), std::move(value));
  }
  std::string Fresh(std::variant<std::int64_t, std::string> value) {
    return selection_.bindings.Fresh(std::move(value));
  }
  const Index* IndexOf(std::string_view column) const {
    const auto found = std::ranges::find(kind_.indexes, column, &Index::column);
    return found == kind_.indexes.end() ? nullptr : &*found;
  }
  // The object's own table, along an index that ends with seq.
  void DriveBy(const Index& index) {
    driven_ = true;
    selection_.from =
        selection_.table + " o INDEXED BY " + selection_.table + "_" + std::string(index.name);
  }
  // By the column's index, if it has one and nothing drives yet. An index of filled rows only must
  // be told to SQLite that the row is one. Returns whether it drives.
  bool DriveByColumn(std::string_view column) {
    const Index* index = IndexOf(column);
    if (index == nullptr) return false;
    if (index->only_filled) selection_.where += " AND o." + std::string(column) + " <> ''";
    if (driven_) return false;
    DriveBy(*index);
    return true;
  }
  // Whole, as the column is read from its index; else along all objects of the place.
  void DriveByWhatHasAny() {
    if (filled_column_.empty() || !DriveByColumn(filled_column_)) {
      DriveBy(kind_.indexes.front());
    } else {
      selection_.sorted = true;
    }
  }
  void DriveByTable(Driver driver) {
    driven_ = true;
    ++conditions_;
    selection_.from = driver.table + " CROSS JOIN " + std::string(kind_.table) + " o";
    selection_.where =
        driver.join + (driver.own.empty() ? "" : " AND " + driver.own) + " AND " + selection_.where;
    selection_.seq = driver.seq;
    selection_.sorted = driver.sorted;
    driver_ = std::move(driver);
  }
  // Nothing else is asked, so the objects' own rows say no more.
  void FindByDriverAlone() {
    if (driver_.own.empty()) return;
    selection_.count_from = driver_.table;
    selection_.count_where = driver_.own;
    if (!driver_.totals.empty()) {
      selection_.count = "coalesce(sum(total), 0)";
      selection_.count_from = driver_.totals;
    }
    if (!selection_.sorted || selection_.seq.ends_with("o.seq")) return;
    selection_.from = driver_.table;
    selection_.where = driver_.own;
  }
  // Those of the place, which a counter has, without those whose column has a value.
  void CountTheOthers() {
    selection_.count =
        "(SELECT coalesce(sum(total), 0) FROM counters WHERE account = :account AND region = "
        ":region AND kind = " +
        Quoted(kind_.name) + " AND facet = '' AND value = '') - count(*)";
    selection_.count_from =
        selection_.table + " o INDEXED BY " + selection_.table + "_" + std::string(unfilled_->name);
    selection_.count_where = "o.account = :account AND o.region = :region AND o." +
                             std::string(unfilled_->column) + " <> ''";
  }
  // The alias c is a combination: an array of the region and the values of the facets.
  void DriveByFacets() {
    selection_.from = selection_.table + " o INDEXED BY " + selection_.table + "_facets";
    selection_.where += " AND o.region = c.value->>0";
    int place = 0;
    for (const std::string_view facet : kind_.facets)
      selection_.where +=
          " AND o." + std::string(facet) + " = c.value->>" + std::to_string(++place);
  }
  void Carries(const TagMatch& tag);

  const Query& query_;
  const KindInfo& kind_;
  Selection selection_;
  Driver driver_;
  std::string_view filled_column_;   // which must have a value that no index leads to
  const Index* unfilled_ = nullptr;  // whose column must have none
  int conditions_ = 0;
  bool driven_ = false;
};

void Builder::operator()(const where::Ids& condition) {
  const std::vector<std::string> ids = Distinct(condition.ids);
  if (ids.empty()) selection_.nothing = true;
  if (ids.size() == 1 && !driven_) {
    And("o.id = " + Fresh(ids.front()));
    driven_ = true;
    selection_.from = std::string(kind_.table) + " o";
    return;
  }
  const std::string wanted = Fresh(ToJsonArray(ids));
  if (driven_) {
    And("o.id IN (SELECT value FROM json_each(" + wanted + "))");
    return;
  }
  DriveByTable({.table = "json_each(" + wanted + ") AS wanted", .join = "o.id = wanted.value"});
}

void Builder::operator()(const where::Is& condition) {
  const std::string column(condition.column);
  DriveByColumn(condition.column);
  And("o." + column + " = " + Fresh(condition.value));
}

void Builder::operator()(const where::AnyOf& condition) {
  const Index* index = IndexOf(condition.column);
  if (!driven_ && index != nullptr) {
    const std::string column = "o." + std::string(condition.column);
    DriveByTable(
        {.table = "json_each(" + Fresh(ToJsonArray(Distinct(condition.values))) + ") AS wanted",
         .join =
             column + " = wanted.value" + (index->only_filled ? " AND " + column + " <> ''" : ""),
         .seq = "+o.seq"});
    return;
  }
  And("o." + std::string(condition.column) + " IN (SELECT value FROM json_each(" +
      Fresh(ToJsonArray(condition.values)) + "))");
}

void Builder::operator()(const where::Like& condition) {
  const std::string column = "o." + std::string(condition.column);
  const auto star = condition.pattern.find('*');
  if (star == std::string::npos) {
    DriveByColumn(condition.column);
    And(column + " = " + Fresh(condition.pattern));
    return;
  }
  const bool beginning_alone = star > 0 && star + 1 == condition.pattern.size();
  if (!beginning_alone) And(column + " GLOB " + Fresh(ToGlob(condition.pattern)));
  if (star == 0) {
    if (condition.pattern.find_first_not_of('*') != std::string::npos)
      filled_column_ = condition.column;
    return;
  }
  const std::string beginning = condition.pattern.substr(0, star);
  if (DriveByColumn(condition.column)) selection_.sorted = true;
  // U+10FFFF sorts behind every other character.
  And(column + " >= " + Fresh(beginning) + " AND " + column + " < " +
      Fresh(beginning + "\xf4\x8f\xbf\xbf"));
}

void Builder::operator()(const where::BeforeDot& condition) {
  const std::string column = "o." + std::string(condition.column);
  const std::string value = Fresh(condition.value);
  And("substr(" + column + ", 1, length(" + value + ") + 1) = " + value + " || '.'");
}

// nullopt: the condition asks about no facet.
template <class AnyCondition>
std::optional<FacetCondition> FacetOf(const KindInfo& kind, const AnyCondition& condition) {
  if constexpr (requires { Holds(condition, std::string_view()); }) {
    const auto found = std::ranges::find(kind.facets, condition.column);
    if (found != kind.facets.end())
      return FacetCondition{static_cast<std::size_t>(found - kind.facets.begin()), condition};
  }
  return std::nullopt;
}

void Builder::Carries(const TagMatch& tag) {
  const std::string carries =
      "t.account = :account AND t.kind = :kind AND " + selection_.bindings.Carries("t", tag);
  if (!driven_ && !query_.region.empty()) {
    // Of a key alone the index delivers no order; the plus keeps SQLite from taking one that does
    // and reading every tag of the region.
    DriveByTable({.table = "tags t",
                  .join = "o.seq = t.seq",
                  .own = "t.region = :region AND " + carries,
                  .seq = tag.value ? "t.seq" : "+t.seq",
                  .sorted = !tag.value,
                  .totals = "tag_totals t"});
    return;
  }
  And("EXISTS (SELECT 1 FROM tags t INDEXED BY tags_object WHERE " + carries +
      " AND t.region = o.region AND t.seq = o.seq)");
}

void Builder::operator()(const where::Tags& condition) {
  if (condition.tags.empty()) return;
  Bind(":kind", std::string(kind_.name));
  for (const TagMatch& tag : condition.tags) Carries(tag);
}

void Builder::operator()(const where::OnInstance& condition) {
  const std::string instance = Fresh(condition.instance_id);
  if (driven_ || query_.region.empty()) {
    And("EXISTS (SELECT 1 FROM attachments a INDEXED BY attachments_disk WHERE a.disk_seq = o.seq "
        "AND a.instance_id = " +
        instance + ")");
    return;
  }
  DriveByTable(
      {.table = "attachments a",
       .join = "o.seq = a.disk_seq",
       .own = "a.account = :account AND a.region = :region AND a.instance_id = " + instance,
       .seq = "a.disk_seq",
       .sorted = false});
}

void Builder::operator()(const where::DiskOnInstance& condition) {
  DriveByColumn(condition.column);
  And("o." + std::string(condition.column) +
      " IN (SELECT d.id FROM attachments a CROSS JOIN disks d ON d.seq = a.disk_seq WHERE "
      "a.account = :account AND a.region = o.region AND a.instance_id = " +
      Fresh(condition.instance_id) + ")");
}

void Builder::operator()(const where::UnderPolicy& condition) {
  const std::string policy = Fresh(condition.policy_id);
  if (driven_ || query_.region.empty()) {
    And("EXISTS (SELECT 1 FROM policy_disks p INDEXED BY policy_disks_disk WHERE p.account = "
        ":account AND p.region = o.region AND p.disk_id = o.id AND p.policy_id = " +
        policy + ")");
    return;
  }
  DriveByTable({.table = "policy_disks p INDEXED BY policy_disks_policy",
                .join = "o.id = p.disk_id",
                .own = "p.account = :account AND p.region = :region AND p.policy_id = " + policy});
}

void Builder::operator()(const where::Filled& condition) {
  if (condition.filled) {
    if (DriveByColumn(condition.column)) selection_.sorted = true;
    And("o." + std::string(condition.column) + " <> ''");
    return;
  }
  And("o." + std::string(condition.column) + " = ''");
  unfilled_ = IndexOf(condition.column);
}

void Builder::operator()(const where::Between& condition) {
  const auto compare = [this, &condition](const char* how, SysMillis time) {
    And(std::string(condition.column) + how + Fresh(std::int64_t{time.time_since_epoch().count()}));
  };
  if (condition.from) compare(" >= ", *condition.from);
  if (condition.until) compare(" <= ", *condition.until);
}

void Builder::operator()(const where::Member& condition) {
  And("EXISTS (SELECT 1 FROM json_each(o.document, " + Fresh(std::string(condition.path)) +
      ") m WHERE m.value IN (SELECT value FROM json_each(" + Fresh(ToJsonArray(condition.any_of)) +
      ")))");
}

}  // namespace

std::string Bindings::Fresh(std::variant<std::int64_t, std::string> value) {
  std::string name = ":v" + std::to_string(++names_);
  Bind(name, std::move(value));
  return name;
}

std::string Bindings::Carries(const std::string& alias, const TagMatch& tag) {
  std::string condition = alias + ".key = " + Fresh(tag.key);
  if (tag.value) condition += " AND " + alias + ".value = " + Fresh(*tag.value);
  return condition;
}

Selection Select(const Query& query) {
  Builder builder(query);
  std::vector<FacetCondition> facets;
  for (const Condition& condition : query.conditions) {
    auto facet =
        std::visit([&query](const auto& any) { return FacetOf(*query.kind, any); }, condition);
    if (facet) {
      facets.push_back(std::move(*facet));
    } else {
      std::visit(builder, condition);
    }
  }
  return builder.Finish(std::move(facets));
}

bool Matches(const Selection& selection, std::string_view facets) {
  const std::vector<std::string_view> values = base::Split(facets, '\n');
  return std::ranges::all_of(selection.facets, [&values](const FacetCondition& wanted) {
    const std::string_view value = values[wanted.facet];
    return std::visit([value](const auto& condition) { return Holds(condition, value); },
                      wanted.condition);
  });
}

std::string ToFacetsJson(const std::vector<std::pair<std::string, std::string>>& combinations) {
  JsonWriter json;
  json.BeginArray();
  for (const auto& [region, facets] : combinations) {
    json.BeginArray().Value(region);
    for (const std::string_view value : base::Split(facets, '\n')) json.Value(value);
    json.EndArray();
  }
  json.EndArray();
  return json.Take();
}

std::string PageSql(const Selection& selection, const Window& window) {
  std::string where = selection.where;
  if (window.before_seq) where += " AND " + selection.seq + " < :before";
  std::string tail = " DESC LIMIT :limit";
  if (window.offset > 0) tail += " OFFSET :offset";
  const std::string& table = selection.table;
  if (!selection.ByFacets() && !selection.sorted)
    return "SELECT o.seq, " + selection.row + " FROM " + selection.from + " WHERE " + where +
           " ORDER BY " + selection.seq + tail;
  if (!selection.ByFacets())
    return "SELECT o.seq, " + selection.row + " FROM " + table + " o WHERE o.seq IN (SELECT " +
           selection.seq + " FROM " + selection.from + " WHERE " + where + " ORDER BY " +
           selection.seq + tail + ") ORDER BY o.seq DESC";
  // The newest of each combination, then the newest of those.
  return "SELECT o.seq, " + selection.row + " FROM " + table +
         " o WHERE o.seq IN (SELECT p.seq FROM json_each(:facets) c CROSS JOIN " + table +
         " p ON p.seq IN (SELECT o.seq FROM " + selection.from + " WHERE " + where +
         " ORDER BY o.seq DESC LIMIT :reach) ORDER BY p.seq" + tail + ") ORDER BY o.seq DESC";
}

std::string CountSql(const Selection& selection) {
  const std::string combinations = selection.ByFacets() ? "json_each(:facets) c CROSS JOIN " : "";
  return "SELECT " + selection.count + " FROM " + combinations + selection.count_from + " WHERE " +
         selection.count_where;
}

std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
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
