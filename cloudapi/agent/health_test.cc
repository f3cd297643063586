#include "cloudapi/agent/health.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <httplib.h>

#include <nlohmann/json.hpp>

#include "cloudapi/agent/node_server.h"
#include "cloudapi/testing/fake_env.h"

namespace cloudapi {
namespace {

class HealthTest : public testing::Test {
 protected:
  FakeEnv env_;
  Health health_{env_, "i-1"};
};

TEST_F(HealthTest, GivenAgentThenReadyOnlyInTouchAndUsable) {
  EXPECT_FALSE(health_.Ready());
  health_.Heartbeat(true);
  EXPECT_FALSE(health_.Ready());
  health_.Registered("");
  EXPECT_TRUE(health_.Ready());
  health_.Heartbeat(false);
  EXPECT_FALSE(health_.Ready());
  health_.Heartbeat(true);
  health_.Registered("another folder");
  EXPECT_FALSE(health_.Ready());
}

TEST_F(HealthTest, GivenLoopThatTurnsThenAliveAndElseNot) {
  EXPECT_TRUE(health_.Alive());
  env_.Advance(kHangTimeout);
  EXPECT_FALSE(health_.Alive());
  health_.Heartbeat(false);
  EXPECT_TRUE(health_.Alive());
}

TEST_F(HealthTest, GivenServerWhenAskedThenStatusAndReason) {
  const auto server = ServeHealth("127.0.0.1:0", health_);
  ASSERT_TRUE(server) << server.error().message;
  httplib::Client client("http://" + base::FormatHostPort((*server)->Address()));
  health_.SetStatus("cannot reach the cloud");
  const auto ready = client.Get("/readyz");
  ASSERT_TRUE(ready);
  EXPECT_EQ(ready->status, 503);
  EXPECT_EQ(nlohmann::json::parse(ready->body).at("status"), "cannot reach the cloud");
  const auto alive = client.Get("/healthz");
  ASSERT_TRUE(alive);
  EXPECT_EQ(alive->status, 200);
}

TEST_F(HealthTest, GivenNoAddressThenSaysSo) {
  for (const char* listen : {"", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000"}) {
    const auto server = ServeHealth(listen, health_);
    ASSERT_FALSE(server) << listen;
    EXPECT_THAT(server.error().message, testing::HasSubstr("is not HOST:PORT"));
  }
}

TEST_F(HealthTest, GivenAddressOfAnotherMachineOrTakenThenSaysSo) {
  const auto first = ServeHealth("127.0.0.1:0", health_);
  ASSERT_TRUE(first) << first.error().message;
  for (const std::string& listen :
       {std::string("203.0.113.77:8080"), base::FormatHostPort((*first)->Address())}) {
    const auto server = ServeHealth(listen, health_);
    ASSERT_FALSE(server) << listen;
    EXPECT_THAT(server.error().message, testing::HasSubstr("cannot listen on " + listen));
  }
}

}  // namespace
}  // namespace cloudapi
