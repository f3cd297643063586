#pragma once
// Runs a program: no shell, output captured, ended when it outlives its limit.
#include <chrono>
#include <string>
#include <vector>

#include "driver/base/clock.h"
#include "driver/host/host.h"

namespace driver {

struct ProgramResult {
  int status = 0;      // its exit status; 128 + signal when a signal ended it
  std::string output;  // stdout and stderr together, the last 4 KiB
};

// `words[0]` is looked up in PATH. Standard input is empty.
// Errors: kFailed when it cannot be started, kTimedOut.
HostResult<ProgramResult> RunProgram(Clock& clock, const std::vector<std::string>& words,
                                     std::chrono::seconds limit);

// Whether RunProgram would find it.
bool HasProgram(const std::string& name);

// "mkfs.ext4 -F /dev/vdb: exit status 1: …", for messages.
std::string Describe(const std::vector<std::string>& words, const ProgramResult& result);

}  // namespace driver
