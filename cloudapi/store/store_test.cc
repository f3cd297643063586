#include "cloudapi/store/store.h"

#include <SQLiteCpp/Database.h>
#include <absl/synchronization/mutex.h>
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "cloudapi/store/schema.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

using Done = Result<bool>;

Disk NewDisk(Tx& tx, const std::string& account = "a") {
  Disk disk = DiskIn(DiskStatus::kAvailable);
  disk.id = tx.NextId<Disk>("bp1");
  disk.account = account;
  disk.seq = tx.NextSeq();
  disk.creation_time = tx.Now();
  return disk;
}

std::vector<Job> JobsIn(Store& store) {
  return store.Read([](View& view) -> Result<std::vector<Job>> { return view.AllJobs(); }).value();
}

struct StoreTest : testing::Test {
  std::string Create(const std::string& account = "a") {
    return store
        ->Write("r",
                [&account](Tx& tx) -> Result<std::string> {
                  const Disk disk = NewDisk(tx, account);
                  tx.Put(disk);
                  return disk.id;
                })
        .value();
  }
  std::optional<Disk> Find(const std::string& id, const std::string& account = "a",
                           const std::string& region = "") {
    return store
        ->Write("r",
                [&](Tx& tx) -> Result<std::optional<Disk>> {
                  return tx.Find<Disk>(account, region, id);
                })
        .value();
  }
  void Reopen() {
    store.reset();
    store = OpenStore(folder.path(), env);
  }

  TempFolder folder;
  FakeEnv env;
  std::unique_ptr<Store> store = OpenStore(folder.path(), env);
};

TEST_F(StoreTest, GivenFullDiskWhenStoredAndReopenedThenIsEqual) {
  Disk disk;
  store
      ->Write("r",
              [&](Tx& tx) -> Done {
                disk = NewDisk(tx);
                disk.status = DiskStatus::kInUse;
                disk.name = "données";
                disk.description = "text with ' and \"";
                disk.encrypted = true;
                disk.kms_key_id = "key";
                disk.multi_attach = true;
                disk.provisioned_iops = 7;
                disk.bursting_enabled = true;
                disk.delete_auto_snapshot = false;
                disk.delete_with_instance = true;
                disk.enable_auto_snapshot = false;
                disk.portable = false;
                disk.resource_group_id = "rg-1";
                disk.source_snapshot_id = "s-1";
                disk.attached_time = tx.Now();
                disk.detached_time = tx.Now() + std::chrono::milliseconds(1);
                disk.ever_attached = true;
                disk.guest_size_gib = 10;
                disk.generation = 3;
                disk.attachments = {{"i-2", "/dev/xvdb", AttachmentState::kAttached, tx.Now()},
                                    {"i-1", "/dev/xvdc", AttachmentState::kDetaching, {}}};
                disk.tags = {{"a", "1"}, {"b", ""}};
                tx.Put(disk);
                return true;
              })
      .value();
  Reopen();
  EXPECT_EQ(Find(disk.id), disk);
}

TEST_F(StoreTest, GivenFullSnapshotAndInstanceWhenStoredThenAreEqual) {
  store
      ->Write("r",
              [](Tx& tx) -> Done {
                Snapshot snapshot{.id = "s-1",
                                  .account = "a",
                                  .region = "r",
                                  .status = SnapshotStatus::kFailed,
                                  .available = true,
                                  .progress = 40,
                                  .name = "n",
                                  .description = "d",
                                  .source_disk_id = "d-1",
                                  .source_zone = "z",
                                  .source_disk_size_gib = 20,
                                  .source_disk_type = "system",
                                  .source_category = "cloud",
                                  .encrypted = true,
                                  .kms_key_id = "key",
                                  .retention_days = 3,
                                  .instant_access = true,
                                  .resource_group_id = "rg-1",
                                  .requested_time = tx.Now(),
                                  .creation_time = tx.Now(),
                                  .last_modified_time = tx.Now(),
                                  .bytes = 5,
                                  .usage = "disk",
                                  .failure = "f",
                                  .tags = {{"k", "v"}},
                                  .seq = tx.NextSeq()};
                tx.Put(snapshot);
                EXPECT_EQ(tx.Find<Snapshot>("a", "r", "s-1"), snapshot);
                Instance instance{.id = "i-1",
                                  .account = "a",
                                  .region = "r",
                                  .zone = "z",
                                  .status = InstanceStatus::kStopping,
                                  .type = "t",
                                  .cpu = 4,
                                  .memory_mib = 8192,
                                  .name = "n",
                                  .host_name = "h",
                                  .creation_time = tx.Now(),
                                  .has_agent = true,
                                  .agent_refusal = "no",
                                  .tags = {{"k", "v"}},
                                  .seq = tx.NextSeq()};
                tx.Put(instance);
                EXPECT_EQ(tx.Find<Instance>("a", "", "i-1"), instance);
                return true;
              })
      .value();
}

