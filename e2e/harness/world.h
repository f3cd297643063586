#pragma once
// The whole of zonedisk on one machine: a cloud, nodes (agent and node driver) and a controller,
// each a real program that can be killed and started again.
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "e2e/harness/api.h"
#include "e2e/harness/csi_client.h"
#include "e2e/harness/files.h"
#include "e2e/harness/process.h"
#include "e2e/harness/result.h"

namespace e2e {

using Arguments = std::vector<std::string>;

// The path of one of our programs in the build tree.
std::filesystem::path Program(std::string_view name);

struct NodePlace {
  std::string instance;  // "i-…"
  std::string zone;
};

struct WorldOptions {
  std::filesystem::path folder;  // sockets, logs, by-id folders
  std::filesystem::path data;    // the cloud's; empty: folder/data
  std::string listen = "127.0.0.1:0";
  Arguments cloud;                               // further flags of zonedisk-cloud, at every start
  std::chrono::seconds call_limit = kCallLimit;  // deadline of every CSI call
};

// Not thread-safe. Every Start returns once the program has printed that it is ready; its error has
// what the program printed instead. The destructor kills what still runs; the folder's owner
// releases devices.
class World {
 public:
  explicit World(WorldOptions options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Result<void> StartCloud(const Arguments& more = {});
  Result<void> StartAgent(const NodePlace& place, const Arguments& more = {});
  Result<void> StartNode(const NodePlace& place, const Arguments& more = {});
  // `home` is where it takes volumes without topology.
  Result<void> StartController(const std::string& home, const Arguments& more = {});

  // After StartCloud; the address stays the same when the cloud is started again.
  const Api& Cloud() const { return *api_; }
  CsiClient& Controller() { return *clients_.at("controller"); }
  CsiClient& Node(const std::string& instance) { return *clients_.at("node-" + instance); }
  // "cloud", "controller", "agent-i-…", "node-i-…"; nullptr when never started.
  Process* Running(const std::string& name);
  // Ends it as `kill -9` does.
  void Kill(const std::string& name);
  // Starts again what was started once and runs no more, without the further flags it had then.
  Result<void> Revive();
  // Ends all, controller and node drivers first, the cloud last. False if one had to be killed.
  bool StopAll();

  std::filesystem::path Folder() const { return options_.folder; }
  std::filesystem::path Data() const { return options_.data; }
  std::filesystem::path ByIdFolder(const std::string& instance) const;
  MountPaths Paths(const std::string& instance, const std::string& volume) const;
  // Image files of data disks and snapshots in the cloud's blocks folder.
  std::vector<std::string> Images() const;
  // Differs after every committed change: the database's files, byte by byte. Empty without them.
  std::string DatabaseBytes() const;
  // Loop devices that present disks.
  std::vector<std::string> DiskDevices() const;
  // The last lines of every log, for a failed test.
  std::string Logs() const;

 private:
  // How a program is started, and the line that it prints when it is ready.
  struct Recipe {
    Arguments argv;
    std::string ready;
  };
  Result<void> Start(const std::string& name, Recipe recipe, const Arguments& more);
  Result<void> Launch(const std::string& name, const Arguments& more);
  Result<void> StartDriver(const std::string& name, const std::string& mode, const Arguments& place,
                           const Arguments& more);
  std::filesystem::path Socket(const std::string& name) const;

  WorldOptions options_;
  std::optional<Api> api_;
  std::map<std::string, Recipe> recipes_;
  std::map<std::string, std::unique_ptr<Process>> processes_;
  std::map<std::string, std::unique_ptr<CsiClient>> clients_;
};

}  // namespace e2e
