// Every crash point of every program: the process dies there, is started again, the call is
// repeated; nothing is lost, nothing doubled, nothing left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "e2e/local/workload.h"

namespace e2e {
namespace {

using std::chrono::seconds;

const NodePlace kNear{.instance = "i-bp1crash0000000000b1", .zone = "cn-hangzhou-b"};
const NodePlace kFar{.instance = "i-bp1crash0000000000e1", .zone = "cn-hangzhou-e"};
constexpr int kKilled = 137;
constexpr std::size_t kBytes = 4 << 20;

struct CrashCase {
  std::string program;  // "zonedisk-cloud"
  std::string point;
  std::string Name() const {
    std::string name = program + "_" + point;
    std::ranges::replace_if(name, [](char c) { return std::isalnum(c) == 0; }, '_');
    return name;
  }
};

std::ostream& operator<<(std::ostream& out, const CrashCase& crash) {
  return out << crash.program << " at " << crash.point;
}

// As each program lists its own.
std::vector<CrashCase> CrashCases() {
  std::vector<CrashCase> cases;
  for (const std::string program : {"zonedisk-cloud", "zonedisk-agent", "zonedisk-csi"}) {
    std::istringstream lines(RunCommand({Program(program), "--list-crash-points"}).output);
    for (std::string point; std::getline(lines, point);) {
      if (!point.empty()) cases.push_back({program, point});
    }
  }
  return cases;
}

class CrashTest : public testing::TestWithParam<CrashCase> {
 protected:
  void SetUp() override {
    ASSERT_EQ(world_.StartCloud(FlagsFor("zonedisk-cloud")), "");
    for (const auto& place : {kNear, kFar}) {
      ASSERT_EQ(world_.StartAgent(place, FlagsFor("zonedisk-agent")), "");
      ASSERT_EQ(world_.StartNode(place, FlagsFor("zonedisk-csi")), "");
    }
    ASSERT_EQ(world_.StartController(kNear.zone, FlagsFor("zonedisk-csi")), "");
  }

  static Arguments FlagsFor(const std::string& program) {
    if (program != GetParam().program) return {};
    return {"--crash-at", GetParam().point};
  }

  // Whoever died at the point is started again and the call repeated.
  grpc::Status Repeat(const std::function<grpc::Status()>& call) {
    grpc::Status status;
    WaitUntil(
        [&] {
          status = call();
          ReviveTheDead();
          return status.ok();
        },
        seconds(60));
    return status;
  }

  void ReviveTheDead() {
    for (const std::string name : {"cloud", "controller", "agent-", "node-"}) {
      for (const auto& place : {kNear, kFar}) {
        const auto full = name.back() == '-' ? name + place.instance : name;
        auto* process = world_.Running(full);
        if (process->Running()) continue;
        EXPECT_EQ(process->WaitForExit(seconds(0)), kKilled) << full << "\n" << process->Output();
        ++deaths_;
        EXPECT_EQ(world_.Revive(), "");
      }
    }
  }

  std::string Told(const grpc::Status& status) {
    return status.ok() ? "" : ToText(status) + "\n" + world_.Logs();
  }

  // Ids of disks and snapshots, as the image files and as the cloud have them.
  std::set<std::string> IdsOfImages() const {
    std::set<std::string> ids;
    for (const auto& image : world_.Images()) ids.insert(image.substr(0, image.find('.')));
    return ids;
  }
  std::set<std::string> IdsOfRows() const {
    std::set<std::string> ids;
    for (const auto& disk : world_.Cloud().Disks()) ids.insert(disk.value("DiskId", ""));
    for (const auto& cut : world_.Cloud().Snapshots()) ids.insert(cut.value("SnapshotId", ""));
    return ids;
  }

  // Files follow rows a moment later.
  void ExpectImagesAre(const std::set<std::string>& ids) {
    EXPECT_EQ(IdsOfRows(), ids) << world_.Logs();
    WaitUntil([&] { return world_.Images().size() == ids.size() && IdsOfImages() == ids; }, seconds(10));
    EXPECT_EQ(IdsOfImages(), ids) << world_.Logs();
    EXPECT_EQ(world_.Images().size(), ids.size()) << "one image each";
  }

