#include "cloudapi/agents/follower.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/open_store.h"

namespace cloudapi {
namespace {

using std::chrono::milliseconds;

const InstanceKey kNode{.account = "default", .id = "i-1"};
const InstanceKey kOther{.account = "default", .id = "i-2"};

class FollowerTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const InstanceKey& instance : {kNode, kOther}) sessions_.Open(instance, "");
  }
  std::int64_t RevisionOf(const InstanceKey& instance) {
    return sessions_.Poll(instance, 0, env_.Steady());
  }
  void PutDisk(const std::string& holder, std::string_view type = kDataDisk) {
    store_
        ->Write("r",
                [&](Tx& tx) -> Result<bool> {
                  Disk disk{.id = "d-1",
                            .account = "default",
                            .region = "cn-hangzhou",
                            .zone = "cn-hangzhou-b",
                            .size_gib = 20,
                            .type = std::string(type),
                            .seq = 1};
                  if (!holder.empty()) disk.attachments = {{.instance_id = holder}};
                  tx.Put(disk);
                  return true;
                })
        .value();
  }

  TempFolder folder_;
  FakeEnv env_;
  std::unique_ptr<Store> store_ = OpenStore(folder_.path(), env_, {.durability = Durability::kOff});
  AgentSessions sessions_{env_};
  Follower follower_{*store_, sessions_};
};

TEST_F(FollowerTest, GivenDiskOfAnInstanceWhenItChangesThenOnlyItsHoldersPollsEnd) {
  const std::int64_t before = RevisionOf(kNode);
  const std::int64_t other = RevisionOf(kOther);
  PutDisk("i-1");
  EXPECT_TRUE(follower_.FollowOnce(milliseconds(0)));
  EXPECT_GT(RevisionOf(kNode), before);
  EXPECT_EQ(RevisionOf(kOther), other);
}

TEST_F(FollowerTest, GivenSystemDiskWhenItChangesThenNoPollEnds) {
  const std::int64_t before = RevisionOf(kNode);
  PutDisk("i-1", kSystemDisk);
  EXPECT_TRUE(follower_.FollowOnce(milliseconds(0)));
  EXPECT_EQ(RevisionOf(kNode), before);
}

TEST_F(FollowerTest, GivenHolderThatWasToldWhenTheDiskLeavesItThenItsPollEnds) {
  PutDisk("i-1");
  follower_.FollowOnce(milliseconds(0));
  sessions_.Answered(kNode, {.revision = 1, .disks = {{.disk = "d-1"}}});
  const std::int64_t before = RevisionOf(kNode);
  PutDisk("");
  EXPECT_TRUE(follower_.FollowOnce(milliseconds(0)));
  EXPECT_GT(RevisionOf(kNode), before);
}

TEST_F(FollowerTest, GivenWaitsThatEndWithoutAChangeThenItFollowsOn) {
  const std::int64_t before = RevisionOf(kNode);
  // As when the machine's clock is set: no time has passed on the steady one.
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(follower_.FollowOnce(milliseconds(1)));
  PutDisk("i-1");
  EXPECT_TRUE(follower_.FollowOnce(milliseconds(0)));
  EXPECT_GT(RevisionOf(kNode), before);
}

TEST_F(FollowerTest, GivenEverythingDroppedThenAllPollsEnd) {
  const std::int64_t before = RevisionOf(kNode);
  const std::int64_t other = RevisionOf(kOther);
  store_->Write("r", [](Tx& tx) -> Result<bool> { return tx.Clear(""), true; }).value();
  EXPECT_TRUE(follower_.FollowOnce(milliseconds(0)));
  EXPECT_GT(RevisionOf(kNode), before);
  EXPECT_GT(RevisionOf(kOther), other);
}

TEST_F(FollowerTest, GivenStoreThatEndsItsWaitsThenItEnds) {
  store_->StopWaiting();
  EXPECT_FALSE(follower_.FollowOnce(std::chrono::hours(1)));
}

}  // namespace
}  // namespace cloudapi
