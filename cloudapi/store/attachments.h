#pragma once
// The attachments of disks, in their own table. Private to the store.
#include "cloudapi/resources/disk.h"
#include "cloudapi/store/connection.h"

namespace cloudapi {

void ReadAttachments(Connection& connection, Disk& disk);
// Replaces the stored ones. Those of an erased disk go with its row (ON DELETE CASCADE).
void WriteAttachments(Connection& connection, const Disk& disk);

}  // namespace cloudapi
