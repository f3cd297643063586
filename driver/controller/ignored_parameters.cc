#include "driver/controller/ignored_parameters.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "driver/controller/claim_warning.h"

namespace driver {
namespace {

constexpr std::size_t kMostLogged = 1000;

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
  WarnClaim(cluster_, clock_, made.claim, "ParameterIgnored", text, deadline);
}

void IgnoredParameters::Report(const SnapshotParameters& made) {
  if (!made.ignored.empty()) Log(TextOf(made.ignored));
}

}  // namespace driver
