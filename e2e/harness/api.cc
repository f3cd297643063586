#include "e2e/harness/api.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>

namespace e2e {
namespace {

constexpr std::chrono::seconds kAnswerLimit{60};
constexpr std::string_view kRegion = "cn-hangzhou";

// RFC 3986: everything but letters, digits and -_.~
std::string Encode(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~';
    encoded += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return encoded;
}

std::string HmacSha1Base64(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), &size);
  std::string encoded(4 * ((size + 2) / 3) + 1, '\0');
  encoded.resize(static_cast<std::size_t>(EVP_EncodeBlock(
      reinterpret_cast<unsigned char*>(encoded.data()), digest.data(), static_cast<int>(size))));
  return encoded;
}

Answer ToAnswer(Reply reply) {
  Answer answer{.status = reply.status, .body = std::move(reply.body)};
  answer.json = nlohmann::json::parse(answer.body, nullptr, false);
  return answer;
}

Reply Send(const std::string& endpoint, const Request& request) {
  httplib::Client client(endpoint);
  client.set_read_timeout(kAnswerLimit);
  const auto result = request.method == "GET"
                          ? client.Get(request.path_and_query)
                          : client.Post(request.path_and_query, request.body, request.content_type);
  return result ? Reply{result->status, result->body} : Reply{};
}

// A Describe action whose answer lists {"LIST": {"ITEM": […]}}.
struct Listing {
  std::string action;
  std::string list;
  std::string item;
};

std::vector<nlohmann::json> Rows(const Api& api, const Listing& listing, Parameters filter,
                                 const Key& key) {
  std::vector<nlohmann::json> rows;
  filter.insert({"MaxResults", "100"});
  for (;;) {
    const auto answer = api.Call(listing.action, filter, key);
    if (!answer.Ok()) return rows;
    for (const auto& row : answer.json[listing.list][listing.item]) rows.push_back(row);
    const auto token = answer.Text("NextToken");
    if (token.empty()) return rows;
    filter["NextToken"] = token;
  }
}

std::optional<nlohmann::json> First(std::vector<nlohmann::json> rows) {
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

}  // namespace

std::string Answer::Text(const std::string& member) const {
  if (!json.is_object()) return {};
  const auto found = json.find(member);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

Stamp FreshStamp() {
  static std::atomic<std::uint64_t> counter{0};
  const auto now = std::chrono::system_clock::now();
  return {.nonce = fmt::format("{}-{}-{}", getpid(), now.time_since_epoch().count(), ++counter),
          .timestamp = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                   fmt::gmtime(std::chrono::system_clock::to_time_t(now)))};
}

std::string QueryText(const Parameters& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters) {
    text += (text.empty() ? "" : "&") + Encode(name) + "=" + Encode(value);
  }
  return text;
}

std::string StringToSignV1(const Parameters& parameters, std::string_view method) {
  return std::string(method) + "&%2F&" + Encode(QueryText(parameters));
}

Parameters SignV1(Parameters parameters, std::string_view method, const Key& key,
                  const Stamp& stamp) {
  parameters.insert({{"AccessKeyId", key.id},
                     {"SignatureMethod", "HMAC-SHA1"},
                     {"SignatureVersion", "1.0"},
                     {"SignatureNonce", stamp.nonce},
                     {"Timestamp", stamp.timestamp}});
  parameters["Signature"] = HmacSha1Base64(key.secret + "&", StringToSignV1(parameters, method));
  return parameters;
}

Api::Api(std::string endpoint)
    : endpoint_(endpoint),
      transport_([endpoint](const Request& request) { return Send(endpoint, request); }) {}

Answer Api::Call(const std::string& action, Parameters parameters, const Key& key) const {
  parameters.insert({{"Action", action},
                     {"Version", "2014-05-26"},
                     {"Format", "JSON"},
                     {"RegionId", std::string(kRegion)}});
  constexpr std::size_t kLongestQuery = 4096;
  std::string text = QueryText(SignV1(std::move(parameters), "POST", key, FreshStamp()));
  const bool fits = text.size() <= kLongestQuery;
  return Post(fits ? "/?" + text : "/", fits ? "" : text, "application/x-www-form-urlencoded");
}

Answer Api::CallUnsigned(const std::string& action, Parameters parameters) const {
  parameters.insert({{"Action", action}, {"Version", "2014-05-26"}, {"Format", "JSON"}});
  return Get("/?" + QueryText(parameters));
}

Answer Api::Get(const std::string& path_and_query) const {
  return ToAnswer(transport_({.method = "GET", .path_and_query = path_and_query}));
}

Answer Api::Post(const std::string& path_and_query, const std::string& body,
                 const std::string& content_type) const {
  return ToAnswer(transport_({"POST", path_and_query, body, content_type}));
}

Answer Api::Lab(const std::string& path, const nlohmann::json& body) const {
  return Post("/_zonedisk/" + path, body.dump(), "application/json");
}

std::optional<nlohmann::json> Api::Disk(const std::string& id) const {
  return First(Disks({{"DiskIds", nlohmann::json::array({id}).dump()}, {"DiskType", "all"}}));
}

std::optional<nlohmann::json> Api::Snapshot(const std::string& id) const {
  return First(Snapshots({{"SnapshotIds", nlohmann::json::array({id}).dump()}}));
}

std::vector<nlohmann::json> Api::Disks(Parameters filter, const Key& key) const {
  filter.insert({"DiskType", "data"});
  return Rows(*this, {"DescribeDisks", "Disks", "Disk"}, filter, key);
}

std::vector<nlohmann::json> Api::Snapshots(const Parameters& filter, const Key& key) const {
  return Rows(*this, {"DescribeSnapshots", "Snapshots", "Snapshot"}, filter, key);
}

std::set<std::string> Api::SystemDisks() const {
  std::set<std::string> ids;
  const auto state = Get("/_zonedisk/state");
  if (!state.Ok()) return ids;
  for (const auto& disk : state.json.at("disks")) {
    if (disk.value("Type", "") == "system") ids.insert(disk.value("DiskId", ""));
  }
  return ids;
}

double Api::Metric(const std::string& sample) const {
  const auto text = Get("/_zonedisk/metrics").body;
  const auto at = ("\n" + text).find("\n" + sample + " ");
  return at == std::string::npos ? 0 : std::stod(text.substr(at + sample.size() + 1));
}

}  // namespace e2e
