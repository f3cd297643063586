#pragma once
// What the documents of several kinds have in common.
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/env.h"
#include "cloudapi/base/json.h"
#include "cloudapi/resources/tag.h"

namespace cloudapi {

// ExpiredTime of pay-as-you-go resources.
inline constexpr std::string_view kNeverExpires = "2999-09-08T16:00Z";

// Empty while the time is not known.
std::string SecondsOr(const std::optional<SysMillis>& time);
// "Tags":{"Tag":[…]}: clients read TagKey/TagValue or Key/Value, depending on their age.
void WriteTags(JsonWriter& json, const std::vector<Tag>& tags);
// "Name":"" for each.
void WriteUnset(JsonWriter& json, std::initializer_list<std::string_view> names);
// "Name":{"Item":["a","b"]} of a text with commas between.
void WriteList(JsonWriter& json, std::string_view name, std::string_view item,
               std::string_view commas);
std::vector<std::string> SplitCommas(std::string_view text);
std::string JoinCommas(const std::vector<std::string>& items);
// "Name":{"Item":[]}
void WriteEmpty(JsonWriter& json, std::string_view name, std::string_view item);

}  // namespace cloudapi
