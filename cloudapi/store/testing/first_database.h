#pragma once
// A database as the first program left it: with one of everything.
#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace cloudapi {

inline void MakeFirstDatabase(const std::filesystem::path& file) {
  std::ifstream dump(ZONEDISK_SOURCE "/cloudapi/store/testing/schema_1.sql");
  ASSERT_TRUE(dump);
  std::ostringstream sql;
  sql << dump.rdbuf();
  SQLite::Database db(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  db.exec(sql.str());
}

}  // namespace cloudapi
