#pragma once
// Calls of the cloud over HTTP: signed actions and the lab API.
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "common/ecs/signature.h"
#include "tools/cli/failure.h"

namespace httplib {
class Client;
class Result;
}  // namespace httplib

namespace zonedisk {

// Members keep the order in which the cloud wrote them.
using Json = nlohmann::ordered_json;

struct CloudSettings {
  std::string endpoint;  // as ParseEndpoint answers it
  ecs::Credentials credentials;
  std::string region;     // sent as RegionId where none is given
  std::string lab_token;  // sent with lab calls; empty: none
};

// What makes a signature unique.
struct Stamp {
  std::string nonce;
  std::string timestamp;  // yyyy-MM-ddTHH:mm:ssZ
};

// One keep-alive connection. Not thread-safe.
// Errors of every call: kUnreachable when nothing answers; kRefused with
// "Code: Message (RequestId …)" when the cloud says no.
class CloudClient {
 public:
  // `stamp` answers another nonce at every call.
  CloudClient(CloudSettings settings, std::function<Stamp()> stamp);
  ~CloudClient();
  CloudClient(const CloudClient&) = delete;
  CloudClient& operator=(const CloudClient&) = delete;

  // The body of the answer to a signed POST.
  Result<std::string> Call(const std::string& action, ecs::Parameters parameters);
  // A call under /_zonedisk/; an empty body is sent as none.
  Result<std::string> Lab(const std::string& method, const std::string& path,
                          const std::string& body = "");
  // The key that signs; the lab takes it to tell whose an instance is.
  [[nodiscard]] const std::string& AccessKeyId() const {
    return settings_.credentials.access_key_id;
  }

 private:
  [[nodiscard]] Result<std::string> BodyOf(const httplib::Result& answer) const;

  CloudSettings settings_;
  std::function<Stamp()> stamp_;
  std::unique_ptr<httplib::Client> http_;
};

// The body as JSON. Errors: kRefused when it is something else.
Result<Json> ParseJson(const std::string& body);

// The line that tells a refusal, from an answer of either API.
std::string RefusalText(int http_status, const std::string& body);

}  // namespace zonedisk
