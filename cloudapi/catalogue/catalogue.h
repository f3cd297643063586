#pragma once
// The catalogue in force: regions, zones, categories and instance types. The built-in one is
// catalogue.json, which is compiled in. Stock may change while readers keep what they took.
#include <absl/base/thread_annotations.h>
#include <absl/synchronization/mutex.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "topology/catalogue.h"

namespace cloudapi {

// The compiled-in catalogue. Aborts when the data file is malformed, which its test rules out.
topology::Catalogue BuiltInCatalogue();

// That a category has stock in a zone, or has not.
struct StockChange {
  std::string zone;
  std::string category;
  bool in_stock = false;
  bool operator==(const StockChange&) const = default;
};

// The catalogue in force, replaced as a whole. Thread-safe.
class CatalogueHolder {
 public:
  explicit CatalogueHolder(topology::Catalogue catalogue)
      : first_(std::make_shared<const topology::Catalogue>(std::move(catalogue))),
        current_(first_) {}

  // Shared with every request in flight that took it.
  std::shared_ptr<const topology::Catalogue> Get() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Sets whether a category has stock in a zone. False when the zone does not offer it.
  bool SetStock(std::string_view zone, std::string_view category, bool in_stock)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // What was set and is not as at the construction, in the catalogue's order.
  std::vector<StockChange> Changes() const ABSL_LOCKS_EXCLUDED(mutex_);
  // Back to the catalogue of the construction.
  void Restore() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  const std::shared_ptr<const topology::Catalogue> first_;
  mutable absl::Mutex mutex_;
  std::shared_ptr<const topology::Catalogue> current_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace cloudapi
