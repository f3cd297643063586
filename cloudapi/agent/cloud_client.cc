#include "cloudapi/agent/cloud_client.h"

#include <fmt/format.h>
#include <httplib.h>

#include <nlohmann/json.hpp>
#include <utility>

namespace cloudapi {
namespace {

constexpr std::chrono::seconds kConnectTimeout{2};
constexpr std::chrono::seconds kReadTimeout{15};  // longer than any poll
constexpr const char* kJson = "application/json";

ApiError Failure(int status, std::string message) {
  return {.http_status = status, .code = "CloudFailure", .message = std::move(message)};
}

class HttpClient : public CloudClient {
 public:
  explicit HttpClient(const CloudClientOptions& options)
      : path_(std::string(kAgentPrefix) + options.instance_id), client_(options.url) {
    client_.set_connection_timeout(kConnectTimeout);
    client_.set_read_timeout(kReadTimeout);
    client_.set_keep_alive(true);
    client_.set_tcp_nodelay(true);
    if (!options.lab_token.empty()) {
      client_.set_default_headers({{"X-Zonedisk-Lab-Token", options.lab_token}});
    }
  }

  Result<CloudImages> Images() override {
    const auto body = Body(client_.Get("/_zonedisk/info"));
    if (!body) return Fail(body.error());
    const auto json = nlohmann::json::parse(*body, nullptr, false);
    if (!json.is_object()) return Fail(Malformed("/_zonedisk/info"));
    const auto text = [&](const char* name) {
      const auto member = json.find(name);
      return member != json.end() && member->is_string() ? member->get<std::string>() : "";
    };
    return CloudImages{.blocks_dir = text("blocks_dir"), .none = text("blocks") == "none"};
  }

  Result<Registered> Register(const Registration& registration) override {
    const auto body = Body(client_.Post(path_, ToJson(registration), kJson));
    if (!body) return Fail(body.error());
    const auto registered = ParseRegistered(*body);
    if (!registered) return Fail(Malformed("registration"));
    return *registered;
  }

  Result<WantedSet> Poll(const std::string& session, std::int64_t after,
                         std::chrono::milliseconds wait) override {
    const auto body = Body(client_.Get(
        fmt::format("{}?session={}&after={}&waitMs={}", path_, session, after, wait.count())));
    if (!body) return Fail(body.error());
    const auto wanted = ParseWantedSet(*body);
    if (!wanted) return Fail(Malformed("poll"));
    return *wanted;
  }

  Result<void> Report(const std::string& session, const ObservedSet& observed) override {
    const auto body = Body(client_.Post(fmt::format("{}/observed?session={}", path_, session),
                                        ToJson(observed), kJson));
    if (!body) return Fail(body.error());
    return {};
  }

  void Interrupt() override { client_.stop(); }

 private:
  static ApiError Malformed(std::string_view what) {
    return Failure(0, fmt::format("the cloud's answer to {} is malformed", what));
  }

  static Result<std::string> Body(const httplib::Result& result) {
    if (!result) {
      return Fail(Failure(0, "cannot reach the cloud: " + httplib::to_string(result.error())));
    }
    if (result->status == 200) return result->body;
    const auto json = nlohmann::json::parse(result->body, nullptr, false);
    const bool has_reason = json.is_object() && json.contains("error") && json["error"].is_string();
    return Fail(Failure(result->status, has_reason
                                            ? json["error"].get<std::string>()
                                            : fmt::format("HTTP status {}", result->status)));
  }

  const std::string path_;
  httplib::Client client_;
};

}  // namespace

std::unique_ptr<CloudClient> HttpCloudClient(const CloudClientOptions& options) {
  return std::make_unique<HttpClient>(options);
}

}  // namespace cloudapi
