#pragma once
// Limits and formats that several actions share. Every function is pure.
// Source: ECS API reference, "limits" and the parameter pages of the disk and snapshot actions.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "cloudapi/resources/kinds.h"

namespace cloudapi {

inline constexpr std::size_t kMaxAttachmentsPerDisk = 16;
inline constexpr std::int64_t kMaxSnapshotsPerDisk = 256;
inline constexpr std::int64_t kMaxTagsPerResource = 20;

// 2 to 128 characters, first a letter of any script, then letters, digits, `:`, `_`, `.`, `-`.
// Errors: 400 `code`.
Result<void> CheckName(std::string_view name, std::string_view code);
// Empty, or 2 to 256 characters not starting with http:// or https://.
// Errors: `status` InvalidDescription.Malformed (some actions answer it as 404).
Result<void> CheckDescription(std::string_view description, int status);
// Keys 1..128, values 0..128 characters, no "http(s)://", no reserved prefix (acs:, aliyun), no key
// twice. How many there may be is a quota. Errors: 400 Duplicate.TagKey, InvalidTagKey.Malformed,
// InvalidTagValue.Malformed.
Result<void> CheckTags(const std::vector<Tag>& tags);

// Characters (code points) of a UTF-8 text; nothing when it is not valid UTF-8.
std::optional<std::size_t> CountCharacters(std::string_view text);

}  // namespace cloudapi
