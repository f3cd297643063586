// zonedisk-agent: the hypervisor of one node.
#include <spdlog/spdlog.h>

#include <filesystem>
#include <iostream>
#include <string>
#include <thread>

#include "cloudapi/agent/agent.h"
#include "cloudapi/agent/flags.h"
#include "cloudapi/agent/metadata_address.h"
#include "cloudapi/agent/node_object.h"
#include "cloudapi/agent/node_server.h"
#include "cloudapi/base/system_env.h"
#include "common/base/files.h"
#include "common/base/log.h"
#include "common/base/signals.h"
#include "common/base/small_http_server.h"
#include "common/base/text.h"
#include "common/kube/http_api.h"

namespace {

using base::SmallHttpServer;
using base::StopSignals;
using cloudapi::Agent;
using cloudapi::AgentFlags;
using cloudapi::Fail;
using cloudapi::Metadata;
using cloudapi::Result;

tl::unexpected<cloudapi::ApiError> Unusable(std::string why) {
  return cloudapi::Refuse(500, "InternalError", "agent.start", std::move(why));
}

std::optional<cloudapi::InstanceRole> Role(const AgentFlags& flags) {
  if (flags.ram_role.empty()) return std::nullopt;
  return cloudapi::InstanceRole{.name = flags.ram_role,
                                .access_key_id = flags.access_key_id,
                                .access_key_secret = flags.access_key_secret};
}

std::jthread StopAtSignal(const StopSignals& signals, Agent& agent) {
  return std::jthread([&signals, &agent](const std::stop_token& stop) {
    constexpr std::chrono::milliseconds kSlice{100};
    while (!stop.stop_requested()) {
      if (signals.WaitFor(kSlice)) return agent.Stop();
    }
  });
}

// Waits until the node's object names a zone. nullopt: a signal came meanwhile.
std::optional<cloudapi::NodeObject> AwaitNode(kube::Api& api, const std::string& node,
                                              const StopSignals& signals,
                                              cloudapi::Health& health) {
  constexpr std::chrono::milliseconds kShortestPause{250};
  constexpr std::chrono::milliseconds kLongestPause{10'000};
  std::string logged;
  for (auto pause = kShortestPause;; pause = std::min(pause * 2, kLongestPause)) {
    const auto object = cloudapi::ReadNodeObject(api, node);
    if (object) return *object;
    const std::string& why = object.error().message;
    if (why != logged) spdlog::warn("waiting for the zone of this node: {}", why);
    logged = why;
    health.SetStatus(why);
    health.Heartbeat(false);
    if (signals.WaitFor(pause)) return std::nullopt;
  }
}

// Another one after each boot; the same for all containers of a machine.
std::string Machine() {
  return std::string(base::Trim(base::ReadFile("/proc/sys/kernel/random/boot_id").value_or("")));
}

// Everything that lives as long as the program serves.
struct Program {
  AgentFlags flags;
  const StopSignals& signals;
  cloudapi::SystemEnv env;
  cloudapi::Health health{env, flags.instance_id};
  std::unique_ptr<SmallHttpServer> health_server;
  std::unique_ptr<kube::Api> kubernetes;  // outside a pod none
  cloudapi::NodeObject node;
  std::string warned;  // the refusal of the last event

  Program(AgentFlags given, const StopSignals& blocked)
      : flags(std::move(given)), signals(blocked) {}
  int Run();
  Result<void> Prepare();
  Result<std::unique_ptr<SmallHttpServer>> ServeMetadata(Metadata& metadata) const;
  int Serve();
  void Registered(const cloudapi::Registered& registered);
  void Warn(const std::string& refusal);
};

// What can go wrong at once. Errors: what it was.
Result<void> Program::Prepare() {
  std::error_code error;
  std::filesystem::create_directories(flags.by_id_dir, error);
  if (error) return Unusable("cannot make " + flags.by_id_dir + ": " + error.message());
  if (!flags.health_listen.empty()) {
    auto started = cloudapi::ServeHealth(flags.health_listen, health);
    if (!started) return Fail(started.error());
    health_server = std::move(*started);
  }
  if (flags.kubernetes_node.empty()) return {};
  const auto server = kube::InCluster();
  if (server) {
    auto api = kube::MakeHttpApi(*server);
    if (!api) return Unusable("the API server of this cluster: " + api.error().message);
    kubernetes = std::move(*api);
  } else if (flags.zone.empty()) {
    return Unusable(
        "--kubernetes-node without --zone works in a pod only: there is no service account here");
  }
  return {};
}

// nullptr when none is asked for.
Result<std::unique_ptr<SmallHttpServer>> Program::ServeMetadata(Metadata& metadata) const {
  if (flags.metadata_listen.empty()) return nullptr;
  const auto listen = base::ParseHostPort(flags.metadata_listen);
  if (listen && listen->host == cloudapi::kMetadataAddress) {
    const auto added = cloudapi::ClaimMetadataAddress(listen->host, flags.metadata_take_over);
    if (!added) return Fail(added.error());
    if (*added) spdlog::info("added {} to lo", listen->host);
  }
  auto started = cloudapi::ServeMetadata(flags.metadata_listen, metadata);
  if (started) spdlog::info("metadata service on {}", base::FormatHostPort((*started)->Address()));
  return started;
}

void Program::Registered(const cloudapi::Registered& registered) {
  health.Registered(registered.refusal);
  if (!node.region.empty() && node.region != registered.region) {
    spdlog::warn("the node's label says region {}, but zone {} is in {}", node.region, flags.zone,
                 registered.region);
  }
  Warn(registered.refusal);
}

// Reports a refusal as an event of the node, once while it stays the same; empty: there is none.
void Program::Warn(const std::string& refusal) {
  if (refusal == warned) return;
  warned = refusal;
  if (warned.empty() || !kubernetes) return;
  const auto told =
      cloudapi::WarnOnNode(*kubernetes, flags.kubernetes_node, node.uid, "NoDisksOnNode",
                           "No disk can be attached to this node: " + warned);
  if (!told) spdlog::warn("no event on the node: {}", told.error().message);
}

int Program::Serve() {
  Metadata metadata(env,
                    {.instance_id = flags.instance_id,
                     .name = flags.kubernetes_node,
                     .zone = flags.zone,
                     .instance_type = flags.instance_type,
                     .role = Role(flags)},
                    flags.metadata_tokens_required);
  auto metadata_server = ServeMetadata(metadata);
  if (!metadata_server) return base::UsageError("zonedisk-agent", metadata_server.error().message);
  const auto cloud = cloudapi::HttpCloudClient(
      {.url = flags.cloud, .instance_id = flags.instance_id, .lab_token = flags.lab_token});
  const auto loops = cloudapi::LinuxLoopDevices("/dev");
  const auto usable = loops->CheckUsable();
  if (!usable) spdlog::warn("no devices here: {}", usable.error().message);
  const auto file_systems = cloudapi::LinuxFileSystems("/dev");
  // Before anything else: an agent that was killed may have left some frozen.
  cloudapi::Freezer freezer(env, *file_systems, flags.by_id_dir);
  bool announced = false;
  Agent agent({.instance_id = flags.instance_id,
               .zone = flags.zone,
               .instance_type = flags.instance_type,
               .access_key_id = flags.access_key_id,
               .name = flags.kubernetes_node,
               .machine = Machine(),
               .by_id_dir = flags.by_id_dir,
               .blocks_dir = flags.blocks_dir,
               .withdraw_on_stop = flags.withdraw_on_stop},
              *cloud, *loops, freezer,
              {.on_status =
                   [this](std::string_view line) {
                     spdlog::info("{}", line);
                     health.SetStatus(std::string(line));
                   },
               .on_registered =
                   [&](const cloudapi::Registered& registered) {
                     metadata.SetPlace(registered.region, registered.account);
                     Registered(registered);
                     if (announced) return;
                     announced = true;
                     std::cout << "zonedisk-agent " << flags.instance_id << " ready" << std::endl;
                   },
               .on_refused =
                   [this](const std::string& why) {
                     if (why != warned) spdlog::error("{}", why);
                     Warn(why);
                   },
               .on_disks = [&](const auto& disks) { metadata.SetDisks(disks); },
               .on_poll = [this](bool in_touch) { health.Heartbeat(in_touch); }});
  const std::jthread stopper = StopAtSignal(signals, agent);
  const auto ended = agent.Run();
  if (!ended) {
    spdlog::error("{}", ended.error().message);
    return 1;
  }
  // A node that still holds disks goes on being asked who it is.
  if (*metadata_server && !agent.HoldsDevices()) {
    const auto host = (*metadata_server)->Address().host;
    metadata_server->reset();
    const auto removed = cloudapi::ReleaseMetadataAddress(host);
    if (!removed) spdlog::warn("{}", removed.error().message);
  }
  return 0;
}

int Program::Run() {
  const auto prepared = Prepare();
  if (!prepared) return base::UsageError("zonedisk-agent", prepared.error().message);
  if (kubernetes) {
    const auto found = AwaitNode(*kubernetes, flags.kubernetes_node, signals, health);
    if (!found) return 0;
    node = *found;
    if (flags.zone.empty()) flags.zone = node.zone;
    if (flags.instance_type.empty()) flags.instance_type = node.instance_type;
  }
  if (flags.instance_type.empty()) flags.instance_type = cloudapi::kDefaultInstanceType;
  return Serve();
}

}  // namespace

int main(int argc, char** argv) {
  const auto parsed = cloudapi::ParseAgentFlags(argc, argv);
  if (const auto* status = std::get_if<int>(&parsed)) return *status;
  const auto& flags = std::get<AgentFlags>(parsed);
  const StopSignals signals;
  base::LogOptions log = flags.log;
  log.members = {{"instance", flags.instance_id}};
  base::StartLog(log);
  return Program(flags, signals).Run();
}
