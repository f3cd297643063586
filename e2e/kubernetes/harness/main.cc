// kubernetes-stories: the stories on a real cluster.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <cctype>
#include <string>
#include <string_view>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/settings.h"

namespace {

std::string BuiltKubectl() {
  const auto told = e2e::RunCommand({e2e::SourcePath("tools/kubernetes/build").string(), "--path"});
  return told.output.substr(0, told.output.find('\n')) + "/kubectl";
}

// "snapshot_ends" → "SnapshotEnds", as the suites of snapshot_ends_test.cc begin.
std::string SuitePrefix(std::string_view subject) {
  std::string prefix;
  bool upper = true;
  for (const char c : subject) {
    if (c != '_') prefix += upper ? static_cast<char>(std::toupper(c)) : c;
    upper = c == '_';
  }
  return prefix;
}

// The suite of that subject, and its cases that must be alone.
std::string FilterOf(std::string_view subject) {
  const auto prefix = SuitePrefix(subject);
  return fmt::format("{0}.*:{0}Alone.*", prefix);
}

// Returns a message when no suite has that subject; empty otherwise, as CLI11's validators do.
std::string CheckSubject(const std::string& subject) {
  const auto prefix = SuitePrefix(subject);
  const auto& tests = *testing::UnitTest::GetInstance();
  for (int i = 0; i < tests.total_test_suite_count(); ++i) {
    const std::string name = tests.GetTestSuite(i)->name();
    if (name == prefix || name == prefix + "Alone") return {};
  }
  return fmt::format("no story is about '{}'; the subjects are the files of stories/", subject);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (testing::GTEST_FLAG(list_tests)) return RUN_ALL_TESTS();

  e2e::Settings settings{.state_folder = "/var/lib/zonedisk-cluster",
                         .report_folder = ZONEDISK_REPORTS,
                         .image = "localhost/zonedisk-test:" ZONEDISK_VERSION};
  std::string only;
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
  app.add_option("--only", only, "the stories of this subject only, e.g. snapshot_ends")
      ->check(CheckSubject);
  CLI11_PARSE(app, argc, argv);

  if (settings.kubectl.empty()) settings.kubectl = BuiltKubectl();
  if (!only.empty()) testing::GTEST_FLAG(filter) = FilterOf(only);
  e2e::SetSettings(settings);
  return RUN_ALL_TESTS();
}
