// A StatefulSet over three zones: each replica keeps its zone and its data.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "e2e/kubernetes/settings.h"
#include "e2e/kubernetes/story.h"

namespace e2e {
namespace {

constexpr int kReplicas = 3;
constexpr char kSet[] = R"(apiVersion: apps/v1
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
${SPREAD}
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
// One replica a zone, and none without a zone of its own.
constexpr char kSpread[] = R"(      topologySpreadConstraints:
      - maxSkew: 1
        topologyKey: topology.kubernetes.io/zone
        whenUnsatisfiable: DoNotSchedule
        labelSelector:
          matchLabels: {app: web})";

class Story05 : public Story {
 protected:
  void ApplySet(const std::string& storage_class, const std::string& spread) {
    ASSERT_EQ(
        Apply(Fill(kSet,
                   {{"IMAGE", TheSettings().image}, {"CLASS", storage_class}, {"SPREAD", spread}})),
        "");
  }

  static std::string Pod(int replica) { return fmt::format("web-{}", replica); }

  void WaitAllRunning() {
    for (int i = 0; i < kReplicas; ++i) ASSERT_TRUE(WaitRunning(Pod(i)));
  }

  // Zones of the replicas, each of which has both of its disks there.
  std::vector<std::string> Zones() {
    std::vector<std::string> zones;
    for (int i = 0; i < kReplicas; ++i) {
      const auto zone = ZoneOfPod(Pod(i));
      EXPECT_EQ(DiskOf("data-" + Pod(i)).zone, zone);
      EXPECT_EQ(DiskOf("logs-" + Pod(i)).zone, zone);
      EXPECT_EQ(AffinityZones("data-" + Pod(i)), std::vector<std::string>{zone});
      zones.push_back(zone);
    }
    EXPECT_EQ(std::set<std::string>(zones.begin(), zones.end()).size(), std::size_t{kReplicas})
        << fmt::format("{} {} {}", zones[0], zones[1], zones[2]);
    return zones;
  }

  // Until they are other Pods, of the same names.
  void DeletePods() {
    std::vector<std::string> uids;
    for (int i = 0; i < kReplicas; ++i) uids.push_back(Field("pod/" + Pod(i), "/metadata/uid"));
    for (int i = 0; i < kReplicas; ++i) ASSERT_EQ(Delete("pod/" + Pod(i)), "");
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
    EXPECT_EQ(TheCloud().DisksOf(Space()).size(), std::size_t{2 * kReplicas});
  }
};

TEST_F(Story05, GivenSpreadOverZonesAndDelayedBindingWhenPodsAreDeletedThenZonesAndBytesAreKept) {
  ApplySet(kDelayedClass, kSpread);
  ExpectKept();
}

// No constraint: the zones are those that the disks were made in, one after the other, both of a
// replica in the same one.
TEST_F(Story05, GivenImmediateBindingWhenPodsAreDeletedThenZonesAndBytesAreKept) {
  ApplySet(kImmediateClass, "");
  ExpectKept();
}

}  // namespace
}  // namespace e2e
