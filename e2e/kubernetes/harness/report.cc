#include "e2e/kubernetes/harness/report.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

void Put(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

void PutKubectl(const std::filesystem::path& path, std::vector<std::string> arguments) {
  Put(path, TheCluster().Kubectl(std::move(arguments)).output);
}

// Every container of every Pod of a namespace, this start and the one before.
void PutLogs(const std::filesystem::path& folder, const std::string& ns) {
  for (const auto& pod : TheCluster().List("pod", ns)) {
    const auto name = pod["metadata"].value("name", "");
    for (const char* kind : {"initContainers", "containers"}) {
      for (const auto& container : pod["spec"].value(kind, json::array())) {
        const auto title = container.value("name", "");
        const auto path = folder / fmt::format("{}.{}", name, title);
        Put(path.string() + ".log", TheCluster().PodLog(name, ns, title));
        const auto earlier = TheCluster().PodLog(name, ns, title, true);
        if (earlier.find("\"NotFound\"") == std::string::npos &&
            earlier.find("\"BadRequest\"") == std::string::npos) {
          Put(path.string() + ".earlier.log", earlier);
        }
      }
    }
  }
}

}  // namespace

void Report(const std::string& ns) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const auto folder =
      TheSettings().report_folder / fmt::format("{}.{}", test->test_suite_name(), test->name());
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  std::filesystem::create_directories(folder / "components", ignored);
  std::filesystem::create_directories(folder / "pods", ignored);

  PutKubectl(folder / "objects.yaml", {"get", "--namespace", ns, "--output", "yaml",
                                       "pods,persistentvolumeclaims,statefulsets,volumesnapshots,"
                                       "volumegroupsnapshots"});
  PutKubectl(folder / "cluster.yaml",
             {"get", "--output", "yaml",
              "persistentvolumes,volumeattachments,storageclasses,csinodes,nodes,"
              "volumesnapshotcontents,volumesnapshotclasses,volumegroupsnapshotcontents"});
  PutKubectl(folder / "capacities.txt", {"get", "csistoragecapacities", "--all-namespaces"});
  PutLogs(folder / "pods", ns);
  PutLogs(folder / "components", std::string(kSystemNs));
  // API server, scheduler, kubelets: as tools/cluster keeps them.
  std::filesystem::copy(TheSettings().ClusterFolder() / "logs", folder / "cluster",
                        std::filesystem::copy_options::recursive, ignored);
  Put(folder / "disks.json",
      TheCloud().Call("DescribeDisks", {{"MaxResults", "100"}}).json.dump(1));

  const auto events =
      TheCluster().Kubectl({"get", "events", "--namespace", ns, "--sort-by", "lastTimestamp"});
  Put(folder / "events.txt", events.output);
  const auto objects = TheCluster().Kubectl(
      {"get", "--namespace", ns, "--output", "wide", "pods,persistentvolumeclaims"});
  fmt::print("{}\n{}\nThe whole of it: {}\n", objects.output, events.output, folder.string());
}

}  // namespace e2e
