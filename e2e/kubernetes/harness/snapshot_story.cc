#include "e2e/kubernetes/harness/snapshot_story.h"

namespace e2e {

std::string SnapshotStory::WriteSource() {
  EXPECT_TRUE(Apply(ClaimYaml({.name = "source", .storage_class = kDelayedClass})));
  EXPECT_TRUE(Apply(PodYaml(
      {.name = "source", .mounts = {{.claim = "source", .path = "/data"}}, .zone = kSourceZone})));
  EXPECT_TRUE(WaitRunning("source"));
  return WriteFile("source", "/data/bytes");
}

void SnapshotStory::ApplySnapshot(const std::string& name, const std::string& snapshot_class) {
  ASSERT_TRUE(
      Apply(SnapshotYaml({.name = name, .snapshot_class = snapshot_class, .claim = "source"})));
}

void SnapshotStory::TakeSnapshot(const std::string& name, const std::string& snapshot_class) {
  ApplySnapshot(name, snapshot_class);
  ASSERT_TRUE(WaitField("volumesnapshot/" + name, "/status/readyToUse", "true"));
}

std::string SnapshotStory::ContentOf(const std::string& snapshot) const {
  return "volumesnapshotcontent/" +
         Field("volumesnapshot/" + snapshot, "/status/boundVolumeSnapshotContentName");
}

void SnapshotStory::Restore(const std::string& name, const std::string& size,
                            const std::string& zone, const std::string& snapshot) {
  ASSERT_TRUE(Apply(ClaimYaml(
      {.name = name, .storage_class = kDelayedClass, .size = size, .from_snapshot = snapshot})));
  ASSERT_TRUE(
      Apply(PodYaml({.name = name, .mounts = {{.claim = name, .path = "/data"}}, .zone = zone})));
}

std::vector<std::string> SnapshotStory::SnapshotsOf(const std::string& disk) const {
  std::vector<std::string> ids;
  for (const auto& snapshot : TheCloud().Snapshots()) {
    if (snapshot.disk == disk) ids.push_back(snapshot.id);
  }
  return ids;
}

}  // namespace e2e
