#pragma once
// The cloud put together: store, images, jobs, agents, lab and HTTP.
#include <filesystem>
#include <memory>
#include <string>

#include "cloudapi/base/result.h"
#include "cloudapi/base/system_env.h"
#include "cloudapi/gateway/auth.h"

namespace cloudapi {

struct ServerOptions {
  std::string host = "127.0.0.1";
  int port = 20140;  // 0: any free one
  std::filesystem::path data_dir;
  std::string region = "cn-hangzhou";
  std::string delays = "fast";
  std::string durability = "full";
  std::string signatures = "present";
  std::filesystem::path keys_file;       // empty: the built-in key only
  std::filesystem::path catalogue_file;  // empty: the built-in catalogue
  std::string blocks = "real";
  std::string pool = "auto";
  std::string snapshot_never_attached = "refuse";
  std::int64_t snapshot_policies_per_disk = 1;
  std::string lab_token;     // empty: none is asked
  std::string coverage_log;  // empty: none is kept
};

// Thread-safe. The words of the options were checked before.
class Server {
 public:
  // Errors: one line that says what cannot be opened, read or listened on.
  static Result<std::unique_ptr<Server>> Start(const ServerOptions& options, SystemEnv& env);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::string Address() const;  // "127.0.0.1:20140"
  void Stop();

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace cloudapi
