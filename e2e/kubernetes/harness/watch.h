#pragma once
// Every value that a field has had, including values too short-lived to poll.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "e2e/harness/files.h"
#include "e2e/harness/process.h"

namespace e2e {

// `kubectl get --watch` from its construction on; the object need not be there yet.
class FieldWatch {
 public:
  // `kind` and `field` as kubectl takes them: "volumesnapshot", "{.status.readyToUse}". All objects
  // of that kind in the namespace are watched: give a story's case one of it.
  FieldWatch(const std::string& ns, const std::string& kind, const std::string& field);

  // Returns the values so far, each change once; an absent field is the empty text.
  std::vector<std::string> Seen() const;

 private:
  TempFolder folder_;
  std::unique_ptr<Process> kubectl_;
};

}  // namespace e2e
