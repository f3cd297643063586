#include "cloudapi/agent/metadata_address.h"

#include <gtest/gtest.h>
#include <httplib.h>

#include <string>
#include <thread>

namespace cloudapi {
namespace {

struct ProbeCase {
  std::string name;
  int token_status;
  int item_status;
  bool served;
};
class MetadataProbeTest : public testing::TestWithParam<ProbeCase> {};

TEST_P(MetadataProbeTest, GivenHttpServerThenKnownByItsAnswers) {
  httplib::Server server;
  server.Put("/latest/api/token", [](const httplib::Request&, httplib::Response& response) {
    response.status = GetParam().token_status;
    response.set_content("body", "text/plain");
  });
  server.Get(".*", [](const httplib::Request&, httplib::Response& response) {
    response.status = GetParam().item_status;
  });
  const int port = server.bind_to_any_port("127.0.0.1");
  std::jthread serving([&] { server.listen_after_bind(); });
  while (!server.is_running()) std::this_thread::yield();
  EXPECT_EQ(IsMetadataServed("127.0.0.1", port), GetParam().served);
  server.stop();
}

INSTANTIATE_TEST_SUITE_P(Servers, MetadataProbeTest,
                         testing::Values(ProbeCase{"WithTokens", 200, 404, true},
                                         ProbeCase{"WithoutTokens", 405, 200, true},
                                         ProbeCase{"TokensRequiredOfAnotherForm", 404, 401, true},
                                         ProbeCase{"Forbidden", 404, 403, true},
                                         ProbeCase{"ProxyThatKnowsNoSuchHost", 404, 404, false},
                                         ProbeCase{"ProxyThatReachesNothing", 502, 502, false}),
                         [](const testing::TestParamInfo<ProbeCase>& test) {
                           return test.param.name;
                         });

TEST(MetadataProbeNoneTest, GivenNoServerThenNotServed) {
  httplib::Server server;
  const int port = server.bind_to_any_port("127.0.0.1");
  EXPECT_FALSE(IsMetadataServed("127.0.0.2", port));
}

}  // namespace
}  // namespace cloudapi
