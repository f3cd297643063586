#include "driver/controller/pv_labeler.h"

#include <gmock/gmock.h>

#include "driver/csi/keys.h"
#include "driver/testing/fake_clock.h"
#include "driver/testing/fake_cluster.h"
#include "driver/testing/service_fixture.h"

namespace driver {
namespace {

using std::chrono::seconds;

Disk AnyDisk() {
  return {.id = "d-1",
          .zone = "cn-hangzhou-b",
          .region = "cn-hangzhou",
          .category = "cloud_essd",
          .performance_level = "PL2",
          .tags = {{std::string(kPvNameTag), "pvc-1"}}};
}

TEST(MarksTest, GivenDiskWhenMarkedThenAsAckDoes) {
  const auto metadata = PvMetadataOf(AnyDisk());
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->labels,
            (topology::Labels{{"topology.diskplugin.csi.alibabacloud.com/region", "cn-hangzhou"},
                              {"topology.diskplugin.csi.alibabacloud.com/zone", "cn-hangzhou-b"},
                              {"csi.alibabacloud.com/disktype", "cloud_essd.PL2"}}));
  EXPECT_EQ(metadata->annotations,
            (Annotations{{"csi.alibabacloud.com/volume-topology",
                          R"({"nodeSelectorTerms":[{"matchExpressions":[{"key":)"
                          R"("node.csi.alibabacloud.com/disktype.cloud_essd","operator":"In",)"
                          R"("values":["available"]}]}]})"}}));
}

TEST(MarksTest, GivenOtherDisksWhenMarkedThenLevelZoneAndNameAsKnown) {
  auto disk = AnyDisk();
  disk.performance_level = "";
  EXPECT_EQ(PvMetadataOf(disk)->labels.at("csi.alibabacloud.com/disktype"), "cloud_essd.PL1");
  disk.category = "cloud_ssd";
  disk.zone = "";
  EXPECT_EQ(PvMetadataOf(disk)->labels.at("csi.alibabacloud.com/disktype"), "cloud_ssd");
  EXPECT_FALSE(
      PvMetadataOf(disk)->labels.contains("topology.diskplugin.csi.alibabacloud.com/zone"));
  disk.tags.clear();
  EXPECT_FALSE(PvMetadataOf(disk));
}

class MarkerTest : public testing::Test {
 protected:
  void Later(Duration by) {
    clock_.Advance(by);
    labeler_.RunOnce();
  }
  FakeClock clock_;
  FakeCluster cluster_;
  PvLabeler labeler_{cluster_, clock_};
};

TEST_F(MarkerTest, GivenVolumeThatComesLaterWhenNotedThenMarkedOnceThere) {
  labeler_.Enqueue(AnyDisk());
  Later(seconds(1));
  EXPECT_EQ(cluster_.MarkCalls(), 1);
  cluster_.AddVolume("pvc-1", {.handle = "d-1"});
  Later(seconds(1));
  EXPECT_EQ(cluster_.VolumeOf("pvc-1").labels.at("csi.alibabacloud.com/disktype"),
            "cloud_essd.PL2");
  EXPECT_EQ(cluster_.VolumeOf("pvc-1").annotations.size(), 1U);
  Later(seconds(60));
  EXPECT_EQ(cluster_.MarkCalls(), 2) << "marked again";
}

TEST_F(MarkerTest, GivenVolumeThatNeverComesWhenNotedThenGivenUpAfterAMinute) {
  labeler_.Enqueue(AnyDisk());
  int minutes = 0;
  while (labeler_.RunOnce()) {
    ASSERT_LT(++minutes, 20);
    clock_.Advance(seconds(10));
  }
  EXPECT_EQ(cluster_.MarkCalls(), 8);
}

TEST_F(MarkerTest, GivenVolumeOfAnotherDiskWhenNotedThenLeftAlone) {
  cluster_.AddVolume("pvc-1", {.handle = "d-other"});
  labeler_.Enqueue(AnyDisk());
  Later(seconds(1));
  EXPECT_TRUE(cluster_.VolumeOf("pvc-1").labels.empty());
  EXPECT_FALSE(labeler_.RunOnce());
}

TEST_F(MarkerTest, GivenTooManyWhenNotedThenTheRestIsLeftToAttach) {
  cluster_.SetDown(true);
  for (int i = 0; i < 1100; ++i) {
    auto disk = AnyDisk();
    disk.tags = {{std::string(kPvNameTag), "pvc-" + std::to_string(i)}};
    labeler_.Enqueue(disk);
  }
  Later(seconds(1));
  EXPECT_EQ(cluster_.MarkCalls(), 1000);
}

TEST(MarkerThreadTest, GivenThreadWhenNotedThenMarkedAndEndsAtOnce) {
  FakeClock clock;
  FakeCluster cluster;
  cluster.AddVolume("pvc-1", {.handle = "d-1"});
  {
    PvLabeler labeler(cluster, clock);
    labeler.Start();
    labeler.Enqueue(AnyDisk());
    clock.Advance(seconds(1));
    for (int i = 0; i < 500 && cluster.MarkCalls() == 0; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    labeler.Enqueue(AnyDisk());
  }
  EXPECT_EQ(cluster.VolumeOf("pvc-1").labels.size(), 3U);
}

class LabelledServiceTest : public ServiceTest {
 protected:
  LabelledServiceTest() {
    cluster_ = &kubernetes_;
    pv_labeler_ = &labeler_;
  }
  csi::v1::CreateVolumeRequest ForVolume() {
    auto request = CreateRequest("pvc-1");
    (*request.mutable_parameters())[std::string(kPvNameParameter)] = "pvc-1";
    return request;
  }
  FakeCluster kubernetes_;
  PvLabeler labeler_{kubernetes_, clock_};
};

TEST_F(LabelledServiceTest, GivenCreatedVolumeWhenItsObjectComesThenLabelled) {
  ASSERT_TRUE(Create(ForVolume()).ok());
  kubernetes_.AddVolume("pvc-1", {.handle = created_.volume().volume_id()});
  clock_.Advance(seconds(1));
  labeler_.RunOnce();
  EXPECT_EQ(kubernetes_.VolumeOf("pvc-1").labels.size(), 3U);
}

TEST_F(LabelledServiceTest, GivenMissedLabelsWhenAttachedThenCaughtUpWith) {
  kubernetes_.SetDown(true);
  ASSERT_TRUE(Create(ForVolume()).ok());
  while (labeler_.RunOnce()) clock_.Advance(seconds(10));
  kubernetes_.SetDown(false);
  kubernetes_.AddVolume("pvc-1", {.handle = created_.volume().volume_id()});
  ASSERT_TRUE(Publish(created_.volume().volume_id(), "i-b1").ok());
  clock_.Advance(seconds(1));
  labeler_.RunOnce();
  EXPECT_EQ(kubernetes_.VolumeOf("pvc-1").labels.size(), 3U);
}

}  // namespace
}  // namespace driver
