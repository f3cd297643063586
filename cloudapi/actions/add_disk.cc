#include "cloudapi/actions/add_disk.h"

namespace cloudapi {

void AddDisk(Tx& tx, const topology::Catalogue& catalogue, Disk& disk,
             std::chrono::milliseconds delay) {
  disk.id = tx.NextId<Disk>(catalogue.FindRegion(disk.region)->id_code);
  disk.creation_time = tx.Now();
  disk.seq = tx.NextSeq();
  tx.Put(disk);
  tx.Schedule(disk, Step::kDiskCreate, delay);
  if (disk.source_snapshot_id.empty()) return;
  auto source = tx.Find<Snapshot>(disk.account, disk.region, disk.source_snapshot_id);
  if (!source || source->usage == "disk") return;
  source->usage = "disk";
  tx.Put(*source);
}

}  // namespace cloudapi
