// After every story: whatever exists has an owner, and no workload was refused an API call.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "e2e/harness/api.h"
#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/blocks_folder.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/refusals.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

// Deletions of the last story may still be on their way.
constexpr std::chrono::seconds kLimit{60};
using Names = std::set<std::string>;

std::string Difference(const Names& one, const Names& other) {
  std::string text;
  for (const auto& name : one) text += other.contains(name) ? "" : " +" + name;
  for (const auto& name : other) text += one.contains(name) ? "" : " -" + name;
  return text;
}

Names HandlesOf(const std::string& kind, const char* pointer) {
  Names handles;
  const json::json_pointer at(pointer);
  for (const auto& row : TheCluster().List(kind)) {
    if (row.contains(at)) handles.insert(row[at].get<std::string>());
  }
  return handles;
}

Names DiskIds() {
  Names ids;
  for (const auto& disk : TheCloud().Disks()) ids.insert(disk.id);
  return ids;
}

Names SnapshotIds() {
  Names ids;
  for (const auto& snapshot : TheCloud().Snapshots()) ids.insert(snapshot.id);
  return ids;
}

TEST(Balance, GivenStoriesToldWhenCountedThenEachDiskHasItsVolume) {
  EXPECT_TRUE(Eventually("disks and volumes", kLimit, [] {
    return Difference(DiskIds(), HandlesOf("persistentvolume", "/spec/csi/volumeHandle"));
  }));
}

TEST(Balance, GivenStoriesToldWhenCountedThenEachSnapshotHasItsContent) {
  EXPECT_TRUE(Eventually("snapshots and contents", kLimit, [] {
    return Difference(SnapshotIds(), HandlesOf("volumesnapshotcontent", "/status/snapshotHandle"));
  }));
}

TEST(Balance, GivenStoriesToldWhenCountedThenNoNamespaceOrAttachmentOfThemIsLeft) {
  EXPECT_TRUE(Eventually("namespaces", kLimit, [] {
    std::string left;
    for (const auto& row :
         TheCluster().List("namespace", "", "labelSelector=zonedisk-story%3Dyes")) {
      left += " " + row["metadata"].value("name", "");
    }
    return left;
  }));
  EXPECT_TRUE(Eventually("attachments", kLimit, [] {
    std::string left;
    for (const auto& row : TheCluster().List("volumeattachment")) left += row["spec"].dump();
    return left;
  }));
}

TEST(Balance, GivenStoriesToldWhenCountedThenEachImageHasItsRow) {
  EXPECT_TRUE(Eventually("images and rows", kLimit, [] {
    Names rows = DiskIds();
    rows.merge(SnapshotIds());
    return Difference(ImageOwners(), rows);
  }));
}

TEST(Balance, GivenStoriesToldWhenCountedThenEachLoopDeviceHasItsAttachment) {
  EXPECT_TRUE(Eventually("loop devices and attachments", kLimit, []() -> std::string {
    std::size_t attached = 0;
    for (const auto& disk : TheCloud().Disks()) attached += disk.status == "In_use" ? 1 : 0;
    const auto loops = LoopsOnImages();
    return loops == attached ? "" : fmt::format("{} loops, {} attachments", loops, attached);
  }));
}

// The cloud's own comparison of rows, images and what the agents last reported.
TEST(Balance, GivenStoriesToldWhenCloudIsAskedThenItSeesNoDisagreement) {
  EXPECT_TRUE(Eventually("settled, no disagreement", kLimit, []() -> std::string {
    const auto state = TheCloud().Lab("state");
    if (!state.Ok()) return state.body;
    if (!state.json.value("settled", false)) return "not settled: " + state.json["jobs"].dump();
    const auto& disagreements = state.json["disagreements"];
    return disagreements.is_array() && disagreements.empty() ? "" : disagreements.dump();
  }));
}

// A mount that is made anew with every start of a container, and never goes, ends a node.
TEST(Balance, GivenStoriesToldWhenMountsAreCountedThenNodesHaveEachOnce) {
  constexpr char kStacked[] =
      "awk '{print $2}' /proc/mounts | sort | uniq -c | awk '$1 > 1 && $2 ~ \"^/var/lib/\"'";
  for (const auto& node : TheCluster().List("node")) {
    const auto said =
        RunCommand({SourcePath("tools/cluster").string(), "--name", TheSettings().cluster, "enter",
                    node["metadata"].value("name", ""), "sh", "-c", kStacked});
    EXPECT_EQ(said.output, "") << node["metadata"].value("name", "");
    EXPECT_EQ(said.status, 0);
  }
}

// Also before the first story, between two, and by Pods that are gone.
TEST(Balance, GivenStoriesToldWhenAuditLogIsReadThenNoWorkloadWasForbiddenAnything) {
  EXPECT_EQ(ForbiddenCalls(AuditLog::Whole().Since()), "");
}

}  // namespace
}  // namespace e2e
