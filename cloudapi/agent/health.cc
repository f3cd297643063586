#include "cloudapi/agent/health.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace cloudapi {

Health::Health(Env& env, std::string instance_id)
    : env_(env), instance_id_(std::move(instance_id)), heartbeat_(env.Steady()) {}

void Health::Heartbeat(bool in_touch) {
  const auto now = env_.Steady();
  const absl::MutexLock lock(&mutex_);
  heartbeat_ = now;
  in_touch_ = in_touch;
}

void Health::Registered(const std::string& refusal) {
  const absl::MutexLock lock(&mutex_);
  usable_ = refusal.empty();
}

void Health::SetStatus(const std::string& line) {
  const absl::MutexLock lock(&mutex_);
  status_ = line;
}

bool Health::Alive() {
  const auto now = env_.Steady();
  const absl::MutexLock lock(&mutex_);
  return now - heartbeat_ < kHangTimeout;
}

bool Health::Ready() {
  const absl::MutexLock lock(&mutex_);
  return in_touch_ && usable_;
}

std::string Health::Text() {
  const absl::MutexLock lock(&mutex_);
  return nlohmann::json(
             {{"instance", instance_id_}, {"ready", in_touch_ && usable_}, {"says", status_}})
             .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace cloudapi
