#pragma once
// Events: what `kubectl describe` and `kubectl get events` show of an object.
#include <chrono>
#include <string>

#include "common/kube/api.h"

namespace kube {

struct EventReport {
  Ref about;              // the object
  std::string kind;       // its kind: "PersistentVolumeClaim"
  std::string uid;        // of the object; empty: not shown with it by kubectl describe
  bool warning = true;    // type Warning, else Normal
  std::string reason;     // CamelCase, for machines: "FileSystemGrowthRefused"
  std::string message;    // for people; cut at 1024 bytes, the API's limit
  std::string component;  // who reports: "zonedisk-csi"
  std::string host;       // node that it runs on; may be empty
  std::chrono::system_clock::time_point created_at;
};

// The Event object. Its name is a function of what is reported, so that the same report made twice
// is one event that is counted (see Report).
Json ToEvent(const EventReport& report);

// Creates the event, or raises the count of the one that says the same. Best effort: the error is
// for the log, no operation may fail for it.
Result<void> Report(Api& api, const EventReport& report, Patience patience);

}  // namespace kube
