#include "cloudapi/agent/flags.h"

#include <CLI/CLI.hpp>
#include <fstream>

#include "cloudapi/agent/crash_points.h"
#include "cloudapi/agent/identity.h"
#include "cloudapi/agent_protocol/protocol.h"

namespace cloudapi {
namespace {

void DescribeNode(CLI::App& app, AgentFlags& flags) {
  app.add_option("--cloud", flags.cloud, "URL of zonedisk-cloud")->envname("ZONEDISK_ENDPOINT");
  app.add_option("--instance-id", flags.instance_id,
                 "Instance that this node is: i-…; else made of --cluster-id and "
                 "--kubernetes-node, always the same for the same two");
  app.add_option("--cluster-id", flags.cluster_id,
                 "Tells nodes of one name in several clusters apart")
      ->envname("CLUSTER_ID");
  app.add_option("--kubernetes-node", flags.kubernetes_node,
                 "Name of the Kubernetes node, whose object is asked for what --zone and "
                 "--instance-type leave open and is where trouble is reported as an event")
      ->envname("NODE_NAME");
  app.add_option("--zone", flags.zone, "Zone of the node");
  app.add_option("--instance-type", flags.instance_type,
                 std::string("Decides how many disks attach; else the node's label if it names an "
                             "ECS type, else ") +
                     kDefaultInstanceType);
  app.add_option("--access-key-id", flags.access_key_id,
                 "Whose instance it is; empty: the default account")
      ->envname("ALIBABA_CLOUD_ACCESS_KEY_ID");
  app.add_option("--lab-token", flags.lab_token_file, "File with the cloud's lab token");
}

void DescribeDevices(CLI::App& app, AgentFlags& flags) {
  app.add_option(
      "--by-id-dir", flags.by_id_dir,
      "Folder of this node's links to disks by serial, made when missing; never shared by "
      "two nodes");
  app.add_option("--blocks-dir", flags.blocks_dir,
                 "Where the cloud's images are on this machine; default: where the cloud says");
  app.add_flag("--withdraw-on-stop", flags.withdraw_on_stop,
               "Release all devices at the end. Without it a clean stop leaves them in place, as a "
               "restart of a hypervisor must not pull the disks of its machines; the next start "
               "finds them again");
}

void DescribeServing(CLI::App& app, AgentFlags& flags) {
  app.add_option("--metadata-listen", flags.metadata_listen,
                 "HOST:PORT of the instance metadata service; empty: none. 100.100.100.200 is "
                 "added to lo when missing, and removed again when the agent stops without disks");
  app.add_option("--ram-role", flags.ram_role,
                 "Role of the instance: the metadata service gives its credentials, which are "
                 "--access-key-id and its secret, to every program that asks; empty: none");
  app.add_option("--access-key-secret-file", flags.access_key_secret_file,
                 "File with the secret of --access-key-id, for --ram-role");
  app.add_flag("--metadata-tokens-required", flags.metadata_tokens_required,
               "Metadata is refused without a token");
  app.add_flag("--metadata-take-over", flags.metadata_take_over,
               "Serve 100.100.100.200 although a metadata service answers there, as on a real "
               "instance; it is then hidden from every process of this host");
  app.add_option("--health-listen", flags.health_listen,
                 "HOST:PORT for GET /healthz and /readyz; empty: none");
  base::AddLogFlags(app, flags.log);
  base::AddCrashFlags(app, flags.crash);
}

// The first line of the file; nothing without a file. Returns false when there is no such line.
bool ReadLine(const std::string& file, std::string& line) {
  if (file.empty()) return true;
  std::ifstream in(file);
  return std::getline(in, line) && !line.empty();
}

// What CLI11 cannot check; empty when all is well.
std::string Finish(AgentFlags& flags) {
  if (flags.instance_id.empty()) {
    if (flags.cluster_id.empty() || flags.kubernetes_node.empty()) {
      return "--instance-id is required, or --cluster-id and --kubernetes-node to make one of";
    }
    flags.instance_id = InstanceIdOf(flags.cluster_id, flags.kubernetes_node);
  }
  if (flags.zone.empty() && flags.kubernetes_node.empty()) {
    return "--zone is required, or --kubernetes-node whose labels name it";
  }
  if (flags.instance_type.empty() && flags.kubernetes_node.empty()) {
    flags.instance_type = kDefaultInstanceType;
  }
  if (!ReadLine(flags.lab_token_file, flags.lab_token)) {
    return "cannot read a token from " + flags.lab_token_file;
  }
  if (!ReadLine(flags.access_key_secret_file, flags.access_key_secret)) {
    return "cannot read a secret from " + flags.access_key_secret_file;
  }
  if (!flags.ram_role.empty() && (flags.access_key_id.empty() || flags.access_key_secret.empty())) {
    return "--ram-role needs --access-key-id and --access-key-secret-file";
  }
  return base::ArmCrashFlag(flags.crash, kAgentCrashPoints);
}

}  // namespace

std::variant<AgentFlags, int> ParseAgentFlags(int argc, const char* const* argv) {
  CLI::App app("The hypervisor of one node: presents the disks that the cloud attaches to it",
               "zonedisk-agent");
  base::SetUpCommandLine(app, ZONEDISK_VERSION);
  AgentFlags flags;
  DescribeNode(app, flags);
  DescribeDevices(app, flags);
  DescribeServing(app, flags);
  if (const auto status = base::ParseCommandLine(app, argc, argv)) return *status;
  if (flags.crash.list) {
    base::PrintCrashPoints(kAgentCrashPoints);
    return 0;
  }
  if (const auto problem = Finish(flags); !problem.empty()) {
    return base::UsageError("zonedisk-agent", problem);
  }
  return flags;
}

}  // namespace cloudapi
