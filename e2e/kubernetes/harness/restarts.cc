#include "e2e/kubernetes/harness/restarts.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"

namespace e2e {
namespace {

using nlohmann::json;

// The last words of csi-lib-utils, and of client-go in the snapshot controller. A sidecar may
// notice only half a minute later, in the next story, that its driver was started again.
constexpr std::string_view kEndsOnPurpose[] = {"Stopped leading", "leaderelection lost",
                                               "Lost connection to CSI driver"};

bool Fits(const std::string& wanted, const std::string& is) {
  return wanted.empty() || wanted == is;
}

bool IsMeant(const ContainerRun& run, const std::vector<ContainersMeant>& meant) {
  return std::ranges::any_of(meant, [&run](const ContainersMeant& row) {
    return Fits(row.node, run.node) && Fits(row.pod, run.pod) && Fits(row.name, run.name);
  });
}

bool EndedOnPurpose(const ContainerRun& run) {
  return std::ranges::any_of(kEndsOnPurpose, [&run](std::string_view words) {
    return run.ended.find(words) != std::string::npos;
  });
}

std::string LastLine(std::string_view log) {
  while (!log.empty() && log.back() == '\n') log.remove_suffix(1);
  return std::string(log.substr(log.rfind('\n') + 1));
}

// What the container wrote for kubelet, else the end of its log.
std::string EndOf(const ContainerRun& run, const json& status) {
  const json::json_pointer at("/lastState/terminated");
  if (!status.contains(at)) return {};
  const auto& ended = status[at];
  auto said = ended.value("message", "");
  if (said.empty()) {
    said = LastLine(TheCluster().PodLog(run.pod, std::string(kSystemNs), run.name, true));
  }
  return fmt::format("{} {}: {}", ended.value("reason", ""), ended.value("exitCode", -1), said);
}

}  // namespace

std::string UnexpectedRestarts(const ContainerRuns& before, const ContainerRuns& after,
                               const std::vector<ContainersMeant>& meant) {
  std::string text;
  for (const auto& [key, run] : after) {
    const auto earlier = before.find(key);
    const int more = run.restarts - (earlier == before.end() ? 0 : earlier->second.restarts);
    if (more <= 0 || IsMeant(run, meant) || EndedOnPurpose(run)) continue;
    text += fmt::format("\n  {} {} on {} was started {} times more; it ended: {}", run.pod,
                        run.name, run.node, more, run.ended);
  }
  return text;
}

ContainerRuns ZonediskRuns() {
  ContainerRuns runs;
  for (const auto& pod : TheCluster().List("pod", std::string(kSystemNs))) {
    for (const char* kind : {"initContainerStatuses", "containerStatuses"}) {
      for (const auto& status : pod["status"].value(kind, json::array())) {
        ContainerRun run{.node = pod["spec"].value("nodeName", ""),
                         .pod = pod["metadata"].value("name", ""),
                         .name = status.value("name", ""),
                         .restarts = status.value("restartCount", 0)};
        if (run.restarts > 0) run.ended = EndOf(run, status);
        runs[pod["metadata"].value("uid", "") + "/" + run.name] = std::move(run);
      }
    }
  }
  return runs;
}

}  // namespace e2e
