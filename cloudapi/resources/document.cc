#include "cloudapi/resources/document.h"

#include "common/base/text.h"
#include "common/base/time.h"

namespace cloudapi {

std::string SecondsOr(const std::optional<SysMillis>& time) {
  return time ? base::FormatTime(*time) : std::string();
}

void WriteTags(JsonWriter& json, const std::vector<Tag>& tags) {
  json.Key("Tags").BeginObject().Key("Tag").BeginArray();
  for (const Tag& tag : tags) {
    json.BeginObject()
        .Field("TagKey", tag.key)
        .Field("TagValue", tag.value)
        .Field("Key", tag.key)
        .Field("Value", tag.value)
        .EndObject();
  }
  json.EndArray().EndObject();
}

void WriteUnset(JsonWriter& json, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) json.Field(name, "");
}

void WriteList(JsonWriter& json, std::string_view name, std::string_view item,
               std::string_view commas) {
  json.Key(name).BeginObject().Key(item).BeginArray();
  for (const std::string& text : SplitCommas(commas)) json.Value(text);
  json.EndArray().EndObject();
}

std::vector<std::string> SplitCommas(std::string_view text) {
  std::vector<std::string> items;
  for (const std::string_view item : base::Split(text, ',')) {
    if (!item.empty()) items.emplace_back(item);
  }
  return items;
}

std::string JoinCommas(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
  return text;
}

void WriteEmpty(JsonWriter& json, std::string_view name, std::string_view item) {
  json.Key(name).BeginObject().Key(item).BeginArray().EndArray().EndObject();
}

}  // namespace cloudapi
