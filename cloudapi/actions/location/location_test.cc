#include "cloudapi/actions/location/location.h"

#include <nlohmann/json.hpp>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;

class LocationTest : public WriteTest {
 protected:
  LocationTest() { settings.endpoint_host = "127.0.0.1:20140"; }

  json Endpoints(const std::string& service) {
    const auto answer = Run("DescribeEndpoints", {{"Id", "cn-hangzhou"}, {"ServiceCode", service}});
    EXPECT_TRUE(answer) << answer.error().message;
    const json found = json::parse("{" + answer->members + "}");
    EXPECT_EQ(found.at("Success"), true);
    return found.at("Endpoints").at("Endpoint");
  }
};

TEST_F(LocationTest, GivenServiceThatAnswersHereWhenAskedThenItsAddress) {
  for (const std::string service : {"ecs", "ECS", "sts", "location"}) {
    const json endpoints = Endpoints(service);
    ASSERT_EQ(endpoints.size(), 1U) << service;
    EXPECT_EQ(endpoints[0].at("Endpoint"), "127.0.0.1:20140");
    EXPECT_EQ(endpoints[0].at("Id"), "cn-hangzhou");
    EXPECT_EQ(endpoints[0].at("Type"), "openAPI");
  }
  EXPECT_TRUE(Endpoints("oss").empty());
}

TEST_F(LocationTest, GivenNoRegionOrServiceWhenAskedThenMissing) {
  EXPECT_EQ(Code(Run("DescribeEndpoints", {{"ServiceCode", "ecs"}})), "MissingParameter");
  EXPECT_EQ(Code(Run("DescribeEndpoints", {{"Id", "cn-hangzhou"}})), "MissingParameter");
}

TEST_F(LocationTest, GivenUnknownRegionWhenAskedThenWhatTheSdksKnowItBy) {
  const auto answer = Run("DescribeEndpoints", {{"Id", "cn-nowhere"}, {"ServiceCode", "ecs"}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "Illegal Parameter");
  EXPECT_EQ(answer.error().message, "Please check the parameters");
}

}  // namespace
}  // namespace cloudapi
