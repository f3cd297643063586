#include "common/base/small_http_server.h"

#include <gtest/gtest.h>
#include <httplib.h>

namespace base {
namespace {

void AddHello(httplib::Server& server) {
  server.Get("/hello", [](const httplib::Request&, httplib::Response& answer) {
    answer.set_content("hello", "text/plain");
  });
}

TEST(SmallHttpServerTest, GivenAnyPortWhenStartedThenServesUntilDestroyed) {
  auto server = SmallHttpServer::Start("127.0.0.1:0", AddHello);
  ASSERT_TRUE(server) << server.error();
  const auto address = (*server)->Address();
  EXPECT_EQ(address.host, "127.0.0.1");
  EXPECT_GT(address.port, 0);
  httplib::Client client(address.host, address.port);
  const auto answer = client.Get("/hello");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->body, "hello");
  EXPECT_EQ(client.Get("/other")->status, 404);
  server->reset();
  EXPECT_FALSE(client.Get("/hello"));
}

TEST(SmallHttpServerTest, GivenAnAddressThatCannotBeHadWhenStartedThenSaysWhy) {
  const auto first = SmallHttpServer::Start("127.0.0.1:0", AddHello);
  ASSERT_TRUE(first);
  const auto taken = FormatHostPort((*first)->Address());
  const auto second = SmallHttpServer::Start(taken, AddHello);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error(), "cannot listen on " + taken +
                                ": the address is not on this machine, or the port is taken");
  EXPECT_EQ(SmallHttpServer::Start("nonsense", AddHello).error(), "'nonsense' is not HOST:PORT");
}

}  // namespace
}  // namespace base
