// Every crash point of every program: the process dies there, is started again, and the call is
// repeated; nothing is lost, doubled or left behind.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "e2e/harness/assertions.h"
#include "e2e/harness/workload.h"

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
  std::string about;  // action of the API or job that it is armed for; empty: any passage
  std::string Armed() const { return about.empty() ? point : point + "@" + about; }
  std::string Name() const {
    std::string name = program + "_" + Armed();
    std::ranges::replace_if(
        name, [](char c) { return std::isalnum(c) == 0; }, '_');
    return name;
  }
};

std::ostream& operator<<(std::ostream& out, const CrashCase& crash) {
  return out << crash.program << " at " << crash.Armed();
}

// Points that the life of volumes does not pass; each has a test of its own, below or in
// reset_test.
constexpr std::string_view kFencePoint = "jobs.after-fence-before-row";
constexpr std::string_view kResetPoint = "reset.after-rows-before-images";
constexpr std::string_view kDiskResetPoint = "jobs.after-reset-before-row";

// Points that many calls or jobs pass are tried in each of these.
std::vector<std::string> PassedBy(const std::string& point) {
  if (point.rfind("write.", 0) == 0 || point.rfind("request.", 0) == 0) {
    return {"CreateDisk",     "AttachDisk",     "DetachDisk",         "ResizeDisk",
            "DeleteDisk",     "CreateSnapshot", "TagResources",       "UntagResources",
            "DeleteSnapshot", "ModifyDiskSpec", "ModifyDiskAttribute"};
  }
  if (point == "jobs.after-row") {
    return {"disk.create",  "disk.attach",        "disk.detach", "disk.grow",      "disk.spec",
            "snapshot.cut", "snapshot.available", "disk.unlink", "snapshot.unlink"};
  }
  return {""};
}

// As each program lists its own.
std::vector<CrashCase> CrashCases() {
  std::vector<CrashCase> cases;
  for (const std::string program : {"zonedisk-cloud", "zonedisk-agent", "zonedisk-csi"}) {
    std::istringstream lines(RunCommand({Program(program), "--list-crash-points"}).output);
    for (std::string point; std::getline(lines, point);) {
      if (point.empty() || point == kFencePoint || point == kResetPoint) continue;
      if (point == kDiskResetPoint) continue;
      for (const auto& about : PassedBy(point)) cases.push_back({program, point, about});
    }
  }
  return cases;
}

class CrashTest : public testing::TestWithParam<CrashCase> {
 protected:
  void SetUp() override {
    ASSERT_TRUE(IsOk(world_.StartCloud()));
    for (const auto& place : {kNear, kFar}) {
      ASSERT_TRUE(IsOk(world_.StartAgent(place, FlagsFor("zonedisk-agent"))));
      ASSERT_TRUE(IsOk(world_.StartNode(place, FlagsFor("zonedisk-csi"))));
    }
    ASSERT_TRUE(IsOk(world_.StartController(kNear.zone, FlagsFor("zonedisk-csi"))));
    // The cloud's points count from here: before, nodes and instances are not there yet.
    ASSERT_TRUE(WaitUntil(
        [this] {
          const Parameters made = {{"DiskType", "system"}, {"Status", "In_use"}};
          return world_.Cloud().Disks(made).size() == 2;
        },
        seconds(10)));
    world_.Kill("cloud");
    ASSERT_TRUE(IsOk(world_.StartCloud(FlagsFor("zonedisk-cloud"))));
  }

  static Arguments FlagsFor(const std::string& program) {
    if (program != GetParam().program) return {};
    return {"--crash-at", GetParam().Armed()};
  }

