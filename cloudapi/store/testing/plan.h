#pragma once
// The plan of a statement, and which plans stay cheap when there are a million objects.
#include <SQLiteCpp/SQLiteCpp.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace cloudapi {

inline std::vector<std::string> PlanOf(SQLite::Database& db, const std::string& sql) {
  SQLite::Statement explain(db, "EXPLAIN QUERY PLAN " + sql);
  std::vector<std::string> steps;
  while (explain.executeStep()) steps.push_back(explain.getColumn(3).getString());
  return steps;
}

// Statements that are about everything: what an operator asks, what a reset or recovery does.
inline constexpr std::array<std::string_view, 6> kWholeTable = {
    "DELETE FROM ",                         // of an account or of all
    "FROM counters GROUP BY kind",          // metrics
    "o.has_agent = 1",                      // recovery and reset
    "FROM instances o WHERE NOT EXISTS (",  // the start
    "FROM sequences",                       // one row
    "FROM jobs ORDER BY due",               // the start of the jobs, state
};

// The first step that reads a whole table, empty when there is none. The rows of a list that the
// caller gave, and of a subquery, are no table.
inline std::string ScanIn(SQLite::Database& db, const std::string& sql) {
  constexpr std::array<std::string_view, 7> kNoTables = {
      "wanted", "json_each", "CONSTANT", "(subquery", "m VIRTUAL", "c VIRTUAL", "accounts"};
  if (std::ranges::any_of(kWholeTable, [&sql](std::string_view text) {
        return sql.find(text) != std::string::npos;
      })) {
    return {};
  }
  for (const std::string& step : PlanOf(db, sql)) {
    if (!step.starts_with("SCAN ")) continue;
    const std::string_view what = std::string_view(step).substr(5);
    if (std::ranges::none_of(kNoTables,
                             [what](std::string_view name) { return what.starts_with(name); })) {
      return step;
    }
  }
  return {};
}

// Ends the program when the statement reads a whole table.
inline void CheckPlan(SQLite::Database& db, const std::string& sql) {
  const std::string scan = ScanIn(db, sql);
  if (scan.empty()) return;
  std::fprintf(stderr, "a statement reads a whole table (%s): %s\n", scan.c_str(), sql.c_str());
  std::abort();
}

}  // namespace cloudapi
