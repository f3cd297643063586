#pragma once
// A client of the cloud that shares no code with it: calls by action name, the lab API, raw bytes.
#include <cstdint>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace e2e {

using Parameters = std::map<std::string, std::string>;

struct Answer {
  int status = 0;  // 0: no answer
  std::string body;
  nlohmann::json json;  // discarded when the body is not JSON
  bool Ok() const { return status == 200; }
  // Member "Code" of a refusal; empty for a success.
  std::string Code() const { return Text("Code"); }
  // A member that is text, empty when absent.
  std::string Text(const std::string& member) const;
};

struct Key {
  std::string id = "testid";
  std::string secret = "testsecret";
};

// The random and timed parts of a V1 signature, so that a test can choose them.
struct Stamp {
  std::string nonce;
  std::string timestamp;  // "2026-01-01T00:00:00Z"
};
// Returns a nonce never used by this process and the present second.
Stamp FreshStamp();

// Returns what the V1 signature of `parameters` is made of; Signature is none of them.
std::string StringToSignV1(const Parameters& parameters, std::string_view method);

// Returns `parameters` with the public ones and the V1 signature added.
// Source: ECS OpenAPI, RPC style, signature version 1.0.
Parameters SignV1(Parameters parameters, std::string_view method, const Key& key,
                  const Stamp& stamp);

// Returns "a=b&c=d", both sides percent-encoded.
std::string QueryText(const Parameters& parameters);

// One HTTP request, and its response: status 0 when none came.
struct Request {
  std::string method;
  std::string path_and_query;
  std::string body;
  std::string content_type;
};
struct Reply {
  int status = 0;
  std::string body;
};
using Transport = std::function<Reply(const Request&)>;

// One server. As thread-safe as its transport.
class Api {
 public:
  // `endpoint`: "http://127.0.0.1:20140". Every call has a connection of its own.
  explicit Api(std::string endpoint);
  // A server that is reached some other way; it has no endpoint and cannot be sent raw bytes.
  explicit Api(Transport transport) : transport_(std::move(transport)) {}
  const std::string& Endpoint() const { return endpoint_; }

  // Signed POST, JSON asked for; parameters in the query, or in the body where they are too long
  // for a request line.
  Answer Call(const std::string& action, Parameters parameters = {}, const Key& key = {}) const;
  // Unsigned: the default account.
  Answer CallUnsigned(const std::string& action, Parameters parameters = {}) const;

  Answer Get(const std::string& path_and_query) const;
  Answer Post(const std::string& path_and_query, const std::string& body,
              const std::string& content_type) const;
  Answer Lab(const std::string& path, const nlohmann::json& body) const;  // POST /_zonedisk/PATH
  // Sends the bytes as they are on a fresh connection. Returns all bytes that came until the server
  // closed or was silent for a second.
  std::string Raw(const std::string& bytes) const;

  // The disk or snapshot of that id as the Describe action lists it; nullopt when there is none.
  std::optional<nlohmann::json> Disk(const std::string& id) const;
  std::optional<nlohmann::json> Snapshot(const std::string& id) const;
  // Data disks, unless the filter has a DiskType.
  std::vector<nlohmann::json> Disks(Parameters filter = {}, const Key& key = {}) const;
  std::vector<nlohmann::json> Snapshots(const Parameters& filter = {}, const Key& key = {}) const;

  // Ids of the system disks of every account; empty when the server does not answer.
  std::set<std::string> SystemDisks() const;

  // One sample of /_zonedisk/metrics, e.g. zonedisk_actions_total{action="CreateDisk",code="OK"};
  // 0 when it is not there.
  double Metric(const std::string& sample) const;

 private:
  std::string endpoint_;
  Transport transport_;
};

}  // namespace e2e