  // Starts again what died at the point, and repeats the call.
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
        ExpectDiedAtThePoint(full, *process);
        ++deaths_;
        EXPECT_TRUE(IsOk(world_.Revive()));
      }
    }
  }

  static void ExpectDiedAtThePoint(const std::string& name, Process& process) {
    const auto& crash = GetParam();
    const auto output = process.Output();
    EXPECT_EQ(process.WaitForExit(seconds(0)), kKilled) << name << "\n" << output;
    EXPECT_NE(output.find("crash point " + crash.point + " in " + crash.about), std::string::npos)
        << name << "\n"
        << output;
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

  // A job may take the cloud down after its call was answered. Files follow rows a moment later.
  void ExpectImagesAre(const std::set<std::string>& ids) {
    std::set<std::string> rows;
    WaitUntil(
        [&] {
          ReviveTheDead();
          rows = IdsOfRows();
          return rows == ids;
        },
        seconds(10));
    EXPECT_EQ(rows, ids) << world_.Logs();
    WaitUntil(
        [&] {
          ReviveTheDead();
          return world_.Images().size() == ids.size() && IdsOfImages() == ids;
        },
        seconds(10));
    EXPECT_EQ(IdsOfImages(), ids) << world_.Logs();
    EXPECT_EQ(world_.Images().size(), ids.size()) << "one image each";
  }

  // As two VolumeAttributesClasses, one after the other: each kind of change that there is.
  void Modify(const std::string& volume) {
    const std::map<std::string, std::string> tag = {{"diskTags/old", "1"}};
    const std::map<std::string, std::string> all = {{"type", "cloud_auto"},
                                                    {"burstingEnabled", "true"},
                                                    {"-diskTags/old", ""},
                                                    {"diskTags/new", "2"}};
    for (const auto& parameters : {tag, all}) {
      ASSERT_TRUE(IsOk(
          Repeat([&] { return world_.Controller().Modify(volume, parameters).status; }), world_));
    }
    const auto disks = world_.Cloud().Disks({{"DiskIds", nlohmann::json::array({volume}).dump()}});
    ASSERT_EQ(disks.size(), 1U);
    EXPECT_EQ(disks[0].value("Category", ""), "cloud_auto");
    EXPECT_TRUE(disks[0].value("BurstingEnabled", false));
    const auto tags = disks[0].value("Tags", nlohmann::json::object()).dump();
    EXPECT_EQ(tags.find("\"old\""), std::string::npos) << tags;
    EXPECT_NE(tags.find("\"new\""), std::string::npos) << tags;
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
  ASSERT_TRUE(IsOk(workload_.Create(request, source), world_));
  ASSERT_TRUE(IsOk(workload_.Mount(kNear.instance, source.volume_id()), world_));
  const auto content = Pattern(GetParam().Armed(), kBytes);
  ASSERT_TRUE(WriteFile(File(kNear, source), content));

  ASSERT_TRUE(IsOk(workload_.Snapshot(source.volume_id(), "snap", snapshot), world_));
  const auto restore = RestoreRequest("pv-restored", snapshot.snapshot_id(), 20 * kGiB, kFar.zone);
  ASSERT_TRUE(IsOk(workload_.Create(restore, restored), world_));
  ASSERT_TRUE(IsOk(workload_.Mount(kFar.instance, restored.volume_id()), world_));
  EXPECT_EQ(Checksum(ReadFile(File(kFar, restored))), Checksum(content));

  auto clone = VolumeRequest("pv-cloned", 20 * kGiB);
  clone.mutable_volume_content_source()->mutable_volume()->set_volume_id(source.volume_id());
  RequireZone(clone, kNear.zone);
  ASSERT_TRUE(IsOk(workload_.Create(clone, cloned), world_));
  Modify(source.volume_id());
  if (HasFatalFailure()) return;
  ASSERT_TRUE(
      IsOk(Repeat([&] { return world_.Controller().Expand(cloned.volume_id(), 30 * kGiB).status; }),
           world_));
  // While it is mounted: the device grows, too.
  ASSERT_TRUE(IsOk(
      Repeat([&] { return world_.Controller().Expand(restored.volume_id(), 30 * kGiB).status; }),
      world_));
  ExpectImagesAre(
      {source.volume_id(), restored.volume_id(), cloned.volume_id(), snapshot.snapshot_id()});

  ASSERT_TRUE(IsOk(workload_.Unmount(kFar.instance, restored.volume_id()), world_));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNear.instance, source.volume_id()), world_));
  ASSERT_TRUE(IsOk(workload_.Mount(kNear.instance, cloned.volume_id()), world_));
  EXPECT_EQ(Checksum(ReadFile(File(kNear, cloned))), Checksum(content));
  ASSERT_TRUE(IsOk(workload_.Unmount(kNear.instance, cloned.volume_id()), world_));
  for (const auto* volume : {&source, &restored, &cloned}) {
    ASSERT_TRUE(IsOk(workload_.Delete(volume->volume_id()), world_));
  }
  ASSERT_TRUE(IsOk(workload_.DeleteSnapshot(snapshot.snapshot_id()), world_));

  ReviveTheDead();
  EXPECT_GT(deaths_, 0) << "nothing passes this point\n" << world_.Logs();
  ExpectImagesAre({});
  EXPECT_TRUE(WaitUntil([&] { return world_.DiskDevices().empty(); }, seconds(10)))
      << world_.Logs();
  EXPECT_TRUE(world_.StopAll()) << world_.Logs();
}

INSTANTIATE_TEST_SUITE_P(Points, CrashTest, testing::ValuesIn(CrashCases()),
                         [](const auto& test) { return test.param.Name(); });

TEST(CrashPointsTest, GivenTheProgramsWhenAskedThenEachHasPoints) {
  std::set<std::string> programs;
  for (const auto& crash : CrashCases()) programs.insert(crash.program);
  EXPECT_EQ(programs.size(), 3U);
}

TEST(ResetCrashTest, GivenADeathBetweenRowsAndImagesWhenStartedAgainThenNoImageIsLeft) {
  TempFolder folder;
  World world({.folder = folder.Path()});
  ASSERT_TRUE(IsOk(world.StartCloud({"--crash-at", std::string(kResetPoint)})));
  const auto made = world.Cloud().Call("CreateDisk", {{"ZoneId", "cn-hangzhou-b"}, {"Size", "20"}});
  ASSERT_TRUE(made.Ok()) << made.body;
  ASSERT_TRUE(WaitUntil([&] { return world.Images().size() == 1; }, seconds(10)));

  EXPECT_EQ(world.Cloud().Lab("reset", nlohmann::json::object()).status, 0);
  EXPECT_EQ(world.Running("cloud")->WaitForExit(seconds(10)), kKilled);
  ASSERT_TRUE(IsOk(world.Revive()));
  EXPECT_TRUE(world.Cloud().Disks().empty());
  EXPECT_TRUE(WaitUntil([&] { return world.Images().empty(); }, seconds(10)));
}

}  // namespace
}  // namespace e2e
