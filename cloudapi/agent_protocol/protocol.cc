#include "cloudapi/agent_protocol/protocol.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

using Json = nlohmann::json;

template <class T, class Message>
concept Is = std::same_as<std::remove_const_t<T>, Message>;

// Calls `each` with the name and the value of every member, for writing and reading alike.
template <Is<Registration> T, class Each>
void EachMember(T& value, const Each& each) {
  each("zone", value.zone);
  each("instanceType", value.instance_type);
  each("accessKeyId", value.access_key_id);
  each("proof", value.proof);
  each("refusal", value.refusal);
  each("session", value.session);
  each("name", value.name);
  each("machine", value.machine);
}
template <Is<Registered> T, class Each>
void EachMember(T& value, const Each& each) {
  each("session", value.session);
  each("account", value.account);
  each("region", value.region);
  each("refusal", value.refusal);
}
template <Is<WantedDisk> T, class Each>
void EachMember(T& value, const Each& each) {
  each("disk", value.disk);
  each("serial", value.serial);
  each("image", value.image);
  each("generation", value.generation);
  each("bytes", value.bytes);
  each("shared", value.shared);
  each("nvme", value.nvme);
  each("flushRequest", value.flush);
  each("freezeRequest", value.freeze);
}
template <Is<PresentDisk> T, class Each>
void EachMember(T& value, const Each& each) {
  each("disk", value.disk);
  each("generation", value.generation);
  each("bytes", value.bytes);
  each("linked", value.linked);
  each("flushed", value.flushed);
  each("frozen", value.frozen);
  each("held", value.held);
  each("reads", value.reads);
  each("writes", value.writes);
  each("readBytes", value.read_bytes);
  each("writtenBytes", value.written_bytes);
  each("readMicros", value.read_micros);
  each("writeMicros", value.write_micros);
}
template <class T, class Each>
requires Is<T, WantedSet> || Is<T, ObservedSet>
void EachMember(T& value, const Each& each) {
  each("revision", value.revision);
  each("disks", value.disks);
}

// What the other side, of another version, may not say.
constexpr std::array<std::string_view, 12> kMayBeLeftOut = {
    "freezeRequest", "frozen", "held",      "machine",      "name",       "nvme",
    "reads",         "writes", "readBytes", "writtenBytes", "readMicros", "writeMicros"};

// Reads members of one object. Ok is false from the first one on that is of another type, or that
// is missing and may not be.
class ObjectReader {
 public:
  explicit ObjectReader(const Json& object) : object_(object), ok_(object.is_object()) {}
  bool Ok() const { return ok_; }

  void Read(const char* name, std::string& value) {
    if (const Json* member = Find(name, &Json::is_string)) value = member->get<std::string>();
  }
  void Read(const char* name, std::int64_t& value) {
    if (const Json* member = Find(name, &Json::is_number_integer)) {
      value = member->get<std::int64_t>();
    }
  }
  void Read(const char* name, std::uint64_t& value) {
    if (const Json* member = Find(name, &Json::is_number_unsigned)) {
      value = member->get<std::uint64_t>();
    }
  }
  void Read(const char* name, bool& value) {
    if (const Json* member = Find(name, &Json::is_boolean)) value = member->get<bool>();
  }
  template <class T>
  void Read(const char* name, std::vector<T>& values) {
    const Json* array = Find(name, &Json::is_array);
    if (array == nullptr) return;
    for (const Json& element : *array) {
      ObjectReader item(element);
      EachMember(values.emplace_back(),
                 [&item](const char* member, auto& value) { item.Read(member, value); });
      ok_ = ok_ && item.Ok();
    }
  }

 private:
  const Json* Find(const char* name, bool (Json::*is_type)() const noexcept) {
    if (!ok_) return nullptr;
    const auto member = object_.find(name);
    const bool missing = member == object_.end();
    if (missing && std::ranges::find(kMayBeLeftOut, name) != kMayBeLeftOut.end()) return nullptr;
    ok_ = !missing && ((*member).*is_type)();
    return ok_ ? &*member : nullptr;
  }

  const Json& object_;
  bool ok_;
};

template <class T>
std::optional<T> ParseAs(const Json& json) {
  ObjectReader reader(json);
  T value;
  EachMember(value, [&reader](const char* name, auto& member) { reader.Read(name, member); });
  return reader.Ok() ? std::optional(std::move(value)) : std::nullopt;
}

Json Parse(std::string_view text) {
  return Json::parse(text, nullptr, false);
}

template <class T>
void Write(JsonWriter& json, const T& value) {
  json.BeginObject();
  EachMember(value, [&json](const char* name, const auto& member) {
    if constexpr (requires { json.Value(member); }) {
      json.Field(name, member);
    } else {
      json.Key(name).BeginArray();
      for (const auto& item : member) Write(json, item);
      json.EndArray();
    }
  });
  json.EndObject();
}

template <class T>
std::string Written(const T& value) {
  JsonWriter json;
  Write(json, value);
  return json.Take();
}

}  // namespace

std::string ToJson(const Registration& value) {
  return Written(value);
}

std::string ToJson(const Registered& value) {
  return Written(value);
}

std::string ToJson(const WantedSet& value) {
  return Written(value);
}

std::string ToJson(const ObservedSet& value) {
  return Written(value);
}

std::optional<Registration> ParseRegistration(std::string_view text) {
  return ParseAs<Registration>(Parse(text));
}

std::optional<Registered> ParseRegistered(std::string_view text) {
  return ParseAs<Registered>(Parse(text));
}

std::optional<WantedSet> ParseWantedSet(std::string_view text) {
  return ParseAs<WantedSet>(Parse(text));
}

std::optional<ObservedSet> ParseObservedSet(std::string_view text) {
  return ParseAs<ObservedSet>(Parse(text));
}

}  // namespace cloudapi
