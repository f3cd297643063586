#include "cloudapi/resources/snapshot_chain.h"

#include <array>

#include "cloudapi/resources/document.h"

namespace cloudapi {
namespace {

// The disk's name and its instance are another object's: who answers it looks them up.
std::string ChainDocument(const SnapshotChain& chain) {
  JsonWriter json;
  json.BeginObject()
      .Field("SnapshotLinkId", chain.id)
      .Field("RegionId", chain.region)
      .Field("SourceDiskId", chain.source_disk_id)
      .Field("SourceDiskName", "")
      .Field("SourceDiskSize", chain.source_disk_size_gib)
      .Field("SourceDiskType", chain.source_disk_type)
      .Field("InstanceId", "")
      .Field("InstanceName", "")
      .Field("Category", kStandard)
      .Field("InstantAccess", chain.instant_access)
      .Field("TotalCount", chain.snapshots)
      .Field("TotalSize", chain.bytes)
      .EndObject();
  return json.Take();
}

constexpr std::array kChainColumns = {
    Fixed<&SnapshotChain::seq>("seq", "> 0"),
    Fixed<&SnapshotChain::account>("account"),
    Fixed<&SnapshotChain::region>("region"),
    Fixed<&SnapshotChain::id>("id"),
    Fixed<&SnapshotChain::source_disk_id>("source_disk_id"),
    Col<&SnapshotChain::source_disk_size_gib>("source_disk_size_gib"),
    Fixed<&SnapshotChain::source_disk_type>("source_disk_type"),
    Col<&SnapshotChain::instant_access>("instant_access"),
    Col<&SnapshotChain::snapshots>("snapshots", "> 0"),
    Col<&SnapshotChain::bytes>("bytes", ">= 0"),
};
constexpr Index kChainIndexes[] = {
    {.name = "place"},
    {.name = "disk", .column = "source_disk_id"},
};

}  // namespace

std::string ChainIdOfDisk(std::string_view disk_id) {
  return std::string(KindOf<SnapshotChain>().id_prefix) + SerialNumber(disk_id);
}

std::string ChainIdOf(const Snapshot& snapshot) {
  return ChainIdOfDisk(snapshot.source_disk_id.empty() ? snapshot.id : snapshot.source_disk_id);
}

SnapshotChain EmptyChainFor(const Snapshot& snapshot) {
  return {.id = ChainIdOf(snapshot),
          .account = snapshot.account,
          .region = snapshot.region,
          .source_disk_id = snapshot.source_disk_id,
          .source_disk_type = snapshot.source_disk_type,
          .seq = snapshot.seq};
}

template <>
const Kind<SnapshotChain>& KindOf<SnapshotChain>() {
  static const Kind<SnapshotChain> kind{{.name = "snapshot_chain",
                                         .table = "snapshot_chains",
                                         .id_prefix = "sl-",
                                         .indexes = kChainIndexes,
                                         .facets = {}},
                                        kChainColumns,
                                        ChainDocument};
  return kind;
}

}  // namespace cloudapi
