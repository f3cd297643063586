#include "common/base/files.h"

#include <gtest/gtest.h>

#include <fstream>

namespace base {
namespace {

TEST(ReadFileTest, GivenAFileWhenReadThenAllOfIt) {
  const auto path = std::filesystem::path(testing::TempDir()) / "zonedisk_files_test";
  const std::string text = std::string(200'000, 'x') + "\r\n\0y";
  std::ofstream(path, std::ios::binary) << text;
  EXPECT_EQ(ReadFile(path), text);
  std::ofstream(path, std::ios::trunc).flush();
  EXPECT_EQ(ReadFile(path), "");
  std::filesystem::remove(path);
}

TEST(ReadFileTest, GivenWhatCannotBeReadWhenReadThenNothing) {
  EXPECT_EQ(ReadFile("/nowhere/at/all"), std::nullopt);
  EXPECT_EQ(ReadFile("/"), std::nullopt) << "opens, and no byte of it can be read";
}

}  // namespace
}  // namespace base
