#pragma once
// What every story starts from: a namespace of its own, and at the end nothing left of it, neither
// in the cluster nor in the cloud.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/cleanup.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/manifests.h"

namespace e2e {

struct EventView {
  std::string type;    // Normal, Warning
  std::string reason;  // FailedScheduling
  std::string message;
};

// Classes that deploy/ ships. A volume made by hand needs a class of its own story: any claim of
// its class may take it.
inline constexpr char kDelayedClass[] = "zonedisk-delayed";
inline constexpr char kImmediateClass[] = "zonedisk-immediate";
inline constexpr char kSnapshotClass[] = "alibabacloud-disk-snapshot";
inline constexpr char kRetainingSnapshotClass[] = "zonedisk-snapshot-retain";

// Steps that a kubelet or a sidecar takes; far above what an unloaded machine needs.
inline constexpr std::chrono::seconds kStepLimit{90};

// Every wait polls, has a limit and, when that passes, says what was seen last.
class Story : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // The namespace; also a prefix for names of objects that have none.
  const std::string& Space() const { return space_; }
  std::string Named(const std::string& name) const { return space_ + "-" + name; }

  // kubectl apply into the namespace. Empty, or why not. Objects outside of it are deleted at the
  // end of the story.
  std::string Apply(const std::string& yaml);
  // A file of the sources as it is, e.g. "deploy/examples/snapshot.yaml".
  std::string ApplyFile(const std::string& path);
  // Empty, or why not.
  std::string Delete(const std::string& object) const;

  // See Cluster::Field; objects without namespace too.
  std::string Field(const std::string& object, const std::string& pointer) const;
  testing::AssertionResult WaitField(const std::string& object, const std::string& pointer,
                                     const std::string& value,
                                     std::chrono::seconds limit = kStepLimit) const;
  testing::AssertionResult WaitRunning(const std::string& pod,
                                       std::chrono::seconds limit = kStepLimit) const;
  testing::AssertionResult WaitBound(const std::string& claim,
                                     std::chrono::seconds limit = kStepLimit) const;
  testing::AssertionResult WaitGone(const std::string& object,
                                    std::chrono::seconds limit = kStepLimit) const;
  // No VolumeAttachment names the claim's volume. The controller manager waits two minutes for
  // nothing when a Pod wants it on the same node while the old one is just going.
  testing::AssertionResult WaitDetached(const std::string& claim) const;
  // Deletes and waits until it is gone.
  testing::AssertionResult Remove(const std::string& object) const;

  std::vector<EventView> Events(const std::string& object) const;
  // An event of that object, reason and with `text` in its message.
  testing::AssertionResult WaitEvent(const std::string& object, const std::string& reason,
                                     const std::string& text,
                                     std::chrono::seconds limit = kStepLimit) const;

  // A shell script in the Pod's container: its output without the last newline. A failure is added
  // to the test.
  std::string InPod(const std::string& pod, const std::string& script) const;
  // Writes a file of fresh bytes and makes it durable; its sha256.
  std::string WriteFile(const std::string& pod, const std::string& path, int mib = 8) const;
  std::string ChecksumOf(const std::string& pod, const std::string& path) const;
  // That bytes can be written there, and are then read.
  void ExpectBytes(const std::string& pod, const std::string& path) const;

  // Where things are.
  std::string VolumeOf(const std::string& claim) const;  // name of its PersistentVolume
  CloudDisk DiskOf(const std::string& claim) const;
  // Values of the zone key in the volume's node affinity.
  std::vector<std::string> AffinityZones(const std::string& claim) const;
  std::string ZoneOfPod(const std::string& pod) const;

  // A disk that no claim asked for, Available, for volumes made by hand; the end of the story
  // deletes it.
  std::string MakeDisk(const std::string& zone, int gib = 20);

 private:
  std::string space_;
  Made made_;
};

}  // namespace e2e