TEST_F(StoreTest, GivenOtherAccountOrRegionWhenFoundThenNothing) {
  const std::string id = Create();
  EXPECT_TRUE(Find(id, "a", "cn-hangzhou"));
  EXPECT_FALSE(Find(id, "b"));
  EXPECT_FALSE(Find(id, "a", "cn-beijing"));
  EXPECT_FALSE(Find("d-none"));
}

TEST_F(StoreTest, GivenRefusalWhenWrittenThenLeavesNothingAndAnswersTheRefusal) {
  std::string id;
  const auto refused = store->Write("r", [&id](Tx& tx) -> Done {
    const Disk disk = NewDisk(tx);
    id = disk.id;
    tx.Put(disk);
    tx.Schedule(disk, Step::kDiskCreate);
    return Refuse(403, "No", "rule", "text");
  });
  EXPECT_EQ(refused.error().code, "No");
  EXPECT_FALSE(Find(id));
  EXPECT_TRUE(JobsIn(*store).empty());
  EXPECT_EQ(store->Revision(), 0);
}

TEST_F(StoreTest, GivenOneThatThrowsAmongManyWhenCommittedTogetherThenOnlyItFails) {
  constexpr int kWriters = 32;
  std::atomic<int> stored = 0;
  std::atomic<int> failed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < kWriters; ++i) {
    threads.emplace_back([&, i] {
      const auto result = store->Write("r" + std::to_string(i), [i](Tx& tx) -> Done {
        tx.Put(NewDisk(tx));
        if (i % 4 == 0) std::vector<int>().at(0);
        return true;
      });
      if (result) {
        ++stored;
      } else {
        EXPECT_EQ(result.error().code, "InternalError");
        ++failed;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(stored, 24);
  EXPECT_EQ(failed, 8);
  EXPECT_EQ(store->Revision(), 24);
  const auto all = store->Write(
      "r", [](Tx& tx) -> Result<std::size_t> { return tx.After<Disk>(0, 100).size(); });
  EXPECT_EQ(all.value(), 24U);
}

TEST_F(StoreTest, GivenBrokenConstraintWhenWrittenThenOnlyThatRequestFails) {
  const auto broken = store->Write("r", [](Tx& tx) -> Done {
    Disk disk = NewDisk(tx);
    disk.size_gib = 0;  // the table's CHECK
    tx.Put(disk);
    return true;
  });
  EXPECT_EQ(broken.error().http_status, 500);
  EXPECT_FALSE(Create().empty());
}

TEST_F(StoreTest, GivenReopenAndResetAndClockSetBackWhenIdsAreMadeThenTheyGrow) {
  std::vector<std::string> ids = {Create()};
  ids.push_back(Create());
  Reopen();
  ids.push_back(Create());
  store->Write("r", [](Tx& tx) -> Done { return tx.Clear(""), true; }).value();
  ids.push_back(Create());
  env.SetCloud(SysMillis{});
  Reopen();
  ids.push_back(Create());
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(ids[i].size(), 22U);
    EXPECT_EQ(ids[i].substr(0, 5), "d-bp1");
    EXPECT_TRUE(i == 0 || ids[i - 1] < ids[i]);
  }
}

TEST_F(StoreTest, GivenTwoDatabasesWhenIdsAreMadeThenTheyDiffer) {
  const TempFolder other_folder;
  const auto other = OpenStore(other_folder.path(), env);
  std::string id;
  other->Write("r", [&id](Tx& tx) -> Done { return id = tx.NextId<Disk>("bp1"), true; }).value();
  EXPECT_NE(Create(), id);
}

TEST_F(StoreTest, GivenFolderInUseWhenOpenedAgainThenRefuses) {
  const auto second = Store::Open({.data_dir = folder.path()}, env);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("in use by another cloud"), std::string::npos);
}

TEST_F(StoreTest, GivenNewerSchemaWhenOpenedThenRefusesAndLeavesIt) {
  store.reset();
  {
    SQLite::Database db((folder.path() / kDatabaseFile).string(), SQLite::OPEN_READWRITE);
    db.exec("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1));
  }
  const auto opened = Store::Open({.data_dir = folder.path()}, env);
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("schema " + std::to_string(kSchemaVersion + 1)),
            std::string::npos);
  SQLite::Database db((folder.path() / kDatabaseFile).string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(db.execAndGet("PRAGMA user_version").getInt(), kSchemaVersion + 1);
}

TEST_F(StoreTest, GivenForeignDatabaseWhenOpenedThenRefuses) {
  const TempFolder other;
  {
    SQLite::Database db((other.path() / kDatabaseFile).string(),
                        SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    db.exec("CREATE TABLE t (a)");
  }
  EXPECT_FALSE(Store::Open({.data_dir = other.path()}, env));
}

TEST_F(StoreTest, GivenJobsWhenAskedThenComeInDueOrderWithWhatTheyWereScheduledWith) {
  const SysMillis now = env.CloudNow();
  store
      ->Write("r",
              [](Tx& tx) -> Done {
                for (const int delay : {300, 100, 200, 100}) {
                  const Disk disk{
                      .id = "d-" + std::to_string(delay), .account = "a", .region = "r"};
                  tx.Schedule(disk, Step::kDiskAttach, std::chrono::milliseconds(delay),
                              {.instance_id = "i"});
                }
                tx.Schedule(Disk{.id = "d-0", .account = "b", .region = "r"}, Step::kDiskUnlink, {},
                            {.generation = 7});
                return true;
              })
      .value();
  const auto jobs = JobsIn(*store);
  ASSERT_EQ(jobs.size(), 5U);
  EXPECT_EQ(jobs[0].step, Step::kDiskUnlink);
  EXPECT_EQ(jobs[0].detail, (JobDetail{.generation = 7}));
  EXPECT_EQ(jobs[1].subject, "d-100");
  EXPECT_EQ(jobs[2].subject, "d-100");
  EXPECT_LT(jobs[1].id, jobs[2].id);
  EXPECT_EQ(jobs[3].due, now + std::chrono::milliseconds(200));
  EXPECT_EQ(jobs[3].detail, (JobDetail{.instance_id = "i"}));
  store
      ->Write("r",
              [](Tx& tx) -> Done {
                EXPECT_EQ(tx.JobsOf("a", "r", "d-100").size(), 2U);
                EXPECT_TRUE(tx.JobsOf("b", "r", "d-100").empty());
                tx.Unschedule(Disk{.id = "d-100", .account = "a", .region = "r"});
                return true;
              })
      .value();
  EXPECT_EQ(JobsIn(*store).size(), 3U);
}

TEST_F(StoreTest, GivenListenerWhenJobsComeAndGoThenItHearsOfThoseThatWereCommitted) {
  const TempFolder other;
  const auto fresh = OpenStore(other.path(), env);
  std::vector<JobChanges> heard;
  fresh->OnJobs([&heard](const JobChanges& changes) { heard.push_back(changes); });
  const Disk disk{.id = "d-1", .account = "a", .region = "r"};
  const auto write = [&fresh](auto work) {
    return fresh->Write("r", [&work](Tx& tx) -> Done {
      work(tx);
      return true;
    });
  };
  write([&](Tx& tx) { tx.Schedule(disk, Step::kDiskGrow); }).value();
  static_cast<void>(fresh->Write("r", [&](Tx& tx) -> Done {
    tx.Schedule(disk, Step::kDiskCreate);
    EXPECT_EQ(tx.ChangedJobs().added.size(), 1U);
    return Refuse(403, "No", "rule", "text");
  }));
  write([](Tx&) {}).value();
  write([&](Tx& tx) { tx.Unschedule(disk); }).value();
  write([](Tx& tx) { tx.Clear(""); }).value();
  const auto jobs = heard.at(0).added;
  ASSERT_EQ(jobs.size(), 1U);
  EXPECT_EQ(jobs[0].step, Step::kDiskGrow);
  EXPECT_EQ(heard,
            (std::vector<JobChanges>{{.added = jobs}, {.removed = jobs}, {.cleared = true}}));
}

TEST_F(StoreTest, GivenTokenWhenADayHasPassedThenIsForgotten) {
  const TokenKey key{"a", "r", "CreateDisk", "t"};
  const auto find = [&] {
    return store
        ->Write("r",
                [&](Tx& tx) -> Result<std::optional<TokenRecord>> { return tx.FindToken(key); })
        .value();
  };
  const auto put = [&](const std::string& token) {
    store
        ->Write("r",
                [&](Tx& tx) -> Done {
                  tx.PutToken({"a", "r", "CreateDisk", token}, {"hash", "answer", tx.Now()});
                  return true;
                })
        .value();
  };
  EXPECT_FALSE(find());
  put("t");
  env.Advance(kTokenLifetime - std::chrono::milliseconds(1));
  ASSERT_TRUE(find());
  EXPECT_EQ(find()->answer, "answer");
  env.Advance(std::chrono::milliseconds(1));
  EXPECT_FALSE(find());
  put("u");
  SQLite::Database db(store->DatabasePath().string(), SQLite::OPEN_READONLY);
  EXPECT_EQ(db.execAndGet("SELECT count(*) FROM tokens").getInt(), 1);
}

TEST_F(StoreTest, GivenDeletedDiskWhenAskedThenIsRememberedForADay) {
  const std::string id = Create();
  const auto was_deleted = [&](const std::string& account) {
    return store->Write("r", [&](Tx& tx) -> Result<bool> { return tx.WasDeleted(account, id); })
        .value();
  };
  EXPECT_FALSE(was_deleted("a"));
  store->Write("r", [&](Tx& tx) -> Done { return tx.Erase(*tx.Find<Disk>("a", "", id)), true; })
      .value();
  EXPECT_FALSE(Find(id));
  EXPECT_TRUE(was_deleted("a"));
  EXPECT_FALSE(was_deleted("b"));
  env.Advance(kTombstoneLifetime);
  EXPECT_FALSE(was_deleted("a"));
}

TEST_F(StoreTest, GivenClearOfOneAccountWhenDoneThenOthersStay) {
  const std::string mine = Create("a");
  const std::string theirs = Create("b");
  store->Write("r", [](Tx& tx) -> Done { return tx.Clear("a"), true; }).value();
  EXPECT_FALSE(Find(mine, "a"));
  EXPECT_TRUE(Find(theirs, "b"));
}

TEST_F(StoreTest, GivenMetaWhenSetThenSurvivesReopen) {
  EXPECT_FALSE(store->Meta("clock"));
  store->Write("r", [](Tx& tx) -> Done { return tx.SetMeta("clock", "frozen"), true; }).value();
  Reopen();
  EXPECT_EQ(store->Meta("clock"), "frozen");
}

TEST_F(StoreTest, GivenFullQueueWhenWrittenThenThrottles) {
  const TempFolder other;
  const auto small = OpenStore(other.path(), env, {.queue_limit = 1, .batch_limit = 1});
  absl::Mutex gate;
  bool open = false;
  std::atomic<int> throttled = 0;
  std::atomic<int> finished = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      const auto result = small->Write("r", [&](Tx&) -> Done {
        const absl::MutexLock lock(&gate);
        gate.Await(absl::Condition(&open));
        return true;
      });
      if (!result && result.error().code == "Throttling" && ++throttled == 6) {
        const absl::MutexLock lock(&gate);
        open = true;
      }
      ++finished;
    });
  }
  for (std::thread& thread : threads) thread.join();
  // One runs and at most one waits.
  EXPECT_GE(throttled, 6);
  EXPECT_EQ(finished, 8);
}

}  // namespace
}  // namespace cloudapi
