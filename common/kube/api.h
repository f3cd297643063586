#pragma once
// The Kubernetes API as our programs need it: read, list, patch and create objects as JSON.
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "common/kube/result.h"

namespace kube {

using Json = nlohmann::json;

// A kind of object by where the API serves it.
struct Kind {
  std::string_view group_version;  // "v1", "storage.k8s.io/v1"
  std::string_view plural;         // "nodes"
  bool namespaced = false;
  bool operator==(const Kind&) const = default;
};

inline constexpr Kind kNodes{"v1", "nodes", false};
inline constexpr Kind kCsiNodes{"storage.k8s.io/v1", "csinodes", false};
inline constexpr Kind kPersistentVolumes{"v1", "persistentvolumes", false};
inline constexpr Kind kClaims{"v1", "persistentvolumeclaims", true};
inline constexpr Kind kVolumeSnapshots{"snapshot.storage.k8s.io/v1", "volumesnapshots", true};
inline constexpr Kind kEvents{"v1", "events", true};
inline constexpr Kind kLeases{"coordination.k8s.io/v1", "leases", true};

// One object, or where one is created.
struct Ref {
  Kind kind;
  std::string name;        // empty when creating
  std::string name_space;  // empty for kinds without
};

// "persistentvolumeclaims web/data-0", for messages.
std::string ToText(const Ref& ref);

struct ListQuery {
  Kind kind;
  std::string name_space;      // empty: all of them
  std::string label_selector;  // "key=value,other"; empty: everything
  std::string name;            // of the only object, or one in each namespace; empty: every name
  int limit = 500;             // objects in one answer, at most
  std::string continue_token;  // from the page before
  // Only `metadata` of each object: a fraction of the bytes where that is enough.
  bool metadata_only = false;
};

struct Page {
  std::vector<Json> items;
  std::string continue_token;  // empty on the last page
};

// Media types of a patch: application/merge-patch+json, strategic-merge-patch, json-patch.
enum class PatchKind { kMerge, kStrategic, kJson };

using Patience = std::chrono::milliseconds;
inline constexpr Patience kPatience{10'000};

// Thread-safe. Every call ends within its patience; none is repeated when it may have had an
// effect. Refusals carry the HTTP status and Kubernetes' reason.
class Api {
 public:
  virtual ~Api() = default;
  virtual Result<Json> Get(const Ref& ref, Patience patience) = 0;
  virtual Result<Page> List(const ListQuery& query, Patience patience) = 0;
  // Answers the object as it is then.
  virtual Result<Json> Patch(const Ref& ref, PatchKind kind, const Json& patch,
                             Patience patience) = 0;
  // `place` is kind and namespace; the name is in the body (name or generateName).
  virtual Result<Json> Create(const Ref& place, const Json& body, Patience patience) = 0;
};

// Every object of the query, page by page; begins anew, once, when a page has expired meanwhile.
// `patience` is for each page.
Result<std::vector<Json>> ListAll(Api& api, ListQuery query, Patience patience);

// The path below the server's root, without a query. Errors: 400 for a name, namespace or group
// that cannot be part of a path, 400 for a missing or superfluous namespace.
Result<std::string> PathOf(const Ref& ref);
// The same with the query, values percent-encoded.
Result<std::string> PathOf(const ListQuery& query);

// labels or annotations of an object; empty where it has none.
std::map<std::string, std::string> PairsIn(const Json& object, std::string_view field);
// The text at a JSON pointer such as "/spec/claimRef/name"; empty where there is none.
std::string TextAt(const Json& object, const std::string& pointer);

}  // namespace kube
