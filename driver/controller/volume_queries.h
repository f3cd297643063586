#pragma once
// Questions about volumes that change nothing.
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/paging.h"
#include "driver/controller/requests.h"

namespace driver {

// Thread-safe.
class VolumeQueries {
 public:
  explicit VolumeQueries(ControllerContext context);

  // The data disks of the account's region. ABORTED for a bad token.
  Result<ListedPage<Disk>> List(const PageRequest& wanted, const Deadline& deadline);

  // NOT_FOUND.
  Result<Disk> Get(const std::string& volume_id, const Deadline& deadline);

  // Whether the volume can be used like that. Errors: NOT_FOUND; INVALID_ARGUMENT with the reason
  // why it cannot.
  Result<void> CheckUsable(const std::string& volume_id, const std::vector<VolumeUse>& uses,
                           const Deadline& deadline);

 private:
  ControllerContext context_;
};

}  // namespace driver
