#include "driver/cloud/cloud.h"

#include <algorithm>
#include <array>

namespace driver {
namespace {

struct StatusWord {
  DiskStatus status;
  std::string_view word;
};

constexpr std::array kStatusWords = {
    StatusWord{DiskStatus::kCreating, "Creating"},
    StatusWord{DiskStatus::kAvailable, "Available"},
    StatusWord{DiskStatus::kAttaching, "Attaching"},
    StatusWord{DiskStatus::kInUse, "In_use"},
    StatusWord{DiskStatus::kDetaching, "Detaching"},
    StatusWord{DiskStatus::kReIniting, "ReIniting"},
    StatusWord{DiskStatus::kOther, "in an unknown state"},
};

}  // namespace

std::optional<std::string> FindTag(const Tags& tags, std::string_view key) {
  const auto found = std::ranges::find(tags, key, &Tag::key);
  if (found == tags.end()) return std::nullopt;
  return found->value;
}

std::string_view ToString(DiskStatus status) {
  return std::ranges::find(kStatusWords, status, &StatusWord::status)->word;
}

DiskStatus ParseDiskStatus(std::string_view word) {
  const auto* found = std::ranges::find(kStatusWords, word, &StatusWord::word);
  return found == kStatusWords.end() ? DiskStatus::kOther : found->status;
}

}  // namespace driver
