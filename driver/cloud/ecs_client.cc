#include "driver/cloud/ecs_client.h"

#include <httplib.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "common/base/time.h"
#include "driver/base/call_limit.h"
#include "driver/cloud/ecs_json.h"

namespace driver {
namespace {

using nlohmann::json;

// Longer requests go into the body: servers and proxies bound the request line.
constexpr std::size_t kLongestQuery = 4000;
constexpr std::size_t kMostIdleConnections = 16;

std::string ToHex(std::uint64_t number) {
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(number));
  return text;
}

// The refusal in an answer that is not 200.
CloudError ToRefusal(int status, const std::string& body) {
  const json answer = json::parse(body, nullptr, false);
  CloudError error{TextIn(answer, "Code"), status, TextIn(answer, "Message")};
  if (error.code.empty()) {
    error.message = "HTTP " + std::to_string(status) + " without an ECS error";
  }
  return error;
}

}  // namespace

EcsClient::EcsClient(HttpCloudSettings settings, Clock& clock)
    : settings_(std::move(settings)), clock_(clock) {}

EcsClient::~EcsClient() = default;

CloudResult<json> EcsClient::Call(const char* action, ecs::Parameters call) {
  call["Action"] = action;
  call["RegionId"] = settings_.region;
  const std::string text = ecs::SignedQuery(
      "POST", std::move(call),
      {settings_.access_key_id, settings_.access_key_secret, settings_.security_token},
      ToHex(clock_.Random()) + ToHex(clock_.Random()), base::FormatTime(clock_.WallNow()));
  const auto patience = TimeToAnswer();
  if (patience.count() <= 0) {
    return Fail(
        CloudError{std::string(kNoAnswer), 0, std::string(action) + ": no time is left to ask"});
  }
  auto connection = Take(patience);
  const auto answer = text.size() <= kLongestQuery
                          ? connection->Post("/?" + text)
                          : connection->Post("/", text, "application/x-www-form-urlencoded");
  if (!answer) {
    return Fail(CloudError{std::string(kNoAnswer), 0,
                           std::string(action) + ": no answer from " + settings_.endpoint + " (" +
                               httplib::to_string(answer.error()) + ")"});
  }
  Return(std::move(connection));
  if (answer->status != 200) return Fail(ToRefusal(answer->status, answer->body));
  json parsed = json::parse(answer->body, nullptr, false);
  if (!parsed.is_object()) {
    return Fail(CloudError{std::string(kNoAnswer), 200,
                           std::string(action) + ": the answer is not a JSON object"});
  }
  return parsed;
}

std::chrono::milliseconds EcsClient::TimeToAnswer() const {
  const auto until = CallLimit::Current();
  if (!until) return settings_.answer_timeout;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*until - clock_.Now());
  return std::min(left, settings_.answer_timeout);
}

EcsClient::Connection EcsClient::Take(std::chrono::milliseconds patience) {
  auto connection = TakeIdle();
  if (!connection) {
    connection = std::make_unique<httplib::Client>(settings_.endpoint);
    connection->set_keep_alive(true);
    connection->set_tcp_nodelay(true);
    connection->set_url_encode(false);  // the signature covers our own encoding
  }
  connection->set_connection_timeout(std::min(patience, settings_.connect_timeout));
  connection->set_read_timeout(patience);
  connection->set_write_timeout(patience);
  return connection;
}

EcsClient::Connection EcsClient::TakeIdle() {
  const absl::MutexLock lock(&mutex_);
  if (idle_.empty()) return nullptr;
  Connection connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void EcsClient::Return(Connection connection) {
  const absl::MutexLock lock(&mutex_);
  if (idle_.size() < kMostIdleConnections) idle_.push_back(std::move(connection));
}

}  // namespace driver
