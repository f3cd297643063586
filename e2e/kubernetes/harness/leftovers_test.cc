#include "e2e/kubernetes/harness/leftovers.h"

#include <gtest/gtest.h>

#include <functional>

namespace e2e {
namespace {

constexpr char kPodMount[] = "/var/lib/kubelet/pods/uid/volumes/kubernetes.io~csi/pv-1/mount";
constexpr char kStaged[] =
    "/var/lib/kubelet/plugins/kubernetes.io/csi/disk.example/0a1b/globalmount";

// A disk in use on b-1, mounted there, a free one and a snapshot: everything has its owner.
Holdings Owned() {
  return {.disks = {{"d-1", "story-1", true}, {"d-2", "", false}},
          .other_rows = {"s-1", "d-system"},
          .namespaces = {"default", "story-1"},
          .images = {"d-1", "d-2", "s-1"},
          .loops = {{"loop1", "d-1"}},
          .mounts = {{"b-1", "/proc"}, {"b-1", kPodMount}, {"b-1", kStaged}},
          .attached = {{"b-1", {"pv-1", "0a1b"}}}};
}

struct LeftoverCase {
  std::string name;
  std::function<void(Holdings&)> change;
  std::string told;  // empty: no line
};

std::ostream& operator<<(std::ostream& out, const LeftoverCase& row) {
  return out << row.name;
}

class LeftoversTest : public testing::TestWithParam<LeftoverCase> {};

TEST_P(LeftoversTest, GivenHoldingsWhenOneThingHasNoOwnerThenItAloneIsTold) {
  auto holdings = Owned();
  GetParam().change(holdings);
  const std::set<std::string> told = {GetParam().told};
  EXPECT_EQ(Ownerless(holdings), GetParam().told.empty() ? std::set<std::string>{} : told);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, LeftoversTest,
    testing::Values(
        LeftoverCase{"AllOwned", [](Holdings&) {}, ""},
        LeftoverCase{"DiskOfGoneNamespace", [](Holdings& all) { all.namespaces = {"default"}; },
                     "disk d-1 of the namespace story-1, which is gone"},
        LeftoverCase{"ImageWithoutRow", [](Holdings& all) { all.images.insert("d-3"); },
                     "image of d-3, which the cloud does not have"},
        LeftoverCase{"LoopOfFreeDisk", [](Holdings& all) { all.loops["loop2"] = "d-2"; },
                     "loop2 on the image of d-2, which is on no node"},
        LeftoverCase{"LoopOfGoneDisk", [](Holdings& all) { all.loops["loop2"] = "d-3"; },
                     "loop2 on the image of d-3, which is on no node"},
        LeftoverCase{
            "MountOfDetachedVolume", [](Holdings& all) { all.attached["b-1"].erase("pv-1"); },
            std::string("mount ") + kPodMount + " on b-1, where no volume of it is attached"},
        LeftoverCase{
            "StagedAfterDetach", [](Holdings& all) { all.attached["b-1"].erase("0a1b"); },
            std::string("mount ") + kStaged + " on b-1, where no volume of it is attached"},
        LeftoverCase{
            "MountOnAnotherNode",
            [](Holdings& all) {
              all.mounts.push_back({"b-2", kStaged});
            },
            std::string("mount ") + kStaged + " on b-2, where no volume of it is attached"}),
    [](const auto& test) { return test.param.name; });

TEST(VolumeOfMountTest, GivenPathsWhenReadThenThoseOfCsiHaveTheirVolume) {
  const std::string plugins = "/var/lib/kubelet/plugins/kubernetes.io/csi/";
  EXPECT_EQ(VolumeOfMount(kPodMount), "pv-1");
  EXPECT_EQ(VolumeOfMount(kStaged), "0a1b");
  EXPECT_EQ(VolumeOfMount(plugins + "volumeDevices/publish/pv-1/uid"), "pv-1");
  EXPECT_EQ(VolumeOfMount(plugins + "volumeDevices/pv-1/dev/uid"), "pv-1");
  EXPECT_EQ(VolumeOfMount("/var/lib/kubelet/pods/uid/volumes/kubernetes.io~secret/key"), "");
  EXPECT_EQ(VolumeOfMount("/var/lib/kubelet/plugins/disk.example/socket"), "");
}

}  // namespace
}  // namespace e2e
