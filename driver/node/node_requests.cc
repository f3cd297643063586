#include "driver/node/node_requests.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include "driver/csi/access_mode.h"
#include "driver/csi/field_limits.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

using csi::v1::VolumeCapability;
using grpc::StatusCode;
using Context = google::protobuf::Map<std::string, std::string>;

constexpr std::string_view kMkfsOptionsKey = "mkfsOptions";
constexpr std::string_view kOmitFsckKey = "omitfsck";

tl::unexpected<RpcError> Refuse(std::string message) {
  return Fail(StatusCode::INVALID_ARGUMENT, std::move(message));
}

// The limits of all fields; then the first of `required` that is empty is refused.
Result<void> Check(
    const google::protobuf::Message& request,
    std::initializer_list<std::pair<std::string_view, const std::string*>> required) {
  if (auto ok = CheckFieldLimits(request); !ok) return ok;
  for (const auto& [name, value] : required) {
    if (value->empty()) return Refuse(fmt::format("{} is missing", name));
  }
  return {};
}

std::string Find(const Context& context, std::string_view key) {
  const auto found = context.find(std::string(key));
  return found == context.end() ? "" : found->second;
}

std::vector<std::string> Words(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text + ' ') {
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::exchange(word, ""));
    }
  }
  return words;
}

bool IsReadOnly(VolumeCapability::AccessMode::Mode mode) {
  return mode == VolumeCapability::AccessMode::SINGLE_NODE_READER_ONLY ||
         mode == VolumeCapability::AccessMode::MULTI_NODE_READER_ONLY;
}

Result<VolumeAccess> ParseAccess(const VolumeCapability& capability) {
  const auto mode = capability.access_mode().mode();
  if (mode == VolumeCapability::AccessMode::UNKNOWN ||
      !VolumeCapability::AccessMode::Mode_IsValid(mode)) {
    return Refuse("volume_capability has no known access mode");
  }
  VolumeAccess access{
      .read_only = IsReadOnly(mode),
      .single_writer = mode == VolumeCapability::AccessMode::SINGLE_NODE_SINGLE_WRITER,
      .shared = IsMultiNode(mode)};
  if (capability.has_block()) {
    access.block = true;
    return access;
  }
  if (!capability.has_mount()) return Refuse("volume_capability is neither block nor mount");
  if (!capability.mount().volume_mount_group().empty()) {
    return Fail(StatusCode::FAILED_PRECONDITION, "volume_mount_group is not offered");
  }
  access.fs_type = capability.mount().fs_type();
  for (const auto& flag : capability.mount().mount_flags()) {
    if (flag == "ro") access.read_only = true;
    if (flag != "ro" && flag != "rw") access.mount_flags.push_back(flag);
  }
  return access;
}

Result<std::string> ParseSerial(const Context& context) {
  auto serial = Find(context, kSerialNumberKey);
  // It becomes part of a path.
  const bool plain = std::all_of(serial.begin(), serial.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_';
  });
  if (serial.empty()) {
    return Fail(StatusCode::FAILED_PRECONDITION,
                fmt::format("publish_context has no {}", kSerialNumberKey));
  }
  if (!plain) return Refuse(fmt::format("publish_context has a malformed {}", kSerialNumberKey));
  return serial;
}

}  // namespace

Result<void> PathGuard::Check(std::string_view field, const std::string& path) const {
  const std::filesystem::path wanted(path);
  if (!wanted.is_absolute()) return Refuse(fmt::format("{} is not an absolute path", field));
  if (std::find(wanted.begin(), wanted.end(), "..") != wanted.end()) {
    return Refuse(fmt::format("{} contains '..'", field));
  }
  if (wanted.lexically_normal() == "/") return Refuse(fmt::format("{} is the root folder", field));
  if (folder.empty()) return {};
  const auto relative = wanted.lexically_normal().lexically_relative(folder);
  if (relative.empty() || relative == "." || *relative.begin() == "..") {
    return Refuse(fmt::format("{} does not lie under {}", field, folder));
  }
  return {};
}

