#pragma once
// What the services need of the world around them, and whether they are there at all.
#include <memory>
#include <string>

#include "driver/base/clock.h"
#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/host/host.h"

namespace driver {

// Whether the cloud answers within a second. A refusal is an answer: what it is about is told to
// whoever makes the refused call. Errors: UNAVAILABLE.
Result<void> CloudAnswers(Cloud& cloud, Clock& clock);

// Whether the programs are there that make, check and grow file systems. Errors:
// FAILED_PRECONDITION naming those that are not.
Result<void> HasPrograms(Host& host);

// Asks Probe over the socket, as any caller would. Thread-safe.
class SocketProbe {
 public:
  SocketProbe(Clock& clock, const std::string& socket_path);
  ~SocketProbe();
  // Errors: UNAVAILABLE when no answer comes within `patience`; that of Probe. Returns whether it
  // is ready.
  Result<bool> Ask(std::chrono::milliseconds patience);

 private:
  struct Stub;
  Clock& clock_;
  const std::unique_ptr<Stub> stub_;
};

}  // namespace driver
