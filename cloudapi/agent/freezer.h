#pragma once
// Freezes the file systems on disks for as long as the cloud asks, and never longer than it may.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <thread>

#include "cloudapi/agent/file_systems.h"
#include "cloudapi/base/env.h"
#include "cloudapi/base/steady_cond_var.h"

namespace cloudapi {

inline constexpr std::chrono::seconds kLongestFreeze{10};

// A file in `records` names each device before it is frozen: a process that is killed meanwhile
// leaves it to the next one, which thaws the device at its start. Thread-safe.
class Freezer {
 public:
  // `longest`: a watchdog thaws after that time, whatever became of the cloud.
  Freezer(Env& env, FileSystems& file_systems, std::filesystem::path records,
          std::chrono::milliseconds longest = kLongestFreeze);
  // Thaws everything.
  ~Freezer();
  Freezer(const Freezer&) = delete;
  Freezer& operator=(const Freezer&) = delete;

  // Freezes the disk's device for that ticket; repeated for the same ticket it does nothing, also
  // when the time of the freeze is over. Errors: 500 InternalError; the next call tries again.
  Result<void> Freeze(const std::string& disk, const std::string& device, std::uint64_t ticket)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The cloud asks no more.
  void Thaw(const std::string& disk) ABSL_LOCKS_EXCLUDED(mutex_);
  // And forgets every ticket: those of another cloud begin anew.
  void ThawAll() ABSL_LOCKS_EXCLUDED(mutex_);
  // Thaws what is frozen for too long; the watchdog does so by itself.
  void ThawOverdue() ABSL_LOCKS_EXCLUDED(mutex_);

  // The one of the last freeze, whatever became of it, 0: none.
  std::uint64_t LastTicket(const std::string& disk) ABSL_LOCKS_EXCLUDED(mutex_);
  // The ticket for which the disk is frozen at this moment, 0: none.
  std::uint64_t FrozenFor(const std::string& disk) ABSL_LOCKS_EXCLUDED(mutex_);
  // The last ticket whose freeze lasted until the cloud asked no more, 0: none.
  std::uint64_t HeldFor(const std::string& disk) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Disk {
    std::uint64_t ticket = 0;  // the last one
    std::uint64_t held = 0;
    bool frozen = false;
    std::string device;
    std::chrono::steady_clock::time_point deadline;
  };
  void ThawLeft();
  void ThawNow(Disk& disk) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Watch(const std::stop_token& stop) ABSL_LOCKS_EXCLUDED(mutex_);
  std::filesystem::path RecordOf(const std::string& device) const;

  Env& env_;
  FileSystems& file_systems_;
  const std::filesystem::path records_;
  const std::chrono::milliseconds longest_;
  absl::Mutex mutex_;
  SteadyCondVar changed_;
  std::map<std::string, Disk> disks_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread watchdog_;
};

}  // namespace cloudapi
