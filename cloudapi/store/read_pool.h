#pragma once
// Read-only connections, as many as were ever used at once. Private to the store.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

#include "cloudapi/store/connection.h"

namespace cloudapi {

// Thread-safe.
class ReadPool {
 public:
  ReadPool(std::filesystem::path database, PrepareObserver observer)
      : database_(std::move(database)), observer_(std::move(observer)) {}

  // Gives its connection back at the end of its life. Until then all readings see one state, the
  // newest that is committed at the first of them.
  class Lease {
   public:
    explicit Lease(ReadPool& pool) : pool_(pool), connection_(pool.Take()) {
      connection_->Exec("BEGIN");
    }
    ~Lease();
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Connection& operator*() { return *connection_; }

   private:
    ReadPool& pool_;
    std::unique_ptr<Connection> connection_;
  };

 private:
  std::unique_ptr<Connection> Take() ABSL_LOCKS_EXCLUDED(mutex_);
  void Return(std::unique_ptr<Connection> connection) ABSL_LOCKS_EXCLUDED(mutex_);

  const std::filesystem::path database_;
  const PrepareObserver observer_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
