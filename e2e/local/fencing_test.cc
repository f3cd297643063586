// A writer that keeps its mounted device never reaches the bytes that the next node reads.
#include <gtest/gtest.h>

#include "e2e/harness/assertions.h"
#include "e2e/harness/workload.h"

namespace e2e {
namespace {

using std::chrono::seconds;

constexpr std::size_t kBytes = 4 << 20;

struct FenceCase {
  std::string name;
  Arguments cloud;  // flags under which it meets the fencing
};
std::ostream& operator<<(std::ostream& out, const FenceCase& fence) {
  return out << fence.name;
}

// Fencing: a node that is cut off keeps its mounted device and goes on writing.
class FencingTest : public testing::TestWithParam<FenceCase> {
 protected:
  // Only the cloud is started again: the agent stays lost.
  grpc::Status Repeated(const std::function<grpc::Status()>& call) {
    grpc::Status status;
    WaitUntil(
        [&] {
          status = call();
          if (!world_.Running("cloud")->Running()) {
            ++deaths_;
            EXPECT_TRUE(IsOk(world_.StartCloud()));
          }
          return status.ok();
        },
        seconds(60));
    return status;
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  Workload workload_{world_, [this](const auto& call) { return Repeated(call); }};
  int deaths_ = 0;
};

TEST_P(FencingTest, GivenAWriterWithoutItsAgentWhenTheDiskMovesThenItsBytesNeverReachTheNextNode) {
  const NodePlace lost{.instance = "i-bp1fence0000000000b1", .zone = "cn-hangzhou-b"};
  const NodePlace next{.instance = "i-bp1fence0000000000b2", .zone = "cn-hangzhou-b"};
  ASSERT_TRUE(IsOk(world_.StartCloud(GetParam().cloud)));
  ASSERT_TRUE(IsOk(world_.StartController("cn-hangzhou-b")));
  for (const auto& place : {lost, next}) {
    ASSERT_TRUE(IsOk(world_.StartAgent(place)));
    ASSERT_TRUE(IsOk(world_.StartNode(place)));
  }
  csi::v1::Volume volume;
  auto request = VolumeRequest("pv-fenced", 20 * kGiB);
  RequireZone(request, "cn-hangzhou-b");
  ASSERT_TRUE(IsOk(workload_.Create(request, volume), world_));
  const auto& id = volume.volume_id();
  ASSERT_TRUE(IsOk(workload_.Mount(lost.instance, id), world_));
  const auto mounted = world_.Paths(lost.instance, id).target;
  const auto before = Pattern("before", kBytes);
  ASSERT_TRUE(WriteFile(mounted / "kept", before));

  // The node's hypervisor is gone, its mount and its writer are not.
  world_.Kill("agent-" + lost.instance);
  ASSERT_TRUE(IsOk(
      Repeated([&] { return world_.Controller().Unpublish(id, lost.instance).status; }), world_));
  EXPECT_EQ(deaths_, GetParam().cloud.empty() ? 0 : 1);
  ASSERT_TRUE(WriteFile(mounted / "kept", Pattern("late", kBytes)));
  ASSERT_TRUE(WriteFile(mounted / "late", Pattern("late", kBytes)));

  ASSERT_TRUE(IsOk(workload_.Mount(next.instance, id), world_));
  const auto there = world_.Paths(next.instance, id).target;
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  ASSERT_TRUE(WriteFile(mounted / "kept", Pattern("later still", kBytes)));
  EXPECT_FALSE(std::filesystem::exists(there / "late"));
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  // Past the page cache, too: what stands on the next node's disk is not what the first one writes.
  ASSERT_TRUE(IsOk(workload_.Unmount(next.instance, id), world_));
  ASSERT_TRUE(IsOk(workload_.Mount(next.instance, id), world_));
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  EXPECT_FALSE(std::filesystem::exists(there / "late"));
}

INSTANTIATE_TEST_SUITE_P(Cloud, FencingTest,
                         testing::Values(FenceCase{"Alive", {}},
                                         FenceCase{"DiesMeanwhile",
                                                   {"--crash-at", "jobs.after-fence-before-row"}}),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace e2e
