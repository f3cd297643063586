// A StatefulSet over three zones: each replica keeps its zone and its data.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

constexpr int kReplicas = 3;
// Two disks a replica, and nothing that says where it should run.
constexpr char kUnplacedSet[] = R"(apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: web
spec:
  serviceName: web
  replicas: 3
  podManagementPolicy: Parallel
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: ${IMAGE}
        imagePullPolicy: IfNotPresent
        command: [sh, -c, exec sleep infinity]
        volumeMounts:
        - {name: data, mountPath: /data}
        - {name: logs, mountPath: /logs}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec:
      accessModes: [ReadWriteOnce]
      storageClassName: ${CLASS}
      resources: {requests: {storage: 20Gi}}
  - metadata: {name: logs}
    spec:
      accessModes: [ReadWriteOnce]
      storageClassName: ${CLASS}
      resources: {requests: {storage: 20Gi}}
)";

class StatefulSet : public Story {
 protected:
  std::string Pod(int replica) const { return fmt::format("{}-{}", set_, replica); }

  void WaitAllRunning() const {
    for (int i = 0; i < kReplicas; ++i) ASSERT_TRUE(WaitRunning(Pod(i)));
  }

  // Zones of the replicas, each of which has its disks there.
  std::vector<std::string> Zones() const {
    std::vector<std::string> zones;
    for (int i = 0; i < kReplicas; ++i) {
      const auto zone = ZoneOfPod(Pod(i));
      for (const auto& volume : volumes_) {
        const auto claim = volume + "-" + Pod(i);
        EXPECT_EQ(DiskOf(claim).zone, zone) << claim;
        EXPECT_EQ(AffinityZones(claim), std::vector<std::string>{zone}) << claim;
      }
      zones.push_back(zone);
    }
    EXPECT_EQ(std::set<std::string>(zones.begin(), zones.end()).size(), std::size_t{kReplicas})
        << fmt::format("{}", fmt::join(zones, " "));
    return zones;
  }

  // Until they are other Pods, of the same names.
  void DeletePods() {
    std::vector<std::string> uids;
    for (int i = 0; i < kReplicas; ++i) uids.push_back(Field("pod/" + Pod(i), "/metadata/uid"));
    for (int i = 0; i < kReplicas; ++i) ASSERT_TRUE(Delete("pod/" + Pod(i)));
    for (std::size_t i = 0; i < uids.size(); ++i) {
      const auto pod = "pod/" + Pod(static_cast<int>(i));
      ASSERT_TRUE(Eventually(pod + " made anew", kStepLimit, [&]() -> std::string {
        const auto uid = Field(pod, "/metadata/uid");
        return uid.empty() || uid == uids[i] ? "uid '" + uid + "'" : "";
      }));
    }
  }

  // Three zones; deleted Pods come back each in its own, with their bytes.
  void ExpectKept() {
    WaitAllRunning();
    if (HasFailure()) return;
    const auto zones = Zones();
    std::vector<std::string> sums;
    for (int i = 0; i < kReplicas; ++i) sums.push_back(WriteFile(Pod(i), "/data/bytes", 2));
    DeletePods();
    WaitAllRunning();
    if (HasFailure()) return;
    EXPECT_EQ(Zones(), zones);
    for (int i = 0; i < kReplicas; ++i) {
      EXPECT_EQ(ChecksumOf(Pod(i), "/data/bytes"), sums[static_cast<std::size_t>(i)]);
    }
    EXPECT_EQ(TheCloud().DisksOf(Ns()).size(), kReplicas * volumes_.size());
  }

  std::string set_;
  std::vector<std::string> volumes_;
};

TEST_F(StatefulSet,
       GivenSpreadOverZonesAndDelayedBindingWhenPodsAreDeletedThenZonesAndBytesAreKept) {
  set_ = "store";
  volumes_ = {"data"};
  ASSERT_TRUE(ApplyFile("deploy/examples/statefulset-over-zones.yaml"));
  ExpectKept();
  // Each member writes its name at every start.
  for (int i = 0; i < kReplicas; ++i) {
    EXPECT_EQ(InPod(Pod(i), "cat /data/starts"), fmt::format("{0}\n{0}", Pod(i)));
  }
}

// The zones are those that the disks were made in, one after the other, both disks of a replica in
// the same one.
TEST_F(StatefulSet, GivenImmediateBindingWhenPodsAreDeletedThenZonesAndBytesAreKept) {
  set_ = "web";
  volumes_ = {"data", "logs"};
  ASSERT_TRUE(
      Apply(Fill(kUnplacedSet, {{"IMAGE", TheSettings().image}, {"CLASS", kImmediateClass}})));
  ExpectKept();
}

}  // namespace
}  // namespace e2e
