#include "cloudapi/agents/sessions.h"

#include <gtest/gtest.h>

#include "cloudapi/testing/fake_env.h"

namespace cloudapi {
namespace {

const InstanceKey kNode{.account = "default", .id = "i-1"};

class SessionsTest : public testing::Test {
 protected:
  void SetUp() override { token_ = sessions_.Open(kNode, ""); }
  std::int64_t Poll(std::int64_t after) { return sessions_.Poll(kNode, after, env_.Steady()); }
  // The agent polls, is told to hold `disks`, and reports `present`.
  void Round(std::vector<WantedDisk> wanted, std::vector<PresentDisk> present) {
    const std::int64_t revision = Poll(0);
    sessions_.Answered(kNode, {.revision = revision, .disks = std::move(wanted)});
    sessions_.Report(kNode, {.revision = revision, .disks = std::move(present)});
  }

  FakeEnv env_;
  AgentSessions sessions_{env_};
  std::string token_;
};

TEST_F(SessionsTest, GivenSessionWhenOpenedAgainThenKeptOrReplaced) {
  EXPECT_EQ(sessions_.Open(kNode, token_), token_);
  const std::string newer = sessions_.Open(kNode, "");
  EXPECT_NE(newer, token_);
  EXPECT_FALSE(sessions_.IsCurrent(kNode, token_));
  EXPECT_TRUE(sessions_.IsCurrent(kNode, newer));
  EXPECT_EQ(AgentSessions::InstanceOf("i-1", newer), kNode);
  EXPECT_TRUE(sessions_.Has(kNode));
  sessions_.ForgetAll();
  EXPECT_FALSE(sessions_.Has(kNode));
}

TEST_F(SessionsTest, GivenSameIdInAnotherAccountWhenAskedThenItsSessionsAreItsOwn) {
  const InstanceKey other{.account = "team-ä/b", .id = "i-1"};
  EXPECT_FALSE(sessions_.Has(other));
  const std::string session = sessions_.Open(other, "");
  EXPECT_EQ(AgentSessions::InstanceOf("i-1", session), other);
  EXPECT_FALSE(sessions_.IsCurrent(kNode, session));
  sessions_.Forget(kNode);
  EXPECT_TRUE(sessions_.IsCurrent(other, session));
}

TEST(SessionTokenTest, GivenTextThatIsNoSessionThenNoInstance) {
  for (const char* text :
       {"", "none", "0123456789abcde", "0123456789abcdef6", "0123456789abcdefzz"})
    EXPECT_FALSE(AgentSessions::InstanceOf("i-1", text)) << text;
}

TEST_F(SessionsTest, GivenReportWhenDiskIsLinkedInItsGenerationThenPresent) {
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kUnknown);
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .generation = 1, .bytes = 7, .linked = true}});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kPresent);
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 2), Presence::kUnknown);
  EXPECT_EQ(sessions_.DeviceBytes(kNode, "d-1"), 7);
}

TEST_F(SessionsTest, GivenReportOnAnOlderSetWhenDiskIsMissingThenNotYetAbsent) {
  Round({{.disk = "d-1"}}, {});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kUnknown) << "it may be presenting it now";
  sessions_.Wake(kNode);
  sessions_.Answered(kNode, {.revision = Poll(0)});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kUnknown) << "it has not acted on it";
  sessions_.Report(kNode, {.revision = Poll(0)});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kAbsent);
}

TEST_F(SessionsTest, GivenSetThatChangedUnderItsRevisionWhenDiskIsMissingThenNotYetAbsent) {
  Round({{.disk = "d-1"}}, {});
  sessions_.Answered(kNode, {.revision = Poll(0)});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kUnknown) << "it has not acted on it";
}

TEST_F(SessionsTest, GivenDeviceStillHeldWhenUnlinkedThenNotAbsent) {
  Round({}, {{.disk = "d-1", .generation = 1, .linked = false}});
  EXPECT_EQ(sessions_.Of(kNode, "d-1", 1), Presence::kUnknown);
}

TEST_F(SessionsTest, GivenNoPollWhenLeaseIsOverThenEnded) {
  const auto ended = [this](const InstanceKey& instance) {
    return sessions_.LeaseEnd(instance) <= env_.Steady();
  };
  EXPECT_FALSE(ended(kNode));
  env_.Advance(kAgentLease - std::chrono::milliseconds(1));
  EXPECT_FALSE(ended(kNode));
  Poll(0);
  env_.Advance(kAgentLease);
  EXPECT_TRUE(ended(kNode));
  EXPECT_TRUE(ended({.account = "default", .id = "i-unseen"}));
}

TEST_F(SessionsTest, GivenFlushWhenAskedThenPollEndsAndTicketIsAnswered) {
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true}});
  const std::int64_t before = Poll(0);
  const std::uint64_t ticket = sessions_.RequestFlush(kNode, "d-1");
  EXPECT_NE(Poll(before), before);
  EXPECT_EQ(sessions_.FlushTicket(kNode, "d-1"), ticket);
  EXPECT_FALSE(sessions_.Flushed(kNode, "d-1", ticket));
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true, .flushed = ticket}});
  EXPECT_TRUE(sessions_.Flushed(kNode, "d-1", ticket));
  EXPECT_EQ(sessions_.FlushTicket(kNode, "d-1"), 0U);
}

