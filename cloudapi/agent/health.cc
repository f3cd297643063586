#include "cloudapi/agent/health.h"

#include <nlohmann/json.hpp>
#include <utility>

namespace cloudapi {

Health::Health(Env& env, std::string instance_id)
    : env_(env), instance_id_(std::move(instance_id)), turned_(env.Steady()) {}

void Health::Turned(bool in_touch) {
  const auto now = env_.Steady();
  const absl::MutexLock lock(&mutex_);
  turned_ = now;
  in_touch_ = in_touch;
}

void Health::Registered(const std::string& refusal) {
  const absl::MutexLock lock(&mutex_);
  usable_ = refusal.empty();
}

void Health::Says(const std::string& line) {
  const absl::MutexLock lock(&mutex_);
  says_ = line;
}

bool Health::Alive() {
  const auto now = env_.Steady();
  const absl::MutexLock lock(&mutex_);
  return now - turned_ < kHangs;
}

bool Health::Ready() {
  const absl::MutexLock lock(&mutex_);
  return in_touch_ && usable_;
}

std::string Health::Text() {
  const absl::MutexLock lock(&mutex_);
  return nlohmann::json(
             {{"instance", instance_id_}, {"ready", in_touch_ && usable_}, {"says", says_}})
             .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace cloudapi
