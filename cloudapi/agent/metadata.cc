#include "cloudapi/agent/metadata.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

namespace cloudapi {
namespace {

constexpr int kLongestTtl = 21600;
constexpr std::size_t kMostTokens = 1024;
constexpr std::string_view kRoot = "/latest/";
// The service wants these names even where a value makes no sense for a stand-in.
constexpr std::string_view kImageId = "zonedisk";

MetadataAnswer Refused(int status, std::string_view why) {
  return {.status = status, .body = std::string(why)};
}

std::string Document(const MetadataFacts& facts) {
  return nlohmann::json({{"zone-id", facts.zone},
                         {"region-id", facts.region},
                         {"instance-id", facts.instance_id},
                         {"instance-type", facts.instance_type},
                         {"serial-number", facts.instance_id},
                         {"owner-account-id", facts.account},
                         {"image-id", kImageId},
                         {"private-ipv4", "127.0.0.1"},
                         {"mac", ""}})
      .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::map<std::string, std::string, std::less<>> Items(const MetadataFacts& facts) {
  return {{"meta-data/instance-id", facts.instance_id},
          {"meta-data/region-id", facts.region},
          {"meta-data/zone-id", facts.zone},
          {"meta-data/owner-account-id", facts.account},
          {"meta-data/hostname", facts.instance_id},
          {"meta-data/serial-number", facts.instance_id},
          {"meta-data/image-id", std::string(kImageId)},
          {"meta-data/private-ipv4", "127.0.0.1"},
          {"meta-data/network-type", "vpc"},
          {"meta-data/instance/instance-type", facts.instance_type},
          {"meta-data/instance/instance-name", facts.instance_id},
          {"dynamic/instance-identity/document", Document(facts)}};
}

}  // namespace

Metadata::Metadata(Env& env, MetadataFacts facts, bool tokens_required)
    : env_(env), tokens_required_(tokens_required), facts_(std::move(facts)) {}

void Metadata::SetPlace(const std::string& region, const std::string& account) {
  const absl::MutexLock lock(&mutex_);
  facts_.region = region;
  facts_.account = account;
}

MetadataAnswer Metadata::Token(const std::string& ttl) {
  int seconds = 0;
  const auto [end, error] = std::from_chars(ttl.data(), ttl.data() + ttl.size(), seconds);
  if (error != std::errc() || end != ttl.data() + ttl.size() || seconds < 1 ||
      seconds > kLongestTtl) {
    return Refused(400, "X-aliyun-ecs-metadata-token-ttl-seconds must be 1 to 21600");
  }
  const absl::MutexLock lock(&mutex_);
  const auto now = env_.Steady();
  std::erase_if(tokens_, [&](const auto& token) { return token.second <= now; });
  if (tokens_.size() >= kMostTokens) tokens_.clear();  // clients fetch another one on 401
  std::string token = fmt::format("{:016x}{:016x}", env_.Random(), env_.Random());
  tokens_[token] = now + std::chrono::seconds(seconds);
  return {.body = std::move(token)};
}

bool Metadata::IsValid(const std::string& token) {
  const auto found = tokens_.find(token);
  return found != tokens_.end() && env_.Steady() < found->second;
}

MetadataAnswer Metadata::Get(const std::string& path, const std::string& token) {
  const absl::MutexLock lock(&mutex_);
  if (token.empty() && tokens_required_) return Refused(403, "a metadata token is required");
  if (!token.empty() && !IsValid(token)) return Refused(401, "the metadata token is not valid");
  if (facts_.region.empty() || !path.starts_with(kRoot)) return Refused(404, "not found");
  const std::string_view item = std::string_view(path).substr(kRoot.size());
  auto items = Items(facts_);
  const auto found = items.find(item);
  if (found == items.end()) return Refused(404, "not found");
  return {.body = std::move(found->second)};
}

}  // namespace cloudapi
