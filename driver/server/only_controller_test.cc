#include "driver/server/only_controller.h"

#include <gtest/gtest.h>

#include "driver/testing/fake_clock.h"
#include "driver/testing/fake_cluster.h"

namespace driver {
namespace {

using grpc::StatusCode;
using std::chrono::seconds;

SidecarLease Lease(const std::string& renewed_at, const std::string& holder = "provisioner-7") {
  return {.ns = "kube-system", .name = "disk-example", .holder = holder, .renewed_at = renewed_at};
}

class OnlyControllerTest : public testing::Test {
 protected:
  Result<void> Ask() { return OnlyController(cluster_, clock_, "disk.example"); }
  // What is asked for the first time, and afterwards.
  void Answer(std::vector<SidecarLease> first, std::vector<SidecarLease> later) {
    cluster_.SetLeasesElsewhere(
        [first = std::move(first), later = std::move(later), asked = false]() mutable {
          return std::exchange(asked, true) ? later : first;
        });
  }
  Duration Waited() { return clock_.Now() - began_; }

  FakeClock clock_;
  Instant began_ = clock_.Now();
  FakeCluster cluster_;
};

TEST_F(OnlyControllerTest, GivenNoOtherWhenAskedThenAtOnce) {
  EXPECT_TRUE(Ask());
  Answer({Lease("1", "")}, {Lease("1", "")});
  EXPECT_TRUE(Ask()) << "given up";
  EXPECT_EQ(Waited(), Duration::zero());
}

TEST_F(OnlyControllerTest, GivenLeaseThatIsRenewedWhenAskedThenRefusedInOneLineThatNamesIt) {
  Answer({Lease("1")}, {Lease("2")});
  const auto asked = Ask();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code, StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(asked.error().message,
            "another controller of disk.example runs in this cluster: provisioner-7 holds and "
            "renews the lease disk-example in the namespace kube-system");
  EXPECT_LT(Waited(), seconds(5));
}

TEST_F(OnlyControllerTest, GivenLeaseThatChangesHandsOrAppearsWhenAskedThenRefused) {
  Answer({Lease("1")}, {Lease("1", "provisioner-8")});
  EXPECT_FALSE(Ask());
  auto other = Lease("1");
  other.ns = "shop";
  Answer({Lease("1")}, {Lease("1"), other});
  EXPECT_FALSE(Ask());
}

TEST_F(OnlyControllerTest, GivenLeaseOfADeadHolderWhenAskedThenWatchedForItsTimeAndNoObstacle) {
  Answer({Lease("1")}, {Lease("1")});
  EXPECT_TRUE(Ask());
  EXPECT_GT(Waited(), seconds(15));
  EXPECT_LT(Waited(), seconds(25));
}

TEST_F(OnlyControllerTest, GivenClusterThatDoesNotSayWhenAskedThenNoObstacle) {
  cluster_.SetDown(true);
  EXPECT_TRUE(Ask());
  EXPECT_EQ(Waited(), Duration::zero());
}

}  // namespace
}  // namespace driver
