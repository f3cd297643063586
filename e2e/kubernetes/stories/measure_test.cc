// How long a Pod with a new volume takes, phase by phase, beside one with an emptyDir, and what the
// programs use. No story: it shows, asserts no time, and runs when it is asked for
// (--gtest_filter='Measure.*'), best in a cluster that is otherwise idle.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/manifests.h"
#include "e2e/kubernetes/harness/story.h"

namespace e2e {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kRounds = 11;
constexpr std::chrono::milliseconds kPause{25};
constexpr std::chrono::seconds kLimit{90};
// Calls of the driver on the way to a running Pod, in their order.
constexpr std::array kCalls = {"CreateVolume", "ControllerPublishVolume", "NodeStageVolume",
                               "NodePublishVolume"};

struct Numbers {
  std::vector<double> all;
  double Median() {
    if (all.empty()) return 0;
    std::ranges::sort(all);
    return all[all.size() / 2];
  }
  double Most() const { return all.empty() ? 0 : *std::ranges::max_element(all); }
};

double Since(Clock::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

class Measure : public Story {
 protected:
  // Milliseconds until each of the conditions held for the first time, in their order.
  std::vector<double> Times(Clock::time_point start,
                            const std::vector<std::function<bool()>>& conditions) const {
    std::vector<double> times;
    for (const auto& condition : conditions) {
      while (!condition() && Since(start) < 1000.0 * static_cast<double>(kLimit.count())) {
        std::this_thread::sleep_for(kPause);
      }
      times.push_back(Since(start));
    }
    return times;
  }

  std::function<bool()> Says(std::string object, std::string pointer, std::string value) const {
    return [=, this] { return Field(object, pointer) == value; };
  }

  // Milliseconds of each call about the volume, from the logs of the driver's Pods: lines
  // "… CreateVolume NAME OK 12.3 ms".
  std::map<std::string, double> CallTimes(const std::string& volume,
                                          const std::string& handle) const {
    std::map<std::string, double> times;
    for (const auto& row : TheCluster().List("pod", "zonedisk")) {
      const auto pod = row["metadata"].value("name", "");
      if (!pod.starts_with("zonedisk-csi-")) continue;
      std::istringstream log(TheCluster().PodLog(pod, "zonedisk", "driver"));
      for (std::string line; std::getline(log, line);) {
        for (const auto* call : kCalls) {
          for (const auto& subject : {volume, handle}) {
            const auto what = fmt::format(" {} {} OK ", call, subject);
            const auto at = line.find(what);
            if (at != std::string::npos) times[call] += std::stod(line.substr(at + what.size()));
          }
        }
      }
    }
    return times;
  }
};

TEST_F(Measure, PodWithNewVolumeBesideEmptyDir) {
  std::map<std::string, Numbers> shown;
  for (int round = 0; round < kRounds; ++round) {
    const auto name = fmt::format("p-{}", round);
    const auto plain = fmt::format("e-{}", round);
    auto start = Clock::now();
    ASSERT_TRUE(Apply(ClaimYaml({.name = name, .storage_class = kDelayedClass}) + "---\n" +
                      PodYaml({.name = name,
                               .mounts = {{.claim = name, .path = "/data"}},
                               .zone = "cn-hangzhou-b"})));
    const auto applied = Since(start);
    const auto times =
        Times(start, {Says("persistentvolumeclaim/" + name, "/status/phase", "Bound"),
                      Says("pod/" + name, "/status/phase", "Running")});
    const auto volume = VolumeOf(name);
    const auto calls = CallTimes(volume, DiskOf(name).id);
    double inside = 0;
    for (const auto* call : kCalls) {
      ASSERT_TRUE(calls.contains(call)) << call << " is not in the driver's log";
      shown[call].all.push_back(calls.at(call));
      inside += calls.at(call);
    }
    shown["1 kubectl apply answered"].all.push_back(applied);
    shown["2 claim Bound"].all.push_back(times[0]);
    shown["3 Pod Running"].all.push_back(times[1]);
    shown["inside the driver's calls"].all.push_back(inside);

    start = Clock::now();
    ASSERT_TRUE(Apply(PodYaml({.name = plain,
                               .zone = "cn-hangzhou-b",
                               .more = "volumes:\n- name: scratch\n  emptyDir: {}"})));
    shown["4 Pod with emptyDir Running"].all.push_back(
        Times(start, {Says("pod/" + plain, "/status/phase", "Running")})[0]);
    ASSERT_TRUE(Remove("pod/" + name));
    ASSERT_TRUE(Remove("pod/" + plain));
    ASSERT_TRUE(Remove("persistentvolumeclaim/" + name));
  }
  fmt::print("| ms, {} Pods | median | most |\n|---|---|---|\n", kRounds);
  for (auto& [what, numbers] : shown) {
    fmt::print("| {} | {:.0f} | {:.0f} |\n", what, numbers.Median(), numbers.Most());
  }
}

struct Use {
  int processes = 0;
  double anonymous_mib = 0;  // of the largest
  double cpu_seconds = 0;    // of all together
};

TEST_F(Measure, MemoryAndCpuOfThePrograms) {
  std::map<std::string, Use> uses;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  std::error_code gone;
  for (const auto& entry : fs::directory_iterator("/proc", gone)) {
    std::ifstream arguments(entry.path() / "cmdline");
    std::string program;
    std::string mode;
    std::getline(arguments, program, '\0');
    std::getline(arguments, mode, '\0');
    program = fs::path(program).filename();
    if (!program.starts_with("zonedisk-")) continue;
    auto& use = uses[program == "zonedisk-csi" ? program + " " + mode : program];
    ++use.processes;
    std::ifstream status(entry.path() / "status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("RssAnon:")) continue;
      use.anonymous_mib = std::max(use.anonymous_mib, std::stod(line.substr(8)) / 1024);
    }
    std::ifstream stat(entry.path() / "stat");
    std::string text;
    std::getline(stat, text);
    std::istringstream fields(text.substr(text.rfind(')') + 2));
    std::vector<std::string> values{std::istream_iterator<std::string>(fields), {}};
    ASSERT_GT(values.size(), 13U);
    // User and system time are the fields 14 and 15 of proc(5), counted from the process id.
    use.cpu_seconds += (std::stod(values[11]) + std::stod(values[12])) / ticks;
  }
  ASSERT_FALSE(uses.empty());
  fmt::print("| program | processes | RssAnon of the largest, MiB | CPU of all since start, s |\n");
  fmt::print("|---|---|---|---|\n");
  for (const auto& [program, use] : uses) {
    fmt::print("| {} | {} | {:.1f} | {:.1f} |\n", program, use.processes, use.anonymous_mib,
               use.cpu_seconds);
  }
}

}  // namespace
}  // namespace e2e
