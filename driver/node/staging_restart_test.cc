// The process dies before or after every single step on the machine; a new one is asked the same
// again and must end where an undisturbed one ends, with the data.
#include <functional>

#include "driver/testing/faulty_host.h"
#include "driver/testing/staging_fixture.h"

namespace driver {
namespace {

struct Workflow {
  std::string name;
  VolumeAccess access;
  std::string already;  // file system that is there before; empty: blank disk
  std::int64_t grown_gib = 20;
};

struct RestartCase {
  Workflow workflow;
  bool after_effect = false;
};

class RestartTest : public StagingFixture, public testing::WithParamInterface<RestartCase> {
 protected:
  void Prepare() {
    host_ = FakeHost();
    host_.Attach(kNode, kLink, 20 * kGib);
    if (!Flow().already.empty()) GivenFormatted(Flow().already);
    host_.Device(kNode).bytes = Flow().grown_gib * kGib;
  }
  const Workflow& Flow() const { return GetParam().workflow; }

  using Call = std::function<bool(Staging&)>;
  std::vector<Call> Calls() {
    const auto& access = GetParam().workflow.access;
    return {
        [=, this](Staging& staging) { return bool(staging.Stage(ToStage(access), Soon())); },
        [=, this](Staging& staging) {
          return bool(staging.Publish(ToPublish(kTarget, access), Soon()));
        },
        [](Staging& staging) { return bool(staging.Unpublish("d-1", kTarget)); },
        [](Staging& staging) { return bool(staging.Unstage("d-1", kStaging)); },
    };
  }

  // The whole life of a volume on the node with one failure. True when the failure happened.
  bool Live(std::size_t at_step) {
    FaultyHost faulty(host_, {.at_step = at_step, .after_effect = GetParam().after_effect});
    for (const auto& call : Calls()) {
      Staging first(faulty, clock_, "/by-id");
      if (call(first)) continue;
      Staging restarted(host_, clock_, "/by-id");
      EXPECT_TRUE(call(restarted)) << "after a death at step " << at_step;
    }
    return faulty.Happened();
  }
};

TEST_P(RestartTest, GivenDeathAtAnyStepWhenAskedAgainThenConverges) {
  std::size_t deaths = 0;
  for (std::size_t step = 1;; ++step) {
    Prepare();
    const bool happened = Live(step);
    EXPECT_EQ(host_.MountAt(kStaging), nullptr);
    EXPECT_EQ(host_.KindOf(kTarget), PathKind::kMissing);
    EXPECT_THAT(host_.Violations(), testing::IsEmpty());
    EXPECT_FALSE(host_.Device(kNode).read_only);
    if (!Flow().access.block) {
      EXPECT_EQ(host_.Device(kNode).fs_bytes, Flow().grown_gib * kGib);
    }
    if (!Flow().already.empty()) {
      EXPECT_EQ(host_.Device(kNode).data, "kept");
    }
    if (!happened) break;
    ++deaths;
  }
  EXPECT_GE(deaths, 4U);
}

const std::vector<Workflow> kWorkflows = {
    {"Blank", {}, ""},
    {"BlankXfs", {.fs_type = "xfs"}, ""},
    {"Used", {}, "ext4"},
    {"LargerExt4", {}, "ext4", 40},
    {"LargerXfs", {}, "xfs", 40},
    {"Block", {.block = true}, ""},
    {"BlockReadOnly", {.block = true, .read_only = true}, ""},
};

std::vector<RestartCase> Cases() {
  std::vector<RestartCase> cases;
  for (const auto& workflow : kWorkflows) {
    cases.push_back({workflow, false});
    cases.push_back({workflow, true});
  }
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Steps, RestartTest, testing::ValuesIn(Cases()), [](const auto& tested) {
  return tested.param.workflow.name + (tested.param.after_effect ? "After" : "Before");
});

}  // namespace
}  // namespace driver
