#include "cloudapi/server/flags.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fstream>
#include <utility>
#include <vector>

#include "cloudapi/base/crash_points.h"
#include "common/base/host_port.h"

namespace cloudapi {
namespace {

// What flags hold before they are understood together.
struct Raw {
  std::string listen = "127.0.0.1:20140";
  std::string lab_token_file;
  std::string owner;
};

std::filesystem::path DefaultDataDir() {
  if (::geteuid() == 0) return "/var/lib/zonedisk";
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0')
    return std::filesystem::path(state) / "zonedisk";
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".local/state/zonedisk";
}

void DescribeServing(CLI::App& app, CloudFlags& flags, Raw& raw) {
  auto& server = flags.server;
  app.add_option("--listen", raw.listen, "HOST:PORT; port 0 takes a free one");
  app.add_option("--data-dir", server.data_dir, "Folder of the database and the images");
  app.add_option("--region", server.region, "Region of calls without RegionId");
  app.add_option("--keys", server.keys_file, "JSON file with further access keys");
  app.add_option("--catalog", server.catalogue_file,
                 "JSON file with regions, zones, categories and instance types, in the form of "
                 "cloudapi/catalogue/catalogue.json; empty: the built-in one");
  app.add_option("--lab-token", raw.lab_token_file,
                 "File whose first line /_zonedisk/ asks for; required beyond loopback");
  app.add_option("--coverage-log", server.coverage_log,
                 "File to which each parameter and refusal that calls reach is appended, once")
      ->envname("ZONEDISK_COVERAGE_LOG");
  app.add_option("--seed", flags.seed, "Seed of request ids, so that runs are alike");
}

void DescribeBehaviour(CLI::App& app, ServerOptions& server) {
  const auto choice = [&app](const char* name, std::string& value, const char* help,
                             std::vector<std::string> words) {
    app.add_option(name, value, help)->check(CLI::IsMember(std::move(words)));
  };
  choice("--delays", server.delays,
         "How long transitions take; with none a call answers when they have ended",
         {"fast", "real", "none"});
  choice("--durability", server.durability, "What an acknowledged write survives",
         {"full", "normal", "off"});
  choice("--signatures", server.signatures, "Which signatures are checked",
         {"present", "off", "strict"});
  choice("--blocks", server.blocks, "Disks with bytes, or without", {"real", "none"});
  choice("--pool", server.pool, "XFS image for shared extents where needed", {"auto", "off"});
  choice("--snapshot-never-attached", server.snapshot_never_attached,
         "Snapshots of disks that were never attached", {"refuse", "allow"});
  app.add_option("--snapshot-policies-per-disk", server.snapshot_policies_per_disk,
                 "Automatic snapshot policies of one disk; with 1 another one replaces it")
      ->check(CLI::Range(1, 10));
}

void DescribeChores(CLI::App& app, CloudFlags& flags, Raw& raw) {
  auto* prepare = app.add_flag(
      "--prepare", flags.prepare,
      "As root: make the data folder, mount the XFS image where --pool needs one, and exit, so "
      "that the cloud itself runs without root");
  app.add_option("--owner", raw.owner, "UID:GID that the prepared folder is given to")
      ->needs(prepare);
  app.add_flag("--release-pool", flags.release_pool,
               "As root: unmount the XFS image of the data folder for good, and exit")
      ->excludes(prepare);
}

// What CLI11 cannot check; empty when all is well.
std::string Finish(CloudFlags& flags, const Raw& raw) {
  if (!raw.owner.empty()) {
    flags.owner = ParseOwner(raw.owner);
    if (!flags.owner) return "--owner takes UID:GID, two numbers";
  }
  if (flags.prepare || flags.release_pool) return {};
  const auto listen = base::ParseHostPort(raw.listen);
  if (!listen) return "--listen takes HOST:PORT";
  flags.server.host = listen->host;
  flags.server.port = listen->port;
  if (!raw.lab_token_file.empty()) {
    std::ifstream file(raw.lab_token_file);
    if (!std::getline(file, flags.server.lab_token) || flags.server.lab_token.empty())
      return "cannot read a token from " + raw.lab_token_file;
  } else if (!base::IsLoopback(flags.server.host)) {
    return "listening beyond loopback requires --lab-token";
  }
  return base::ArmCrashFlag(flags.crash, kCloudCrashPoints);
}

}  // namespace

std::variant<CloudFlags, int> ParseCloudFlags(int argc, const char* const* argv) {
  CLI::App app("A stand-in for the ECS disk service: OpenAPI 2014-05-26 over HTTP",
               "zonedisk-cloud");
  base::SetUpCommandLine(app, ZONEDISK_VERSION);
  CloudFlags flags;
  flags.server.data_dir = DefaultDataDir();
  Raw raw;
  DescribeServing(app, flags, raw);
  DescribeBehaviour(app, flags.server);
  DescribeChores(app, flags, raw);
  base::AddLogFlags(app, flags.log);
  base::AddCrashFlags(app, flags.crash);
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  if (flags.crash.list) {
    base::PrintCrashPoints(kCloudCrashPoints);
    return 0;
  }
  if (const auto problem = Finish(flags, raw); !problem.empty()) {
    return base::UsageError("zonedisk-cloud", problem);
  }
  return flags;
}

}  // namespace cloudapi
