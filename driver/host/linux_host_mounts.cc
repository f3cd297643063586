#include "driver/host/linux_host_mounts.h"

#include <sys/mount.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "common/base/text.h"

namespace driver {
namespace {

struct FlagWord {
  std::string_view word;
  unsigned long set = 0;
  unsigned long clear = 0;
};

constexpr std::array kFlagWords = {
    FlagWord{"ro", MS_RDONLY, 0},
    FlagWord{"rw", 0, MS_RDONLY},
    FlagWord{"nosuid", MS_NOSUID, 0},
    FlagWord{"suid", 0, MS_NOSUID},
    FlagWord{"nodev", MS_NODEV, 0},
    FlagWord{"dev", 0, MS_NODEV},
    FlagWord{"noexec", MS_NOEXEC, 0},
    FlagWord{"exec", 0, MS_NOEXEC},
    FlagWord{"noatime", MS_NOATIME, MS_RELATIME},
    FlagWord{"atime", 0, MS_NOATIME},
    FlagWord{"nodiratime", MS_NODIRATIME, 0},
    FlagWord{"diratime", 0, MS_NODIRATIME},
    FlagWord{"relatime", MS_RELATIME, MS_NOATIME},
    FlagWord{"strictatime", MS_STRICTATIME, MS_RELATIME | MS_NOATIME},
    FlagWord{"lazytime", MS_LAZYTIME, 0},
    FlagWord{"sync", MS_SYNCHRONOUS, 0},
    FlagWord{"async", 0, MS_SYNCHRONOUS},
    FlagWord{"dirsync", MS_DIRSYNC, 0},
};

// For mount(8), fstab and systemd; the kernel would refuse them.
constexpr std::array<std::string_view, 7> kIgnoredWords = {"defaults", "auto",    "noauto", "user",
                                                           "nouser",   "_netdev", "nofail"};

const FlagWord* FindFlag(std::string_view word) {
  const auto found = std::find_if(kFlagWords.begin(), kFlagWords.end(),
                                  [&](const FlagWord& flag) { return flag.word == word; });
  return found == kFlagWords.end() ? nullptr : &*found;
}

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    if (end != 0) parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

bool IsOctal(std::string_view digits) {
  return digits.size() == 3 && digits[0] <= '3' &&
         std::all_of(digits.begin(), digits.end(), [](char c) { return '0' <= c && c <= '7'; });
}

// The kernel writes space, tab, newline and backslash as \ooo.
std::string Unescape(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\\' && at + 3 < text.size() && IsOctal(text.substr(at + 1, 3))) {
      plain += static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 +
                                 (text[at + 3] - '0'));
      at += 3;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

std::optional<DeviceNumber> ParseDevice(std::string_view text) {
  const auto parts = base::Split(text, ':');
  if (parts.size() != 2) return std::nullopt;
  const auto major = base::ParseNumber<unsigned>(parts[0]);
  const auto minor = base::ParseNumber<unsigned>(parts[1]);
  if (!major || !minor) return std::nullopt;
  return DeviceNumber{*major, *minor};
}

bool HasWord(const std::vector<std::string_view>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// id parent major:minor root target options [optional …] - type source super-options
std::optional<MountEntry> ParseLine(std::string_view line) {
  const auto fields = Split(line, ' ');
  const auto dash = std::find(fields.begin(), fields.end(), "-");
  if (dash - fields.begin() < 6 || fields.end() - dash < 4) return std::nullopt;
  const auto device = ParseDevice(fields[2]);
  if (!device) return std::nullopt;
  const auto options = Split(fields[5], ',');
  const auto super_options = Split(*(dash + 3), ',');
  MountEntry entry{.device = *device,
                   .root = Unescape(fields[3]),
                   .target = Unescape(fields[4]),
                   .fs_type = Unescape(*(dash + 1)),
                   .source = Unescape(*(dash + 2)),
                   .read_only = HasWord(options, "ro"),
                   .file_system_read_only = HasWord(super_options, "ro")};
  entry.options.assign(options.begin(), options.end());
  entry.options.insert(entry.options.end(), super_options.begin(), super_options.end());
  return entry;
}

}  // namespace

std::vector<MountEntry> ParseMountInfo(std::string_view text) {
  std::vector<MountEntry> entries;
  for (const auto line : Split(text, '\n')) {
    if (auto entry = ParseLine(line)) entries.push_back(std::move(*entry));
  }
  return entries;
}

MountFlags ToMountFlags(const std::vector<std::string>& options) {
  MountFlags result;
  for (const auto& option : options) {
    for (const auto word : Split(option, ',')) {
      if (const auto* flag = FindFlag(word)) {
        result.flags = (result.flags & ~flag->clear) | flag->set;
      } else if (std::find(kIgnoredWords.begin(), kIgnoredWords.end(), word) ==
                 kIgnoredWords.end()) {
        if (!result.data.empty()) result.data += ',';
        result.data += word;
      }
    }
  }
  return result;
}

}  // namespace driver