  std::filesystem::path File(const NodePlace& place, const csi::v1::Volume& volume) const {
    return world_.Paths(place.instance, volume.volume_id()).target / "bytes";
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path(), .call_limit = seconds(5)}};
  Workload workload_{world_, [this](const auto& call) { return Repeat(call); }};
  int deaths_ = 0;
};

TEST_P(CrashTest, GivenADeathAtThePointWhenTheCallsAreRepeatedThenEverythingConverges) {
  csi::v1::Volume source;
  csi::v1::Volume restored;
  csi::v1::Volume cloned;
  csi::v1::Snapshot snapshot;
  auto request = VolumeRequest("pv-source", 20 * kGiB);
  RequireZone(request, kNear.zone);
  ASSERT_EQ(Told(workload_.Create(request, source)), "");
  ASSERT_EQ(Told(workload_.Mount(kNear.instance, source.volume_id())), "");
  const auto content = Pattern(GetParam().point, kBytes);
  ASSERT_TRUE(WriteFile(File(kNear, source), content));

  ASSERT_EQ(Told(workload_.Snapshot(source.volume_id(), "snap", snapshot)), "");
  const auto restore = RestoreRequest("pv-restored", snapshot.snapshot_id(), 20 * kGiB, kFar.zone);
  ASSERT_EQ(Told(workload_.Create(restore, restored)), "");
  ASSERT_EQ(Told(workload_.Mount(kFar.instance, restored.volume_id())), "");
  EXPECT_EQ(Checksum(ReadFile(File(kFar, restored))), Checksum(content));

  auto clone = VolumeRequest("pv-cloned", 20 * kGiB);
  clone.mutable_volume_content_source()->mutable_volume()->set_volume_id(source.volume_id());
  RequireZone(clone, kNear.zone);
  ASSERT_EQ(Told(workload_.Create(clone, cloned)), "");
  ASSERT_EQ(Told(Repeat([&] {
              return world_.Controller().Modify(source.volume_id(), "diskTags/a", "b").status;
            })),
            "");
  ASSERT_EQ(Told(Repeat([&] {
              return world_.Controller().Expand(cloned.volume_id(), 30 * kGiB).status;
            })),
            "");
  ExpectImagesAre({source.volume_id(), restored.volume_id(), cloned.volume_id(),
                   snapshot.snapshot_id()});

  ASSERT_EQ(Told(workload_.Unmount(kFar.instance, restored.volume_id())), "");
  ASSERT_EQ(Told(workload_.Unmount(kNear.instance, source.volume_id())), "");
  ASSERT_EQ(Told(workload_.Mount(kNear.instance, cloned.volume_id())), "");
  EXPECT_EQ(Checksum(ReadFile(File(kNear, cloned))), Checksum(content));
  ASSERT_EQ(Told(workload_.Unmount(kNear.instance, cloned.volume_id())), "");
  for (const auto* volume : {&source, &restored, &cloned}) {
    ASSERT_EQ(Told(workload_.Delete(volume->volume_id())), "");
  }
  ASSERT_EQ(Told(workload_.DeleteSnapshot(snapshot.snapshot_id())), "");

  ReviveTheDead();
  EXPECT_GT(deaths_, 0) << "nothing passes this point\n" << world_.Logs();
  ExpectImagesAre({});
  EXPECT_TRUE(WaitUntil([&] { return world_.DiskDevices().empty(); }, seconds(10))) << world_.Logs();
  EXPECT_TRUE(world_.StopAll()) << world_.Logs();
}

INSTANTIATE_TEST_SUITE_P(Points, CrashTest, testing::ValuesIn(CrashCases()),
                         [](const auto& test) { return test.param.Name(); });

TEST(CrashPointsTest, GivenTheProgramsWhenAskedThenEachHasPoints) {
  std::set<std::string> programs;
  for (const auto& crash : CrashCases()) programs.insert(crash.program);
  EXPECT_EQ(programs.size(), 3U);
}

// Fencing: a node that is cut off keeps its mounted device and goes on writing.
class FencingTest : public testing::Test {
 protected:
  std::string Told(const grpc::Status& status) {
    return status.ok() ? "" : ToText(status) + "\n" + world_.Logs();
  }

  static grpc::Status Repeated(const std::function<grpc::Status()>& call) {
    grpc::Status status;
    WaitUntil([&] { return (status = call()).ok(); }, seconds(60));
    return status;
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path()}};
  Workload workload_{world_, Repeated};
};

TEST_F(FencingTest, GivenAWriterWithoutItsAgentWhenTheDiskMovesThenItsBytesNeverReachTheNextNode) {
  const NodePlace lost{.instance = "i-bp1fence0000000000b1", .zone = "cn-hangzhou-b"};
  const NodePlace next{.instance = "i-bp1fence0000000000b2", .zone = "cn-hangzhou-b"};
  ASSERT_EQ(world_.StartCloud(), "");
  ASSERT_EQ(world_.StartController("cn-hangzhou-b"), "");
  for (const auto& place : {lost, next}) {
    ASSERT_EQ(world_.StartAgent(place), "");
    ASSERT_EQ(world_.StartNode(place), "");
  }
  csi::v1::Volume volume;
  auto request = VolumeRequest("pv-fenced", 20 * kGiB);
  RequireZone(request, "cn-hangzhou-b");
  ASSERT_EQ(Told(workload_.Create(request, volume)), "");
  const auto& id = volume.volume_id();
  ASSERT_EQ(Told(workload_.Mount(lost.instance, id)), "");
  const auto mounted = world_.Paths(lost.instance, id).target;
  const auto before = Pattern("before", kBytes);
  ASSERT_TRUE(WriteFile(mounted / "kept", before));

  // The node's hypervisor is gone, its mount and its writer are not.
  world_.Kill("agent-" + lost.instance);
  ASSERT_EQ(Told(Repeated([&] { return world_.Controller().Unpublish(id, lost.instance).status; })),
            "");
  ASSERT_TRUE(WriteFile(mounted / "kept", Pattern("late", kBytes)));
  ASSERT_TRUE(WriteFile(mounted / "late", Pattern("late", kBytes)));

  ASSERT_EQ(Told(workload_.Mount(next.instance, id)), "");
  const auto there = world_.Paths(next.instance, id).target;
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  ASSERT_TRUE(WriteFile(mounted / "kept", Pattern("later still", kBytes)));
  EXPECT_FALSE(std::filesystem::exists(there / "late"));
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  // Past the page cache, too: what stands on the next node's disk is not what the first one writes.
  ASSERT_EQ(Told(workload_.Unmount(next.instance, id)), "");
  ASSERT_EQ(Told(workload_.Mount(next.instance, id)), "");
  EXPECT_EQ(Checksum(ReadFile(there / "kept")), Checksum(before));
  EXPECT_FALSE(std::filesystem::exists(there / "late"));
}

}  // namespace
}  // namespace e2e
