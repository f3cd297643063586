// Needs root: addresses on `lo`, in a network namespace that ends with the test.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>

#include "cloudapi/agent/loopback.h"
#include "cloudapi/agent/metadata.h"
#include "cloudapi/agent/metadata_address.h"
#include "cloudapi/agent/node_server.h"
#include "cloudapi/images/system_error.h"
#include "cloudapi/testing/fake_env.h"

namespace cloudapi {
namespace {

class LoopbackTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "not root";
    former_ = FileDescriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
    ASSERT_TRUE(former_);
    ASSERT_EQ(::unshare(CLONE_NEWNET), 0);
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ifreq request{};
    std::strcpy(request.ifr_name, "lo");
    request.ifr_flags = IFF_UP;
    ASSERT_EQ(::ioctl(socket.Get(), SIOCSIFFLAGS, &request), 0);
  }
  void TearDown() override {
    if (!former_) return;
    EXPECT_EQ(::setns(former_.Get(), CLONE_NEWNET), 0);
  }

  FileDescriptor former_;
};

TEST_F(LoopbackTest, GivenNoAddressWhenAddedThenThereOnceAndOursToRemove) {
  EXPECT_FALSE(HasAddress(kMetadataAddress));
  const auto added = AddToLoopback(kMetadataAddress);
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_TRUE(*added);
  EXPECT_TRUE(HasAddress(kMetadataAddress));
  EXPECT_FALSE(*AddToLoopback(kMetadataAddress));
  EXPECT_TRUE(*RemoveFromLoopback(kMetadataAddress));
  EXPECT_FALSE(HasAddress(kMetadataAddress));
  EXPECT_FALSE(*RemoveFromLoopback(kMetadataAddress));
}

TEST_F(LoopbackTest, GivenAddressThatWasThereWhenAddedAndRemovedThenUntouched) {
  ASSERT_TRUE(HasAddress("127.0.0.1"));
  EXPECT_FALSE(*AddToLoopback("127.0.0.1"));
  EXPECT_FALSE(*RemoveFromLoopback("127.0.0.1"));
  EXPECT_TRUE(HasAddress("127.0.0.1"));
}

TEST_F(LoopbackTest, GivenNoAddressAtAllThenRefused) {
  EXPECT_FALSE(AddToLoopback("localhost"));
}

// 127.0.0.2 reaches this host although no interface lists it, as 100.100.100.200 reaches the
// service of a real instance.
TEST_F(LoopbackTest, GivenMetadataServedElsewhereWhenClaimedThenRefusedUnlessTakenOver) {
  constexpr const char* kElsewhere = "127.0.0.2";
  EXPECT_TRUE(ClaimMetadataAddress(kElsewhere, false).value_or(false)) << "nothing is served there";
  EXPECT_TRUE(*RemoveFromLoopback(kElsewhere));
  FakeEnv env;
  Metadata metadata(env, {.instance_id = "i-1"}, false);
  const auto server = ServeMetadata(std::string(kElsewhere) + ":80", metadata);
  ASSERT_TRUE(server) << server.error().message;
  const auto refused = ClaimMetadataAddress(kElsewhere, false);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "a metadata service answers on 127.0.0.2 already, as on a real instance; give "
            "--metadata-listen another address, or --metadata-take-over to hide it from every "
            "process of this host");
  EXPECT_FALSE(HasAddress(kElsewhere));
  EXPECT_TRUE(*ClaimMetadataAddress(kElsewhere, true));
  EXPECT_FALSE(*ClaimMetadataAddress(kElsewhere, false)) << "an address of this host is claimed";
}

TEST_F(LoopbackTest, GivenTwoAgentsWhenTheOneElsewhereEndsThenTheOthersAddressStays) {
  ASSERT_TRUE(ClaimMetadataAddress(kMetadataAddress, false).value_or(false));
  EXPECT_FALSE(ReleaseMetadataAddress("127.0.0.1").value_or(true));
  EXPECT_TRUE(HasAddress(kMetadataAddress));
  EXPECT_TRUE(ReleaseMetadataAddress(kMetadataAddress).value_or(false));
  EXPECT_FALSE(HasAddress(kMetadataAddress));
}

TEST_F(LoopbackTest, GivenAddressAddedWhenMetadataIsServedOnItThenListens) {
  FakeEnv env;
  Metadata metadata(env, {.instance_id = "i-1"}, false);
  const std::string listen = std::string(kMetadataAddress) + ":80";
  EXPECT_FALSE(ServeMetadata(listen, metadata));
  ASSERT_TRUE(AddToLoopback(kMetadataAddress));
  const auto server = ServeMetadata(listen, metadata);
  ASSERT_TRUE(server) << server.error().message;
  EXPECT_EQ(base::FormatHostPort((*server)->Address()), listen);
}

}  // namespace
}  // namespace cloudapi
