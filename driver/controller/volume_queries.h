#pragma once
// Questions about volumes that change nothing.
#include <string>
#include <vector>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/requests.h"

namespace driver {

struct VolumeList {
  std::vector<Disk> disks;
  std::string next_token;  // empty on the last page
};

// Thread-safe.
class VolumeQueries {
 public:
  explicit VolumeQueries(ControllerContext context);

  // The data disks of the account's region. ABORTED for a bad token.
  Result<VolumeList> List(const PageWish& wanted, const Deadline& deadline);

  // NOT_FOUND.
  Result<Disk> Get(const std::string& volume_id, const Deadline& deadline);

  // Why the volume cannot be used like that; empty: it can. NOT_FOUND.
  Result<std::string> WhyNotUsable(const std::string& volume_id, const std::vector<VolumeUse>& uses,
                                   const Deadline& deadline);

 private:
  ControllerContext context_;
};

}  // namespace driver
