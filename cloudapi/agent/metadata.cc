#include "cloudapi/agent/metadata.h"

#include <fmt/format.h>

#include <utility>

#include "cloudapi/agent/metadata_items.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr int kLongestTtl = 21600;
constexpr std::size_t kMostTokens = 1024;

MetadataResponse Refused(int status, std::string_view why) {
  return {.status = status, .body = std::string(why)};
}

}  // namespace

Metadata::Metadata(Env& env, InstanceFacts facts, bool tokens_required)
    : env_(env), tokens_required_(tokens_required), facts_(std::move(facts)) {}

void Metadata::SetPlace(const std::string& region, const std::string& account) {
  const absl::MutexLock lock(&mutex_);
  facts_.region = region;
  facts_.account = account;
}

void Metadata::SetDisks(std::map<std::string, std::string> disks) {
  const absl::MutexLock lock(&mutex_);
  disks_ = std::move(disks);
}

MetadataResponse Metadata::Token(const std::string& ttl) {
  const int seconds = base::ParseNumber<int>(ttl).value_or(0);
  if (seconds < 1 || seconds > kLongestTtl) {
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

MetadataResponse Metadata::Get(const std::string& path, const std::string& token) {
  const absl::MutexLock lock(&mutex_);
  if (token.empty() && tokens_required_) return Refused(403, "a metadata token is required");
  if (!token.empty() && !IsValid(token)) return Refused(401, "the metadata token is not valid");
  if (facts_.region.empty()) return Refused(404, "not found");
  auto body = FindItem(MetadataItems(facts_, disks_, env_.WallNow()), path);
  if (!body) return Refused(404, "not found");
  return {.body = std::move(*body)};
}

}  // namespace cloudapi
