#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "cloudapi/store/change_ring.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

struct ChangeStreamTest : testing::Test {
  void Put(const std::string& id, const std::string& name) {
    store
        ->Write("request-" + name,
                [&](Tx& tx) -> Result<bool> {
                  auto disk = tx.Find<Disk>("a", "", id);
                  if (!disk) {
                    disk = DiskIn(DiskStatus::kAvailable);
                    disk->id = id;
                    disk->seq = tx.NextSeq();
                  }
                  disk->name = name;
                  tx.Put(*disk);
                  return true;
                })
        .value();
  }
  void Erase(const std::string& id) {
    store
        ->Write("erase",
                [&](Tx& tx) -> Result<bool> { return tx.Erase(*tx.Find<Disk>("a", "", id)), true; })
        .value();
  }

  TempFolder folder;
  FakeEnv env;
  std::unique_ptr<Store> store = OpenStore(folder.path(), env, {.ring_limit = 4});
};

TEST_F(ChangeStreamTest, GivenLifeOfADiskWhenFollowedThenEachChangeHasBeforeAndAfter) {
  Put("d-1", "one");
  Put("d-1", "two");
  Erase("d-1");
  const ChangeBatch batch = store->ChangesAfter(0);
  EXPECT_FALSE(batch.resynchronise);
  EXPECT_EQ(batch.revision, 3);
  ASSERT_EQ(batch.changes.size(), 3U);
  EXPECT_EQ(batch.changes[0].revision, 1);
  EXPECT_EQ(batch.changes[0].request_id, "request-one");
  EXPECT_EQ(batch.changes[0].account, "a");
  EXPECT_EQ(batch.changes[0].before, "");
  EXPECT_NE(batch.changes[0].after.find("\"DiskName\":\"one\""), std::string::npos);
  EXPECT_EQ(batch.changes[1].before, batch.changes[0].after);
  EXPECT_EQ(batch.changes[2].before, batch.changes[1].after);
  EXPECT_EQ(batch.changes[2].after, "");
}

TEST_F(ChangeStreamTest, GivenManyWritersWhenFollowedThenRevisionsHaveNoGap) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([this, i] { Put("d-" + std::to_string(i), "x"); });
  }
  std::int64_t seen = 0;
  int changes = 0;
  while (seen < 8) {
    store->WaitForChanges(seen, std::chrono::seconds(20));
    const ChangeBatch batch = store->ChangesAfter(seen);
    for (const Change& change : batch.changes) {
      EXPECT_EQ(change.revision, ++seen);
      ++changes;
    }
    if (batch.resynchronise) seen = batch.revision;
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(changes, 8);
  EXPECT_EQ(store->Revision(), 8);
}

TEST_F(ChangeStreamTest, GivenLaggardWhenRingIsFullThenIsToldToResynchronise) {
  for (int i = 0; i < 6; ++i) Put("d-1", "n" + std::to_string(i));
  EXPECT_TRUE(store->ChangesAfter(1).resynchronise);
  EXPECT_EQ(store->ChangesAfter(1).revision, 6);
  EXPECT_FALSE(store->ChangesAfter(2).resynchronise);
  EXPECT_EQ(store->ChangesAfter(2).changes.size(), 4U);
  EXPECT_TRUE(store->ChangesAfter(6).changes.empty());
}

TEST_F(ChangeStreamTest, GivenClearWhenFollowedThenEverybodyResynchronises) {
  Put("d-1", "one");
  const std::int64_t before = store->Revision();
  store->Write("r", [](Tx& tx) -> Result<bool> { return tx.Clear(""), true; }).value();
  EXPECT_GT(store->Revision(), before);
  EXPECT_TRUE(store->ChangesAfter(before).resynchronise);
  EXPECT_FALSE(store->ChangesAfter(store->Revision()).resynchronise);
}

TEST_F(ChangeStreamTest, GivenReopenWhenFollowedThenRevisionsGoOnAndOldOnesResynchronise) {
  Put("d-1", "one");
  Put("d-1", "two");
  store.reset();
  store = OpenStore(folder.path(), env);
  EXPECT_EQ(store->Revision(), 2);
  EXPECT_TRUE(store->ChangesAfter(1).resynchronise);
  EXPECT_FALSE(store->ChangesAfter(2).resynchronise);
  EXPECT_TRUE(store->ChangesAfter(99).resynchronise);
}

TEST_F(ChangeStreamTest, GivenNothingNewWhenTimeIsUpThenReturns) {
  EXPECT_EQ(store->WaitForChanges(0, std::chrono::seconds(0)), 0);
}

TEST_F(ChangeStreamTest, GivenWaiterWhenStoppedThenReturns) {
  std::thread waiter(
      [this] { EXPECT_EQ(store->WaitForChanges(0, std::chrono::hours(1)), std::nullopt); });
  store->StopWaiting();
  waiter.join();
}

}  // namespace
}  // namespace cloudapi