Result<StageRequest> ParseStage(const csi::v1::NodeStageVolumeRequest& request,
                                const PathGuard& guard) {
  const auto ok = Check(request, {{"volume_id", &request.volume_id()},
                                  {"staging_target_path", &request.staging_target_path()}});
  if (!ok) return Fail(ok.error());
  if (!request.has_volume_capability()) return Refuse("volume_capability is missing");
  auto path = guard.Check("staging_target_path", request.staging_target_path());
  if (!path) return Fail(path.error());
  auto access = ParseAccess(request.volume_capability());
  if (!access) return Fail(access.error());
  auto serial = ParseSerial(request.publish_context());
  if (!serial) return Fail(serial.error());
  return StageRequest{.volume_id = request.volume_id(),
                      .staging_path = request.staging_target_path(),
                      .serial = std::move(*serial),
                      .blank = Find(request.publish_context(), kBlankKey) == "true",
                      .access = std::move(*access),
                      .mkfs_options = Words(Find(request.volume_context(), kMkfsOptionsKey)),
                      .omit_check = Find(request.volume_context(), kOmitFsckKey) == "true"};
}

Result<VolumePath> ParseUnstage(const csi::v1::NodeUnstageVolumeRequest& request,
                                const PathGuard& guard) {
  const auto ok = Check(request, {{"volume_id", &request.volume_id()},
                                  {"staging_target_path", &request.staging_target_path()}});
  if (!ok) return Fail(ok.error());
  auto path = guard.Check("staging_target_path", request.staging_target_path());
  if (!path) return Fail(path.error());
  return VolumePath{request.volume_id(), request.staging_target_path()};
}

Result<PublishRequest> ParsePublishOnNode(const csi::v1::NodePublishVolumeRequest& request,
                                          const PathGuard& guard) {
  const auto ok = Check(
      request, {{"volume_id", &request.volume_id()}, {"target_path", &request.target_path()}});
  if (!ok) return Fail(ok.error());
  if (!request.has_volume_capability()) return Refuse("volume_capability is missing");
  if (request.staging_target_path().empty()) {
    return Fail(StatusCode::FAILED_PRECONDITION, "staging_target_path is missing: stage first");
  }
  for (const auto& [field, path] :
       {std::pair{"target_path", &request.target_path()},
        std::pair{"staging_target_path", &request.staging_target_path()}}) {
    if (auto lies = guard.Check(field, *path); !lies) return Fail(lies.error());
  }
  auto access = ParseAccess(request.volume_capability());
  if (!access) return Fail(access.error());
  auto serial = ParseSerial(request.publish_context());
  if (!serial) return Fail(serial.error());
  return PublishRequest{.volume_id = request.volume_id(),
                        .staging_path = request.staging_target_path(),
                        .target_path = request.target_path(),
                        .serial = std::move(*serial),
                        .access = std::move(*access),
                        .read_only = request.readonly()};
}

Result<VolumePath> ParseUnpublishOnNode(const csi::v1::NodeUnpublishVolumeRequest& request,
                                        const PathGuard& guard) {
  const auto ok = Check(
      request, {{"volume_id", &request.volume_id()}, {"target_path", &request.target_path()}});
  if (!ok) return Fail(ok.error());
  auto path = guard.Check("target_path", request.target_path());
  if (!path) return Fail(path.error());
  return VolumePath{request.volume_id(), request.target_path()};
}

Result<VolumePath> ParseUsage(const csi::v1::NodeGetVolumeStatsRequest& request) {
  const auto ok = Check(
      request, {{"volume_id", &request.volume_id()}, {"volume_path", &request.volume_path()}});
  if (!ok) return Fail(ok.error());
  return VolumePath{request.volume_id(), request.volume_path()};
}

Result<ExpandRequest> ParseExpandOnNode(const csi::v1::NodeExpandVolumeRequest& request) {
  const auto ok = Check(
      request, {{"volume_id", &request.volume_id()}, {"volume_path", &request.volume_path()}});
  if (!ok) return Fail(ok.error());
  const auto& range = request.capacity_range();
  if (range.required_bytes() < 0 || range.limit_bytes() < 0) {
    return Refuse("capacity_range is negative");
  }
  if (range.limit_bytes() > 0 && range.required_bytes() > range.limit_bytes()) {
    return Refuse("capacity_range requires more than its limit");
  }
  return ExpandRequest{.volume_id = request.volume_id(),
                       .volume_path = request.volume_path(),
                       .staging_path = request.staging_target_path(),
                       .required_bytes = range.required_bytes(),
                       .limit_bytes = range.limit_bytes()};
}

}  // namespace driver
