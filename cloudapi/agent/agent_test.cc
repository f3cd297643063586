#include "cloudapi/agent/agent.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>

#include "cloudapi/agent/testing/fake_file_systems.h"
#include "cloudapi/agent/testing/fake_loop_devices.h"
#include "cloudapi/images/blocks.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

constexpr const char* kDisk = "d-bp1disk0000000000001";

// A cloud with one instance; `failures` are answered first, in order.
class FakeCloudClient : public CloudClient {
 public:
  Result<CloudImages> Images() override {
    if (auto failure = Take()) return Fail(*failure);
    return images;
  }
  Result<Registered> Register(const Registration& registration) override {
    if (refuses_registration) return Fail(*refuses_registration);
    registrations.push_back(registration);
    return Registered{.session = session, .account = "default", .region = "cn-hangzhou"};
  }
  Result<WantedSet> Poll(const std::string& of, std::int64_t after,
                         std::chrono::milliseconds wait) override {
    if (auto failure = Take()) return Fail(*failure);
    EXPECT_EQ(of, session);
    polls.push_back({after, wait});
    return wanted;
  }
  Result<void> Report(const std::string& of, const ObservedSet& observed) override {
    if (auto failure = Take()) return Fail(*failure);
    EXPECT_EQ(of, session);
    reports.push_back(observed);
    return {};
  }
  void Interrupt() override { interrupted = true; }

  struct PollCall {
    std::int64_t after;
    std::chrono::milliseconds wait;
  };
  CloudImages images;
  std::string session = "s1";
  WantedSet wanted{.revision = 1};
  std::vector<Registration> registrations;
  std::vector<PollCall> polls;
  std::vector<ObservedSet> reports;
  std::vector<ApiError> failures;
  std::optional<ApiError> refuses_registration;
  std::atomic<bool> interrupted = false;

 private:
  std::optional<ApiError> Take() {
    if (failures.empty()) return std::nullopt;
    ApiError failure = failures.front();
    failures.erase(failures.begin());
    return failure;
  }
};

class AgentTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* folder : {"dev", "blocks", "by-id"}) {
      std::filesystem::create_directory(root_ / folder);
    }
    std::ofstream(root_ / "blocks" / kProofFile) << "the-proof";
    const auto image = root_ / "blocks" / DiskImage(kDisk, 1);
    std::ofstream(image).close();
    std::filesystem::resize_file(image, kMiB);
    kernel_ = std::make_unique<FakeLoopDevices>(root_ / "dev");
    kernel_->owner = "i-1";
    cloud_.images.blocks_dir = root_ / "blocks";
    Restart();
  }

  void Restart(bool withdraw = false) {
    agent_ = std::make_unique<Agent>(
        AgentOptions{.instance_id = "i-1",
                     .zone = "cn-hangzhou-b",
                     .instance_type = "ecs.g7.xlarge",
                     .by_id_dir = root_ / "by-id",
                     .withdraw_on_stop = withdraw},
        cloud_, *kernel_, freezer_,
        Agent::Listener{
            .on_status = [this](std::string_view line) { statuses_.emplace_back(line); },
            .on_registered = [this](const Registered&) { ++ready_; },
            .on_refused = [this](const std::string& why) { refusals_.push_back(why); },
            .on_disks = [this](const auto& disks) { disks_ = disks; }});
  }
  void RunTimes(int count) {
    for (int i = 0; i < count; ++i) ASSERT_TRUE(agent_->RunOnce());
  }
  void WantDisk(std::int64_t revision) {
    cloud_.wanted = {.revision = revision,
                     .disks = {{.disk = kDisk,
                                .serial = "bp1disk0000000000001",
                                .image = DiskImage(kDisk, 1),
                                .generation = 1,
                                .bytes = kMiB}}};
  }

  static constexpr std::int64_t kMiB = std::int64_t{1} << 20;
  TempFolder folder_;
  const std::filesystem::path root_ = folder_.path();
  std::unique_ptr<FakeLoopDevices> kernel_;
  FakeCloudClient cloud_;
  FakeEnv env_;
  FakeFileSystems file_systems_;
  Freezer freezer_{env_, file_systems_, root_};
  std::unique_ptr<Agent> agent_;
  std::vector<std::string> refusals_;
  std::vector<std::string> statuses_;
  std::map<std::string, std::string> disks_;
  int ready_ = 0;
};

