#pragma once
// Labels and annotations of PersistentVolumes, as ACK's own provisioner writes them. While a volume
// is created there is no PersistentVolume yet, so they are written a little later; what is missed
// then (this process ended, the API server was away) is caught up with when the volume is attached.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <map>
#include <optional>
#include <string>
#include <thread>

#include "driver/base/clock.h"
#include "driver/cloud/cloud.h"
#include "driver/kubernetes/cluster.h"

namespace driver {

// What a PersistentVolume of the disk is to carry.
struct VolumeMarks {
  topology::Labels labels;
  Annotations annotations;
};
VolumeMarks MarksOf(const Disk& disk);

// The same for the one that the disk was made for; nullopt when there is none.
std::optional<PvMetadata> PvMetadataOf(const Disk& disk);

// Thread-safe. `cluster` and `clock` outlive it.
class PvLabeler {
 public:
  PvLabeler(Cluster& cluster, Clock& clock) : cluster_(cluster), clock_(clock) {}

  // Labels the disk's PersistentVolume soon. Never waits, never fails: at most 1000 are queued,
  // each tried for about a minute.
  void Enqueue(const Disk& disk) ABSL_LOCKS_EXCLUDED(mutex_);
  // Tries what is due. Returns when the next one is due, nullopt while the queue is empty.
  std::optional<Instant> RunOnce() ABSL_LOCKS_EXCLUDED(mutex_);
  // Runs in a thread of its own until destroyed.
  void Start();
  ~PvLabeler();

  PvLabeler(const PvLabeler&) = delete;
  PvLabeler& operator=(const PvLabeler&) = delete;

 private:
  struct Pending {
    PvMetadata metadata;
    Instant due;
    std::size_t tries = 0;
  };

  std::optional<Pending> TakeDue() ABSL_LOCKS_EXCLUDED(mutex_);
  void PutBack(Pending pending) ABSL_LOCKS_EXCLUDED(mutex_);
  std::optional<Instant> Earliest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  Cluster& cluster_;
  Clock& clock_;
  absl::Mutex mutex_;
  std::map<std::string, Pending> pending_ ABSL_GUARDED_BY(mutex_);  // by the volume's name
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;                    // enqueued or stopping
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::jthread thread_;
};

}  // namespace driver
