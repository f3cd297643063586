#include "driver/csi/field_limits.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <string>
#include <string_view>

#include "common/base/text.h"
#include "csi.pb.h"

namespace driver {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::size_t kStringBytes = 128;
constexpr std::size_t kMapBytes = 4096;
constexpr std::size_t kTopologyPart = 63;

struct StringLimit {
  std::string_view field;
  std::size_t bytes;
};

// Strings with a limit of their own. Paths: the specification demands at least 128; kernels end at
// 4096.
constexpr std::array kOwnLimits = {
    StringLimit{"node_id", 256},
    StringLimit{"staging_target_path", 4096},
    StringLimit{"target_path", 4096},
    StringLimit{"volume_path", 4096},
    // Tokens are opaque to the caller and ours to size.
    StringLimit{"starting_token", 1024},
};

tl::unexpected<RpcError> Refuse(const FieldDescriptor& field, std::string_view why) {
  return Fail(grpc::StatusCode::INVALID_ARGUMENT, field.name() + " " + std::string(why));
}

Result<void> CheckString(const FieldDescriptor& field, const std::string& text) {
  const auto* own = std::ranges::find(kOwnLimits, field.name(), &StringLimit::field);
  const std::size_t limit = own == kOwnLimits.end() ? kStringBytes : own->bytes;
  if (text.size() > limit) {
    return Refuse(field, "is longer than " + std::to_string(limit) + " bytes");
  }
  return {};
}

bool IsAlphanumeric(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

// Alphanumeric at both ends; inside also what `inner` lists.
bool IsLabelPart(std::string_view part, std::string_view inner) {
  if (part.empty() || part.size() > kTopologyPart) return false;
  if (!IsAlphanumeric(part.front()) || !IsAlphanumeric(part.back())) return false;
  return std::ranges::all_of(
      part, [&](char c) { return IsAlphanumeric(c) || inner.find(c) != std::string_view::npos; });
}

bool IsTopologyKey(std::string_view key) {
  const auto slash = key.find('/');
  if (slash == std::string_view::npos) return IsLabelPart(key, "-_.");
  return IsLabelPart(key.substr(0, slash), "-.") && IsLabelPart(key.substr(slash + 1), "-_.");
}

Result<void> CheckTopology(const FieldDescriptor& field, const csi::v1::Topology& topology) {
  std::map<std::string, std::string> seen;
  for (const auto& [key, value] : topology.segments()) {
    if (!IsTopologyKey(key)) return Refuse(field, "has a malformed key: " + key.substr(0, 140));
    if (value.size() > kTopologyPart || (!value.empty() && !IsLabelPart(value, "-_."))) {
      return Refuse(field, "has a malformed value for " + key);
    }
    if (!seen.emplace(base::Lower(key), value).second) {
      return Refuse(field, "names " + key + " twice, keys differ in case only");
    }
  }
  return {};
}

Result<void> CheckMap(const FieldDescriptor& field, const Message& owner) {
  const auto& reflection = *owner.GetReflection();
  std::size_t bytes = 0;
  for (int i = 0; i < reflection.FieldSize(owner, &field); ++i) {
    const Message& entry = reflection.GetRepeatedMessage(owner, &field, i);
    for (int member = 0; member < 2; ++member) {
      bytes += entry.GetReflection()->GetString(entry, entry.GetDescriptor()->field(member)).size();
    }
  }
  if (bytes > kMapBytes) return Refuse(field, "is larger than 4 KiB");
  if (field.containing_type() == csi::v1::Topology::descriptor()) {
    return CheckTopology(field, static_cast<const csi::v1::Topology&>(owner));
  }
  return {};
}

Result<void> CheckStrings(const FieldDescriptor& field, const Message& owner) {
  const auto& reflection = *owner.GetReflection();
  if (!field.is_repeated()) return CheckString(field, reflection.GetString(owner, &field));
  for (int i = 0; i < reflection.FieldSize(owner, &field); ++i) {
    auto fits = CheckString(field, reflection.GetRepeatedString(owner, &field, i));
    if (!fits) return fits;
  }
  return {};
}

Result<void> CheckMessages(const FieldDescriptor& field, const Message& owner) {
  const auto& reflection = *owner.GetReflection();
  if (!field.is_repeated()) return CheckFieldLimits(reflection.GetMessage(owner, &field));
  for (int i = 0; i < reflection.FieldSize(owner, &field); ++i) {
    auto fits = CheckFieldLimits(reflection.GetRepeatedMessage(owner, &field, i));
    if (!fits) return fits;
  }
  return {};
}

Result<void> CheckField(const FieldDescriptor& field, const Message& owner) {
  if (field.is_map()) return CheckMap(field, owner);
  if (field.type() == FieldDescriptor::TYPE_STRING) return CheckStrings(field, owner);
  if (field.type() == FieldDescriptor::TYPE_MESSAGE) return CheckMessages(field, owner);
  return {};
}

}  // namespace

Result<void> CheckFieldLimits(const Message& request) {
  std::vector<const FieldDescriptor*> present;
  request.GetReflection()->ListFields(request, &present);
  for (const FieldDescriptor* field : present) {
    auto fits = CheckField(*field, request);
    if (!fits) return fits;
  }
  return {};
}

}  // namespace driver