TEST_F(AgentTest, GivenCloudWhenStartedThenProvesItsFolderAndReportsWhatItPresents) {
  WantDisk(4);
  RunTimes(2);
  ASSERT_EQ(cloud_.registrations.size(), 1U);
  EXPECT_EQ(cloud_.registrations[0].proof, "the-proof");
  EXPECT_EQ(cloud_.registrations[0].refusal, "");
  EXPECT_EQ(ready_, 1);
  ASSERT_EQ(cloud_.reports.size(), 1U);
  EXPECT_EQ(cloud_.reports[0].revision, 4);
  ASSERT_EQ(cloud_.reports[0].disks.size(), 1U);
  EXPECT_TRUE(cloud_.reports[0].disks[0].linked);
  EXPECT_EQ(disks_, (std::map<std::string, std::string>{{"bp1disk0000000000001", kDisk}}));
}

TEST_F(AgentTest, GivenNothingNewWhenPolledThenLongPollsAndReportsOnce) {
  RunTimes(4);
  EXPECT_EQ(cloud_.reports.size(), 1U);
  ASSERT_EQ(cloud_.polls.size(), 3U);
  EXPECT_EQ(cloud_.polls[0].after, 0);
  EXPECT_EQ(cloud_.polls[1].after, 1);
  EXPECT_EQ(cloud_.polls[1].wait, kLongestPoll);
}

TEST_F(AgentTest, GivenDeviceStillInUseWhenWithdrawnThenLooksAgainSoon) {
  WantDisk(2);
  RunTimes(2);
  kernel_->in_use.insert(0);
  cloud_.wanted = {.revision = 3};
  RunTimes(2);
  EXPECT_LT(cloud_.polls.back().wait, kLongestPoll);
  EXPECT_TRUE(disks_.empty()) << "its link is gone";
  kernel_->Release(0);
  RunTimes(1);
  EXPECT_TRUE(cloud_.reports.back().disks.empty());
}

TEST_F(AgentTest, GivenCloudGoneWhenPolledThenKeepsDevicesBacksOffAndSaysItOnce) {
  WantDisk(2);
  RunTimes(2);
  const std::size_t before = statuses_.size();
  cloud_.failures.assign(4, ApiError{.http_status = 0, .message = "cannot reach the cloud"});
  std::chrono::milliseconds last{0};
  for (int i = 0; i < 4; ++i) {
    const auto pause = agent_->RunOnce();
    ASSERT_TRUE(pause);
    EXPECT_GT(*pause, last);
    last = *pause;
  }
  EXPECT_EQ(statuses_.size(), before + 1);
  EXPECT_TRUE(kernel_->Has(0));
  RunTimes(1);
  EXPECT_EQ(cloud_.registrations.size(), 1U) << "a poll that works again needs no registration";
  EXPECT_EQ(statuses_.size(), before + 2);
}

TEST_F(AgentTest, GivenRestartedCloudWhenSessionIsUnknownThenRegistersAndReportsAgain) {
  WantDisk(2);
  RunTimes(2);
  cloud_.failures = {ApiError{.http_status = 410, .message = "no such session"}};
  cloud_.session = "s2";
  RunTimes(3);
  ASSERT_EQ(cloud_.registrations.size(), 2U);
  EXPECT_EQ(cloud_.registrations[1].session, "s1");
  EXPECT_EQ(cloud_.polls.back().after, 0);
  EXPECT_EQ(cloud_.reports.size(), 2U);
  EXPECT_EQ(kernel_->Count(), 1U);
}

