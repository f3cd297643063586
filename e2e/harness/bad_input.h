#pragma once
// The fixture of malformed requests: one cloud with one disk, whose database must not change.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <regex>
#include <string>
#include <string_view>

#include "e2e/harness/assertions.h"
#include "e2e/harness/refusal.h"
#include "e2e/harness/world.h"

namespace e2e {

constexpr std::string_view kScheme = "http://";
constexpr auto kNameOf = [](const auto& test) { return test.param.name; };

// One cloud for all cases: they must not change it.
class BadInput : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    world_ = std::make_unique<World>(
        WorldOptions{.folder = folder_->Path(), .cloud = {"--delays", "none"}});
    ASSERT_TRUE(IsOk(world_->StartCloud()));
    const auto made =
        Cloud().Call("CreateDisk",
                     {{"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}});
    ASSERT_TRUE(made.Ok()) << made.body;
    disk_ = made.Text("DiskId");
    ASSERT_TRUE(WaitUntil([] { return Cloud().Disk(disk_)->value("Status", "") == "Available"; },
                          std::chrono::seconds(10)));
  }
  static void TearDownTestSuite() {
    world_.reset();
    folder_.reset();
  }

  void SetUp() override {
    database_ = world_->DatabaseBytes();
    ASSERT_FALSE(database_.empty());
  }
  void TearDown() override {
    EXPECT_TRUE(world_->DatabaseBytes() == database_) << "the database changed";
  }

  static const Api& Cloud() { return world_->Cloud(); }

  // The cloud answers `bytes` with that refusal, closes, and says no more and no less.
  static void ExpectRefused(const std::string& bytes, const Refusal& refusal) {
    auto answer = ParseAnswer(Cloud().Raw(bytes));
    const auto request_id = answer.headers["x-acs-request-id"];
    EXPECT_THAT(request_id, testing::MatchesRegex("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"));
    // The one part that no test can know.
    const std::regex now("server's [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    const auto length = answer.body.size();
    answer.body = std::regex_replace(answer.body, now, "server's NOW");
    auto expected = AnswerOf(refusal, request_id, Cloud().Endpoint().substr(kScheme.size()));
    EXPECT_EQ(answer.headers["content-length"], std::to_string(length));
    expected.headers["content-length"] = std::to_string(length);
    EXPECT_EQ(ToText(answer), ToText(expected));
  }

  inline static std::unique_ptr<TempFolder> folder_;
  inline static std::unique_ptr<World> world_;
  inline static std::string disk_;
  std::string database_;
};

}  // namespace e2e
