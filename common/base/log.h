#pragma once
// How the programs write their log: one line an entry on standard error, UTC. What came from
// outside may be logged as it is: nothing in it ends a line or leaves the JSON.
#include <string>
#include <utility>
#include <vector>

namespace base {

struct LogOptions {
  std::string name;             // of the program
  std::string level = "info";   // debug, info, warn, error, off
  std::string format = "text";  // text or json
  // Further members of each JSON line, such as {"instance", "i-…"}.
  std::vector<std::pair<std::string, std::string>> members;
};

// Sets the process's default logger. Call it once, before threads start.
void StartLog(const LogOptions& options);

}  // namespace base
