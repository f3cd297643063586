#include "tools/bench/server.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace zonedisk::bench {
namespace {

namespace fs = std::filesystem;

// Tests with a fresh folder and programs in it.
class CloudProcessTest : public testing::Test {
 protected:
  CloudProcessTest() : folder_(testing::TempDir() + "bench-" + std::string(6, 'X')) {
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~CloudProcessTest() override { fs::remove_all(folder_); }

  fs::path Script(const std::string& body) const {
    const fs::path path = Folder() / "program";
    std::ofstream(path) << "#!/bin/sh\n" << body;
    fs::permissions(path, fs::perms::owner_all);
    return path;
  }
  fs::path Folder() const { return folder_; }

 private:
  std::string folder_;
};

TEST_F(CloudProcessTest, GivenALineWithThePortWhenStartedThenItIsReadAndTheProgramEnds) {
  const fs::path data = Folder() / "data";
  {
    const CloudProcess cloud(
        Script("echo \"$@\"; echo 'starting: a:b' >&2; echo 'listening on http://127.0.0.1:4711 "
               "now'; exec tail -f /dev/null\n"),
        data, {"--blocks", "none"});
    EXPECT_EQ(cloud.Port(), 4711);
    EXPECT_GE(cloud.CpuSeconds(), 0);
    EXPECT_GT(cloud.RssAnonMiB(), 0);
  }
  std::ifstream log(data / "cloud.log");
  std::string arguments;
  std::getline(log, arguments);
  EXPECT_EQ(arguments, "--listen 127.0.0.1:0 --data-dir " + data.string() + " --blocks none");
}

TEST_F(CloudProcessTest, GivenAProgramThatEndsWhenStartedThenTheBenchmarkSaysSo) {
  EXPECT_EXIT(CloudProcess(Script("echo 'no disk'; exit 1\n"), Folder() / "data", {}),
              testing::ExitedWithCode(1), "did not start");
}

TEST(TrueProcessTest, GivenTheShortestProgramWhenTimedThenItTookSomeTime) {
  EXPECT_GT(TrueProcessMillis(), 0);
}

}  // namespace
}  // namespace zonedisk::bench
