#include "e2e/kubernetes/harness/lost_packets.h"

#include <fmt/format.h>

#include "e2e/kubernetes/harness/cloud_view.h"
#include "e2e/kubernetes/harness/cluster.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

constexpr char kTable[] = "inet lost_packets";

// In the namespaces of the node, where kube-proxy has its own table.
testing::AssertionResult Nft(const std::string& node, const std::string& commands) {
  return ClusterTool({"enter", node, "nft", commands});
}

}  // namespace

LostPackets::LostPackets(const std::string& pod) : result_(testing::AssertionFailure()) {
  const auto pod_field = [&pod](const char* pointer) {
    return TheCluster().Field("pod/" + pod, std::string(kSystemNs), pointer);
  };
  node_ = pod_field("/spec/nodeName");
  const auto address = pod_field("/status/podIP");
  if (node_.empty() || address.empty()) {
    result_ << "the Pod '" << pod << "' has no address";
    return;
  }
  result_ = Nft(node_, fmt::format("add table {0}; "
                                   "add chain {0} forward {{ type filter hook forward priority "
                                   "-10; }}; "
                                   "add rule {0} forward ip daddr {1} drop; "
                                   "add rule {0} forward ip saddr {1} drop",
                                   kTable, address));
}

LostPackets::~LostPackets() {
  if (!result_) return;
  EXPECT_TRUE(Nft(node_, fmt::format("delete table {}", kTable)));
}

}  // namespace e2e
