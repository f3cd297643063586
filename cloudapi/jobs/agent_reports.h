#pragma once
// What the jobs know of and ask from the agents: the seam between jobs/ and agents/.
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace cloudapi {

struct InstanceKey {
  std::string account;
  std::string id;
  auto operator<=>(const InstanceKey&) const = default;
};

enum class Presence {
  kUnknown,  // no report yet that answers the present wanted set
  kAbsent,   // the kernel has let go of every generation of the disk
  kPresent,  // in the wanted generation
};

// What became of a freeze that an agent was asked for.
enum class FreezeState {
  kAsked,   // nothing yet
  kFrozen,  // as of the last report
  kHeld,    // it was asked for no more, and had lasted until then
  kLost,    // thawed before, or the agent is another one since
};

// Thread-safe.
class AgentReports {
 public:
  virtual ~AgentReports() = default;
  virtual Presence Of(const InstanceKey& instance, std::string_view disk,
                      std::int64_t generation) = 0;
  // Size of the device in bytes, 0 unless present.
  virtual std::int64_t DeviceBytes(const InstanceKey& instance, std::string_view disk) = 0;
  // When the instance is given up, on Env::Steady: kAgentLease after the last poll, and after the
  // start of the cloud at the earliest. Every poll moves it.
  virtual std::chrono::steady_clock::time_point LeaseEnd(const InstanceKey& instance) = 0;
  // Asks for a flush of the disk's device; the ticket is answered by Flushed.
  virtual std::uint64_t RequestFlush(const InstanceKey& instance, std::string_view disk) = 0;
  virtual bool Flushed(const InstanceKey& instance, std::string_view disk,
                       std::uint64_t ticket) = 0;
  // Asks for the file systems on the disk's device to be frozen until EndFreeze; FreezeOf answers
  // by the ticket. The agent thaws them by itself after some seconds.
  virtual std::uint64_t RequestFreeze(const InstanceKey& instance, std::string_view disk) = 0;
  virtual FreezeState FreezeOf(const InstanceKey& instance, std::string_view disk,
                               std::uint64_t ticket) = 0;
  virtual void EndFreeze(const InstanceKey& instance, std::string_view disk,
                         std::uint64_t ticket) = 0;
  // The wanted set of the instance must be read again although no row changed.
  virtual void Wake(const InstanceKey& instance) = 0;
  // Every agent has to register again.
  virtual void ForgetAll() = 0;
  // Called after every report, on any thread; must not block. Set before the first request.
  virtual void OnReport(std::function<void(const InstanceKey& instance)> listener) = 0;
};

}  // namespace cloudapi
