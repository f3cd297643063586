#include "driver/controller/user_tags.h"

#include <algorithm>
#include <array>

#include "driver/controller/parameter_values.h"
#include "driver/csi/keys.h"

namespace driver {
namespace {

constexpr std::size_t kLongestTagPart = 128;

// Written by the driver on every disk or snapshot.
constexpr std::array<std::string_view, 8> kOwnTags = {
    "k8s.aliyun.com", "createdby",      "ack.aliyun.com", kVolumeNameTag,
    kSnapshotNameTag, kSourceVolumeTag, kCloneForTag,     "force.delete.snapshot.k8s.aliyun.com",
};

}  // namespace

bool IsOwnTag(std::string_view key) {
  return std::ranges::find(kOwnTags, key) != kOwnTags.end();
}

Result<void> AddUserTag(Tags& tags, const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > kLongestTagPart || value.size() > kLongestTagPart) {
    return RefuseParameter("diskTags/" + key.substr(0, kLongestTagPart),
                           "needs a key of 1 to 128 bytes and a value of at most 128");
  }
  if (key.starts_with("acs:") || key.starts_with("aliyun")) {
    return RefuseParameter("diskTags/" + key, "has a key that the cloud reserves");
  }
  if (key.find("://") != std::string::npos || value.find("://") != std::string::npos) {
    return RefuseParameter("diskTags/" + key, "contains an address");
  }
  if (IsOwnTag(key)) return RefuseParameter("diskTags/" + key, "is written by the driver itself");
  const auto present = std::ranges::find(tags, key, &Tag::key);
  if (present != tags.end()) {
    present->value = value;
  } else {
    tags.push_back({key, value});
  }
  return {};
}

}  // namespace driver
