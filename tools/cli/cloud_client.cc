#include "tools/cli/cloud_client.h"

#include <httplib.h>

#include <utility>

namespace zonedisk {
namespace {

constexpr int kConnectSeconds = 5;
// `clock advance` waits up to 30 s for real work.
constexpr int kAnswerSeconds = 60;

const char* Words(httplib::Error error) {
  switch (error) {
    case httplib::Error::Connection: return "no connection";
    case httplib::Error::ConnectionTimeout: return "no connection in time";
    case httplib::Error::Read: return "no answer";
    case httplib::Error::Write: return "the connection broke";
    default: return "no HTTP";
  }
}

std::string Member(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto member = object.find(name);
  return member != object.end() && member->is_string() ? member->get<std::string>() : "";
}

// " (d-1, d-2)": the disks that a refused reset names.
std::string DisksOf(const Json& refusal) {
  const auto disks = refusal.find("disks");
  if (disks == refusal.end() || !disks->is_array()) return {};
  std::string listed;
  for (const Json& disk : *disks) {
    if (disk.is_string()) listed += (listed.empty() ? "" : ", ") + disk.get<std::string>();
  }
  return listed.empty() ? "" : " (" + listed + ")";
}

}  // namespace

CloudClient::CloudClient(CloudSettings settings, std::function<Stamp()> stamp)
    : settings_(std::move(settings)),
      stamp_(std::move(stamp)),
      http_(std::make_unique<httplib::Client>(settings_.endpoint)) {
  http_->set_keep_alive(true);
  http_->set_tcp_nodelay(true);
  http_->set_connection_timeout(kConnectSeconds);
  http_->set_read_timeout(kAnswerSeconds);
}

CloudClient::~CloudClient() = default;

Result<std::string> CloudClient::Call(const std::string& action, ecs::Parameters parameters) {
  parameters["Action"] = action;
  parameters.try_emplace("RegionId", settings_.region);
  Stamp stamp = stamp_();
  const std::string form = ecs::SignedQuery("POST", std::move(parameters), settings_.credentials,
                                            std::move(stamp.nonce), std::move(stamp.timestamp));
  return BodyOf(http_->Post("/", form, "application/x-www-form-urlencoded"));
}

Result<std::string> CloudClient::Lab(const std::string& method, const std::string& path,
                                     const std::string& body) {
  httplib::Request request;
  request.method = method;
  request.path = "/_zonedisk/" + path;
  request.body = body;
  if (!body.empty()) request.set_header("Content-Type", "application/json");
  if (!settings_.lab_token.empty()) {
    request.set_header("X-Zonedisk-Lab-Token", settings_.lab_token);
  }
  return BodyOf(http_->send(request));
}

Result<std::string> CloudClient::BodyOf(const httplib::Result& answer) const {
  if (!answer) {
    return Fail(ExitCode::kUnreachable, "cannot reach the cloud at " + settings_.endpoint + " (" +
                                            Words(answer.error()) +
                                            "); is zonedisk-cloud running?");
  }
  if (answer->status >= 200 && answer->status < 300) return answer->body;
  return Fail(ExitCode::kRefused, RefusalText(answer->status, answer->body));
}

Result<Json> ParseJson(const std::string& body) {
  Json json = Json::parse(body, nullptr, false);
  if (!json.is_discarded()) return json;
  return Fail(ExitCode::kRefused, "the answer is not JSON: " + body);
}

std::string RefusalText(int http_status, const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  const std::string code = Member(json, "Code");
  const std::string request = Member(json, "RequestId");
  if (!code.empty()) {
    const std::string text = code + ": " + Member(json, "Message");
    return request.empty() ? text : text + " (RequestId " + request + ")";
  }
  const std::string lab = Member(json, "error");
  if (!lab.empty()) return lab + DisksOf(json);
  return "HTTP " + std::to_string(http_status) + (body.empty() ? "" : ": " + body);
}

}  // namespace zonedisk
