#pragma once
// What a profile changes of requests and answers of the controller.
#include "csi.pb.h"
#include "driver/base/result.h"
#include "driver/cloud/cloud.h"
#include "driver/csi/profile.h"

namespace driver {

using Capabilities = google::protobuf::RepeatedPtrField<csi::v1::VolumeCapability>;

// INVALID_ARGUMENT for what the profile does not offer.
Result<void> CheckOffered(const Profile& profile, const Capabilities& capabilities);
Result<void> CheckOffered(const Profile& profile, const csi::v1::CreateVolumeRequest& request);

// The volume as ACK's driver answers it: in the context every parameter of the class, the category
// really used, and what the PersistentVolume is to carry under a prefix, of which ACK's provisioner
// makes labels and annotations. Source: alibaba-cloud-csi-driver.
csi::v1::Volume AckVolume(const google::protobuf::Map<std::string, std::string>& parameters,
                          const Disk& disk);

// Whether the next category or level is tried after this refusal of CreateDisk.
bool GoesOn(const Profile& profile, const CloudError& refusal);

}  // namespace driver
