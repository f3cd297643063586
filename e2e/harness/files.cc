#include "e2e/harness/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mount.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>

#include "common/base/files.h"
#include "e2e/harness/process.h"

namespace e2e {
namespace {

constexpr std::size_t kSector = 4096;

bool IsUnder(const std::string& path, const std::filesystem::path& folder) {
  const std::string prefix = folder.string();
  return path == prefix || path.rfind(prefix + "/", 0) == 0;
}

bool WriteAll(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = write(file, content.data(), content.size());
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return fsync(file) == 0;
}

bool WriteTo(const std::filesystem::path& path, std::string_view content, int flags) {
  const int file = open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, 0644);
  if (file < 0) return false;
  const bool written = WriteAll(file, content);
  return close(file) == 0 && written;
}

}  // namespace

TempFolder::TempFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "zonedisk-e2e-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) std::abort();
  path_ = std::filesystem::canonical(pattern);
}

TempFolder::~TempFolder() {
  ReleaseDevicesUnder(path_);
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::vector<std::filesystem::path> MountsUnder(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> mounts;
  std::ifstream table("/proc/self/mountinfo");
  for (std::string line; std::getline(table, line);) {
    std::istringstream fields(line);
    std::string field;
    for (int column = 0; column < 5; ++column) fields >> field;  // the fifth is the mount point
    if (IsUnder(field, folder)) mounts.emplace_back(field);
  }
  // Later mounts lie on top of earlier ones.
  std::reverse(mounts.begin(), mounts.end());
  return mounts;
}

std::vector<std::string> LoopsUnder(const std::filesystem::path& folder) {
  std::vector<std::string> loops;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block")) {
    std::string backing = ReadFile(entry.path() / "loop" / "backing_file");
    if (!backing.empty() && backing.back() == '\n') backing.pop_back();
    if (IsUnder(backing, folder)) loops.push_back("/dev/" + entry.path().filename().string());
  }
  return loops;
}

void ReleaseDevicesUnder(const std::filesystem::path& folder) {
  // A file system on a loop device may hide further mounts and images: look again after each round.
  for (int round = 0; round < 5; ++round) {
    const auto mounts = MountsUnder(folder);
    const auto loops = LoopsUnder(folder);
    if (mounts.empty() && loops.empty()) return;
    for (const auto& loop : loops) {
      RunCommand({"umount", "--all-targets", loop});
      RunCommand({"losetup", "--detach", loop});
    }
    for (const auto& mount : mounts) umount2(mount.c_str(), MNT_DETACH);
  }
}

std::optional<bool> GrowsMountedExt4() {
  const TempFolder folder;
  const auto image = folder.Path() / "image";
  const auto mount = folder.Path() / "mount";
  std::filesystem::create_directory(mount);
  if (!WriteFile(image, "")) return std::nullopt;
  std::filesystem::resize_file(image, std::uintmax_t{64} << 20);
  auto device = RunCommand({"losetup", "--find", "--show", image.string()});
  if (!device.Ok()) return std::nullopt;
  while (!device.output.empty() && device.output.back() == '\n') device.output.pop_back();
  const auto& loop = device.output;
  if (!RunCommand({"mkfs.ext4", "-q", "-F", loop, "32m"}).Ok()) return std::nullopt;
  if (!RunCommand({"mount", loop, mount.string()}).Ok()) return std::nullopt;
  return RunCommand({"resize2fs", loop}).Ok();
}

std::string Pattern(std::string_view seed, std::size_t size) {
  std::string text;
  text.reserve(size + 64);
  for (std::size_t line = 0; text.size() < size; ++line) {
    fmt::format_to(std::back_inserter(text), "{} {}\n", seed, line * 2654435761U);
  }
  text.resize(size);
  return text;
}

bool WriteFile(const std::filesystem::path& path, std::string_view content) {
  return WriteTo(path, content, O_CREAT | O_TRUNC);
}

std::string ReadFile(const std::filesystem::path& path) {
  return base::ReadFile(path).value_or("");
}

std::string ReadDevice(const std::filesystem::path& path, std::size_t size) {
  const int file = open(path.c_str(), O_RDONLY | O_DIRECT | O_CLOEXEC);
  if (file < 0) return {};
  const std::size_t whole = (size + kSector - 1) / kSector * kSector;
  const std::unique_ptr<char, decltype(&std::free)> buffer(
      static_cast<char*>(std::aligned_alloc(kSector, whole)), &std::free);
  const ssize_t count = read(file, buffer.get(), whole);
  close(file);
  return count < 0 ? std::string{}
                   : std::string(buffer.get(), std::min(size, static_cast<std::size_t>(count)));
}

bool WriteDevice(const std::filesystem::path& path, std::string_view content) {
  return WriteTo(path, content, 0);
}

std::string Checksum(std::string_view content) {
  std::uint64_t hash = 14695981039346656037U;  // FNV-1a
  for (const char byte : content) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace e2e
