#include "cloudapi/agent_protocol/protocol.h"

#include <nlohmann/json.hpp>

namespace cloudapi {
namespace {

using Json = nlohmann::json;

// Reads members of one object; after the first one missing or of another type `Ok` is false.
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
  const Json* Array(const char* name) { return Find(name, &Json::is_array); }

 private:
  const Json* Find(const char* name, bool (Json::*is_type)() const noexcept) {
    const auto member = ok_ ? object_.find(name) : object_.end();
    if (!ok_ || member == object_.end() || !((*member).*is_type)()) {
      ok_ = false;
      return nullptr;
    }
    return &*member;
  }

  const Json& object_;
  bool ok_;
};

Json Parse(std::string_view text) {
  return Json::parse(text, nullptr, false);
}

// The array `disks` of an object, each element read by `read`.
template <class Disk, class ReadDisk>
bool ReadDisks(ObjectReader& reader, std::vector<Disk>& disks, const ReadDisk& read) {
  const Json* array = reader.Array("disks");
  if (array == nullptr) return false;
  for (const Json& element : *array) {
    ObjectReader member(element);
    read(member, disks.emplace_back());
    if (!member.Ok()) return false;
  }
  return true;
}

// Text from a file or a peer may hold any bytes; JSON may not.
std::string Dump(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

std::string ToJson(const Registration& value) {
  return Dump({{"zone", value.zone},
               {"instanceType", value.instance_type},
               {"accessKeyId", value.access_key_id},
               {"proof", value.proof},
               {"refusal", value.refusal},
               {"session", value.session},
               {"name", value.name}});
}

std::string ToJson(const Registered& value) {
  return Dump({{"session", value.session},
               {"account", value.account},
               {"region", value.region},
               {"refusal", value.refusal}});
}

std::string ToJson(const WantedSet& value) {
  Json disks = Json::array();
  for (const WantedDisk& disk : value.disks) {
    disks.push_back({{"disk", disk.disk},
                     {"serial", disk.serial},
                     {"image", disk.image},
                     {"generation", disk.generation},
                     {"bytes", disk.bytes},
                     {"shared", disk.shared},
                     {"flushRequest", disk.flush}});
  }
  return Dump({{"revision", value.revision}, {"disks", std::move(disks)}});
}

std::string ToJson(const ObservedSet& value) {
  Json disks = Json::array();
  for (const PresentDisk& disk : value.disks) {
    disks.push_back({{"disk", disk.disk},
                     {"generation", disk.generation},
                     {"bytes", disk.bytes},
                     {"linked", disk.linked},
                     {"flushed", disk.flushed}});
  }
  return Dump({{"revision", value.revision}, {"disks", std::move(disks)}});
}

std::optional<Registration> ParseRegistration(std::string_view text) {
  const Json json = Parse(text);
  ObjectReader reader(json);
  Registration value;
  reader.Read("zone", value.zone);
  reader.Read("instanceType", value.instance_type);
  reader.Read("accessKeyId", value.access_key_id);
  reader.Read("proof", value.proof);
  reader.Read("refusal", value.refusal);
  reader.Read("session", value.session);
  if (json.contains("name")) reader.Read("name", value.name);  // may be left out
  if (!reader.Ok()) return std::nullopt;
  return value;
}

std::optional<Registered> ParseRegistered(std::string_view text) {
  const Json json = Parse(text);
  ObjectReader reader(json);
  Registered value;
  reader.Read("session", value.session);
  reader.Read("account", value.account);
  reader.Read("region", value.region);
  reader.Read("refusal", value.refusal);
  if (!reader.Ok()) return std::nullopt;
  return value;
}

std::optional<WantedSet> ParseWantedSet(std::string_view text) {
  const Json json = Parse(text);
  ObjectReader reader(json);
  WantedSet value;
  reader.Read("revision", value.revision);
  const bool read = ReadDisks(reader, value.disks, [](ObjectReader& member, WantedDisk& disk) {
    member.Read("disk", disk.disk);
    member.Read("serial", disk.serial);
    member.Read("image", disk.image);
    member.Read("generation", disk.generation);
    member.Read("bytes", disk.bytes);
    member.Read("shared", disk.shared);
    member.Read("flushRequest", disk.flush);
  });
  if (!read) return std::nullopt;
  return value;
}

std::optional<ObservedSet> ParseObservedSet(std::string_view text) {
  const Json json = Parse(text);
  ObjectReader reader(json);
  ObservedSet value;
  reader.Read("revision", value.revision);
  const bool read = ReadDisks(reader, value.disks, [](ObjectReader& member, PresentDisk& disk) {
    member.Read("disk", disk.disk);
    member.Read("generation", disk.generation);
    member.Read("bytes", disk.bytes);
    member.Read("linked", disk.linked);
    member.Read("flushed", disk.flushed);
  });
  if (!read) return std::nullopt;
  return value;
}

}  // namespace cloudapi
