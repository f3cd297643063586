#include "driver/node/expand_event.h"

#include <gtest/gtest.h>

#include "driver/testing/fake_cluster.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr const char* kPath = "/var/lib/kubelet/pods/u/volumes/kubernetes.io~csi/pvc-1/mount";
const Deadline kSoon{.at = Instant(std::chrono::hours(2))};

TEST(ExpandEventTest, GivenPathsWhenReadThenNameOrEmpty) {
  EXPECT_EQ(PvNameIn(kPath), "pvc-1");
  EXPECT_EQ(PvNameIn("/x/volumes/kubernetes.io~csi/pvc-2"), "pvc-2");
  EXPECT_EQ(PvNameIn("/var/lib/kubelet/plugins/kubernetes.io/csi/d/0a/globalmount"), "");
  EXPECT_EQ(PvNameIn(""), "");
}

TEST(ExpandEventTest, GivenRefusalWhenWarnedThenOneWarningWithTheReason) {
  FakeCluster cluster;
  cluster.AddVolume("pvc-1", {.handle = "d-1"});
  ReportExpandFailure(&cluster, {.volume_id = "d-1", .volume_path = kPath},
                      {StatusCode::FAILED_PRECONDITION, "needs CAP_SYS_RESOURCE"}, kSoon);
  EXPECT_EQ(cluster.Warnings(),
            (std::vector<VolumeWarning>{{.pv_name = "pvc-1",
                                         .reason = "FileSystemGrowthRefused",
                                         .message = "needs CAP_SYS_RESOURCE"}}));
}

TEST(ExpandEventTest, GivenWhatKubeletReportsItselfWhenWarnedThenSilent) {
  FakeCluster cluster;
  cluster.AddVolume("pvc-1", {.handle = "d-1"});
  const ExpandRequest request{.volume_id = "d-1", .volume_path = kPath};
  ReportExpandFailure(&cluster, request, {StatusCode::ABORTED, "not yet"}, kSoon);
  ReportExpandFailure(&cluster, {.volume_path = "/elsewhere"},
                      {StatusCode::FAILED_PRECONDITION, "x"}, kSoon);
  ReportExpandFailure(nullptr, request, {StatusCode::FAILED_PRECONDITION, "x"}, kSoon);
  EXPECT_TRUE(cluster.Warnings().empty());
  cluster.SetDown(true);
  ReportExpandFailure(&cluster, request, {StatusCode::FAILED_PRECONDITION, "x"}, kSoon);
}

}  // namespace
}  // namespace driver
