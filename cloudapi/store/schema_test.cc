#include "cloudapi/store/schema.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "cloudapi/store/store.h"
#include "cloudapi/store/testing/first_database.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

std::string WithoutSpace(const std::string& sql) {
  std::string text;
  for (const char c : sql) {
    if (c != ' ' && c != '\n' && c != '"') text += c;
  }
  return text;
}

// Name of each table and index → its SQL without white space.
std::map<std::string, std::string> SchemaOf(const std::filesystem::path& file) {
  SQLite::Database db(file.string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(db, "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL");
  std::map<std::string, std::string> schema;
  while (rows.executeStep()) {
    schema[rows.getColumn(0).getString()] = WithoutSpace(rows.getColumn(1).getString());
  }
  return schema;
}

std::int64_t Number(const std::filesystem::path& file, const std::string& sql) {
  SQLite::Database db(file.string(), SQLite::OPEN_READONLY);
  return db.execAndGet(sql).getInt64();
}

class MigrationTest : public testing::Test {
 protected:
  MigrationTest() { MakeFirstDatabase(file_); }

  template <class T>
  std::vector<T> All() {
    return store_->Read([](View& view) -> Result<std::vector<T>> { return view.All<T>(); }).value();
  }
  void Open() { store_ = OpenStore(folder_.path(), env_); }

  TempFolder folder_;
  FakeEnv env_;
  const std::filesystem::path file_ = folder_.path() / kDatabaseFile;
  std::unique_ptr<Store> store_;
};

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenItsSchemaIsThatOfANewOne) {
  Open();
  const TempFolder other;
  const auto fresh = OpenStore(other.path(), env_);
  EXPECT_EQ(SchemaOf(file_), SchemaOf(fresh->DatabasePath()));
  EXPECT_EQ(Number(file_, "PRAGMA user_version"), kSchemaVersion);
}

