#pragma once
// The quotas of every account. What differs from the defaults is one JSON text, which survives a
// restart in the store's meta under kQuotasMeta.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <map>
#include <string>
#include <string_view>

#include "cloudapi/base/json.h"
#include "cloudapi/rules/quotas.h"

namespace cloudapi {

inline constexpr std::string_view kQuotasMeta = "quotas";

// What a quota that has no limit says in JSON instead of a number.
inline constexpr std::string_view kNoLimit = "off";
// {"Name": number or kNoLimit}, of all quotas or of those that are not as by default.
void WriteQuotas(JsonWriter& json, const Quotas& quotas, bool only_changed = false);

// Thread-safe.
class QuotaBook {
 public:
  Quotas Of(const std::string& account) const ABSL_LOCKS_EXCLUDED(mutex_);
  void Set(const std::string& account, const Quotas& quotas) ABSL_LOCKS_EXCLUDED(mutex_);
  // Accounts whose quotas are not the defaults.
  std::map<std::string, Quotas> Changed() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Every account has the defaults again.
  void Forget() ABSL_LOCKS_EXCLUDED(mutex_);

  // {"account":{"Name":5,"Other":"off"}}
  std::string Text() const ABSL_LOCKS_EXCLUDED(mutex_);
  // A name that this version does not know is passed over.
  void Restore(const std::string& text) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  mutable absl::Mutex mutex_;
  std::map<std::string, Quotas> changed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
