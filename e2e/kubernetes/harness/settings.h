#pragma once
// Which cluster the stories run on, and where their reports go.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "e2e/harness/process.h"

namespace e2e {

struct Settings {
  std::string cluster = "zonedisk";
  std::filesystem::path state_folder;  // of all clusters: STATE/NAME/kubeconfig, logs/, nodes/
  std::filesystem::path kubectl;
  std::filesystem::path report_folder;  // a folder per failed story goes there
  std::string image;                    // of the stories' Pods

  std::filesystem::path ClusterFolder() const { return state_folder / cluster; }
  std::filesystem::path Kubeconfig() const { return ClusterFolder() / "kubeconfig"; }
};

// What the program was started with; filled by main before the first test.
const Settings& TheSettings();
void SetSettings(Settings settings);

// A file of the project's sources, e.g. "deploy/examples/claim.yaml".
std::filesystem::path SourcePath(const std::string& relative);

// A script of deploy/ for this cluster, e.g. "uninstall.sh": with its whole output.
CommandResult DeployScript(const std::string& name, std::vector<std::string> arguments);

// Runs tools/cluster for this cluster, e.g. {"kill-node", "b-1"}. A failure has its whole output.
testing::AssertionResult ClusterTool(std::vector<std::string> arguments);

}  // namespace e2e
