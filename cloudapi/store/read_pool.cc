#include "cloudapi/store/read_pool.h"

#include <spdlog/spdlog.h>

#include <exception>

namespace cloudapi {

// A connection that cannot end its transaction is not used again.
ReadPool::Lease::~Lease() {
  try {
    connection_->Exec("COMMIT");
    pool_.Return(std::move(connection_));
  } catch (const std::exception& error) {
    spdlog::error("a reading connection is given up: {}", error.what());
  }
}

std::unique_ptr<Connection> ReadPool::Take() {
  {
    const absl::MutexLock lock(&mutex_);
    if (!idle_.empty()) {
      auto connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return OpenReadOnly(database_, observer_);
}

void ReadPool::Return(std::unique_ptr<Connection> connection) {
  const absl::MutexLock lock(&mutex_);
  idle_.push_back(std::move(connection));
}

}  // namespace cloudapi
