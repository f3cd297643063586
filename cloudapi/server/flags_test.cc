#include "cloudapi/server/flags.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

std::variant<CloudFlags, int> Parse(std::vector<const char*> words) {
  words.insert(words.begin(), "zonedisk-cloud");
  return ParseCloudFlags(static_cast<int>(words.size()), words.data());
}

CloudFlags Parsed(const std::vector<const char*>& words) {
  auto parsed = Parse(words);
  EXPECT_TRUE(std::holds_alternative<CloudFlags>(parsed));
  return std::get<CloudFlags>(std::move(parsed));
}

std::string Refusal(const std::vector<const char*>& words) {
  testing::internal::CaptureStderr();
  EXPECT_EQ(std::get<int>(Parse(words)), 2);
  return testing::internal::GetCapturedStderr();
}

TEST(CloudFlagsTest, GivenRepeatedFlagsWhenParsedThenTheLastOneWins) {
  const auto flags =
      Parsed({"--listen", "127.0.0.1:1", "--delays=real", "--listen=[::1]:2", "--delays", "none",
              "--catalog", "a.json", "--catalog", "b.json", "--log-level", "info", "--log-level",
              "debug", "--seed", "1", "--seed", "2"});
  EXPECT_EQ(flags.server.host, "::1");
  EXPECT_EQ(flags.server.port, 2);
  EXPECT_EQ(flags.server.delays, "none");
  EXPECT_EQ(flags.server.catalogue_file, "b.json");
  EXPECT_EQ(flags.log.level, "debug");
  EXPECT_EQ(flags.seed, 2U);
}

TEST(CloudFlagsTest, GivenNothingWhenParsedThenLoopbackAndTheBuiltInCatalogue) {
  const auto flags = Parsed({});
  EXPECT_EQ(flags.server.host, "127.0.0.1");
  EXPECT_EQ(flags.server.port, 20140);
  EXPECT_TRUE(flags.server.catalogue_file.empty());
  EXPECT_EQ(flags.log.level, "warn");
}

TEST(CloudFlagsTest, GivenAnAddressBeyondLoopbackWhenParsedThenATokenIsRequired) {
  EXPECT_EQ(Refusal({"--listen", "0.0.0.0:0"}),
            "zonedisk-cloud: listening beyond loopback requires --lab-token\n");
  EXPECT_EQ(Refusal({"--listen", "nowhere"}), "zonedisk-cloud: --listen takes HOST:PORT\n");
  const TempFolder folder;
  const std::string file = folder.path() / "token";
  std::ofstream(file) << "secret\nrest\n";
  EXPECT_EQ(Parsed({"--listen", ":0", "--lab-token", file.c_str()}).server.lab_token, "secret");
}

TEST(CloudFlagsTest, GivenChoresWhenParsedThenOwnerIsChecked) {
  EXPECT_EQ(Parsed({"--prepare", "--owner", "7:8"}).owner, (Owner{.user = 7, .group = 8}));
  EXPECT_EQ(Refusal({"--prepare", "--owner", "me"}),
            "zonedisk-cloud: --owner takes UID:GID, two numbers\n");
  EXPECT_NE(Refusal({"--owner", "7:8"}), "");
  EXPECT_NE(Refusal({"--prepare", "--release-pool"}), "");
}

TEST(CloudFlagsTest, GivenAnUnknownCrashPointWhenParsedThenRefused) {
  EXPECT_EQ(Refusal({"--crash-at", "nowhere"}),
            "zonedisk-cloud: --crash-at: there is no crash point nowhere; see "
            "--list-crash-points\n");
}

}  // namespace
}  // namespace cloudapi
