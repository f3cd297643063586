#pragma once
// Time, waiting and randomness as the driver sees them. The real one is in system_env.cc.
#include <chrono>
#include <cstdint>
#include <functional>

namespace driver {

using Instant = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;                                    // never goes back: waits, caches
  virtual std::chrono::system_clock::time_point WallNow() = 0;  // signatures, gRPC deadlines
  virtual void SleepUntil(Instant when) = 0;
  virtual std::uint64_t Random() = 0;  // nonces only
};

// How long a call may last: until `at`, or until the caller has gone.
struct Deadline {
  Instant at;
  std::function<bool()> caller_gone = nullptr;
  bool Gone() const { return caller_gone && caller_gone(); }
};

// The instant before which a call with `remaining` time must answer: the smaller of 1 s and 10 %
// earlier, so that the answer is ours and not the caller's own time-out.
Instant AnswerBefore(Instant now, Duration remaining);

// Growing pauses between two looks at something that changes elsewhere.
class Backoff {
 public:
  Backoff(Duration first, Duration longest) : next_(first), longest_(longest) {}
  Duration Next();

 private:
  Duration next_;
  Duration longest_;
};

}  // namespace driver
