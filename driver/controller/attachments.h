#pragma once
// Attaching a volume's disk to a node's instance, and detaching it.
#include <string>

#include "driver/base/result.h"
#include "driver/controller/controller_context.h"
#include "driver/controller/requests.h"

namespace driver {

// Thread-safe.
class Attachments {
 public:
  explicit Attachments(ControllerContext context);

  // Attached afterwards; returns the publish context. Errors: NOT_FOUND for volume or node,
  // FAILED_PRECONDITION for another zone or while attached elsewhere, RESOURCE_EXHAUSTED when the
  // node takes no more, INVALID_ARGUMENT for a multi-node mode on a single-attach disk.
  // Source: CSI ControllerPublishVolume.
  Result<Parameters> Publish(const PublishVolumeRequest& wanted, const Deadline& deadline);

  // Detached afterwards, an attachment that was still coming included; an unknown volume or node is
  // success. Source: CSI ControllerUnpublishVolume.
  Result<void> Unpublish(const UnpublishVolumeRequest& wanted, const Deadline& deadline);

  // Detached from the instance that has it alone, so that it can be deleted; a disk for several
  // nodes stays. FAILED_PRECONDITION for instances of serverless containers.
  Result<void> TakeAway(const std::string& volume_id, const Deadline& deadline);

 private:
  // Asks the instance that has it to give it up.
  Result<void> TakeFrom(const Disk& disk, const Deadline& deadline);
  Result<void> CheckPlaces(const PublishVolumeRequest& wanted, const Disk& disk,
                           const Deadline& deadline);
  Result<Disk> AttachAndWait(const PublishVolumeRequest& wanted, Disk disk,
                             const Deadline& deadline);
  // Asks for what is still to be detached; true when nothing was.
  Result<bool> IsDetached(const UnpublishVolumeRequest& wanted, const Disk& disk,
                          const Deadline& deadline);

  ControllerContext context_;
};

// What to do next to get a disk onto an instance.
enum class AttachStep { kDone, kAttach, kWait, kElsewhere };
AttachStep NextAttachStep(const Disk& disk, const std::string& instance_id);

}  // namespace driver
