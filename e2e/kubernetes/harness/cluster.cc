#include "e2e/kubernetes/harness/cluster.h"

#include <fmt/format.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "e2e/harness/process.h"
#include "e2e/kubernetes/harness/resources.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

// A poll costs about a millisecond of two cores that the whole cluster shares.
constexpr std::chrono::milliseconds kPollPause{200};
// A control plane that is being restarted is waited for.
constexpr std::chrono::seconds kServerLimit{30};
constexpr std::string_view kMergePatch = "application/merge-patch+json";

[[noreturn]] void Die(const ServerRequest& request, const ServerReply& reply) {
  fmt::print(stderr, "kubernetes-stories: {} {}: {} {}\n", request.method, request.path,
             reply.status, reply.body);
  std::abort();
}

// Repeats a read that nobody answered, or that the server was too busy for.
ServerReply Read(ApiServer& server, const std::string& path) {
  const ServerRequest request{.method = "GET", .path = path};
  const auto end = std::chrono::steady_clock::now() + kServerLimit;
  for (;;) {
    auto reply = server.Send(request);
    if (reply.Ok() || reply.status == 404) return reply;
    const bool passing = reply.status == 0 || reply.status == 429 || reply.status >= 500;
    if (!passing || std::chrono::steady_clock::now() >= end) Die(request, reply);
    std::this_thread::sleep_for(kPollPause);
  }
}

testing::AssertionResult ToResult(const ServerRequest& request, const ServerReply& reply) {
  if (reply.Ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << fmt::format("{} {}: {} {}", request.method, request.path, reply.status, reply.body);
}

}  // namespace

Cluster::Cluster() : server_(TheSettings().kubectl, TheSettings().Kubeconfig()) {}

json Cluster::Get(const std::string& object, const std::string& ns) {
  const auto reply = Read(server_, ObjectPath(object, ns));
  return reply.Ok() ? json::parse(reply.body, nullptr, false) : json();
}

std::vector<json> Cluster::List(const std::string& kind, const std::string& ns,
                                const std::string& query) {
  auto path = ListPath(kind, ns);
  if (!query.empty()) path += "?" + query;
  const auto list = json::parse(Read(server_, path).body, nullptr, false);
  std::vector<json> rows;
  if (!list.is_object() || !list.contains("items")) return rows;
  for (const auto& item : list["items"]) rows.push_back(item);
  return rows;
}

std::string Cluster::Field(const std::string& object, const std::string& ns,
                           const std::string& pointer) {
  const json found = Get(object, ns);
  const json::json_pointer at(pointer);
  if (!found.is_object() || !found.contains(at)) return {};
  const json& value = found[at];
  return value.is_string() ? value.get<std::string>() : value.dump();
}

testing::AssertionResult Cluster::Create(const std::string& kind, const std::string& ns,
                                         const std::string& body) {
  const ServerRequest request{.method = "POST", .path = ListPath(kind, ns), .body = body};
  return ToResult(request, server_.Send(request));
}

testing::AssertionResult Cluster::Merge(const std::string& object, const std::string& ns,
                                        const std::string& body) {
  const ServerRequest request{.method = "PATCH",
                              .path = ObjectPath(object, ns),
                              .body = body,
                              .content_type = std::string(kMergePatch)};
  return ToResult(request, server_.Send(request));
}

testing::AssertionResult Cluster::MergeStatus(const std::string& object, const std::string& ns,
                                              const std::string& body) {
  const ServerRequest request{.method = "PATCH",
                              .path = ObjectPath(object, ns) + "/status",
                              .body = body,
                              .content_type = std::string(kMergePatch)};
  return ToResult(request, server_.Send(request));
}

testing::AssertionResult Cluster::Delete(const std::string& object, const std::string& ns) {
  const ServerRequest request{.method = "DELETE", .path = ObjectPath(object, ns)};
  const auto reply = server_.Send(request);
  return reply.status == 404 ? testing::AssertionSuccess() : ToResult(request, reply);
}

CommandResult Cluster::Kubectl(std::vector<std::string> arguments, const std::string& input,
                               std::chrono::seconds limit) {
  const auto& settings = TheSettings();
  arguments.insert(arguments.begin(),
                   {settings.kubectl.string(), "--kubeconfig", settings.Kubeconfig().string()});
  return RunCommand(std::move(arguments), input, limit);
}

std::string Cluster::PodLog(const std::string& pod, const std::string& ns,
                            const std::string& container, bool previous) {
  auto path = ObjectPath("pod/" + pod, ns) + "/log?";
  if (!container.empty()) path += "container=" + container + "&";
  if (previous) path += "previous=true";
  return server_.Send({.method = "GET", .path = path}).body;
}

Cluster& TheCluster() {
  static Cluster cluster;
  return cluster;
}

testing::AssertionResult Eventually(const std::string& what, std::chrono::seconds limit,
                                    const std::function<std::string()>& missing) {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto seen = missing();
    if (seen.empty()) return testing::AssertionSuccess();
    if (std::chrono::steady_clock::now() >= end) {
      return testing::AssertionFailure()
             << what << ": not within " << limit.count() << " s; last seen: " << seen;
    }
    std::this_thread::sleep_for(kPollPause);
  }
}

std::string Missing(const testing::AssertionResult& result) {
  return result ? "" : std::string("failed: ") + result.message();
}

}  // namespace e2e
