#include "cloudapi/resources/model.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::array kDiskWords = {
    std::pair{DiskStatus::kCreating, std::string_view("Creating")},
    std::pair{DiskStatus::kAvailable, std::string_view("Available")},
    std::pair{DiskStatus::kAttaching, std::string_view("Attaching")},
    std::pair{DiskStatus::kInUse, std::string_view("In_use")},
    std::pair{DiskStatus::kDetaching, std::string_view("Detaching")},
    std::pair{DiskStatus::kReIniting, std::string_view("ReIniting")},
};
constexpr std::array kSnapshotWords = {
    std::pair{SnapshotStatus::kProgressing, std::string_view("progressing")},
    std::pair{SnapshotStatus::kAccomplished, std::string_view("accomplished")},
    std::pair{SnapshotStatus::kFailed, std::string_view("failed")},
};
constexpr std::array kInstanceWords = {
    std::pair{InstanceStatus::kPending, std::string_view("Pending")},
    std::pair{InstanceStatus::kStarting, std::string_view("Starting")},
    std::pair{InstanceStatus::kRunning, std::string_view("Running")},
    std::pair{InstanceStatus::kStopping, std::string_view("Stopping")},
    std::pair{InstanceStatus::kStopped, std::string_view("Stopped")},
};

template <class Words, class Status>
std::string_view WordOf(const Words& words, Status status) {
  const auto row = std::ranges::find(words, status, [](const auto& word) { return word.first; });
  return row == words.end() ? std::string_view() : row->second;
}

template <class Status, class Words>
std::optional<Status> StatusOf(const Words& words, std::string_view text) {
  const auto row = std::ranges::find(words, text, [](const auto& word) { return word.second; });
  if (row == words.end()) return std::nullopt;
  return row->first;
}

// The digits at `at`, or nothing.
std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char digit : text.substr(at, count)) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  return value;
}

}  // namespace

std::string_view ToString(DiskStatus status) {
  return WordOf(kDiskWords, status);
}
std::string_view ToString(SnapshotStatus status) {
  return WordOf(kSnapshotWords, status);
}
std::string_view ToString(InstanceStatus status) {
  return WordOf(kInstanceWords, status);
}

std::optional<DiskStatus> ParseDiskStatus(std::string_view text) {
  return StatusOf<DiskStatus>(kDiskWords, text);
}
std::optional<SnapshotStatus> ParseSnapshotStatus(std::string_view text) {
  return StatusOf<SnapshotStatus>(kSnapshotWords, text);
}
std::optional<InstanceStatus> ParseInstanceStatus(std::string_view text) {
  return StatusOf<InstanceStatus>(kInstanceWords, text);
}

std::string SerialNumber(std::string_view disk_id) {
  const std::size_t dash = disk_id.find('-');
  return std::string(dash == std::string_view::npos ? disk_id : disk_id.substr(dash + 1));
}

std::string FormatSeconds(SysMillis time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

std::string FormatMinutes(SysMillis time) {
  const std::string seconds = FormatSeconds(time);
  return seconds.substr(0, seconds.size() - 4) + "Z";
}

std::optional<SysMillis> ParseTime(std::string_view text) {
  constexpr std::string_view kSeconds = "0000-00-00T00:00:00Z";
  constexpr std::string_view kMinutes = "0000-00-00T00:00Z";
  const std::string_view shape = text.size() == kMinutes.size() ? kMinutes : kSeconds;
  if (text.size() != shape.size()) return std::nullopt;
  for (std::size_t at = 0; at < shape.size(); ++at) {
    if (shape[at] != '0' && shape[at] != text[at]) return std::nullopt;
  }
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = shape == kSeconds ? Digits(text, 17, 2) : 0;
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (*hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second);
}

}  // namespace cloudapi
