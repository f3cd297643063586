#pragma once
// The fixture of every story: a namespace of its own, and at the end the check that nothing of it
// is left in the cluster or in the cloud, and that nothing happened that must not (oversight.h).
#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/cleanup.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/manifests.h"
#include "e2e/kubernetes/harness/oversight.h"

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

// For one step of a kubelet or a sidecar; far above what an unloaded machine needs.
inline constexpr std::chrono::seconds kStepLimit{90};

// Every wait polls up to a limit; its failure has what was seen last.
class Story : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  // The namespace; also a prefix for names of objects that have none.
  const std::string& Ns() const { return ns_; }
  std::string Named(const std::string& name) const { return ns_ + "-" + name; }

  // kubectl apply into the namespace. A failure has what kubectl printed. Objects outside of it are
  // deleted at the end of the story.
  testing::AssertionResult Apply(const std::string& yaml);
  // A file of the sources as it is, e.g. "deploy/examples/snapshot.yaml".
  testing::AssertionResult ApplyFile(const std::string& path);
  testing::AssertionResult Delete(const std::string& object) const;

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
  // Until the cloud has all of a VolumeSnapshot's bytes; it may be ready to use before.
  testing::AssertionResult WaitAccomplished(const std::string& snapshot) const;
  // Until no VolumeAttachment names the claim's volume. A Pod that wants the volume on the same
  // node while it is being detached makes the controller manager wait two minutes.
  testing::AssertionResult WaitDetached(const std::string& claim) const;
  // Deletes and waits until it is gone.
  testing::AssertionResult Remove(const std::string& object) const;

  std::vector<EventView> Events(const std::string& object) const;
  // Until the object has an event of that reason with `text` in its message.
  testing::AssertionResult WaitEvent(const std::string& object, const std::string& reason,
                                     const std::string& text,
                                     std::chrono::seconds limit = kStepLimit) const;

  // Runs a shell script in the Pod's container. Returns its output without the last newline; a
  // failed script fails the test.
  std::string InPod(const std::string& pod, const std::string& script) const;
  // Writes a file of random bytes and syncs it. Returns its sha256.
  std::string WriteFile(const std::string& pod, const std::string& path, int mib = 8) const;
  std::string ChecksumOf(const std::string& pod, const std::string& path) const;
  // Writes random bytes there and reads them back.
  void ExpectBytes(const std::string& pod, const std::string& path) const;

  std::string VolumeOf(const std::string& claim) const;  // name of its PersistentVolume
  CloudDisk DiskOf(const std::string& claim) const;
  // Returns the zones in the volume's node affinity.
  std::vector<std::string> AffinityZones(const std::string& claim) const;
  std::string ZoneOfPod(const std::string& pod) const;

  // Creates a disk, Available, for a volume made by hand; the end of the story deletes it.
  std::string MakeDisk(const std::string& zone, int gib = 20);

 private:
  std::string ns_;
  CreatedObjects created_;
  std::optional<Oversight> oversight_;  // from SetUp on
};

}  // namespace e2e
