// zonedisk-agent: the hypervisor of one node.
#include <pthread.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <thread>

#include "cloudapi/agent/agent.h"
#include "cloudapi/agent/metadata_server.h"
#include "cloudapi/core/crash.h"
#include "cloudapi/log.h"
#include "cloudapi/system_env.h"

namespace {

using cloudapi::Agent;

struct Flags {
  std::string cloud = "http://127.0.0.1:20140";
  std::string instance_id;
  std::string zone;
  std::string instance_type = "ecs.g7.xlarge";
  std::string by_id_dir = "/dev/disk/by-id";
  std::string blocks_dir;
  std::string metadata_listen;
  bool metadata_tokens_required = false;
  std::string access_key_id;
  std::string lab_token;
  std::string crash_at;
  std::string log_format = "text";
  bool withdraw_on_stop = false;
  bool list_crash_points = false;
};

void Describe(CLI::App& app, Flags& flags) {
  app.option_defaults()->always_capture_default();
  app.add_option("--cloud", flags.cloud, "URL of zonedisk-cloud");
  app.add_option("--instance-id", flags.instance_id, "Instance that this node is: i-…");
  app.add_option("--zone", flags.zone, "Zone of the node");
  app.add_option("--instance-type", flags.instance_type, "Decides how many disks attach");
  app.add_option("--by-id-dir", flags.by_id_dir,
                 "Folder of this node's links virtio-<serial>, made when missing; never shared by "
                 "two nodes");
  app.add_option("--blocks-dir", flags.blocks_dir,
                 "Where the cloud's images are on this machine; default: where the cloud says");
  app.add_option("--metadata-listen", flags.metadata_listen,
                 "HOST:PORT of the instance metadata service; empty: none");
  app.add_flag("--metadata-tokens-required", flags.metadata_tokens_required,
               "Metadata is refused without a token");
  app.add_option("--access-key-id", flags.access_key_id,
                 "Whose instance it is; empty: the default account");
  app.add_option("--lab-token", flags.lab_token, "File with the cloud's lab token");
  app.add_option("--log-format", flags.log_format, "text or json, on stderr")
      ->check(CLI::IsMember({"text", "json"}));
  app.add_flag("--withdraw-on-stop", flags.withdraw_on_stop,
               "Release all devices at the end. Without it a clean stop leaves them in place, as a "
               "restart of a hypervisor must not pull the disks of its machines; the next start "
               "finds them again");
  app.add_option("--crash-at", flags.crash_at, "Crash point to die at, NAME or NAME:N (tests)");
  app.add_flag("--list-crash-points", flags.list_crash_points, "Print the crash points and exit");
}

int Complain(const std::string& what) {
  std::cerr << "zonedisk-agent: " << what << '\n';
  return 2;
}

// Stops the agent at SIGTERM or SIGINT, which are blocked in every thread.
std::jthread StopAtSignal(const sigset_t& signals, Agent& agent) {
  return std::jthread([&signals, &agent](const std::stop_token& stop) {
    constexpr timespec kSlice{.tv_sec = 0, .tv_nsec = 100'000'000};
    while (!stop.stop_requested()) {
      if (::sigtimedwait(&signals, nullptr, &kSlice) > 0) return agent.Stop();
    }
  });
}

int Serve(const Flags& flags, const std::string& lab_token, const sigset_t& signals) {
  cloudapi::SystemEnv env;
  cloudapi::Metadata metadata(
      env,
      {.instance_id = flags.instance_id, .zone = flags.zone, .instance_type = flags.instance_type},
      flags.metadata_tokens_required);
  std::unique_ptr<cloudapi::MetadataServer> metadata_server;
  if (!flags.metadata_listen.empty()) {
    auto started = cloudapi::MetadataServer::Start(flags.metadata_listen, metadata);
    if (!started) return Complain(started.error().message);
    metadata_server = std::move(*started);
    spdlog::info("metadata service on {}", metadata_server->Address());
  }
  const auto cloud = cloudapi::HttpCloudClient(
      {.url = flags.cloud, .instance_id = flags.instance_id, .lab_token = lab_token});
  const auto loops = cloudapi::LinuxLoopDevices("/dev");
  if (const auto why = loops->Unavailable(); !why.empty()) spdlog::warn("no devices here: {}", why);
  bool announced = false;
  Agent agent({.instance_id = flags.instance_id,
               .zone = flags.zone,
               .instance_type = flags.instance_type,
               .access_key_id = flags.access_key_id,
               .by_id_dir = flags.by_id_dir,
               .blocks_dir = flags.blocks_dir,
               .withdraw_on_stop = flags.withdraw_on_stop},
              *cloud, *loops,
              {.say = [](std::string_view line) { spdlog::info("{}", line); },
               .ready =
                   [&](const cloudapi::Registered& registered) {
                     metadata.SetPlace(registered.region, registered.account);
                     if (announced) return;
                     announced = true;
                     std::cout << "zonedisk-agent " << flags.instance_id << " ready" << std::endl;
                   }});
  const std::jthread stopper = StopAtSignal(signals, agent);
  const auto ended = agent.Run();
  if (ended) return 0;
  spdlog::error("{}", ended.error().message);
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  CLI::App app("The hypervisor of one node: presents the disks that the cloud attaches to it");
  Describe(app, flags);
  CLI11_PARSE(app, argc, argv);
  if (flags.list_crash_points) {
    for (const auto point : cloudapi::kAgentCrashPoints) std::cout << point << '\n';
    return 0;
  }
  if (flags.instance_id.empty() || flags.zone.empty()) {
    return Complain("--instance-id and --zone are required");
  }
  if (!flags.crash_at.empty() &&
      !cloudapi::ArmCrashPoint(cloudapi::kAgentCrashPoints, flags.crash_at)) {
    return Complain("no such crash point: " + flags.crash_at);
  }
  std::string lab_token;
  if (!flags.lab_token.empty()) {
    std::ifstream file(flags.lab_token);
    if (!std::getline(file, lab_token)) return Complain("cannot read " + flags.lab_token);
  }
  std::error_code error;
  std::filesystem::create_directories(flags.by_id_dir, error);
  if (error) return Complain("cannot make " + flags.by_id_dir + ": " + error.message());
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  cloudapi::SetUpLog({.name = "zonedisk-agent",
                      .format = flags.log_format,
                      .members = R"("instance":")" + flags.instance_id + R"(",)"});
  return Serve(flags, lab_token, signals);
}
