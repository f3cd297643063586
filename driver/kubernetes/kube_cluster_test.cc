#include "driver/kubernetes/kube_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/kube/testing/fake_api.h"
#include "driver/testing/fake_clock.h"

namespace driver {
namespace {

using grpc::StatusCode;
using kube::Json;
using testing::ElementsAre;
using testing::HasSubstr;

// The fake API, lent to the cluster.
class Lent : public kube::Api {
 public:
  explicit Lent(kube::FakeApi& api) : api_(api) {}
  kube::Result<Json> Get(const kube::Ref& ref, kube::Patience patience) override {
    patience_ = patience;
    return api_.Get(ref, patience);
  }
  kube::Result<kube::Page> List(const kube::ListQuery& query, kube::Patience patience) override {
    return api_.List(query, patience);
  }
  kube::Result<Json> Patch(const kube::Ref& ref, kube::PatchKind kind, const Json& patch,
                           kube::Patience patience) override {
    return api_.Patch(ref, kind, patch, patience);
  }
  kube::Result<Json> Create(const kube::Ref& place, const Json& body,
                            kube::Patience patience) override {
    return api_.Create(place, body, patience);
  }
  kube::Patience patience_{0};

 private:
  kube::FakeApi& api_;
};

class KubeClusterTest : public testing::Test {
 protected:
  KubeClusterTest() {
    auto lent = std::make_unique<Lent>(api_);
    lent_ = lent.get();
    cluster_ = MakeKubeCluster(std::move(lent), clock_,
                               {.driver_name = "disk.example", .own_node = "b-1"});
  }
  ~KubeClusterTest() override { EXPECT_TRUE(api_.Unused().empty()); }

  Deadline Within(Duration time) { return {.at = clock_.Now() + time}; }
  Deadline Soon() { return Within(std::chrono::seconds(30)); }
  void PutNode(const std::string& name, const Json& labels) {
    auto node = kube::MakeObject("Node", name);
    node["metadata"]["labels"] = labels;
    api_.Put(kube::kNodes, node);
  }
  void PutVolume(const std::string& handle, bool bound) {
    auto volume = kube::MakeObject("PersistentVolume", "pvc-1");
    volume["metadata"]["labels"] = {{"kept", "yes"}};
    volume["spec"]["csi"] = {{"driver", "disk.example"}, {"volumeHandle", handle}};
    if (bound) {
      volume["spec"]["claimRef"] = {{"name", "data-0"}, {"namespace", "web"}, {"uid", "u-1"}};
    }
    api_.Put(kube::kPersistentVolumes, volume);
  }
  static PvMetadata Marks() {
    return {.pv_name = "pvc-1",
            .volume_id = "d-1",
            .labels = {{"a.example/zone", "b"}},
            .annotations = {{"a.example/note", "{\"x\":1}"}}};
  }

