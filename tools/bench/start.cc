#include "tools/bench/start.h"

#include <chrono>

#include "tools/bench/load.h"
#include "tools/bench/server.h"
#include "tools/bench/signer.h"

namespace zonedisk::bench {

double StartMillis(const std::filesystem::path& program, const std::filesystem::path& data,
                   const std::vector<std::string>& arguments) {
  Signer signer(1);
  const CloudProcess cloud(program, data, arguments);
  const auto request = [&](std::size_t) -> const std::string& {
    return signer.Describe("d-bp100000000000000000");
  };
  MustSucceed(RunLoad(cloud.Port(), 1, std::chrono::seconds(10), 1, request), "DescribeDisks");
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() -
                                                   cloud.Forked())
      .count();
}

}  // namespace zonedisk::bench
