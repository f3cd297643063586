#include "tools/bench/load.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "tools/bench/limits.h"

namespace zonedisk::bench {
namespace {

using std::chrono::milliseconds;

TEST(LoadTest, GivenFixedServerWhenLoadedThenEveryRequestIsAnswered) {
  const FixedServer server("fixed");
  const std::string request = GetRequest("/?Action=DescribeDisks");
  std::size_t made = 0;
  const auto source = [&](std::size_t) -> const std::string& {
    ++made;
    return request;
  };
  const LoadResult result = RunLoad(server.Port(), 8, milliseconds(10'000), 1'000, source);
  EXPECT_EQ(result.answered, 1'000U);
  EXPECT_EQ(made, 1'000U);
  EXPECT_EQ(result.refused, 0U);
  EXPECT_GT(result.PerSecond(), 0);
  EXPECT_GT(result.p50_us, 0);
  EXPECT_GE(result.p99_us, result.p50_us);
}

TEST(LoadTest, GivenASinkWhenLoadedThenItIsGivenEachBody) {
  const FixedServer server("fixed");
  const std::string request = GetRequest("/");
  std::size_t bodies = 0;
  RunLoad(
      server.Port(), 2, milliseconds(10'000), 10,
      [&](std::size_t) -> const std::string& { return request; },
      [&](std::string_view body) { bodies += body == "fixed" ? 1 : 0; });
  EXPECT_EQ(bodies, 10U);
}

TEST(MustSucceedTest, GivenARefusedRequestWhenCheckedThenTheProcessEndsWithIt) {
  MustSucceed({.answered = 2}, "all is well");
  EXPECT_EXIT(MustSucceed({.answered = 2, .refused = 1, .refusal = "QuotaExceed"}, "CreateDisk"),
              testing::ExitedWithCode(1), "CreateDisk: 1 of 2 requests were refused\nQuotaExceed");
  EXPECT_EXIT(MustSucceed({}, "nothing"), testing::ExitedWithCode(1), "0 of 0");
}

TEST(LoadTest, GivenADurationWhenItIsOverThenTheLoadEnds) {
  const FixedServer server("fixed");
  const std::string request = GetRequest("/");
  const auto source = [&](std::size_t) -> const std::string& { return request; };
  const LoadResult result = RunLoad(server.Port(), 1, milliseconds(20), SIZE_MAX, source);
  EXPECT_GT(result.answered, 0U);
  EXPECT_GE(result.seconds, 0.02);
}

TEST(LoadTest, GivenFixedServerWhenFetchedThenItsBody) {
  const FixedServer server(std::string(100'000, 'x'));
  EXPECT_EQ(Fetch(server.Port(), GetRequest("/")), std::string(100'000, 'x'));
}

TEST(GroupCommitTest, GivenCallersWhenMeasuredThenRowsAreCommitted) {
  std::string folder_name = testing::TempDir() + "bench-" + std::string(6, 'X');
  ASSERT_NE(mkdtemp(folder_name.data()), nullptr);
  const auto folder = std::filesystem::path(folder_name) / "limit";
  EXPECT_GT(GroupCommitRowsPerSecond(folder, 4, milliseconds(50)), 0);
  EXPECT_GT(std::filesystem::file_size(folder / "limit.db"), 0U);
  std::filesystem::remove_all(folder_name);
}

}  // namespace
}  // namespace zonedisk::bench
