#include "e2e/kubernetes/harness/story.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <nlohmann/json.hpp>
#include <sstream>

#include "e2e/harness/api.h"
#include "e2e/harness/files.h"
#include "e2e/kubernetes/harness/report.h"
#include "e2e/kubernetes/harness/resources.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::string_view kZoneKey = "topology.kubernetes.io/zone";
constexpr std::chrono::seconds kStartLimit{30};

// "snapshots-3k2": the suite's name and what no other run has; namespaces that are still being
// deleted cannot be made again.
std::string FreshNs() {
  static std::atomic<int> counter{0};
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  std::string name = test->test_suite_name();
  for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto now = std::chrono::system_clock::now().time_since_epoch() / std::chrono::seconds(1);
  return fmt::format("{}-{:x}-{}", name, now * 1000 + getpid() % 1000, ++counter);
}

std::string WithoutNewline(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string Member(const json& row, const char* name) {
  const auto found = row.find(name);
  return found != row.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::string FormatEvents(const std::vector<EventView>& events) {
  std::string text;
  for (const auto& event : events) {
    text += fmt::format("\n  {} {}: {}", event.type, event.reason, event.message);
  }
  return text.empty() ? "no event" : text;
}

}  // namespace

void Story::SetUp() {
  oversight_.emplace();
  ns_ = FreshNs();
  const json body = {{"metadata", {{"name", ns_}, {"labels", {{"zonedisk-story", "yes"}}}}}};
  ASSERT_TRUE(TheCluster().Create("namespace", "", body.dump()));
  // Pods are refused before their service account is there.
  ASSERT_TRUE(Eventually("default service account", kStartLimit, [this] {
    return TheCluster().Get("serviceaccount/default", ns_).is_null() ? "none yet" : "";
  }));
}

void Story::TearDown() {
  if (HasFailure()) Report(ns_);
  const auto left = CleanUp(ns_, created_);
  const auto faults = oversight_ ? oversight_->Faults() : "";
  if (left.empty() && faults.empty()) return;
  if (!HasFailure()) Report(ns_);
  if (!left.empty()) ADD_FAILURE() << "left behind by " << ns_ << ":" << left;
  if (!faults.empty()) ADD_FAILURE() << "while " << ns_ << " was told:" << faults;
}

testing::AssertionResult Story::Apply(const std::string& yaml) {
  auto said = TheCluster().Kubectl(
      {"apply", "--namespace", ns_, "--output", "name", "--filename", "-"}, yaml);
  std::istringstream lines(said.output);
  for (std::string line; std::getline(lines, line);) {
    const auto* resource = FindResource(line.substr(0, line.find('/')));
    if (resource == nullptr || resource->has_namespace) continue;
    const auto object = fmt::format("{}{}", resource->name, line.substr(line.find('/')));
    auto& objects = created_.objects;
    if (std::ranges::find(objects, object) == objects.end()) objects.push_back(object);
  }
  return testing::AssertionResult(said.Ok()) << said.output;
}

testing::AssertionResult Story::ApplyFile(const std::string& path) {
  const auto yaml = ReadFile(SourcePath(path));
  if (yaml.empty()) return testing::AssertionFailure() << "no text in " << path;
  return Apply(yaml);
}

testing::AssertionResult Story::Delete(const std::string& object) const {
  return TheCluster().Delete(object, ns_);
}

std::string Story::Field(const std::string& object, const std::string& pointer) const {
  return TheCluster().Field(object, ns_, pointer);
}

testing::AssertionResult Story::WaitField(const std::string& object, const std::string& pointer,
                                          const std::string& value,
                                          std::chrono::seconds limit) const {
  const auto result =
      Eventually(fmt::format("{} {} = '{}'", object, pointer, value), limit, [&]() -> std::string {
        const auto seen = Field(object, pointer);
        return seen == value ? "" : "'" + seen + "'";
      });
  return result ? result
                : testing::AssertionFailure() << result.message() << FormatEvents(Events(object));
}

testing::AssertionResult Story::WaitRunning(const std::string& pod,
                                            std::chrono::seconds limit) const {
  return WaitField("pod/" + pod, "/status/phase", "Running", limit);
}

testing::AssertionResult Story::WaitBound(const std::string& claim,
                                          std::chrono::seconds limit) const {
  return WaitField("persistentvolumeclaim/" + claim, "/status/phase", "Bound", limit);
}

testing::AssertionResult Story::WaitGone(const std::string& object,
                                         std::chrono::seconds limit) const {
  return Eventually(object + " gone", limit, [&]() -> std::string {
    const auto found = TheCluster().Get(object, ns_);
    return found.is_null() ? "" : "still there: " + found["metadata"].dump();
  });
}

testing::AssertionResult Story::WaitAccomplished(const std::string& snapshot) const {
  const auto content =
      Field("volumesnapshot/" + snapshot, "/status/boundVolumeSnapshotContentName");
  const auto id = Field("volumesnapshotcontent/" + content, "/status/snapshotHandle");
  return Eventually(snapshot + " accomplished", kStepLimit, [&] {
    const auto status = TheCloud().Snapshot(id).status;
    return status == "accomplished" ? "" : "'" + status + "'";
  });
}

testing::AssertionResult Story::WaitDetached(const std::string& claim) const {
  const auto volume = VolumeOf(claim);
  return Eventually(claim + " detached", kStepLimit, [&]() -> std::string {
    for (const auto& row : TheCluster().List("volumeattachment")) {
      if (Member(row["spec"]["source"], "persistentVolumeName") == volume) return row.dump();
    }
    return "";
  });
}

testing::AssertionResult Story::Remove(const std::string& object) const {
  if (auto deleted = Delete(object); !deleted) return deleted;
  return WaitGone(object);
}

std::vector<EventView> Story::Events(const std::string& object) const {
  const auto slash = object.find('/');
  const auto* resource = FindResource(object.substr(0, slash));
  // Events of objects without a namespace are kept in the default one.
  const auto ns = resource != nullptr && !resource->has_namespace ? "default" : ns_;
  std::vector<EventView> events;
  for (const auto& row : TheCluster().List(
           "event", ns, "fieldSelector=involvedObject.name%3D" + object.substr(slash + 1))) {
    auto kind = Member(row["involvedObject"], "kind");
    for (auto& c : kind) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (resource == nullptr || kind != resource->name) continue;
    events.push_back({Member(row, "type"), Member(row, "reason"), Member(row, "message")});
  }
  return events;
}

testing::AssertionResult Story::WaitEvent(const std::string& object, const std::string& reason,
                                          const std::string& text,
                                          std::chrono::seconds limit) const {
  return Eventually(
      fmt::format("{}: event {} with '{}'", object, reason, text), limit, [&]() -> std::string {
        const auto events = Events(object);
        const bool found = std::ranges::any_of(events, [&](const EventView& event) {
          return event.reason == reason && event.message.find(text) != std::string::npos;
        });
        return found ? "" : FormatEvents(events);
      });
}

std::string Story::InPod(const std::string& pod, const std::string& script) const {
  auto said = TheCluster().Kubectl({"exec", "--namespace", ns_, pod, "--", "sh", "-c", script});
  EXPECT_TRUE(said.Ok()) << "in " << pod << ": " << script << "\n" << said.output;
  return WithoutNewline(std::move(said.output));
}

std::string Story::WriteFile(const std::string& pod, const std::string& path, int mib) const {
  return InPod(pod, fmt::format("head -c {}M /dev/urandom > {} && sync {} && "
                                "sha256sum < {} | cut -d' ' -f1",
                                mib, path, path, path));
}

std::string Story::ChecksumOf(const std::string& pod, const std::string& path) const {
  return InPod(pod, fmt::format("sha256sum < {} | cut -d' ' -f1", path));
}

void Story::ExpectBytes(const std::string& pod, const std::string& path) const {
  const auto written = WriteFile(pod, path, 1);
  EXPECT_EQ(written.size(), 64U);
  EXPECT_EQ(ChecksumOf(pod, path), written);
}

std::string Story::VolumeOf(const std::string& claim) const {
  return Field("persistentvolumeclaim/" + claim, "/spec/volumeName");
}

CloudDisk Story::DiskOf(const std::string& claim) const {
  return TheCloud().Disk(Field("persistentvolume/" + VolumeOf(claim), "/spec/csi/volumeHandle"));
}

std::vector<std::string> Story::AffinityZones(const std::string& claim) const {
  const auto volume = TheCluster().Get("persistentvolume/" + VolumeOf(claim));
  const json::json_pointer at("/spec/nodeAffinity/required/nodeSelectorTerms");
  std::vector<std::string> zones;
  if (!volume.is_object() || !volume.contains(at)) return zones;
  for (const auto& term : volume[at]) {
    for (const auto& row : term.value("matchExpressions", json::array())) {
      if (Member(row, "key") != kZoneKey) continue;
      for (const auto& value : row["values"]) zones.push_back(value.get<std::string>());
    }
  }
  return zones;
}

std::string Story::ZoneOfPod(const std::string& pod) const {
  // "/" in a key is "~1" in a JSON pointer.
  return Field("node/" + Field("pod/" + pod, "/spec/nodeName"),
               "/metadata/labels/topology.kubernetes.io~1zone");
}

std::string Story::MakeDisk(const std::string& zone, int gib) {
  const auto created = TheCloud().Call("CreateDisk", {{"ZoneId", zone},
                                                      {"DiskCategory", "cloud_essd"},
                                                      {"Size", std::to_string(gib)},
                                                      {"Tag.1.Key", std::string(kNsTag)},
                                                      {"Tag.1.Value", ns_}});
  EXPECT_TRUE(created.Ok()) << created.body;
  const auto id = created.Text("DiskId");
  created_.disks.push_back(id);
  EXPECT_TRUE(Eventually("disk " + id + " Available", kStartLimit, [&]() -> std::string {
    const auto status = TheCloud().Disk(id).status;
    return status == "Available" ? "" : status;
  }));
  return id;
}

}  // namespace e2e
