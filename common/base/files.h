#pragma once
#include <filesystem>
#include <optional>
#include <string>

namespace base {

// All of the file; nothing where it cannot be opened or read to its end: a folder, a file of /sys
// whose device is gone.
std::optional<std::string> ReadFile(const std::filesystem::path& path);

}  // namespace base