TEST_F(MigrationTest, GivenOtherIndexesWhenOpenedThenTheyAreThoseOfANewOne) {
  Open();
  const auto schema = SchemaOf(file_);
  store_.reset();
  {
    SQLite::Database db(file_.string(), SQLite::OPEN_READWRITE);
    db.exec("DROP INDEX disks_facets");
    db.exec("DROP TABLE tag_totals");
    db.exec("CREATE INDEX disks_status ON disks (account, region, status)");
    db.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion - 1));
  }
  Open();
  EXPECT_EQ(SchemaOf(file_), schema);
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenItsTagsAreCounted) {
  Open();
  EXPECT_GT(Number(file_, "SELECT sum(total) FROM tag_totals"), 0);
  EXPECT_EQ(Number(file_,
                   "SELECT count(*) FROM (SELECT * FROM tag_totals EXCEPT SELECT account, "
                   "region, key, value, kind, count(*) FROM tags GROUP BY 1, 2, 3, 4, 5)"),
            0);
  EXPECT_EQ(Number(file_, "SELECT sum(total) FROM tag_totals"),
            Number(file_, "SELECT count(*) FROM tags"));
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenWhatItsRowsLackHasItsDefault) {
  Open();
  for (const Snapshot& snapshot : All<Snapshot>()) EXPECT_EQ(snapshot.type, SnapshotType::kUser);
  for (const Disk& disk : All<Disk>()) EXPECT_EQ(disk.auto_snapshot_policy_id, "");
  EXPECT_EQ(Number(file_, "SELECT count(*) FROM pragma_foreign_key_check"), 0);
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenNothingIsLost) {
  std::map<std::string, std::int64_t> before;
  const std::vector<std::string> tables = {"disks", "snapshots", "instances", "attachments",
                                           "tags",  "jobs",      "tokens"};
  for (const std::string& table : tables) {
    before[table] = Number(file_, "SELECT count(*) FROM " + table);
    EXPECT_GT(before[table], 0) << table;
  }
  const std::string counted =
      "SELECT sum(total) FROM counters WHERE facet = '' AND kind NOT LIKE "
      "'snapshot_%'";
  const std::int64_t totals = Number(file_, counted);
  EXPECT_GT(totals, 0);
  const std::int64_t deleted = Number(file_, "SELECT count(*) FROM deleted");
  Open();
  for (const std::string& table : tables) {
    EXPECT_EQ(Number(file_, "SELECT count(*) FROM " + table), before[table]) << table;
  }
  EXPECT_EQ(Number(file_, counted), totals);
  EXPECT_EQ(Number(file_, "SELECT sum(total) FROM counters WHERE facet = 'size_gib'"),
            Number(file_, "SELECT sum(size_gib) FROM disks"));
  EXPECT_EQ(Number(file_, "SELECT count(*) FROM tombstones"), deleted);
  EXPECT_TRUE(store_->Meta("clock"));
  EXPECT_FALSE(store_->Meta("sequences"));
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenObjectsReadAndDocumentsAreOfToday) {
  Open();
  ForEachKind([this]<class T>(const Kind<T>& kind) {
    for (const T& object : All<T>()) {
      const std::string stored = "SELECT count(*) FROM " + std::string(kind.table) +
                                 " WHERE seq = " + std::to_string(object.seq) + " AND document = ?";
      SQLite::Database db(file_.string(), SQLite::OPEN_READONLY);
      SQLite::Statement count(db, stored);
      count.bind(1, kind.document(object));
      ASSERT_TRUE(count.executeStep());
      EXPECT_EQ(count.getColumn(0).getInt(), 1) << object.id;
    }
  });
  bool held = false;
  for (const Disk& disk : All<Disk>()) held = held || !disk.attachments.empty();
  EXPECT_TRUE(held);
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenItsSnapshotsAreInChainsAndTheirBytesCounted) {
  Open();
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> chains;
  std::int64_t bytes = 0;
  for (const Snapshot& snapshot : All<Snapshot>()) {
    auto& [count, sum] = chains[ChainIdOf(snapshot)];
    ++count;
    sum += snapshot.bytes;
    bytes += snapshot.bytes;
  }
  EXPECT_FALSE(chains.empty());
  EXPECT_EQ(All<SnapshotChain>().size(), chains.size());
  for (const SnapshotChain& chain : All<SnapshotChain>()) {
    EXPECT_EQ(chains[chain.id], std::pair(chain.snapshots, chain.bytes));
  }
  EXPECT_EQ(Number(file_, "SELECT sum(total) FROM counters WHERE kind = 'snapshot_bytes'"), bytes);
  EXPECT_EQ(Number(file_, "SELECT sum(bytes) FROM snapshot_usage"), bytes);
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenIdsAreMadeThenTheyGoOn) {
  const std::string newest = [this] {
    SQLite::Database db(file_.string(), SQLite::OPEN_READONLY);
    return db.execAndGet("SELECT max(substr(id, 6)) FROM disks").getString();
  }();
  const std::int64_t last = Number(file_, "SELECT max(seq) FROM disks");
  Open();
  const auto made = store_->Write("r", [&](Tx& tx) -> Result<void> {
    const std::string id = tx.NextId<Disk>("bp1");
    EXPECT_EQ(id.substr(5, 8), newest.substr(0, 8));
    EXPECT_GT(id.substr(5), newest);
    EXPECT_GT(tx.NextSeq(), last);
    return {};
  });
  EXPECT_TRUE(made);
  EXPECT_GT(store_->Revision(), 0);
}

TEST_F(MigrationTest, GivenFirstDatabaseWhenOpenedThenItsInstancesAreKnownToLackASystemDisk) {
  Open();
  const auto lacking = store_->Read([](View& view) -> Result<std::vector<Instance>> {
    return view.InstancesWithoutSystemDisk();
  });
  EXPECT_EQ(*lacking, All<Instance>());
}

TEST_F(MigrationTest, GivenMigratedDatabaseWhenOpenedAgainThenIsAsItWas) {
  Open();
  const auto disks = All<Disk>();
  store_.reset();
  Open();
  EXPECT_EQ(All<Disk>(), disks);
}

}  // namespace
}  // namespace cloudapi