TEST_F(AgentTest, GivenNewerAgentWhenPolledThenEndsAndKeepsItsHandsOff) {
  WantDisk(2);
  RunTimes(2);
  cloud_.failures = {ApiError{.http_status = 409, .message = "a newer agent took over"}};
  const auto ended = agent_->Run();
  ASSERT_FALSE(ended);
  EXPECT_NE(ended.error().message.find("newer"), std::string::npos);
  EXPECT_TRUE(kernel_->Has(0));
}

TEST_F(AgentTest, GivenOtherPlaceWithDisksWhenRegisteredThenEndsWithTheReason) {
  cloud_.refuses_registration = ApiError{.http_status = 409, .message = "it has disks attached"};
  const auto ended = agent_->Run();
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().message, "it has disks attached");
  EXPECT_EQ(ready_, 0);
}

TEST_F(AgentTest, GivenAZoneThatTheCloudDoesNotKnowWhenRegisteredThenSaysSoAndAsksAgain) {
  cloud_.refuses_registration =
      ApiError{.http_status = 404, .message = "There is no zone cn-hangzhou-b."};
  RunTimes(2);
  const std::string why =
      "the cloud does not admit this node: There is no zone cn-hangzhou-b. Its zone is "
      "cn-hangzhou-b (--zone or the node's label), its type ecs.g7.xlarge (--instance-type or the "
      "node's label); start zonedisk-cloud with --catalog FILE that has both";
  EXPECT_EQ(refusals_, (std::vector<std::string>{why, why}));
  EXPECT_EQ(statuses_, std::vector<std::string>{why});
  EXPECT_EQ(ready_, 0);
  cloud_.refuses_registration.reset();
  RunTimes(1);
  EXPECT_EQ(ready_, 1);
}

TEST_F(AgentTest, GivenNoDevicesHereWhenRegisteredThenSaysWhy) {
  kernel_->unusable = "loop devices need root";
  RunTimes(1);
  EXPECT_EQ(cloud_.registrations.at(0).refusal, "loop devices need root");
  cloud_.images.none = true;
  Restart();
  RunTimes(1);
  EXPECT_EQ(cloud_.registrations.at(1).refusal, "") << "virtual disks need no devices";
}

TEST_F(AgentTest, GivenStopWhenRunningThenDevicesStayUnlessAsked) {
  WantDisk(2);
  RunTimes(2);
  agent_->Stop();
  EXPECT_TRUE(agent_->Run());
  EXPECT_TRUE(cloud_.interrupted);
  EXPECT_TRUE(kernel_->Has(0));
  Restart(true);
  RunTimes(2);
  agent_->Stop();
  EXPECT_TRUE(agent_->Run());
  EXPECT_EQ(kernel_->Count(), 0U);
}

TEST_F(AgentTest, GivenFreezeWhenAskedAndAskedNoMoreThenReportsSay) {
  WantDisk(4);
  cloud_.wanted.disks[0].freeze = 9;
  RunTimes(2);
  EXPECT_EQ(file_systems_.Frozen(), std::set<std::string>{"loop0"});
  EXPECT_EQ(cloud_.reports.back().disks[0].frozen, 9U);
  WantDisk(5);
  RunTimes(1);
  EXPECT_TRUE(file_systems_.Frozen().empty());
  EXPECT_EQ(cloud_.reports.back().disks[0].frozen, 0U);
  EXPECT_EQ(cloud_.reports.back().disks[0].held, 9U);
}

TEST_F(AgentTest, GivenFrozenDiskWhenTheCloudIsAnotherThenThawed) {
  WantDisk(4);
  cloud_.wanted.disks[0].freeze = 9;
  RunTimes(2);
  cloud_.failures = {{.http_status = 410, .message = "no such session"}};
  cloud_.session = "another";
  RunTimes(2);
  EXPECT_TRUE(file_systems_.Frozen().empty());
}

}  // namespace
}  // namespace cloudapi
