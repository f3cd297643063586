#include "cloudapi/agent/flags.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <vector>

#include "cloudapi/agent_protocol/protocol.h"
#include "cloudapi/testing/temp_folder.h"

namespace cloudapi {
namespace {

class AgentFlagsTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name :
         {"NODE_NAME", "CLUSTER_ID", "ALIBABA_CLOUD_ACCESS_KEY_ID", "ZONEDISK_ENDPOINT"}) {
      ::unsetenv(name);
    }
  }
  static std::variant<AgentFlags, int> Parse(std::vector<const char*> words) {
    words.insert(words.begin(), "zonedisk-agent");
    return ParseAgentFlags(static_cast<int>(words.size()), words.data());
  }
  static AgentFlags Parsed(const std::vector<const char*>& words) {
    auto parsed = Parse(words);
    EXPECT_TRUE(std::holds_alternative<AgentFlags>(parsed));
    return std::get<AgentFlags>(std::move(parsed));
  }
};

TEST_F(AgentFlagsTest, GivenNodeAndClusterThenTheInstanceIsMadeOfThemAndTheRestIsLeftOpen) {
  const AgentFlags flags = Parsed({"--cluster-id", "zonedisk", "--kubernetes-node", "b-1"});
  EXPECT_EQ(flags.instance_id, "i-bp1634kt4czdvjtg98re");
  EXPECT_EQ(flags.zone, "");
  EXPECT_EQ(flags.instance_type, "");
}

TEST_F(AgentFlagsTest, GivenInstanceAndZoneThenTheyCountAndTheTypeIsTheUsualOne) {
  const AgentFlags flags = Parsed({"--instance-id", "i-1", "--zone", "cn-hangzhou-b"});
  EXPECT_EQ(flags.instance_id, "i-1");
  EXPECT_EQ(flags.instance_type, kDefaultInstanceType);
}

TEST_F(AgentFlagsTest, GivenEnvironmentThenAsInAPod) {
  ::setenv("NODE_NAME", "b-1", 1);
  ::setenv("CLUSTER_ID", "zonedisk", 1);
  ::setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "ak", 1);
  ::setenv("ZONEDISK_ENDPOINT", "http://10.96.0.7:20140", 1);
  const AgentFlags flags = Parsed({});
  EXPECT_EQ(flags.instance_id, "i-bp1634kt4czdvjtg98re");
  EXPECT_EQ(flags.access_key_id, "ak");
  EXPECT_EQ(flags.cloud, "http://10.96.0.7:20140");
}

TEST_F(AgentFlagsTest, GivenTokenFileThenItsFirstLine) {
  const TempFolder folder;
  const std::string file = folder.path() / "token";
  std::ofstream(file) << "secret\nrest\n";
  EXPECT_EQ(Parsed({"--instance-id", "i-1", "--zone", "z", "--lab-token", file.c_str()}).lab_token,
            "secret");
}

TEST_F(AgentFlagsTest, GivenRoleThenItsCredentialsAreTheKeyAndTheSecretOfTheFile) {
  const TempFolder folder;
  const std::string file = folder.path() / "secret";
  std::ofstream(file) << "s3\n";
  const AgentFlags flags =
      Parsed({"--instance-id", "i-1", "--zone", "z", "--ram-role", "disks", "--access-key-id", "ak",
              "--access-key-secret-file", file.c_str()});
  EXPECT_EQ(flags.ram_role, "disks");
  EXPECT_EQ(flags.access_key_secret, "s3");
}

TEST_F(AgentFlagsTest, GivenTooLittleThenRefused) {
  const std::vector<const char*> cases[] = {
      {},
      {"--instance-id", "i-1"},
      {"--zone", "cn-hangzhou-b"},
      {"--kubernetes-node", "b-1"},
      {"--cluster-id", "c", "--zone", "z"},
      {"--instance-id", "i-1", "--zone", "z", "--lab-token", "/nonexistent"},
      {"--instance-id", "i-1", "--zone", "z", "--ram-role", "r", "--access-key-id", "ak"},
      {"--instance-id", "i-1", "--zone", "z", "--access-key-secret-file", "/nonexistent"},
      {"--instance-id", "i-1", "--zone", "z", "--crash-at", "nowhere"},
      {"--unknown"}};
  for (const auto& words : cases) {
    const auto parsed = Parse(words);
    ASSERT_TRUE(std::holds_alternative<int>(parsed)) << (words.empty() ? "" : words[0]);
    EXPECT_EQ(std::get<int>(parsed), 2);
  }
}

TEST_F(AgentFlagsTest, GivenRepeatedFlagsThenTheLastOneWins) {
  const AgentFlags flags =
      Parsed({"--instance-id", "i-1", "--zone", "a", "--zone", "b", "--instance-id=i-2",
              "--log-format", "json", "--log-format", "text"});
  EXPECT_EQ(flags.instance_id, "i-2");
  EXPECT_EQ(flags.zone, "b");
  EXPECT_EQ(flags.log.format, "text");
}

}  // namespace
}  // namespace cloudapi
