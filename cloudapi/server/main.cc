// zonedisk-cloud: the server.
#include <spdlog/spdlog.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

#include "cloudapi/base/crash_points.h"
#include "cloudapi/server/prepare.h"
#include "cloudapi/server/server.h"
#include "common/base/host_port.h"
#include "common/base/log.h"
#include "common/base/signals.h"

namespace {

struct Flags {
  std::string listen = "127.0.0.1:20140";
  cloudapi::ServerOptions server;
  std::string lab_token_file;
  std::optional<std::uint64_t> seed;
  std::string crash_at;
  bool list_crash_points = false;
  std::string log_level = "warn";
  std::string log_format = "text";
  bool prepare = false;
  std::string owner;
  bool release_pool = false;
};

std::filesystem::path DefaultDataDir() {
  if (::geteuid() == 0) return "/var/lib/zonedisk";
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
    return std::filesystem::path(state) / "zonedisk";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".local/state/zonedisk";
}

void Describe(CLI::App& app, Flags& flags) {
  auto& server = flags.server;
  app.option_defaults()->always_capture_default();
  app.set_version_flag("--version", ZONEDISK_VERSION);
  app.add_option("--listen", flags.listen, "HOST:PORT; port 0 takes a free one");
  app.add_option("--data-dir", server.data_dir, "Folder of the database and the images");
  app.add_option("--region", server.region, "Region of calls without RegionId");
  const auto choice = [&app](const char* name, std::string& value, const char* help,
                             std::vector<std::string> words) {
    app.add_option(name, value, help)->check(CLI::IsMember(std::move(words)));
  };
  choice("--delays", server.delays, "How long transitions take", {"fast", "real", "none"});
  choice("--durability", server.durability, "What an acknowledged write survives",
         {"full", "normal", "off"});
  choice("--signatures", server.signatures, "Which signatures are checked",
         {"present", "off", "strict"});
  app.add_option("--keys", server.keys_file, "JSON file with further access keys");
  choice("--blocks", server.blocks, "Disks with bytes, or without", {"real", "none"});
  choice("--pool", server.pool, "XFS image for shared extents where needed", {"auto", "off"});
  choice("--snapshot-never-attached", server.snapshot_never_attached,
         "Snapshots of disks that were never attached", {"refuse", "allow"});
  app.add_option("--lab-token", flags.lab_token_file,
                 "File whose first line /_zonedisk/ asks for; required beyond loopback");
  app.add_option("--seed", flags.seed, "Seed of request ids, so that runs are alike");
  app.add_option("--crash-at", flags.crash_at,
                 "Crash point to die at, NAME[:N][@ACTION[/ID]] (tests)");
  app.add_flag("--list-crash-points", flags.list_crash_points, "Print the crash points and exit");
  choice("--log-level", flags.log_level, "Least level that is logged; info has a line a request",
         {"debug", "info", "warn", "error", "off"});
  choice("--log-format", flags.log_format, "Of the log on stderr", {"text", "json"});
}

void DescribeChores(CLI::App& app, Flags& flags) {
  auto* prepare = app.add_flag(
      "--prepare", flags.prepare,
      "As root: make the data folder, mount the XFS image where --pool needs one, and exit, so "
      "that the cloud itself runs without root");
  app.add_option("--owner", flags.owner, "UID:GID that the prepared folder is given to")
      ->needs(prepare);
  app.add_flag("--release-pool", flags.release_pool,
               "As root: unmount the XFS image of the data folder, at the end of it all, and exit")
      ->excludes(prepare);
}

int Complain(const std::string& what, int status) {
  std::cerr << "zonedisk-cloud: " << what << '\n';
  return status;
}

// What flags say that CLI11 cannot check; empty when all is well.
std::string Finish(Flags& flags) {
  const auto listen = base::ParseHostPort(flags.listen);
  if (!listen) return "--listen takes HOST:PORT";
  flags.server.host = listen->host;
  flags.server.port = listen->port;
  if (!flags.lab_token_file.empty()) {
    std::ifstream file(flags.lab_token_file);
    if (!std::getline(file, flags.server.lab_token) || flags.server.lab_token.empty())
      return "cannot read a token from " + flags.lab_token_file;
  } else if (!base::IsLoopback(flags.server.host)) {
    return "listening beyond loopback requires --lab-token";
  }
  if (!flags.crash_at.empty() && !base::ArmCrashPoint(cloudapi::kCloudCrashPoints, flags.crash_at))
    return "no such crash point: " + flags.crash_at;
  return {};
}

// --prepare and --release-pool: what is done instead of serving.
int DoChore(const Flags& flags) {
  std::optional<cloudapi::Owner> owner;
  if (!flags.owner.empty()) {
    owner = cloudapi::ParseOwner(flags.owner);
    if (!owner) return Complain("--owner takes UID:GID, two numbers", 2);
  }
  const auto& server = flags.server;
  cloudapi::Result<std::vector<std::string>> done;
  if (flags.prepare) {
    done = cloudapi::Prepare({.blocks = {.data_dir = server.data_dir,
                                         .none = server.blocks == "none",
                                         .pool = cloudapi::PoolModeOf(server.pool)},
                              .owner = owner});
  } else if (const auto line = cloudapi::ReleasePool(server.data_dir)) {
    done->push_back(*line);
  } else {
    done = cloudapi::Fail(line.error());
  }
  if (!done) return Complain(done.error().message, 1);
  for (const std::string& line : *done) std::cout << line << '\n';
  return 0;
}

// A connection is a descriptor; the usual soft limit is 1024.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

int main(int argc, char** argv) {
  Flags flags;
  flags.server.data_dir = DefaultDataDir();
  CLI::App app("A stand-in for the ECS disk service: OpenAPI 2014-05-26 over HTTP");
  Describe(app, flags);
  DescribeChores(app, flags);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  if (flags.list_crash_points) {
    for (const auto point : cloudapi::kCloudCrashPoints) std::cout << point << '\n';
    return 0;
  }
  if (flags.prepare || flags.release_pool) return DoChore(flags);
  if (const auto problem = Finish(flags); !problem.empty()) return Complain(problem, 2);
  const base::StopSignals signals;
  RaiseDescriptorLimit();
  base::StartLog({.name = "zonedisk-cloud", .level = flags.log_level, .format = flags.log_format});
  cloudapi::SystemEnv env(flags.seed);
  const auto server = cloudapi::Server::Start(flags.server, env);
  if (!server) return Complain(server.error().message, 1);
  std::cout << "zonedisk-cloud listening on http://" << (*server)->Address() << std::endl;
  signals.Wait();
  (*server)->Stop();
  return 0;
}
