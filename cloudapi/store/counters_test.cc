// The totals after any sequence of writes, refusals and clears, beside a count of the rows.
#include <SQLiteCpp/Database.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "cloudapi/store/kind_sql.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

using Totals = std::map<std::tuple<std::string, std::string, std::string, std::string>, int>;

Totals Read(Store& store, const std::string& sql) {
  SQLite::Database db(store.DatabasePath().string(), SQLite::OPEN_READONLY);
  SQLite::Statement rows(db, sql);
  Totals totals;
  while (rows.executeStep()) {
    const int total = rows.getColumn(4).getInt();
    if (total == 0) continue;
    totals[{rows.getColumn(0).getString(), rows.getColumn(1).getString(),
            rows.getColumn(2).getString(), rows.getColumn(3).getString()}] = total;
  }
  return totals;
}

Totals Kept(Store& store) {
  return Read(store,
              "SELECT account, region, kind || '.' || facet, value, total FROM counters UNION ALL "
              "SELECT account, region, kind || '.tag:' || key, value, total FROM tag_totals");
}

Totals Counted(Store& store) {
  const std::string head = "SELECT account, region, ";
  const std::string tail = ", count(*) FROM disks GROUP BY 1, 2, 3, 4";
  const auto sum = [&head](const std::string& column) {
    return " UNION ALL " + head + "'disk." + column + "', type, sum(" + column +
           ") FROM disks GROUP BY 1, 2, 3, 4";
  };
  const std::string snapshot_tail = ", count(*) FROM snapshots GROUP BY 1, 2, 3, 4";
  const auto facets = [&head](const KindInfo& kind) {
    return " UNION ALL " + head + "'" + std::string(kind.name) + ".facets', " + FacetsSql(kind) +
           ", count(*) FROM " + std::string(kind.table) + " GROUP BY 1, 2, 3, 4";
  };
  return Read(store, head + "'disk.', ''" + tail + facets(KindOf<Disk>()) + sum("size_gib") +
                         sum("portable") + " UNION ALL " + head + "'snapshot.', ''" +
                         snapshot_tail + facets(KindOf<Snapshot>()) + " UNION ALL " + head +
                         "'snapshot_bytes.', category, sum(bytes) FROM snapshots GROUP BY 1, 2, 3, "
                         "4 UNION ALL " +
                         head +
                         "'snapshot_chain.', '', count(DISTINCT source_disk_id) FROM snapshots "
                         "GROUP BY 1, 2, 3, 4 UNION ALL " +
                         head +
                         "kind || '.tag:' || key, value, count(*) FROM tags GROUP BY 1, 2, 3, 4");
}

std::string Any(const std::vector<std::string>& words) {
  return *rc::gen::elementOf(words);
}

// What one step does, drawn beforehand: RapidCheck draws on its own thread only.
struct Step {
  int action = 0;  // 0 clears, 1 to 3 erase, else put
  std::string cleared_account;
  Disk disk;
  std::string snapshot_region;
};
struct Request {
  std::vector<Step> steps;
  bool keep = true;
};

Step AnyStep() {
  Step step{.action = *rc::gen::inRange(0, 12),
            .cleared_account = Any({"", "a", "b"}),
            .disk = DiskIn(*rc::gen::element(DiskStatus::kAvailable, DiskStatus::kCreating)),
            .snapshot_region = Any({"r1", "r2"})};
  step.disk.id = "d-" + std::to_string(*rc::gen::inRange(0, 8));
  step.disk.account = Any({"a", "b"});
  step.disk.zone = Any({"z1", "z2"});
  step.disk.category = Any({"cloud", "cloud_essd"});
  step.disk.type = Any({"data", "system"});
  step.disk.size_gib = *rc::gen::inRange(1, 1000);
  step.disk.portable = *rc::gen::arbitrary<bool>();
  step.disk.tags = {{Any({"env", "own"}), "z"}, {"team", Any({"x", "y"})}};
  return step;
}

