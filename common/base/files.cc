#include "common/base/files.h"

#include <array>
#include <cstddef>
#include <cstdio>
#include <memory>

namespace base {

std::optional<std::string> ReadFile(const std::filesystem::path& path) {
  constexpr auto kClose = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(kClose)> file(std::fopen(path.c_str(), "rbe"), kClose);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 65536> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), got);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

}  // namespace base
