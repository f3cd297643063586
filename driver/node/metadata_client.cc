#include "driver/node/metadata_client.h"

#include <fmt/core.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "driver/cloud/ecs_json.h"

namespace driver {
namespace {

using grpc::StatusCode;

constexpr const char* kTokenPath = "/latest/api/token";
constexpr const char* kDocumentPath = "/latest/dynamic/instance-identity/document";
constexpr const char* kTokenHeader = "X-aliyun-ecs-metadata-token";
constexpr const char* kLifetimeHeader = "X-aliyun-ecs-metadata-token-ttl-seconds";
constexpr const char* kLifetime = "60";  // the token is used at once
constexpr std::chrono::seconds kSocketLimit{1};

struct Attempt {
  Result<NodePlace> answer;
  bool final = false;
};

Attempt Refused(const char* path, const httplib::Result& answer) {
  if (!answer) {
    return {Fail(StatusCode::UNAVAILABLE,
                 fmt::format("instance metadata: {}", httplib::to_string(answer.error())))};
  }
  const int status = answer->status;
  const bool again = status == 401 || status == 429 || status >= 500;
  return {Fail(status == 404 ? StatusCode::NOT_FOUND : StatusCode::UNAVAILABLE,
               fmt::format("instance metadata: {} answers {}", path, status)),
          !again};
}

Attempt Parse(const std::string& body) {
  const auto document = nlohmann::json::parse(body, nullptr, false);
  if (!document.is_object() || TextIn(document, "region-id").empty()) {
    return {
        Fail(StatusCode::UNAVAILABLE, "instance metadata: the identity document names no region"),
        true};
  }
  return {NodePlace{.instance_id = TextIn(document, "instance-id"),
                    .region = TextIn(document, "region-id"),
                    .zone = TextIn(document, "zone-id"),
                    .instance_type = TextIn(document, "instance-type")},
          true};
}

Attempt Try(const std::string& url) {
  httplib::Client client(url);
  if (!client.is_valid()) {
    return {Fail(StatusCode::UNAVAILABLE, fmt::format("instance metadata: '{}' is no URL", url)),
            true};
  }
  client.set_connection_timeout(kSocketLimit);
  client.set_read_timeout(kSocketLimit);
  client.set_write_timeout(kSocketLimit);
  const auto token = client.Put(kTokenPath, httplib::Headers{{kLifetimeHeader, kLifetime}},
                                std::string(), "text/plain");
  if (!token || token->status != 200) return Refused(kTokenPath, token);
  const auto document = client.Get(kDocumentPath, httplib::Headers{{kTokenHeader, token->body}});
  if (!document || document->status != 200) return Refused(kDocumentPath, document);
  return Parse(document->body);
}

}  // namespace

Result<NodePlace> FetchIdentity(Clock& clock, const MetadataSettings& settings) {
  const auto until = clock.Now() + settings.limit;
  while (true) {
    auto attempt = Try(settings.url);
    if (attempt.answer || attempt.final) return std::move(attempt.answer);
    const auto next = clock.Now() + settings.pause;
    if (next >= until) return std::move(attempt.answer);
    clock.SleepUntil(next);
  }
}

}  // namespace driver
