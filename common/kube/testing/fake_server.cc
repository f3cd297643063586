#include "common/kube/testing/fake_server.h"

#include <fmt/core.h>
#include <httplib.h>

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "common/base/files.h"

namespace kube {
namespace {

bool Openssl(const std::string& folder, const std::string& arguments) {
  const auto command = fmt::format("cd '{}' && openssl {} >>openssl.log 2>&1", folder, arguments);
  return std::system(command.c_str()) == 0;
}

bool MakeAuthority(const std::string& folder, const std::string& name) {
  return Openssl(folder, fmt::format("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
                                     "-nodes -keyout {0}.key -out {0}.crt -days 2 "
                                     "-subj '/CN=authority {0}'",
                                     name));
}

std::string ReadFile(const std::string& path) {
  return base::ReadFile(path).value_or("");
}

Json ToStatus(const Error& error) {
  return {{"apiVersion", "v1"},       {"kind", "Status"},       {"status", "Failure"},
          {"message", error.message}, {"reason", error.reason}, {"code", error.http_status}};
}

// Kind, namespace and name in a request's path.
std::optional<Ref> RefOf(const std::string& path) {
  static const std::regex core(
      "/api/v1(?:/namespaces/([^/]+))?/(nodes|persistentvolumes|persistentvolumeclaims|events)"
      "(?:/([^/]+))?");
  std::smatch parts;
  if (!std::regex_match(path, parts, core)) return std::nullopt;
  for (auto kind : {kNodes, kPersistentVolumes, kClaims, kEvents}) {
    if (parts[2] != std::string(kind.plural)) continue;
    return Ref{.kind = kind, .name = parts[3], .name_space = parts[1]};
  }
  return std::nullopt;
}

// The name in "metadata.name=NAME", the only selector of fields that is understood.
std::string NameIn(const std::string& field_selector) {
  constexpr std::string_view kByName = "metadata.name=";
  return field_selector.starts_with(kByName) ? field_selector.substr(kByName.size()) : "";
}

std::optional<PatchKind> PatchKindOf(const std::string& content_type) {
  if (content_type == "application/merge-patch+json") return PatchKind::kMerge;
  if (content_type == "application/strategic-merge-patch+json") return PatchKind::kStrategic;
  if (content_type == "application/json-patch+json") return PatchKind::kJson;
  return std::nullopt;
}

void Answer(const Result<Json>& result, httplib::Response& response, int success = 200) {
  response.status = result ? success : result.error().http_status;
  response.set_content((result ? *result : ToStatus(result.error())).dump(), "application/json");
}

}  // namespace

bool MakeCertificates(const std::string& folder, const CertificateWish& wish) {
  constexpr std::array kFiles = {"ca.crt", "server.crt", "server.key"};
  static std::map<std::pair<std::string, bool>, std::array<std::string, kFiles.size()>> made;
  const auto known = made.find({wish.subject_alt_name, wish.of_known_authority});
  if (known != made.end()) {
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
      std::ofstream(folder + "/" + kFiles[i]) << known->second[i];
    }
    return true;
  }
  std::ofstream(folder + "/ext") << "subjectAltName=" << wish.subject_alt_name << "\n";
  const std::string signer = wish.of_known_authority ? "ca" : "other";
  const bool done =
      MakeAuthority(folder, "ca") && MakeAuthority(folder, "other") &&
      Openssl(folder,
              "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout server.key "
              "-out server.csr -subj /CN=kube-apiserver") &&
      Openssl(folder, fmt::format("x509 -req -in server.csr -CA {0}.crt -CAkey {0}.key "
                                  "-CAcreateserial -days 2 -extfile ext -out server.crt",
                                  signer));
  if (!done) return false;
  auto& contents = made[{wish.subject_alt_name, wish.of_known_authority}];
  for (std::size_t i = 0; i < kFiles.size(); ++i) contents[i] = ReadFile(folder + "/" + kFiles[i]);
  return true;
}

struct FakeServer::Parts {
  Parts(FakeApi& fake, const std::string& folder, std::string wanted_token)
      : api(fake),
        server((folder + "/server.crt").c_str(), (folder + "/server.key").c_str()),
        token(std::move(wanted_token)) {}

