#pragma once
// Every state that a field goes through, also those that are gone before one can ask.
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
  FieldWatch(const std::string& space, const std::string& kind, const std::string& field);

  // What was seen so far, each change once; the empty text is a field that is not there.
  std::vector<std::string> Seen() const;

 private:
  TempFolder folder_;
  std::unique_ptr<Process> kubectl_;
};

}  // namespace e2e
