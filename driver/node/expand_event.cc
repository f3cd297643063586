#include "driver/node/expand_event.h"

#include <spdlog/spdlog.h>

#include <string_view>

namespace driver {
namespace {

constexpr std::string_view kVolumes = "/volumes/kubernetes.io~csi/";
constexpr const char* kReason = "FileSystemGrowthRefused";

}  // namespace

std::string PvNameIn(const std::string& volume_path) {
  const auto at = volume_path.find(kVolumes);
  if (at == std::string::npos) return "";
  const auto start = at + kVolumes.size();
  const auto end = volume_path.find('/', start);
  return volume_path.substr(start, end == std::string::npos ? end : end - start);
}

void ReportExpandFailure(Cluster* cluster, const ExpandRequest& request, const RpcError& why,
                         const Deadline& deadline) {
  const auto pv_name = PvNameIn(request.volume_path);
  if (cluster == nullptr || pv_name.empty()) return;
  if (why.code != grpc::StatusCode::FAILED_PRECONDITION) return;
  const auto warned =
      cluster->Warn({.pv_name = pv_name, .reason = kReason, .message = why.message}, deadline);
  if (!warned)
    spdlog::warn("no event for volume {}: {}", request.volume_id, warned.error().message);
}

}  // namespace driver