  void Handle(const httplib::Request& request, httplib::Response& response) {
    {
      std::unique_lock lock(mutex);
      ports.insert(request.remote_port);
      headers = request.headers;
      released.wait(lock, [this] { return !held; });
      if (request.get_header_value("Authorization") != "Bearer " + token) {
        return Answer(Fail({401, "Unauthorized", "Unauthorized"}), response);
      }
      if (next) {
        response.status = next->first;
        response.set_content(next->second, "application/json");
        next.reset();
        return;
      }
    }
    const auto ref = RefOf(request.path);
    if (!ref) return Answer(Fail({404, "NotFound", "no such resource"}), response);
    if (request.method == "GET" && ref->name.empty()) return List(*ref, request, response);
    if (request.method == "GET") return Answer(api.Get(*ref, kPatience), response);
    const auto body = Json::parse(request.body, nullptr, false);
    if (body.is_discarded()) return Answer(Fail({400, "BadRequest", "no JSON"}), response);
    const auto type = request.get_header_value("Content-Type");
    if (request.method == "POST") {
      if (type != "application/json") {
        return Answer(Fail({415, "UnsupportedMediaType", type}), response);
      }
      return Answer(api.Create(*ref, body, kPatience), response, 201);
    }
    const auto kind = PatchKindOf(type);
    if (!kind) return Answer(Fail({415, "UnsupportedMediaType", type}), response);
    Answer(api.Patch(*ref, *kind, body, kPatience), response);
  }

  void List(const Ref& ref, const httplib::Request& request, httplib::Response& response) {
    const auto accept = request.get_header_value("Accept");
    const auto page =
        api.List({.kind = ref.kind,
                  .name_space = ref.name_space,
                  .label_selector = request.get_param_value("labelSelector"),
                  .name = NameIn(request.get_param_value("fieldSelector")),
                  .limit = std::stoi(request.get_param_value("limit")),
                  .continue_token = request.get_param_value("continue"),
                  .metadata_only = accept.find("PartialObjectMetadataList") != std::string::npos},
                 kPatience);
    if (!page) return Answer(Fail(page.error()), response);
    Json list{{"kind", "List"}, {"metadata", Json::object()}, {"items", nullptr}};
    if (!page->continue_token.empty()) list["metadata"]["continue"] = page->continue_token;
    if (!page->items.empty()) list["items"] = page->items;
    Answer(Result<Json>(list), response);
  }

  FakeApi& api;
  httplib::SSLServer server;
  int port = 0;
  std::mutex mutex;
  std::string token;
  bool held = false;
  std::condition_variable released;
  std::optional<std::pair<int, std::string>> next;
  std::set<int> ports;
  httplib::Headers headers;
  std::jthread thread;
};

FakeServer::FakeServer(FakeApi& api, const std::string& folder, std::string token)
    : parts_(std::make_unique<Parts>(api, folder, std::move(token))) {
  const auto handle = [this](const httplib::Request& request, httplib::Response& response) {
    parts_->Handle(request, response);
  };
  parts_->server.Get(".*", handle);
  parts_->server.Post(".*", handle);
  parts_->server.Patch(".*", handle);
  parts_->server.set_keep_alive_timeout(1);
  parts_->port = parts_->server.bind_to_any_port("127.0.0.1");
  parts_->thread = std::jthread([this] { parts_->server.listen_after_bind(); });
  while (!parts_->server.is_running()) std::this_thread::yield();
}

FakeServer::~FakeServer() {
  Release();
  parts_->server.stop();
}

int FakeServer::Port() const {
  return parts_->port;
}

void FakeServer::SetToken(std::string token) {
  const std::lock_guard lock(parts_->mutex);
  parts_->token = std::move(token);
}

void FakeServer::Hold() {
  const std::lock_guard lock(parts_->mutex);
  parts_->held = true;
}

void FakeServer::Release() {
  const std::lock_guard lock(parts_->mutex);
  parts_->held = false;
  parts_->released.notify_all();
}

void FakeServer::SetNextBody(int status, std::string body) {
  const std::lock_guard lock(parts_->mutex);
  parts_->next.emplace(status, std::move(body));
}

int FakeServer::Connections() const {
  const std::lock_guard lock(parts_->mutex);
  return static_cast<int>(parts_->ports.size());
}

std::string FakeServer::LastHeader(const std::string& name) const {
  const std::lock_guard lock(parts_->mutex);
  const auto found = parts_->headers.find(name);
  return found == parts_->headers.end() ? "" : found->second;
}

}  // namespace kube
