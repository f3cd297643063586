#pragma once
// An API server in memory that keeps objects and refuses what the real one refuses: names, label
// keys and values, events in the wrong namespace, stale resource versions.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <functional>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "common/kube/api.h"

namespace kube {

// One failure to come: the next call of `verb` ("get", "list", "patch", "create") on `plural` is
// refused with `error` instead of being done.
struct ScriptedFailure {
  std::string verb;
  std::string plural;
  Error error;
};

// Thread-safe.
class FakeApi : public Api {
 public:
  // Puts an object as an administrator would: kind by its "kind", refused only without a name.
  void Put(const Kind& kind, Json object) ABSL_LOCKS_EXCLUDED(mutex_);
  void Remove(const Ref& ref) ABSL_LOCKS_EXCLUDED(mutex_);
  // Every object of the kind, by namespace and name.
  std::vector<Json> All(const Kind& kind) ABSL_LOCKS_EXCLUDED(mutex_);
  // "get nodes b-1", in the order of the calls; also those that were refused.
  std::vector<std::string> Calls() ABSL_LOCKS_EXCLUDED(mutex_);
  // A test ends by asserting that Unused() is empty.
  void Script(ScriptedFailure failure) ABSL_LOCKS_EXCLUDED(mutex_);
  std::vector<std::string> Unused() ABSL_LOCKS_EXCLUDED(mutex_);
  // Continue tokens given out until now are answered 410 Expired.
  void ExpireLists() ABSL_LOCKS_EXCLUDED(mutex_);
  // Only these "VERB PLURAL" are allowed from now on, everything else is 403 Forbidden.
  void AllowOnly(std::vector<std::string> rules) ABSL_LOCKS_EXCLUDED(mutex_);

  Result<Json> Get(const Ref& ref, Patience patience) override;
  Result<Page> List(const ListQuery& query, Patience patience) override;
  // Strategic patches may concern metadata only, where they are merge patches.
  Result<Json> Patch(const Ref& ref, PatchKind kind, const Json& patch, Patience patience) override;
  Result<Json> Create(const Ref& place, const Json& body, Patience patience) override;

 private:
  // Kind, namespace, name.
  using Key = std::tuple<std::string, std::string, std::string>;

  Result<void> Enter(const std::string& verb, const Ref& ref) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Store(const Key& key, Json object) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::map<Key, Json> objects_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);
  std::vector<ScriptedFailure> script_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> allowed_ ABSL_GUARDED_BY(mutex_);
  bool all_allowed_ ABSL_GUARDED_BY(mutex_) = true;
  int version_ ABSL_GUARDED_BY(mutex_) = 0;
  int list_generation_ ABSL_GUARDED_BY(mutex_) = 0;
};

// An object with what every one has. `name_space` empty for kinds without.
Json MakeObject(const std::string& kind, const std::string& name,
                const std::string& name_space = "");

}  // namespace kube
