// zonedisk-cloud: the server.
#include <sys/resource.h>

#include <iostream>
#include <string>

#include "cloudapi/server/flags.h"
#include "common/base/signals.h"

namespace {

int Failed(const cloudapi::ApiError& error) {
  std::cerr << "zonedisk-cloud: " << error.message << '\n';
  return 1;
}

// --prepare and --release-pool: what is done instead of serving.
int RunMaintenance(const cloudapi::CloudFlags& flags) {
  const auto& server = flags.server;
  cloudapi::Result<std::vector<std::string>> done;
  if (flags.prepare) {
    done = cloudapi::Prepare({.blocks = {.data_dir = server.data_dir,
                                         .none = server.blocks == "none",
                                         .pool = cloudapi::PoolModeOf(server.pool)},
                              .owner = flags.owner});
  } else if (const auto line = cloudapi::ReleasePool(server.data_dir)) {
    done->push_back(*line);
  } else {
    done = cloudapi::Fail(line.error());
  }
  if (!done) return Failed(done.error());
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
  const auto parsed = cloudapi::ParseCloudFlags(argc, argv);
  if (const auto* status = std::get_if<int>(&parsed)) return *status;
  const auto& flags = std::get<cloudapi::CloudFlags>(parsed);
  if (flags.prepare || flags.release_pool) return RunMaintenance(flags);
  const base::StopSignals signals;
  RaiseDescriptorLimit();
  base::StartLog(flags.log);
  cloudapi::SystemEnv env(flags.seed);
  const auto server = cloudapi::Server::Start(flags.server, env);
  if (!server) return Failed(server.error());
  std::cout << "zonedisk-cloud listening on http://" << (*server)->Address() << std::endl;
  signals.Wait();
  (*server)->Stop();
  return 0;
}