TEST_F(SessionsTest, GivenFreezeWhenAskedThenItsStatesFollowTheReports) {
  EXPECT_EQ(sessions_.FreezeTicket(kNode, "d-1"), 0U);
  const std::int64_t before = Poll(0);
  const std::uint64_t ticket = sessions_.RequestFreeze(kNode, "d-1");
  const auto state = [&] { return sessions_.FreezeOf(kNode, "d-1", ticket); };
  EXPECT_NE(Poll(before), before);
  EXPECT_EQ(sessions_.FreezeTicket(kNode, "d-1"), ticket);
  EXPECT_EQ(state(), FreezeState::kAsked);
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true, .frozen = ticket}});
  EXPECT_EQ(state(), FreezeState::kFrozen);
  const std::int64_t frozen = Poll(0);
  sessions_.EndFreeze(kNode, "d-1", ticket);
  EXPECT_NE(Poll(frozen), frozen);
  EXPECT_EQ(sessions_.FreezeTicket(kNode, "d-1"), 0U);
  EXPECT_EQ(state(), FreezeState::kFrozen) << "the agent has not acted on it";
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true, .held = ticket}});
  EXPECT_EQ(state(), FreezeState::kHeld);
}

TEST_F(SessionsTest, GivenFreezeThatTheAgentEndedOrForgotThenLost) {
  const std::uint64_t ticket = sessions_.RequestFreeze(kNode, "d-1");
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true, .frozen = ticket}});
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .linked = true}});
  EXPECT_EQ(sessions_.FreezeOf(kNode, "d-1", ticket), FreezeState::kLost);
  const std::uint64_t next = sessions_.RequestFreeze(kNode, "d-1");
  EXPECT_EQ(sessions_.FreezeOf(kNode, "d-1", next), FreezeState::kAsked);
  sessions_.Open(kNode, "");
  EXPECT_EQ(sessions_.FreezeOf(kNode, "d-1", next), FreezeState::kLost);
  sessions_.Forget(kNode);
  EXPECT_EQ(sessions_.RequestFreeze(kNode, "d-1"), 0U);
  EXPECT_EQ(sessions_.FreezeOf(kNode, "d-1", 0), FreezeState::kLost);
}

TEST_F(SessionsTest, GivenReportWhenItComesThenTheListenerHearsOfWhichInstance) {
  std::vector<InstanceKey> heard;
  sessions_.OnReport([&](const InstanceKey& instance) { heard.push_back(instance); });
  Round({}, {});
  EXPECT_EQ(heard, std::vector<InstanceKey>{kNode});
}

TEST_F(SessionsTest, GivenReportsOfADeviceWhenAskedThenWhatItDidBetweenThem) {
  const auto report = [this](std::uint64_t writes, std::int64_t generation = 1) {
    Round({{.disk = "d-1"}}, {{.disk = "d-1",
                               .generation = generation,
                               .linked = true,
                               .writes = writes,
                               .written_bytes = writes * 4096}});
  };
  const SysMillis start = std::chrono::floor<std::chrono::minutes>(env_.CloudNow());
  const auto writes = [&](std::string_view account = "default") {
    return sessions_.Activity()
        .Between(account, "d-1", start, start + std::chrono::minutes(10))
        .writes;
  };
  report(100);
  EXPECT_EQ(writes(), 0U);
  report(110);
  EXPECT_EQ(writes(), 10U);
  EXPECT_EQ(writes("other"), 0U);
  report(500, 2);  // another image, maybe on another device
  EXPECT_EQ(writes(), 10U);
  report(505, 2);
  EXPECT_EQ(writes(), 15U);
}

TEST_F(SessionsTest, GivenReportsWhenAskedForHoldersThenWantedAndPresentCount) {
  Round({{.disk = "d-1"}}, {{.disk = "d-2"}});
  EXPECT_EQ(sessions_.Holders("default", "d-1"), std::set<InstanceKey>{kNode});
  EXPECT_EQ(sessions_.Holders("default", "d-2"), std::set<InstanceKey>{kNode});
  EXPECT_TRUE(sessions_.Holders("other", "d-1").empty());
}

TEST_F(SessionsTest, GivenReportsWhenAllAreAskedThenThoseThatReportedUntilForgotten) {
  EXPECT_TRUE(sessions_.AllPresent().empty());
  Round({{.disk = "d-1"}}, {{.disk = "d-1", .generation = 1}});
  const auto present = sessions_.AllPresent();
  ASSERT_EQ(present.size(), 1U);
  EXPECT_EQ(present.at(kNode), (std::vector<PresentDisk>{{.disk = "d-1", .generation = 1}}));
  sessions_.Forget(kNode);
  EXPECT_TRUE(sessions_.AllPresent().empty());
  EXPECT_FALSE(sessions_.Has(kNode));
}

}  // namespace
}  // namespace cloudapi
