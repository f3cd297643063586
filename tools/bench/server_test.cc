#include "tools/bench/server.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace zonedisk::bench {
namespace {

namespace fs = std::filesystem;

fs::path Script(const std::string& name, const std::string& body) {
  const fs::path path = fs::path(testing::TempDir()) / name;
  std::ofstream(path) << "#!/bin/sh\n" << body;
  fs::permissions(path, fs::perms::owner_all);
  return path;
}

TEST(CloudProcessTest, GivenALineWithThePortWhenStartedThenItIsReadAndTheProgramEnds) {
  const fs::path data = fs::path(testing::TempDir()) / "bench_server_test";
  {
    const CloudProcess cloud(
        Script(
            "bench_cloud.sh",
            "echo \"$@\"; echo 'starting: a:b' >&2; echo 'listening on http://127.0.0.1:4711 now'; "
            "exec tail -f /dev/null\n"),
        data, {"--blocks", "none"});
    EXPECT_EQ(cloud.Port(), 4711);
    EXPECT_GE(cloud.CpuSeconds(), 0);
    EXPECT_GT(cloud.RssAnonMiB(), 0);
  }
  std::ifstream log(data / "cloud.log");
  std::string arguments;
  std::getline(log, arguments);
  EXPECT_EQ(arguments, "--listen 127.0.0.1:0 --data-dir " + data.string() + " --blocks none");
  fs::remove_all(data);
}

TEST(CloudProcessDeathTest, GivenAProgramThatEndsWhenStartedThenTheBenchmarkSaysSo) {
  const fs::path program = Script("bench_broken_cloud.sh", "echo 'no disk'; exit 1\n");
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(CloudProcess(program, fs::path(testing::TempDir()) / "bench_broken", {}),
              testing::ExitedWithCode(1), "did not start");
}

TEST(TrueProcessTest, GivenTheShortestProgramWhenTimedThenItTookSomeTime) {
  EXPECT_GT(TrueProcessMillis(), 0);
}

}  // namespace
}  // namespace zonedisk::bench
