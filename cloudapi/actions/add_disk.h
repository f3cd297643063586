#pragma once
// How a disk comes into the cloud, whatever it is made for.
#include <chrono>

#include "cloudapi/store/tx.h"
#include "topology/catalogue.h"

namespace cloudapi {

// Gives the disk, which has its account, region and attributes, its id, time and row; a job makes
// its image after `delay`. The snapshot that it is made from is in use from then on.
void AddDisk(Tx& tx, const topology::Catalogue& catalogue, Disk& disk,
             std::chrono::milliseconds delay);

}  // namespace cloudapi
