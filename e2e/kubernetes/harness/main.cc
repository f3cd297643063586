// kubernetes-stories: the stories on a real cluster.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <string>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/settings.h"

namespace {

std::string BuiltKubectl() {
  const auto told = e2e::RunCommand({e2e::SourcePath("tools/kubernetes/build").string(), "--path"});
  return told.output.substr(0, told.output.find('\n')) + "/kubectl";
}

// Story 3 alone is the suites Story03, Story03Alone and whatever else begins so.
std::string FilterOf(int story) {
  return fmt::format("Story{:02}*", story);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();

  e2e::Settings settings{.state_folder = "/var/lib/zonedisk-cluster",
                         .report_folder = ZONEDISK_REPORTS,
                         .image = "zonedisk/test:" ZONEDISK_VERSION};
  int only = 0;
  CLI::App app{
      "Stories on a cluster that tools/cluster has started. Flags of GoogleTest work too."};
  app.add_option("--cluster", settings.cluster, "name of the cluster")
      ->envname("ZONEDISK_CLUSTER")
      ->capture_default_str();
  app.add_option("--state-folder", settings.state_folder, "where the clusters are kept")
      ->envname("ZONEDISK_CLUSTER_DIR")
      ->capture_default_str();
  app.add_option("--kubectl", settings.kubectl, "program; default: the one of tools/kubernetes");
  app.add_option("--image", settings.image, "of the stories' Pods")->capture_default_str();
  app.add_option("--reports", settings.report_folder, "a folder per failed story goes there")
      ->capture_default_str();
  app.add_option("--only", only, "this story only");
  CLI11_PARSE(app, argc, argv);

  if (settings.kubectl.empty()) settings.kubectl = BuiltKubectl();
  if (only > 0) testing::GTEST_FLAG(filter) = FilterOf(only);
  e2e::SetSettings(settings);
  return RUN_ALL_TESTS();
}
