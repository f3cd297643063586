#include "driver/controller/ignored_parameters.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace driver {
namespace {

constexpr std::size_t kMostLogged = 1000;
constexpr Duration kEventLimit = std::chrono::seconds(2);

std::string TextOf(const std::vector<std::string>& ignored) {
  return fmt::format("taken without effect: {}", fmt::join(ignored, "; "));
}

}  // namespace

void IgnoredParameters::Log(const std::string& text) {
  const absl::MutexLock lock(&mutex_);
  if (logged_.size() < kMostLogged && logged_.insert(text).second) {
    spdlog::warn("class parameters {}", text);
  }
}

void IgnoredParameters::Report(const CreateVolumeRequest& made, const Deadline& deadline) {
  if (made.disk.ignored.empty()) return;
  const auto text = TextOf(made.disk.ignored);
  Log(text);
  if (cluster_ == nullptr || made.claim.uid.empty()) return;
  const Deadline soon{.at = std::min(deadline.at, clock_.Now() + kEventLimit)};
  const ClaimWarning warning{.ns = made.claim.ns,
                             .name = made.claim.name,
                             .uid = made.claim.uid,
                             .reason = "ParameterIgnored",
                             .message = text};
  if (const auto warned = cluster_->Warn(warning, soon); !warned) {
    spdlog::warn("claim {}/{}: {}", made.claim.ns, made.claim.name, warned.error().message);
  }
}

void IgnoredParameters::Report(const CreateSnapshotRequest& made) {
  if (!made.parameters.ignored.empty()) Log(TextOf(made.parameters.ignored));
}

}  // namespace driver
