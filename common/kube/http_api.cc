#include "common/kube/http_api.h"

#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>
#include <arpa/inet.h>
#include <fmt/core.h>
#include <httplib.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <charconv>
#include <csignal>
#include <filesystem>
#include <iterator>
#include <utility>

#include "common/base/files.h"
#include "common/base/text.h"
#include "common/kube/system_env.h"

namespace kube {
namespace {

constexpr std::size_t kMostIdleConnections = 4;
constexpr std::size_t kLongestAnswer = std::size_t{64} << 20;  // bytes
constexpr const char* kJsonType = "application/json";
constexpr const char* kMetadataListType =
    "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";

struct Address {
  std::string host;  // without brackets
  int port = 443;
  std::string authority;  // as the Host header has it
};

struct Call {
  const char* method;
  std::string path;
  std::string body;
  const char* content_type = kJsonType;
  const char* accept = kJsonType;
};

std::optional<Address> AddressOf(const std::string& url) {
  constexpr std::string_view kScheme = "https://";
  if (!url.starts_with(kScheme)) return std::nullopt;
  Address address{.authority = url.substr(kScheme.size())};
  if (address.authority.ends_with('/')) address.authority.pop_back();
  std::string_view rest = address.authority;
  if (rest.starts_with('[')) {
    const auto end = rest.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    address.host = rest.substr(1, end - 1);
    rest.remove_prefix(end + 1);
  } else {
    address.host = rest.substr(0, rest.find(':'));
    rest.remove_prefix(address.host.size());
  }
  if (address.host.empty() || address.host.find_first_of("/?#@") != std::string::npos) {
    return std::nullopt;
  }
  if (rest.empty()) return address;
  const auto* end = rest.data() + rest.size();
  const auto [stop, error] = std::from_chars(rest.data() + 1, end, address.port);
  const bool valid = rest.front() == ':' && error == std::errc() && stop == end;
  if (!valid || address.port < 1 || address.port > 65535) return std::nullopt;
  return address;
}

bool IsAddress(const std::string& host) {
  in6_addr any{};
  return inet_pton(AF_INET, host.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, host.c_str(), &any) == 1;
}

// OpenSSL compares the certificate with the host by itself and whole; httplib's own comparison,
// which follows, would take a prefix of an address.
void RequireHost(SSL_CTX* context, const std::string& host) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  X509_VERIFY_PARAM* parameters = SSL_CTX_get0_param(context);
  if (IsAddress(host)) {
    X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str());
  } else {
    X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), host.size());
  }
}

std::string ReadTrimmed(const std::string& path) {
  return std::string(base::Trim(base::ReadFile(path).value_or("")));
}

const char* MediaType(PatchKind kind) {
  switch (kind) {
    case PatchKind::kMerge: return "application/merge-patch+json";
    case PatchKind::kStrategic: return "application/strategic-merge-patch+json";
    case PatchKind::kJson: return "application/json-patch+json";
  }
  return "";
}

// The refusal in an answer whose status is not 2xx.
Error ToRefusal(int status, const Json& answer) {
  Error error{status, TextAt(answer, "/reason"), TextAt(answer, "/message")};
  if (error.message.empty()) error.message = fmt::format("HTTP {} without a reason", status);
  return error;
}

class HttpApi : public Api {
 public:
  HttpApi(Server server, Address address)
      : server_(std::move(server)), address_(std::move(address)) {}

  Result<Json> Get(const Ref& ref, Patience patience) override {
    const auto path = PathOf(ref);
    if (!path) return Fail(path.error());
    return Do({.method = "GET", .path = *path}, patience);
  }

  Result<Page> List(const ListQuery& query, Patience patience) override {
    const auto path = PathOf(query);
    if (!path) return Fail(path.error());
    auto answer = Do({.method = "GET",
                      .path = *path,
                      .accept = query.metadata_only ? kMetadataListType : kJsonType},
                     patience);
    if (!answer) return Fail(answer.error());
    Page page{.continue_token = TextAt(*answer, "/metadata/continue")};
    auto& items = (*answer)["items"];
    // An empty list is written as null by some servers.
    if (items.is_array()) {
      page.items.assign(std::make_move_iterator(items.begin()),
                        std::make_move_iterator(items.end()));
    }
    return page;
  }

  Result<Json> Patch(const Ref& ref, PatchKind kind, const Json& patch,
                     Patience patience) override {
    const auto path = PathOf(ref);
    if (!path) return Fail(path.error());
    return Do(
        {.method = "PATCH", .path = *path, .body = Text(patch), .content_type = MediaType(kind)},
        patience);
  }

  Result<Json> Create(const Ref& place, const Json& body, Patience patience) override {
    const auto path = PathOf(place);
    if (!path) return Fail(path.error());
    return Do({.method = "POST", .path = *path, .body = Text(body)}, patience);
  }

 private:
  using Client = std::unique_ptr<httplib::SSLClient>;
  struct Answer {
    int status = 0;
    std::string body;
  };

