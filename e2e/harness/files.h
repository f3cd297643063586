#pragma once
// Folders, mounts and loop devices that a test makes or inspects.
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace e2e {

// A fresh folder under the system's temporary one. The destructor first undoes every mount and loop
// device under it.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& Path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Mount points at or under `folder`, innermost first.
std::vector<std::filesystem::path> MountsUnder(const std::filesystem::path& folder);
// Loop devices whose backing file lies under `folder`, deleted files included: "/dev/loop3".
std::vector<std::string> LoopsUnder(const std::filesystem::path& folder);
// Unmounts and detaches both.
void ReleaseDevicesUnder(const std::filesystem::path& folder);

// Whether this machine's kernel lets us grow an ext4 file system that is mounted: tried on a loop
// device. nullopt when it cannot be tried; root is needed.
std::optional<bool> GrowsMountedExt4();

// Returns `size` bytes of test data that depend on `seed` and on the position.
std::string Pattern(std::string_view seed, std::size_t size);
// Writes and fsyncs. Returns false on any error.
bool WriteFile(const std::filesystem::path& path, std::string_view content);
// Returns the whole content; empty when it cannot be read.
std::string ReadFile(const std::filesystem::path& path);
// Returns the first `size` bytes of a device, read past the page cache.
std::string ReadDevice(const std::filesystem::path& path, std::size_t size);
bool WriteDevice(const std::filesystem::path& path, std::string_view content);
// Returns a short text that differs when the content does.
std::string Checksum(std::string_view content);

}  // namespace e2e
