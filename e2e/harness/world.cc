#include "e2e/harness/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

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

Result<void> World::StartCloud(const Arguments& more) {
  Arguments argv{Program("zonedisk-cloud"), "--listen", options_.listen, "--data-dir",
                 options_.data};
  Append(argv, options_.cloud);
  auto started = Start("cloud", {std::move(argv), std::string(kListening)}, more);
  if (!started) return started;
  const auto line = processes_["cloud"]->WaitForLine(kListening, kReadyLimit).value_or("");
  const auto address = line.substr(line.find(kListening) + kListening.size());
  options_.listen = address.substr(0, address.find_first_of(" \t"));
  recipes_["cloud"].argv[2] = options_.listen;
  api_.emplace("http://" + options_.listen);
  return {};
}

Result<void> World::StartAgent(const NodePlace& place, const Arguments& more) {
  const auto by_id = ByIdFolder(place.instance);
  std::filesystem::create_directories(by_id);
  return Start(
      "agent-" + place.instance,
      {{Program("zonedisk-agent"), "--cloud", api_->Endpoint(), "--instance-id", place.instance,
        "--zone", place.zone, "--by-id-dir", by_id, "--metadata-listen", "127.0.0.1:0"},
       place.instance + " ready"},
      more);
}

Result<void> World::StartNode(const NodePlace& place, const Arguments& more) {
  return StartDriver("node-" + place.instance, "node",
                     {"--node-id", place.instance, "--zone", place.zone, "--by-id-dir",
                      ByIdFolder(place.instance)},
                     more);
}

Result<void> World::StartController(const std::string& home, const Arguments& more) {
  return StartDriver("controller", "controller", {"--zone", home}, more);
}

Process* World::Running(const std::string& name) {
  const auto found = processes_.find(name);
  return found == processes_.end() ? nullptr : found->second.get();
}

void World::Kill(const std::string& name) {
  if (auto* process = Running(name)) process->Kill();
}

Result<void> World::Revive() {
  // The cloud first: the others want it.
  if (auto* cloud = Running("cloud"); cloud != nullptr && !cloud->Running()) {
    if (auto started = Launch("cloud", {}); !started) return started;
  }
  for (const auto& [name, recipe] : recipes_) {
    if (Running(name)->Running()) continue;
    if (auto started = Launch(name, {}); !started) return started;
  }
  return {};
}

bool World::StopAll() {
  // An idle channel of ours would not notice that its driver wants to go.
  clients_.clear();
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
  const auto system = api_ ? api_->SystemDisks() : std::set<std::string>();
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(options_.data, error)) {
    const auto name = entry.path().filename().string();
    if (system.contains(name.substr(0, name.find('.')))) continue;
    if (name.rfind("d-", 0) == 0 || name.rfind("s-", 0) == 0) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string World::DatabaseBytes() const {
  return ReadFile(options_.data / "cloud.db") + ReadFile(options_.data / "cloud.db-wal");
}

std::vector<std::string> World::DiskDevices() const {
  std::vector<std::string> devices;
  for (const auto& loop : LoopsUnder(options_.data)) {
    const auto backing = ReadFile("/sys/block/" + std::filesystem::path(loop).filename().string() +
                                  "/loop/backing_file");
    if (std::filesystem::path(backing).filename().string().rfind("d-", 0) == 0) {
      devices.push_back(loop);
    }
  }
  return devices;
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

Result<void> World::Start(const std::string& name, Recipe recipe, const Arguments& more) {
  recipes_[name] = std::move(recipe);
  return Launch(name, more);
}

Result<void> World::Launch(const std::string& name, const Arguments& more) {
  const auto& recipe = recipes_[name];
  auto argv = recipe.argv;
  Append(argv, more);
  processes_.erase(name);
  auto& process = processes_[name];
  process = std::make_unique<Process>(std::move(argv), options_.folder / (name + ".log"));
  if (process->WaitForLine(recipe.ready, kReadyLimit)) return {};
  return Fail(fmt::format("{} did not start:\n{}", name, process->Output()));
}

Result<void> World::StartDriver(const std::string& name, const std::string& mode,
                                const Arguments& place, const Arguments& more) {
  Arguments argv{Program("zonedisk-csi"),
                 "--endpoint",
                 "unix://" + Socket(name).string(),
                 "--mode",
                 mode,
                 "--cloud-endpoint",
                 api_->Endpoint(),
                 "--region",
                 "cn-hangzhou"};
  Append(argv, place);
  auto started = Start(name, {std::move(argv), "zonedisk-csi " + mode + " listening"}, more);
  if (started) {
    clients_[name] = std::make_unique<CsiClient>(Socket(name), options_.call_limit);
  }
  return started;
}

std::filesystem::path World::Socket(const std::string& name) const {
  return options_.folder / (name + ".sock");
}

}  // namespace e2e
