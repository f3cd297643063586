#include "driver/server/needs.h"

#include <gmock/gmock.h>
#include <grpcpp/server_builder.h>

#include <filesystem>

#include "driver/base/system_env.h"
#include "driver/csi/identity_service.h"
#include "driver/testing/fake_cloud.h"
#include "driver/testing/scripted_cloud.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

using grpc::StatusCode;

struct AnswerCase {
  std::string name;
  CloudError answer;
  bool answers = false;
};

class CloudAnswersTest : public testing::TestWithParam<AnswerCase> {};

TEST_P(CloudAnswersTest, GivenAnswerWhenAskedThenOnlyItsLackCounts) {
  FakeClock clock;
  FakeCloud fake(clock);
  ScriptedCloud cloud(fake, {{.action = "DescribeDisks", .error = GetParam().answer}});
  const auto expected = GetParam().answers ? StatusCode::OK : StatusCode::UNAVAILABLE;
  EXPECT_EQ(CodeOf(CloudAnswers(cloud, clock)), expected);
  EXPECT_EQ(CodeOf(CloudAnswers(cloud, clock)), StatusCode::OK);
}

INSTANTIATE_TEST_SUITE_P(
    Answers, CloudAnswersTest,
    testing::Values(AnswerCase{"Throttled", {"Throttling", 400, "Too fast."}, true},
                    AnswerCase{"Forbidden", {"Forbidden", 403, "Not yours."}, true},
                    AnswerCase{"ServerFault", {"InternalError", 500, "Broken."}, false},
                    AnswerCase{"None", {std::string(kNoAnswer), 0, "refused"}, false}),
    [](const auto& tested) { return tested.param.name; });

TEST(HasProgramsTest, GivenMachineWhenLookedAtThenNamesWhatItLacks) {
  FakeHost host;
  EXPECT_TRUE(HasPrograms(host));
  host.SetMissingPrograms({"mkfs.xfs", "resize2fs"});
  const auto has = HasPrograms(host);
  EXPECT_EQ(CodeOf(has), StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(MessageOf(has), "this machine lacks mkfs.xfs, resize2fs");
}

class SocketProbeTest : public testing::Test {
 protected:
  SocketProbeTest() {
    std::string pattern = std::filesystem::temp_directory_path() / "zonedisk-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    path_ = folder_ + "/csi.sock";
  }
  ~SocketProbeTest() override { std::filesystem::remove_all(folder_); }
  std::unique_ptr<grpc::Server> Serve(IdentityService& identity) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&identity);
    builder.AddListeningPort("unix://" + path_, grpc::InsecureServerCredentials());
    return builder.BuildAndStart();
  }

  SystemClock clock_;
  std::string folder_;
  std::string path_;
};

TEST_F(SocketProbeTest, GivenServiceWhenAskedThenItsWord) {
  Result<void> needs;
  IdentityService identity({"d", "1"}, FullProfile(), true, [&] { return needs; });
  const auto server = Serve(identity);
  SocketProbe probe(clock_, path_);
  constexpr std::chrono::seconds kPatience{10};
  EXPECT_TRUE(probe.Ask(kPatience).value_or(false));
  needs = Fail(StatusCode::UNAVAILABLE, "the cloud is away");
  EXPECT_FALSE(probe.Ask(kPatience).value_or(true));
  needs = Fail(StatusCode::FAILED_PRECONDITION, "no mkfs.ext4");
  EXPECT_EQ(CodeOf(probe.Ask(kPatience)), StatusCode::FAILED_PRECONDITION);
}

TEST_F(SocketProbeTest, GivenNoServerWhenAskedThenUnavailable) {
  SocketProbe probe(clock_, path_);
  EXPECT_EQ(CodeOf(probe.Ask(std::chrono::milliseconds(200))), StatusCode::UNAVAILABLE);
}

// A process that hangs: Probe does not return before the caller has gone.
TEST_F(SocketProbeTest, GivenServiceThatHangsWhenAskedThenUnavailable) {
  absl::Mutex mutex;
  bool over = false;
  IdentityService identity({"d", "1"}, FullProfile(), true, [&]() -> Result<void> {
    const absl::MutexLock lock(&mutex, absl::Condition(&over));
    return {};
  });
  const auto server = Serve(identity);
  SocketProbe probe(clock_, path_);
  EXPECT_EQ(CodeOf(probe.Ask(std::chrono::milliseconds(200))), StatusCode::UNAVAILABLE);
  const absl::MutexLock lock(&mutex);
  over = true;
}

}  // namespace
}  // namespace driver