  // Bytes that are not UTF-8 are replaced: they would be refused.
  static std::string Text(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }

  Result<Json> Do(const Call& call, Patience patience) ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto until = MonotonicNow() + patience;
    auto idle = TakeIdle();
    const bool reused = idle != nullptr;
    auto answer = Send(reused ? std::move(idle) : Connect(), call, until);
    // The server may have closed an idle connection just now; what only reads is asked again.
    if (!answer && reused && call.body.empty() && MonotonicNow() < until) {
      answer = Send(Connect(), call, until);
    }
    if (!answer) return Fail(answer.error());
    auto json = Json::parse(answer->body, nullptr, false);
    if (answer->status / 100 != 2) return Fail(ToRefusal(answer->status, json));
    if (json.is_object()) return json;
    return Fail({.http_status = answer->status,
                 .message = fmt::format("{} answers no JSON object to {} {}", server_.url,
                                        call.method, call.path)});
  }

  Result<Answer> Send(Client client, const Call& call, std::chrono::steady_clock::time_point until)
      ABSL_LOCKS_EXCLUDED(mutex_) {
    const auto token = ReadTrimmed(server_.token_file);
    if (token.empty()) {
      return Fail({.message = fmt::format("{} holds no token", server_.token_file)});
    }
    httplib::Request request;
    request.method = call.method;
    request.path = call.path;
    request.headers = {{"Host", address_.authority},
                       {"Accept", call.accept},
                       {"Authorization", "Bearer " + token},
                       {"User-Agent", "zonedisk/" ZONEDISK_VERSION}};
    if (!call.body.empty()) request.headers.emplace("Content-Type", call.content_type);
    request.body = call.body;
    Answer answer;
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t,
                                   std::uint64_t) {
      if (answer.body.size() + size > kLongestAnswer || MonotonicNow() > until) return false;
      answer.body.append(data, size);
      return true;
    };
    LimitTo(*client, until);
    httplib::Response response;
    auto error = httplib::Error::Success;
    if (!client->send(request, response, error)) return Fail(Unanswered(call, error));
    answer.status = response.status;
    PutIdle(std::move(client));
    return answer;
  }

  static void LimitTo(httplib::SSLClient& client, std::chrono::steady_clock::time_point until) {
    const auto left =
        std::max(std::chrono::duration_cast<Patience>(until - MonotonicNow()), Patience(1));
    client.set_connection_timeout(left);
    client.set_read_timeout(left);
    client.set_write_timeout(left);
  }

  Error Unanswered(const Call& call, httplib::Error error) const {
    const bool untrusted =
        error == httplib::Error::SSLServerVerification || error == httplib::Error::SSLLoadingCerts;
    return {.message = fmt::format(
                "{} {} at {}: {}", call.method, call.path, server_.url,
                untrusted ? fmt::format("its certificate is not of an authority in {} for host {}",
                                        server_.ca_file, address_.host)
                          : "no answer: " + httplib::to_string(error))};
  }

  Client Connect() const {
    auto client = std::make_unique<httplib::SSLClient>(address_.host, address_.port);
    client->set_ca_cert_path(server_.ca_file);
    client->enable_server_certificate_verification(true);
    RequireHost(client->ssl_context(), address_.host);
    client->set_keep_alive(true);
    client->set_tcp_nodelay(true);
    client->set_url_encode(false);
    return client;
  }

  Client TakeIdle() ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    if (idle_.empty()) return nullptr;
    auto client = std::move(idle_.back());
    idle_.pop_back();
    return client;
  }

  void PutIdle(Client client) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    if (idle_.size() < kMostIdleConnections) idle_.push_back(std::move(client));
  }

  const Server server_;
  const Address address_;
  absl::Mutex mutex_;
  std::vector<Client> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

std::optional<Server> InCluster(const std::string& folder) {
  const auto host = Environment("KUBERNETES_SERVICE_HOST");
  const auto port = Environment("KUBERNETES_SERVICE_PORT");
  std::error_code error;
  if (!host || !port || !std::filesystem::exists(folder + "/token", error)) return std::nullopt;
  const bool six = host->find(':') != std::string::npos;
  return Server{.url = fmt::format("https://{}:{}", six ? "[" + *host + "]" : *host, *port),
                .ca_file = folder + "/ca.crt",
                .token_file = folder + "/token",
                .name_space = ReadTrimmed(folder + "/namespace")};
}

Result<std::unique_ptr<Api>> MakeHttpApi(Server server) {
  auto address = AddressOf(server.url);
  if (!address) {
    return Fail({.http_status = 400,
                 .message = fmt::format("'{}' is not https://HOST[:PORT]", server.url)});
  }
  std::signal(SIGPIPE, SIG_IGN);
  return std::unique_ptr<Api>(std::make_unique<HttpApi>(std::move(server), std::move(*address)));
}

}  // namespace kube