  FakeClock clock_;
  kube::FakeApi api_;
  Lent* lent_ = nullptr;
  std::unique_ptr<Cluster> cluster_;
};

TEST_F(KubeClusterTest, GivenVolumesOfDriversWhenOwnOnesAreAskedThenHandlesOfThisDriver) {
  auto node = kube::MakeObject("Node", "b-1");
  api_.Put(kube::kNodes, node);
  EXPECT_TRUE(cluster_->OwnVolumes(Soon())->empty());
  node["status"]["volumesAttached"] = {
      {{"name", "kubernetes.io/csi/disk.example^d-1"}, {"devicePath", ""}},
      {{"name", "kubernetes.io/csi/other.example^d-2"}, {"devicePath", ""}}};
  node["status"]["volumesInUse"] = {"kubernetes.io/csi/disk.example^d-1",
                                    "kubernetes.io/csi/disk.example^d-3"};
  api_.Put(kube::kNodes, node);
  EXPECT_EQ(*cluster_->OwnVolumes(Soon()), (std::set<std::string>{"d-1", "d-3"}));
}

TEST_F(KubeClusterTest, GivenOwnNodeWhenAskedThenItsLabels) {
  PutNode("b-1", {{"zone", "b"}});
  EXPECT_EQ(*cluster_->OwnNodeLabels(Soon()), (topology::Labels{{"zone", "b"}}));
}

TEST_F(KubeClusterTest, GivenNoNodeOrNoNameWhenAskedThenNotFound) {
  EXPECT_EQ(cluster_->OwnNodeLabels(Soon()).error().code, StatusCode::NOT_FOUND);
  const auto nameless = MakeKubeCluster(std::make_unique<Lent>(api_), clock_, {});
  EXPECT_EQ(nameless->OwnNodeLabels(Soon()).error().code, StatusCode::NOT_FOUND);
}

TEST_F(KubeClusterTest, GivenNameWhenANodeIsAskedForThenItsLabelsOrNotFound) {
  PutNode("b-2", {{"rack", "2"}});
  EXPECT_EQ(*cluster_->LabelsOf("b-2", Soon()), (topology::Labels{{"rack", "2"}}));
  EXPECT_EQ(cluster_->LabelsOf("b-9", Soon()).error().code, StatusCode::NOT_FOUND);
}

TEST_F(KubeClusterTest, GivenRegistrationsWhenNodesOfTheDriverAreAskedForThenThose) {
  const auto put = [&](const std::string& name, const Json& drivers) {
    PutNode(name, {{"zone", name}});
    auto registered = kube::MakeObject("CSINode", name);
    registered["spec"]["drivers"] = drivers;
    api_.Put(kube::kCsiNodes, registered);
  };
  put("b-1", {{{"name", "other.example"}}, {{"name", "disk.example"}}});
  put("b-2", {{{"name", "other.example"}}});
  put("b-3", nullptr);
  EXPECT_THAT(*cluster_->DriverNodeLabels(Soon()), ElementsAre(topology::Labels{{"zone", "b-1"}}));
}

TEST_F(KubeClusterTest, GivenOwnNodeWhenMarkedTwiceThenPatchedOnceAndTheRestKept) {
  PutNode("b-1", {{"kept", "yes"}});
  const NodeMarks marks{.labels = {{"a.example/zone", "b"}}, .annotations = {{"a.example/n", "3"}}};
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(cluster_->MarkOwnNode(marks, Soon()));
  const auto node = api_.All(kube::kNodes).at(0);
  EXPECT_EQ(node["metadata"]["labels"], (Json{{"kept", "yes"}, {"a.example/zone", "b"}}));
  EXPECT_EQ(node["metadata"]["annotations"]["a.example/n"], "3");
  const auto calls = api_.Calls();
  EXPECT_EQ(std::ranges::count(calls, "patch nodes b-1"), 1);
}

TEST_F(KubeClusterTest, GivenNodesWhenListedAgainThenRememberedForFiveSeconds) {
  PutNode("b-1", {{"rack", "1"}});
  EXPECT_EQ(cluster_->NodeLabels(Freshness::kRecent, Soon())->size(), 1U);
  PutNode("b-2", {{"rack", "2"}});
  clock_.Advance(std::chrono::seconds(4));
  EXPECT_EQ(cluster_->NodeLabels(Freshness::kRecent, Soon())->size(), 1U);
  EXPECT_EQ(cluster_->NodeLabels(Freshness::kNow, Soon())->size(), 2U);
  clock_.Advance(std::chrono::seconds(6));
  PutNode("b-3", {});
  EXPECT_EQ(cluster_->NodeLabels(Freshness::kRecent, Soon())->size(), 3U);
}

TEST_F(KubeClusterTest, GivenRefusalsWhenCalledThenUnavailableAndNothingRemembered) {
  api_.Script({"list", "nodes", {.http_status = 0, .message = "no answer"}});
  EXPECT_EQ(cluster_->NodeLabels(Freshness::kRecent, Soon()).error().code, StatusCode::UNAVAILABLE);
  EXPECT_TRUE(cluster_->NodeLabels(Freshness::kRecent, Soon()));
  api_.AllowOnly({});
  const auto claim = cluster_->GetClaim("web", "data-0", Soon());
  ASSERT_FALSE(claim);
  EXPECT_EQ(claim.error().code, StatusCode::UNAVAILABLE);
  EXPECT_THAT(claim.error().message, HasSubstr("persistentvolumeclaims web/data-0"));
}

TEST_F(KubeClusterTest, GivenLeasesWhenAskedThenThoseOfTheSidecarsInOtherNamespaces) {
  EXPECT_EQ(cluster_->LeasesElsewhere(Soon()).error().code, StatusCode::NOT_FOUND);
  const auto in_storage =
      MakeKubeCluster(std::make_unique<Lent>(api_), clock_,
                      {.driver_name = "disk.example", .own_node = "", .own_namespace = "storage"});
  EXPECT_TRUE(in_storage->LeasesElsewhere(Soon())->empty());
  const auto put = [this](const std::string& name, const std::string& ns, const Json& holder) {
    auto lease = kube::MakeObject("Lease", name, ns);
    lease["spec"] = {{"holderIdentity", holder}, {"renewTime", "2026-01-02T03:04:05.000006Z"}};
    api_.Put(kube::kLeases, lease);
  };
  put("disk-example", "storage", "own");
  put("another-example", "kube-system", "of another driver");
  put("disk-example", "kube-system", "a");
  put("external-attacher-leader-disk-example", "shop", nullptr);
  EXPECT_THAT(*in_storage->LeasesElsewhere(Soon()),
              ElementsAre(SidecarLease{.ns = "kube-system",
                                       .name = "disk-example",
                                       .holder = "a",
                                       .renewed_at = "2026-01-02T03:04:05.000006Z"},
                          SidecarLease{.ns = "shop",
                                       .name = "external-attacher-leader-disk-example",
                                       .holder = "",
                                       .renewed_at = "2026-01-02T03:04:05.000006Z"}));
  api_.AllowOnly({});
  EXPECT_EQ(in_storage->LeasesElsewhere(Soon()).error().code, StatusCode::UNAVAILABLE);
}

TEST_F(KubeClusterTest, GivenClaimWhenReadThenUidAndAnnotations) {
  auto object = kube::MakeObject("PersistentVolumeClaim", "data-0", "web");
  object["metadata"]["uid"] = "u-1";
  object["metadata"]["annotations"] = {{"a.example/b", "c"}};
  api_.Put(kube::kClaims, object);
  const auto claim = cluster_->GetClaim("web", "data-0", Soon());
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->uid, "u-1");
  EXPECT_EQ(claim->annotations, (Annotations{{"a.example/b", "c"}}));
  EXPECT_EQ(cluster_->GetClaim("web", "data-1", Soon()).error().code, StatusCode::NOT_FOUND);
}

TEST_F(KubeClusterTest, GivenVolumeSnapshotWhenReadThenAnnotations) {
  auto object = kube::MakeObject("VolumeSnapshot", "cut", "web");
  object["metadata"]["annotations"] = {{"a.example/b", "c"}};
  api_.Put(kube::kVolumeSnapshots, object);
  EXPECT_EQ(*cluster_->SnapshotAnnotations("web", "cut", Soon()),
            (Annotations{{"a.example/b", "c"}}));
  EXPECT_EQ(cluster_->SnapshotAnnotations("web", "other", Soon()).error().code,
            StatusCode::NOT_FOUND);
}

TEST_F(KubeClusterTest, GivenAClaimWithoutVolumeWhenWarnedThenTheEventIsAboutIt) {
  ASSERT_TRUE(cluster_->Warn(ClaimWarning{.ns = "web",
                                          .name = "data-0",
                                          .uid = "u-1",
                                          .reason = "ParameterIgnored",
                                          .message = "why"},
                             Soon()));
  const auto events = api_.All(kube::kEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(kube::TextAt(events[0], "/involvedObject/uid"), "u-1");
  EXPECT_EQ(kube::TextAt(events[0], "/involvedObject/kind"), "PersistentVolumeClaim");
  EXPECT_EQ(kube::TextAt(events[0], "/reason"), "ParameterIgnored");
}

TEST_F(KubeClusterTest, GivenVolumeWhenMarkedTwiceThenPatchedOnceAndTheRestKept) {
  PutVolume("d-1", true);
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(cluster_->LabelVolume(Marks(), Soon()));
  const auto volume = api_.All(kube::kPersistentVolumes).at(0);
  EXPECT_EQ(volume["metadata"]["labels"], (Json{{"kept", "yes"}, {"a.example/zone", "b"}}));
  EXPECT_EQ(volume["metadata"]["annotations"]["a.example/note"], "{\"x\":1}");
  EXPECT_EQ(volume["spec"]["csi"]["volumeHandle"], "d-1");
  EXPECT_THAT(api_.Calls(),
              ElementsAre("get persistentvolumes pvc-1", "patch persistentvolumes pvc-1",
                          "get persistentvolumes pvc-1"));
}

TEST_F(KubeClusterTest, GivenVolumeOfAnotherDiskWhenMarkedThenLeftAlone) {
  EXPECT_EQ(cluster_->LabelVolume(Marks(), Soon()).error().code, StatusCode::NOT_FOUND);
  PutVolume("d-2", true);
  EXPECT_EQ(cluster_->LabelVolume(Marks(), Soon()).error().code, StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(api_.All(kube::kPersistentVolumes).at(0)["metadata"]["labels"].size(), 1U);
}

TEST_F(KubeClusterTest, GivenBoundVolumeWhenWarnedThenEventOnItsClaim) {
  PutVolume("d-1", true);
  const VolumeWarning warning{
      .pv_name = "pvc-1", .reason = "FileSystemGrowthRefused", .message = "not here"};
  ASSERT_TRUE(cluster_->Warn(warning, Soon()));
  const auto event = api_.All(kube::kEvents).at(0);
  EXPECT_EQ(event["involvedObject"], (Json{{"apiVersion", "v1"},
                                           {"kind", "PersistentVolumeClaim"},
                                           {"name", "data-0"},
                                           {"namespace", "web"},
                                           {"uid", "u-1"}}));
  EXPECT_EQ(event["reason"], "FileSystemGrowthRefused");
  EXPECT_EQ(event["message"], "not here");
  EXPECT_EQ(event["type"], "Warning");
  EXPECT_EQ(event["source"], (Json{{"component", "zonedisk-csi"}, {"host", "b-1"}}));
}

TEST_F(KubeClusterTest, GivenUnboundVolumeWhenWarnedThenEventOnIt) {
  PutVolume("d-1", false);
  ASSERT_TRUE(cluster_->Warn({.pv_name = "pvc-1", .reason = "A", .message = "b"}, Soon()));
  EXPECT_EQ(api_.All(kube::kEvents).at(0)["involvedObject"]["kind"], "PersistentVolume");
  EXPECT_EQ(
      cluster_->Warn({.pv_name = "pvc-2", .reason = "A", .message = "b"}, Soon()).error().code,
      StatusCode::NOT_FOUND);
}

TEST_F(KubeClusterTest, GivenOneRightLessWhenWarnedThenThatIsMissed) {
  PutVolume("d-1", true);
  const VolumeWarning warning{.pv_name = "pvc-1", .reason = "A", .message = "b"};
  api_.AllowOnly({"create events"});
  EXPECT_THAT(cluster_->Warn(warning, Soon()).error().message,
              HasSubstr("cannot get persistentvolumes"));
  api_.AllowOnly({"get persistentvolumes"});
  EXPECT_THAT(cluster_->Warn(warning, Soon()).error().message, HasSubstr("cannot create events"));
  EXPECT_TRUE(api_.All(kube::kEvents).empty());
}

TEST_F(KubeClusterTest, GivenDeadlineWhenCalledThenPatienceIsTheRestButFiveSecondsAtMost) {
  PutNode("b-1", {});
  ASSERT_TRUE(cluster_->OwnNodeLabels(Within(std::chrono::milliseconds(700))));
  EXPECT_EQ(lent_->patience_, kube::Patience(700));
  ASSERT_TRUE(cluster_->OwnNodeLabels(Within(std::chrono::minutes(2))));
  EXPECT_EQ(lent_->patience_, kube::Patience(5000));
}

}  // namespace
}  // namespace driver
