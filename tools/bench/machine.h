#pragma once
// The machine that a result was measured on.
#include <filesystem>
#include <string>

namespace zonedisk::bench {

// One line: processor and cores, kernel, the file system of `folder`, the compiler's build type.
std::string Machine(const std::filesystem::path& folder);

}  // namespace zonedisk::bench
