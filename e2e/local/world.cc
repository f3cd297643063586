#include "e2e/local/world.h"

#include <fmt/format.h>

#include <algorithm>

namespace e2e {
namespace {

constexpr std::chrono::seconds kReadyLimit{20};
constexpr std::string_view kListening = "listening on http://";
constexpr std::size_t kLogTail = 4000;

void Append(Arguments& argv, const Arguments& more) {
  argv.insert(argv.end(), more.begin(), more.end());
}

}  // namespace

std::filesystem::path Program(std::string_view name) {
  return std::filesystem::path(ZONEDISK_BIN) / name;
}

World::World(WorldOptions options) : options_(std::move(options)) {
  if (options_.data.empty()) options_.data = options_.folder / "data";
  std::filesystem::create_directories(options_.folder);
}

World::~World() {
  for (const auto& [name, process] : processes_) process->Kill();
}

std::string World::StartCloud(const Arguments& more) {
  Arguments argv{Program("zonedisk-cloud"), "--listen", options_.listen, "--data-dir",
                 options_.data};
  Append(argv, options_.cloud);
  Append(argv, more);
  if (auto failure = Start("cloud", std::move(argv), kListening); !failure.empty()) return failure;
  const auto line = processes_["cloud"]->WaitForLine(kListening, kReadyLimit).value_or("");
  auto address = line.substr(line.find(kListening) + kListening.size());
  address = address.substr(0, address.find_first_of(" \t"));
  options_.listen = address;
  api_.emplace("http://" + address);
  return {};
}

std::string World::StartAgent(const NodePlace& place, const Arguments& more) {
  const auto by_id = ByIdFolder(place.instance);
  std::filesystem::create_directories(by_id);
  Arguments argv{Program("zonedisk-agent"), "--cloud",     api_->Endpoint(),
                 "--instance-id",           place.instance, "--zone",
                 place.zone,                "--by-id-dir",  by_id,
                 "--metadata-listen",       "127.0.0.1:0"};
  Append(argv, more);
  return Start("agent-" + place.instance, std::move(argv), place.instance + " ready");
}

std::string World::StartNode(const NodePlace& place, const Arguments& more) {
  const auto name = "node-" + place.instance;
  auto argv = DriverArguments("node", name);
  Append(argv, {"--node-id", place.instance, "--zone", place.zone, "--by-id-dir",
                ByIdFolder(place.instance)});
  Append(argv, more);
  return StartDriver(name, std::move(argv), "node");
}

std::string World::StartController(const std::string& home, const Arguments& more) {
  auto argv = DriverArguments("controller", "controller");
  Append(argv, {"--zone", home});
  Append(argv, more);
  return StartDriver("controller", std::move(argv), "controller");
}

Process* World::Running(const std::string& name) {
  const auto found = processes_.find(name);
  return found == processes_.end() ? nullptr : found->second.get();
}

void World::Kill(const std::string& name) {
  if (auto* process = Running(name)) process->Kill();
}

bool World::StopAll() {
  // The drivers first: they wait for the cloud. Then the agents, which it waits for.
  const auto rank = [](const std::string& name) {
    return name == "cloud" ? 2 : name.rfind("agent-", 0) == 0 ? 1 : 0;
  };
  bool orderly = true;
  for (int turn = 0; turn <= 2; ++turn) {
    for (const auto& [name, process] : processes_) {
      if (rank(name) == turn && process->Running()) orderly = process->Stop() == 0 && orderly;
    }
  }
  return orderly;
}

std::filesystem::path World::ByIdFolder(const std::string& instance) const {
  return options_.folder / "by-id" / instance;
}

MountPaths World::Paths(const std::string& instance, const std::string& volume) const {
  const auto base = options_.folder / "kubelet" / instance / volume;
  return {.staging = base / "globalmount", .target = base / "pod" / "mount"};
}

std::vector<std::string> World::Images() const {
  std::vector<std::string> names;
  const auto blocks = api_->Get("/_zonedisk/info").Text("BlocksDir");
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(blocks, error)) {
    const auto name = entry.path().filename().string();
    if (name.rfind("d-", 0) == 0 || name.rfind("s-", 0) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string World::Logs() const {
  std::string text;
  for (const auto& [name, process] : processes_) {
    auto log = ReadFile(options_.folder / (name + ".log"));
    if (log.size() > kLogTail) log.erase(0, log.size() - kLogTail);
    text += fmt::format("--- {}\n{}\n", name, log);
  }
  return text;
}

std::string World::Start(const std::string& name, Arguments argv, std::string_view ready) {
  processes_.erase(name);
  auto& process = processes_[name];
  process = std::make_unique<Process>(std::move(argv), options_.folder / (name + ".log"));
  if (process->WaitForLine(ready, kReadyLimit)) return {};
  return fmt::format("{} did not start:\n{}", name, process->Output());
}

Arguments World::DriverArguments(const std::string& mode, const std::string& name) const {
  return {Program("zonedisk-csi"),
          "--endpoint",
          "unix://" + Socket(name).string(),
          "--mode",
          mode,
          "--cloud-endpoint",
          api_->Endpoint(),
          "--region",
          "cn-hangzhou"};
}

std::string World::StartDriver(const std::string& name, Arguments argv, const std::string& mode) {
  auto failure = Start(name, std::move(argv), "zonedisk-csi " + mode + " listening");
  if (failure.empty()) clients_[name] = std::make_unique<CsiClient>(Socket(name));
  return failure;
}

std::filesystem::path World::Socket(const std::string& name) const {
  return options_.folder / (name + ".sock");
}

}  // namespace e2e
