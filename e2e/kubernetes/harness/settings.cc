#include "e2e/kubernetes/harness/settings.h"

#include <chrono>
#include <utility>

#include "e2e/harness/process.h"

namespace e2e {
namespace {

constexpr std::chrono::minutes kToolLimit{3};

Settings& Stored() {
  static Settings settings;
  return settings;
}

}  // namespace

const Settings& TheSettings() {
  return Stored();
}

void SetSettings(Settings settings) {
  Stored() = std::move(settings);
}

std::filesystem::path SourcePath(const std::string& relative) {
  return std::filesystem::path(ZONEDISK_SOURCE) / relative;
}

CommandResult DeployScript(const std::string& name, std::vector<std::string> arguments) {
  const auto& settings = TheSettings();
  std::vector<std::string> argv = {"env", "KUBECONFIG=" + settings.Kubeconfig().string(),
                                   "KUBECTL=" + settings.kubectl.string(),
                                   SourcePath("deploy/" + name).string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunCommand(std::move(argv), {}, kToolLimit);
}

testing::AssertionResult ClusterTool(std::vector<std::string> arguments) {
  std::vector<std::string> argv = {SourcePath("tools/cluster").string(), "--name",
                                   TheSettings().cluster};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  const auto result = RunCommand(std::move(argv), {}, kToolLimit);
  if (result.Ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure() << "tools/cluster: " << result.output;
}

}  // namespace e2e
