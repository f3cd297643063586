#include "driver/controller/parameter_values.h"

#include <algorithm>
#include <regex>

#include "common/base/text.h"
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

tl::unexpected<RpcError> RefuseParameter(std::string_view name, std::string_view why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT,
              "parameter " + std::string(name) + " " + std::string(why));
}

Result<std::vector<std::string>> ParseList(std::string_view name, std::string_view text) {
  std::vector<std::string> members;
  for (const std::string_view member : base::Split(text, ',')) {
    if (member.empty()) return RefuseParameter(name, "has an empty member");
    if (member.find_first_of(" \t") != std::string_view::npos) {
      return RefuseParameter(name, "has a space in its list; write \"a,b\"");
    }
    members.emplace_back(member);
  }
  return members;
}

Result<std::vector<std::string>> ParseListOf(std::string_view name, std::string_view text,
                                             std::span<const std::string_view> known) {
  auto members = ParseList(name, text);
  if (!members) return members;
  for (const auto& member : *members) {
    if (std::ranges::find(known, member) == known.end()) {
      return RefuseParameter(name, "has an unknown member " + member);
    }
  }
  return members;
}

Result<bool> ParseBool(std::string_view name, const std::string& text) {
  constexpr std::array<std::string_view, 6> kTrue = {"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse = {"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return RefuseParameter(name, "is neither true nor false");
}

Result<std::string> ParseQuantity(std::string_view name, const std::string& text) {
  static const std::regex quantity(
      R"(\+?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,3})?)");
  constexpr std::size_t kLongest = 64;
  if (text.size() <= kLongest && std::regex_match(text, quantity)) return text;
  return RefuseParameter(name, "is not a quantity such as 20Gi");
}

Result<std::int64_t> ParseCount(const std::string& name, const std::string& text) {
  const auto count = base::ParseNumber<std::int64_t>(text);
  if (count.value_or(-1) >= 0) return *count;
  return RefuseParameter(name, "is not a whole number of at least 0");
}

bool IsOwnTag(std::string_view key) {
  return std::ranges::find(kOwnTags, key) != kOwnTags.end();
}

Result<void> AddUserTag(Tags& tags, std::string_view prefix, const Tag& tag) {
  const std::string& key = tag.key;
  const std::string& value = tag.value;
  const auto refuse = [&](std::string_view why) {
    return RefuseParameter(std::string(prefix) + key.substr(0, kLongestTagPart), why);
  };
  if (key.empty() || key.size() > kLongestTagPart || value.size() > kLongestTagPart) {
    return refuse("needs a key of 1 to 128 bytes and a value of at most 128");
  }
  if (key.starts_with("acs:") || key.starts_with("aliyun")) {
    return refuse("has a key that the cloud reserves");
  }
  if (key.find("://") != std::string::npos || value.find("://") != std::string::npos) {
    return refuse("contains an address");
  }
  if (IsOwnTag(key)) return refuse("is written by the driver itself");
  const auto present = std::ranges::find(tags, key, &Tag::key);
  if (present != tags.end()) {
    present->value = value;
  } else {
    tags.push_back(tag);
  }
  return {};
}

}  // namespace driver
