#include "e2e/kubernetes/harness/api_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <nlohmann/json.hpp>

#include "e2e/harness/files.h"
#include "e2e/harness/process.h"

namespace e2e {
namespace {

constexpr std::chrono::seconds kAnswerLimit{60};
constexpr std::chrono::seconds kReadLimit{20};  // of the kubeconfig

struct Account {
  std::string host;
  int port = 0;
  std::string token;
  std::string authority;  // PEM
};

[[noreturn]] void Die(const std::string& why) {
  fmt::print(stderr, "kubernetes-stories: {}\n", why);
  std::exit(2);
}

// "https://127.0.0.1:6443".
bool SetServer(const std::string& url, Account& account) {
  const auto start = url.find("://");
  const auto colon = url.rfind(':');
  if (start == std::string::npos || colon <= start) return false;
  account.host = url.substr(start + 3, colon - start - 3);
  account.port = std::atoi(url.c_str() + colon + 1);
  return account.port > 0;
}

// kubectl turns the YAML into JSON and puts the files named in it in place.
Account ReadAccount(const std::filesystem::path& kubectl, const std::filesystem::path& kubeconfig) {
  const auto told = RunCommand({kubectl, "--kubeconfig", kubeconfig, "config", "view", "--raw",
                                "--flatten", "--minify", "--output", "json"},
                               {}, kReadLimit);
  const auto config = nlohmann::json::parse(told.output, nullptr, false);
  const nlohmann::json none = nlohmann::json::object();
  const auto text = [&](const char* pointer) {
    const nlohmann::json::json_pointer at(pointer);
    return config.is_object() && config.contains(at) && config[at].is_string()
               ? config[at].get<std::string>()
               : std::string{};
  };
  Account account{
      .token = text("/users/0/user/token"),
      .authority = DecodeBase64(text("/clusters/0/cluster/certificate-authority-data"))};
  if (!SetServer(text("/clusters/0/cluster/server"), account) || account.token.empty() ||
      account.authority.empty()) {
    Die("no cluster with server, authority and token in " + kubeconfig.string() +
        " (is it up? see tools/cluster): " + (told.status == 0 ? "" : told.output));
  }
  return account;
}

X509_STORE* StoreOf(const std::string& pem) {
  X509_STORE* store = X509_STORE_new();
  BIO* memory = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* certificate = PEM_read_bio_X509(memory, nullptr, nullptr, nullptr);
  if (certificate == nullptr) Die("the authority of the kubeconfig is no certificate");
  X509_STORE_add_cert(store, certificate);
  X509_free(certificate);
  BIO_free(memory);
  return store;
}

ServerReply ToReply(const httplib::Result& result) {
  return result ? ServerReply{result->status, result->body}
                : ServerReply{0, "no answer: " + httplib::to_string(result.error())};
}

}  // namespace

struct ApiServer::Connection {
  explicit Connection(const Account& account) : client(account.host, account.port) {
    client.set_ca_cert_store(StoreOf(account.authority));  // the client frees it
    client.set_bearer_token_auth(account.token);
    client.set_keep_alive(true);
    client.set_tcp_nodelay(true);
    client.set_read_timeout(kAnswerLimit);
  }
  std::mutex mutex;
  httplib::SSLClient client;
};

ApiServer::ApiServer(const std::filesystem::path& kubectl, const std::filesystem::path& kubeconfig)
    : connection_(std::make_unique<Connection>(ReadAccount(kubectl, kubeconfig))) {}

ApiServer::~ApiServer() = default;

ServerReply ApiServer::Send(const ServerRequest& request) {
  httplib::Request sent;
  sent.method = request.method;
  sent.path = request.path;
  sent.body = request.body;
  if (!request.body.empty()) sent.set_header("Content-Type", request.content_type);
  if (!request.lab_token.empty()) sent.set_header("X-Zonedisk-Lab-Token", request.lab_token);
  const std::lock_guard lock(connection_->mutex);
  return ToReply(connection_->client.send(sent));
}

std::string DecodeBase64(std::string_view text) {
  const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return {};
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace e2e
