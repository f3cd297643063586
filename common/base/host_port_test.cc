#include "common/base/host_port.h"

#include <gtest/gtest.h>

namespace base {
namespace {

TEST(HostPortTest, GivenAddressesWhenParsedThenWrittenAlike) {
  EXPECT_EQ(ParseHostPort("127.0.0.1:80"), (HostPort{"127.0.0.1", 80}));
  EXPECT_EQ(ParseHostPort("node-1:0"), (HostPort{"node-1", 0}));
  EXPECT_EQ(ParseHostPort("[::1]:65535"), (HostPort{"::1", 65535}));
  EXPECT_EQ(ParseHostPort(":9808"), (HostPort{"0.0.0.0", 9808}));
  for (const char* text : {"127.0.0.1:80", "[::1]:65535"}) {
    EXPECT_EQ(FormatHostPort(ParseHostPort(text).value()), text);
  }
}

TEST(HostPortTest, GivenAnotherFormWhenParsedThenRefused) {
  for (const char* text : {"", "host", "host:", ":", "host:x", "host:-1", "host:65536", "host:80 ",
                           "host:+80", "::1:80", "[]:80", "[::1:80", "a]:80"}) {
    EXPECT_FALSE(ParseHostPort(text)) << text;
  }
}

TEST(IsLoopbackTest, GivenHostsWhenAskedThenOnlyThisMachineIs) {
  for (const char* host : {"127.0.0.1", "127.8.9.1", "localhost", "::1"}) {
    EXPECT_TRUE(IsLoopback(host)) << host;
  }
  for (const char* host : {"", "0.0.0.0", "127.example.org", "::", "1.127.0.0"}) {
    EXPECT_FALSE(IsLoopback(host)) << host;
  }
}

}  // namespace
}  // namespace base
