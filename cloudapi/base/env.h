#pragma once
// Everything undetermined that cloudapi uses: time and randomness. Ids come from the store's
// persisted sequence.
#include <chrono>
#include <cstdint>

namespace cloudapi {

using SysMillis = std::chrono::sys_time<std::chrono::milliseconds>;

// Thread-safe. The real one is SystemEnv, tests use FakeEnv.
class Env {
 public:
  virtual ~Env() = default;
  // The cloud's settable clock: resources, jobs, token expiry.
  virtual SysMillis CloudNow() = 0;
  // The machine's clock: signature skew, nonces, logs.
  virtual SysMillis WallNow() = 0;
  // Leases and timeouts.
  virtual std::chrono::steady_clock::time_point Steady() = 0;
  // RequestIds, nonces of the agent protocol, jitter and faults only.
  virtual std::uint64_t Random() = 0;
};

}  // namespace cloudapi
