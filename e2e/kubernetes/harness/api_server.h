#pragma once
// HTTP to the cluster's API server, as its kubeconfig says. Polling goes this way: one start of
// kubectl costs more than a hundred requests.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace e2e {

struct ServerReply {
  int status = 0;  // 0: no answer
  std::string body;
  bool Ok() const { return status >= 200 && status < 300; }
};

struct ServerRequest {
  std::string method;  // GET, POST, PATCH, DELETE
  std::string path;    // with the query
  std::string body;
  std::string content_type = "application/json";
  std::string lab_token;  // sent as X-Zonedisk-Lab-Token when not empty
};

// Thread-safe: one connection is kept, and calls wait for each other.
class ApiServer {
 public:
  // Aborts with a message when the kubeconfig names no server with a token.
  ApiServer(const std::filesystem::path& kubectl, const std::filesystem::path& kubeconfig);
  ~ApiServer();
  ApiServer(const ApiServer&) = delete;
  ApiServer& operator=(const ApiServer&) = delete;

  ServerReply Send(const ServerRequest& request);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// Decodes the Base64 of Secrets and kubeconfigs; empty when malformed.
std::string DecodeBase64(std::string_view text);

}  // namespace e2e
