#include "tools/bench/signer.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "tools/bench/load.h"

namespace zonedisk::bench {
namespace {

ecs::Parameters DescribeOne(const std::string& disk_id) {
  return {{"Action", "DescribeDisks"},
          {"RegionId", "cn-hangzhou"},
          {"DiskIds", "[\"" + disk_id + "\"]"}};
}

}  // namespace

// One timestamp serves the run: the server's skew allows fifteen minutes either way.
Signer::Signer(std::uint64_t seed)
    : random_(seed),
      timestamp_(fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)))) {}

const std::string& Signer::Describe(const std::string& disk_id) {
  return Sign("/", DescribeOne(disk_id));
}

const std::string& Signer::Health(const std::string& disk_id) {
  return Sign("/_zonedisk/health", DescribeOne(disk_id));
}

const std::string& Signer::Create() {
  const std::string token = NextNonce();
  return Sign("/", {{"Action", "CreateDisk"},
                    {"RegionId", "cn-hangzhou"},
                    {"ZoneId", "cn-hangzhou-b"},
                    {"DiskCategory", "cloud_essd"},
                    {"Size", "20"},
                    {"ClientToken", token},
                    {"Tag.1.Key", "createdby"},
                    {"Tag.1.Value", "bench"},
                    {"Tag.2.Key", "volume"},
                    {"Tag.2.Value", token}});
}

const std::string& Signer::Page(const std::string& next_token) {
  ecs::Parameters parameters{
      {"Action", "DescribeDisks"}, {"RegionId", "cn-hangzhou"}, {"MaxResults", "100"}};
  if (!next_token.empty()) parameters["NextToken"] = next_token;
  return Sign("/", std::move(parameters));
}

std::string Signer::NextNonce() {
  return fmt::format("{:016x}-{}", random_(), ++count_);
}

const std::string& Signer::Sign(const std::string& path, ecs::Parameters parameters) {
  text_ = GetRequest(path + "?" +
                     ecs::SignedQuery("GET", std::move(parameters), {"testid", "testsecret"},
                                      NextNonce(), timestamp_));
  return text_;
}

}  // namespace zonedisk::bench
