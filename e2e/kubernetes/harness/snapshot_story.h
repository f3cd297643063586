#pragma once
// The fixture of the snapshot stories: a Pod that has written, a snapshot, restores.
#include <string>

#include "e2e/kubernetes/harness/story.h"

namespace e2e {

class SnapshotStory : public Story {
 protected:
  static constexpr char kSourceZone[] = "cn-hangzhou-b";
  static constexpr char kFarZone[] = "cn-hangzhou-e";

  // The Pod "source" in kSourceZone with its claim "source", running; its file /data/bytes is
  // durable. Returns that file's sha256.
  std::string WriteSource();
  // Of the claim "source"; does not wait.
  void ApplySnapshot(const std::string& name, const std::string& snapshot_class = kSnapshotClass);
  // And waits until it is ready.
  void TakeSnapshot(const std::string& name, const std::string& snapshot_class = kSnapshotClass);
  // "volumesnapshotcontent/…" of a bound snapshot.
  std::string ContentOf(const std::string& snapshot) const;
  // A claim from the snapshot and a Pod of the same name with it at /data; an empty zone is any.
  void Restore(const std::string& name, const std::string& size, const std::string& zone,
               const std::string& snapshot = "snap");
  // Ids in the cloud of snapshots of that disk.
  std::vector<std::string> SnapshotsOf(const std::string& disk) const;
};

}  // namespace e2e
