#pragma once
// The command line of zonedisk-agent.
#include <optional>
#include <string>
#include <variant>

#include "common/base/command_line.h"

namespace cloudapi {

struct AgentFlags {
  std::string cloud = "http://127.0.0.1:20140";
  std::string instance_id;
  std::string cluster_id;
  std::string kubernetes_node;
  std::string zone;
  std::string instance_type;
  std::string by_id_dir = "/dev/disk/by-id";
  std::string blocks_dir;
  std::string metadata_listen;
  std::string health_listen;
  bool metadata_tokens_required = false;
  bool metadata_take_over = false;
  std::string access_key_id;
  std::string access_key_secret_file;
  std::string access_key_secret;  // what the file says
  std::string ram_role;
  std::string lab_token_file;
  std::string lab_token;  // what the file says
  base::CrashFlags crash;
  base::LogOptions log{.name = "zonedisk-agent"};
  bool withdraw_on_stop = false;
};

// The flags, complete: instance_id is set, a crash point armed. Else the exit status: what was
// asked for is printed (0), or one line says what is wrong (2).
std::variant<AgentFlags, int> ParseAgentFlags(int argc, const char* const* argv);

}  // namespace cloudapi