std::vector<Request> AnyRequests() {
  std::vector<Request> requests(*rc::gen::inRange<std::size_t>(1, 24));
  for (Request& request : requests) {
    const int steps = *rc::gen::inRange(1, 4);
    for (int i = 0; i < steps; ++i) request.steps.push_back(AnyStep());
    request.keep = *rc::gen::inRange(0, 3) > 0;
  }
  return requests;
}

void Apply(Tx& tx, const Step& step) {
  const auto stored = tx.Find<Disk>(step.disk.account, step.disk.region, step.disk.id);
  if (step.action == 0) {
    tx.Clear(step.cleared_account);
  } else if (step.action < 4) {
    if (!stored) return;
    for (const Snapshot& snapshot : tx.SnapshotsOf(*stored)) tx.Erase(snapshot);
    tx.Erase(*stored);
  } else if (stored) {
    Disk changed = *stored;
    changed.status = step.disk.status;
    changed.category = step.disk.category;
    changed.size_gib = step.disk.size_gib;
    changed.portable = step.disk.portable;
    changed.tags = step.disk.tags;
    tx.Put(changed);
  } else {
    Disk created = step.disk;
    created.seq = tx.NextSeq();
    tx.Put(created);
    tx.Put(Snapshot{.id = tx.NextId<Snapshot>("bp1"),
                    .account = created.account,
                    .region = step.snapshot_region,
                    .source_disk_id = created.id,
                    .bytes = created.seq,
                    .seq = tx.NextSeq()});
  }
}

// Concurrently, so that several requests share a transaction.
void Perform(Store& store, const std::vector<Request>& requests) {
  std::vector<std::thread> threads;
  threads.reserve(requests.size());
  for (const Request& request : requests) {
    threads.emplace_back([&store, &request] {
      const auto done = store.Write("r", [&request](Tx& tx) -> Result<bool> {
        for (const Step& step : request.steps) Apply(tx, step);
        if (request.keep) return true;
        return Refuse(403, "Refused", "test", "refused");
      });
      EXPECT_EQ(done.has_value(), request.keep);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// One store for all cases: what earlier ones left is part of the sequence.
Store& SharedStore() {
  static const TempFolder folder;
  static FakeEnv env;
  static const std::unique_ptr<Store> store =
      OpenStore(folder.path(), env, {.durability = Durability::kOff});
  return *store;
}

RC_GTEST_PROP(Counters, GivenAnyRequestsWhenCommittedThenTotalsAreTheRows, ()) {
  Store& store = SharedStore();
  Perform(store, AnyRequests());
  RC_ASSERT(Kept(store) == Counted(store));
}

// Before it is written, in the midst of a transaction and after a Clear in it.
TEST(CountersTest, GivenWritesInOneTransactionWhenAskedThenTheTotalOfThatMoment) {
  const TempFolder folder;
  FakeEnv env;
  const auto store = OpenStore(folder.path(), env, {.durability = Durability::kOff});
  const TotalKey gib{"a", "r", "disk", "size_gib", "data"};
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.account = "a";
  disk.region = "r";
  disk.size_gib = 20;
  const auto in_one = store->Write("", [&](Tx& tx) -> Result<void> {
    EXPECT_EQ(tx.TotalOf(gib), 0);
    disk.seq = tx.NextSeq();
    tx.Put(disk);
    EXPECT_EQ(tx.TotalOf(gib), 20);
    EXPECT_EQ(tx.TotalOf({"a", "r", "disk"}), 1);
    EXPECT_EQ(tx.TotalOf({"b", "r", "disk"}), 0);
    return {};
  });
  ASSERT_TRUE(in_one);
  const auto later = store->Write("", [&](Tx& tx) -> Result<void> {
    EXPECT_EQ(tx.TotalOf(gib), 20);
    disk.size_gib = 50;
    tx.Put(disk);
    EXPECT_EQ(tx.TotalOf(gib), 50);
    tx.Clear("a");
    EXPECT_EQ(tx.TotalOf(gib), 0);
    return {};
  });
  ASSERT_TRUE(later);
}

}  // namespace
}  // namespace cloudapi
