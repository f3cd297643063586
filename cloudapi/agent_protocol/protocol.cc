#include "cloudapi/agent_protocol/protocol.h"

#include <nlohmann/json.hpp>

#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

using Json = nlohmann::json;

// Reads members of one object. Ok is false from the first one on that is missing or of another
// type.
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

// An object with `revision` and the array `disks`, each element written by `write`.
template <class Disk, class WriteDisk>
std::string WriteDisks(std::int64_t revision, const std::vector<Disk>& disks,
                       const WriteDisk& write) {
  JsonWriter json;
  json.BeginObject().Field("revision", revision).Key("disks").BeginArray();
  for (const Disk& disk : disks) {
    json.BeginObject();
    write(json, disk);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return json.Take();
}

}  // namespace

std::string ToJson(const Registration& value) {
  JsonWriter json;
  json.BeginObject()
      .Field("zone", value.zone)
      .Field("instanceType", value.instance_type)
      .Field("accessKeyId", value.access_key_id)
      .Field("proof", value.proof)
      .Field("refusal", value.refusal)
      .Field("session", value.session)
      .Field("name", value.name)
      .EndObject();
  return json.Take();
}

std::string ToJson(const Registered& value) {
  JsonWriter json;
  json.BeginObject()
      .Field("session", value.session)
      .Field("account", value.account)
      .Field("region", value.region)
      .Field("refusal", value.refusal)
      .EndObject();
  return json.Take();
}

std::string ToJson(const WantedSet& value) {
  return WriteDisks(value.revision, value.disks, [](JsonWriter& json, const WantedDisk& disk) {
    json.Field("disk", disk.disk)
        .Field("serial", disk.serial)
        .Field("image", disk.image)
        .Field("generation", disk.generation)
        .Field("bytes", disk.bytes)
        .Field("shared", disk.shared)
        .Field("flushRequest", disk.flush);
  });
}

std::string ToJson(const ObservedSet& value) {
  return WriteDisks(value.revision, value.disks, [](JsonWriter& json, const PresentDisk& disk) {
    json.Field("disk", disk.disk)
        .Field("generation", disk.generation)
        .Field("bytes", disk.bytes)
        .Field("linked", disk.linked)
        .Field("flushed", disk.flushed);
  });
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
