#pragma once
// Questions across accounts, for recovery and reset: which images are known, which instances have
// an agent. Not for requests.
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace cloudapi {

struct AgentInstance {
  std::string account;
  std::string id;
};

// A read-only connection of its own. Used by one thread at a time.
class StoreScan {
 public:
  explicit StoreScan(const std::filesystem::path& database);
  ~StoreScan();
  StoreScan(const StoreScan&) = delete;
  StoreScan& operator=(const StoreScan&) = delete;

  // The generation of the disk's image; nothing when no account has such a disk.
  std::optional<std::int64_t> GenerationOf(const std::string& disk_id);
  bool HasSnapshot(const std::string& snapshot_id);
  // Sorted by account and id.
  std::vector<AgentInstance> AgentInstances();

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace cloudapi
