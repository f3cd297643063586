#include "driver/controller/claim_annotations.h"

#include <cctype>
#include <string_view>

namespace driver {
namespace {

constexpr std::size_t kUidLength = 36;

tl::unexpected<RpcError> Refuse(const CreateVolumeRequest& wanted, std::string_view annotation,
                                std::string_view why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT,
              "claim " + wanted.claim.ns + "/" + wanted.claim.name + ": annotation " +
                  std::string(annotation) + " " + std::string(why));
}

std::string ValueOf(const Claim& claim, std::string_view annotation) {
  const auto found = claim.annotations.find(std::string(annotation));
  return found == claim.annotations.end() ? "" : found->second;
}

// 8-4-4-4-12 hexadecimal digits.
bool IsUid(std::string_view text) {
  if (text.size() != kUidLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : std::isxdigit(static_cast<unsigned char>(text[i])) == 0) {
      return false;
    }
  }
  return true;
}

// The provisioner names volumes after the claim's uid, unless told to cut it.
bool IsForAnother(const std::string& volume_name, const Claim& claim) {
  if (volume_name.size() < kUidLength) return false;
  const auto uid = std::string_view(volume_name).substr(volume_name.size() - kUidLength);
  return IsUid(uid) && uid != claim.uid;
}

}  // namespace

Result<CreateVolumeRequest> WithClaim(const CreateVolumeRequest& wanted, const Claim& claim) {
  CreateVolumeRequest asked = wanted;
  if (IsForAnother(wanted.name, claim)) {
    asked.claim_gone = true;
    return asked;
  }
  asked.claim.uid = claim.uid;
  if (!ValueOf(claim, kArnAnnotation).empty()) {
    return Refuse(wanted, kArnAnnotation, "is not served by this driver");
  }
  const bool has_source = !wanted.source_snapshot_id.empty() || !wanted.source_volume_id.empty();
  const auto disk = ValueOf(claim, kDiskAnnotation);
  const auto snapshot = ValueOf(claim, kSnapshotAnnotation);
  const auto key = ValueOf(claim, kKmsKeyAnnotation);
  if (!snapshot.empty() && has_source) {
    return Refuse(wanted, kSnapshotAnnotation, "stands beside a data source");
  }
  if (!disk.empty() && (has_source || !snapshot.empty() || !key.empty())) {
    return Refuse(wanted, kDiskAnnotation, "names a disk that has its content and key already");
  }
  if (!key.empty() && !wanted.disk.encrypted) {
    return Refuse(wanted, kKmsKeyAnnotation, "has no effect: its class does not say encrypted");
  }
  if (!snapshot.empty()) asked.source_snapshot_id = snapshot;
  if (!key.empty()) asked.disk.kms_key_id = key;
  asked.adopted_disk_id = disk;
  asked.selected_node = ValueOf(claim, kSelectedNodeAnnotation);
  return asked;
}

Result<CreateVolumeRequest> WithClaim(Cluster* cluster, const CreateVolumeRequest& wanted,
                                      const Deadline& deadline) {
  if (cluster == nullptr || wanted.claim.name.empty() || wanted.claim.ns.empty()) {
    return wanted;
  }
  const auto claim = cluster->GetClaim(wanted.claim.ns, wanted.claim.name, deadline);
  if (claim) return WithClaim(wanted, *claim);
  if (claim.error().code != grpc::StatusCode::NOT_FOUND) return Fail(claim.error());
  CreateVolumeRequest asked = wanted;
  asked.claim_gone = true;
  return asked;
}

}  // namespace driver
