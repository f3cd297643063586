// zonedisk-up: starts the whole of zonedisk on this machine, shows the demo and keeps it running.
// tools/up builds and starts it.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>

#include "common/base/command_line.h"
#include "e2e/demo/demo.h"

namespace e2e {
namespace {

struct Options {
  std::string listen = "127.0.0.1:20140";
  std::filesystem::path data;
  bool once = false;
  bool devices = true;
};

std::filesystem::path DefaultData() {
  if (geteuid() == 0) return "/var/lib/zonedisk";
  if (const char* state = std::getenv("XDG_STATE_HOME"))
    return std::filesystem::path(state) / "zonedisk";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".local/state/zonedisk";
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

bool StopAsked() {
  static bool asked = false;
  const auto signals = StopSignals();
  const timespec at_once{};
  if (sigtimedwait(&signals, nullptr, &at_once) > 0) asked = true;
  return asked;
}

bool PortIsFree(const std::string& listen) {
  const auto colon = listen.rfind(':');
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::atoi(listen.c_str() + colon + 1)));
  if (inet_pton(AF_INET, listen.substr(0, colon).c_str(), &address.sin_addr) != 1) return true;
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int reuse = 1;
  setsockopt(probe, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
  const bool free = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(probe);
  return free;
}

Result<void> CheckMachine(const Options& options) {
  if (!PortIsFree(options.listen)) {
    return Fail(fmt::format(
        "{} is taken: is zonedisk running already? Stop it, or choose another with --listen.",
        options.listen));
  }
  const auto longest = (options.data / "up" / "node-i-bp1upb00000000000001.sock").string();
  if (longest.size() >= sizeof sockaddr_un{}.sun_path) {
    return Fail(
        fmt::format("{} is too long a path for the sockets in it: choose another with --data-dir.",
                    options.data.string()));
  }
  return {};
}

void PrintLinesToTry(const World& world, const Demo& demo) {
  const auto& endpoint = world.Cloud().Endpoint();
  const auto cli = fmt::format("{} --endpoint {}", Program("zonedisk").string(), endpoint);
  fmt::print("\nRunning. Lines to try:\n");
  fmt::print("  curl '{}/?Action=DescribeDisks&RegionId=cn-hangzhou&Format=JSON'\n", endpoint);
  fmt::print("  curl {}/_zonedisk/metrics\n", endpoint);
  fmt::print("  {} disks\n", cli);
  fmt::print("  {} snapshots\n", cli);
  fmt::print("  {} api DescribeZones RegionId=cn-hangzhou\n", cli);
  fmt::print("  {} api DeleteDisk DiskId={}   (refused: it is attached)\n", cli, demo.Disk());
  fmt::print("Logs and sockets: {}\nCtrl-C stops everything.\n", world.Folder().string());
  std::fflush(stdout);
}

Result<void> StartCloudAndController(World& world) {
  if (auto started = world.StartCloud(); !started) return started;
  return world.StartController("cn-hangzhou-b");
}

int Run(const Options& options) {
  if (const auto usable = CheckMachine(options); !usable) {
    fmt::print(stderr, "up: {}\n", usable.error());
    return 1;
  }
  const auto folder = options.data / "up";
  std::filesystem::create_directories(folder);
  // What a run that was killed left mounted.
  ReleaseDevicesUnder(std::filesystem::canonical(options.data));
  World world({.folder = folder, .data = options.data, .listen = options.listen});
  if (const auto started = StartCloudAndController(world); !started) {
    fmt::print(stderr, "up: {}\n", started.error());
    return 1;
  }
  fmt::print("zonedisk-cloud at {}, data in {}\n", world.Cloud().Endpoint(), options.data.string());
  if (!options.devices) {
    fmt::print(
        "Without devices (they need root): no bytes are written, everything else is checked.\n");
  }
  Demo demo(world, {.devices = options.devices, .interrupted = StopAsked});
  bool well = demo.Run();
  if (well && !options.once) {
    PrintLinesToTry(world, demo);
    const auto signals = StopSignals();
    int signal = 0;
    sigwait(&signals, &signal);
  }
  fmt::print("\nStopping.\n");
  well = demo.CleanUp() && well;
  well = world.StopAll() && well;
  ReleaseDevicesUnder(std::filesystem::canonical(options.data));
  fmt::print("{}\n", well ? "Stopped." : "Stopped, but something failed.");
  return well ? 0 : 1;
}

}  // namespace
}  // namespace e2e

int main(int argc, char** argv) {
  CLI::App app(
      "Starts a cloud, two nodes and the driver on this machine, shows a demo with them and keeps "
      "them running until Ctrl-C.");
  e2e::Options options;
  options.data = e2e::DefaultData();
  options.devices = geteuid() == 0;
  base::SetUpCommandLine(app, ZONEDISK_VERSION);
  app.add_option("--listen", options.listen, "Where the cloud listens");
  app.add_option("--data-dir", options.data, "Everything is kept here");
  app.add_flag("--once", options.once, "Stop after the demo; exit status 0 when every step passed");
  app.add_flag("--with-devices,!--without-devices", options.devices,
               "Loop devices and mounts (needs root, its default) or virtual instances");
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  const auto signals = e2e::StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return e2e::Run(options);
}
