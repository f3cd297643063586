#include "e2e/kubernetes/harness/restarts.h"

#include <gtest/gtest.h>

namespace e2e {
namespace {

ContainerRun Run(int restarts, const std::string& ended = "Error 139: segmentation fault") {
  return {.node = "b-1", .pod = "agent-1", .name = "agent", .restarts = restarts, .ended = ended};
}

struct RestartCase {
  std::string name;
  ContainerRuns before;
  ContainerRuns after;
  std::vector<ContainersMeant> meant;
  std::string told;  // in the text; empty: no text at all
};

std::ostream& operator<<(std::ostream& out, const RestartCase& row) {
  return out << row.name;
}

class RestartsTest : public testing::TestWithParam<RestartCase> {};

TEST_P(RestartsTest, GivenRunsWhenComparedThenOnlyWhatWasNotMeantIsTold) {
  const auto& row = GetParam();
  const auto text = UnexpectedRestarts(row.before, row.after, row.meant);
  if (row.told.empty()) {
    EXPECT_EQ(text, "");
  } else {
    EXPECT_NE(text.find(row.told), std::string::npos) << text;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RestartsTest,
    testing::Values(
        RestartCase{"Same", {{"u/agent", Run(3)}}, {{"u/agent", Run(3)}}, {}, ""},
        RestartCase{"Once",
                    {{"u/agent", Run(3)}},
                    {{"u/agent", Run(4)}},
                    {},
                    "agent-1 agent on b-1 was started 1 times more; it ended: Error 139: seg"},
        RestartCase{"OfNewPod", {}, {{"u/agent", Run(2)}}, {}, "2 times more"},
        RestartCase{"NewPodAtItsFirstStart", {}, {{"u/agent", Run(0, "")}}, {}, ""},
        RestartCase{"PodIsGone", {{"u/agent", Run(3)}}, {}, {}, ""},
        RestartCase{"MeantByName", {}, {{"u/agent", Run(1)}}, {{"", "agent-1", "agent"}}, ""},
        RestartCase{"MeantByPod", {}, {{"u/agent", Run(1)}}, {{"", "agent-1", ""}}, ""},
        RestartCase{"MeantByNode", {}, {{"u/agent", Run(1)}}, {{"b-1", "", ""}}, ""},
        RestartCase{"OtherContainerMeant",
                    {},
                    {{"u/agent", Run(1)}},
                    {{"", "agent-1", "cloud"}},
                    "agent-1"},
        RestartCase{"OtherNodeMeant", {}, {{"u/agent", Run(1)}}, {{"b-2", "", ""}}, "agent-1"},
        RestartCase{"LeaseLost",
                    {},
                    {{"u/agent", Run(1, "Error 1: E1 leader_election.go:206] Stopped leading")}},
                    {},
                    ""},
        RestartCase{"DriverLost",
                    {},
                    {{"u/agent", Run(1, "Error 1: Lost connection to CSI driver, exiting")}},
                    {},
                    ""}),
    [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace e2e
