// Whatever deploy/ ships is accepted by the API server as it is.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "e2e/kubernetes/harness/settings.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

class Manifests : public Story {
 protected:
  // Everything is checked and nothing is kept.
  static void ExpectAccepted(std::vector<std::string> what) {
    std::vector<std::string> arguments = {"apply", "--server-side", "--force-conflicts",
                                          "--dry-run=server", "--validate=strict"};
    arguments.insert(arguments.end(), what.begin(), what.end());
    const auto said = TheCluster().Kubectl(std::move(arguments));
    EXPECT_TRUE(said.Ok()) << said.output;
    EXPECT_NE(said.output.find("serverside-applied"), std::string::npos) << said.output;
  }
};

TEST_F(Manifests, GivenOverlaysWhenAppliedThenAccepted) {
  for (const char* folder : {"deploy/base", "deploy/snapshot-controller", "deploy/overlays/lab",
                             "deploy/overlays/kind", "deploy/overlays/beside-ack"}) {
    ExpectAccepted({"-k", SourcePath(folder).string()});
  }
  ExpectAccepted({"-f", SourcePath("deploy/release-pool.yaml").string()});
}

TEST_F(Manifests, GivenExamplesWhenAppliedThenAccepted) {
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SourcePath("deploy/examples"))) {
    if (entry.path().extension() != ".yaml") continue;
    ExpectAccepted({"-n", Ns(), "-f", entry.path().string()});
    ++examples;
  }
  EXPECT_GT(examples, 8);
}

}  // namespace
}  // namespace e2e
