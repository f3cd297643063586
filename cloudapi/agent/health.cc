#include "cloudapi/agent/health.h"

#include <utility>

#include "cloudapi/base/json.h"

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
  JsonWriter json;
  json.BeginObject()
      .Field("instance", instance_id_)
      .Field("ready", in_touch_ && usable_)
      .Field("status", status_)
      .EndObject();
  return json.Take() + "\n";
}

}  // namespace cloudapi
