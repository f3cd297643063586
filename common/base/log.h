#pragma once
// How both programs write their log: lines on stderr, UTC.
#include <string>

namespace cloudapi {

struct LogOptions {
  std::string name;             // of the program
  std::string level = "info";   // debug, info, warn, error, off
  std::string format = "text";  // text or json
  std::string members;  // further members of each JSON line, such as "\"instance\":\"i-…\","
};

// Sets the process's default logger. Call once, before threads start.
void SetUpLog(const LogOptions& options);

}  // namespace cloudapi
