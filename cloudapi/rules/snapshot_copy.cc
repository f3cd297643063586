#include "cloudapi/rules/snapshot_copy.h"

#include <fmt/format.h>

#include "cloudapi/rules/limits.h"
#include "cloudapi/rules/transitions.h"

namespace cloudapi {
namespace {

constexpr int kForbidden = 403;

Result<void> CheckDestination(const Snapshot& source, const CopyTerms& terms,
                              const topology::Catalogue& catalogue) {
  if (catalogue.FindRegion(terms.region) == nullptr) {
    return Refuse(kForbidden, "InvalidRegionId.NotExists", "copy.region",
                  fmt::format("There is no region {}.", terms.region), {{"region", terms.region}});
  }
  if (terms.region != source.region) return {};
  return Refuse(kForbidden, "InvalidOperation.NotSupportCopyInSameRegion", "copy.other-region",
                fmt::format("Snapshot {} is in {} already.", source.id, terms.region),
                {{"region", terms.region}});
}

Result<void> CheckCopyTexts(const CopyTerms& terms) {
  if (!terms.automatic) {
    if (auto name = CheckSnapshotName(terms.name); !name) {
      ApiError refusal = name.error();
      refusal.http_status = kForbidden;
      return Fail(std::move(refusal));
    }
  }
  if (auto text = CheckDescription(terms.description, kForbidden); !text) return text;
  return CheckTags(terms.tags);
}

Result<void> CheckCopied(const Snapshot& source, const CopyTerms& terms) {
  if (!terms.kms_key_id.empty() && !terms.encrypted && !source.encrypted) {
    return Refuse(400, "InvalidParameter.EncryptedIllegal", "copy.key-without-encryption",
                  "KMSKeyId needs Encrypted=true.", {{"key", terms.kms_key_id}});
  }
  if (source.status != SnapshotStatus::kAccomplished) {
    return Refuse(kForbidden, "InvalidSnapshotId.NotReady", "copy.snapshot-status",
                  fmt::format("Snapshot {} is {}, it must be accomplished.", source.id,
                              WordOf(source.status)),
                  {{"snapshot.status", std::string(WordOf(source.status))}});
  }
  if (source.copies_under_way == 0) return {};
  return Refuse(kForbidden, "InvalidOperation.UnfinishedCrossRegionCopy", "copy.one-at-a-time",
                fmt::format("Another copy of snapshot {} is not finished.", source.id),
                {{"snapshot", source.id}});
}

}  // namespace

Result<Snapshot> StartCopy(const Snapshot& source, const CopyTerms& terms,
                           const topology::Catalogue& catalogue) {
  for (const Result<void>& checked : {CheckDestination(source, terms, catalogue),
                                      CheckCopyTexts(terms), CheckCopied(source, terms)}) {
    if (!checked) return Fail(checked.error());
  }
  return Snapshot{.account = source.account,
                  .region = terms.region,
                  .status = SnapshotStatus::kProgressing,
                  .type = terms.automatic ? SnapshotType::kAuto : SnapshotType::kUser,
                  .name = terms.name,
                  .description = terms.description,
                  .source_snapshot_id = source.id,
                  .source_region = source.region,
                  .source_disk_size_gib = source.source_disk_size_gib,
                  .source_disk_type = source.source_disk_type,
                  .source_category = source.source_category,
                  .encrypted = source.encrypted || terms.encrypted,
                  .kms_key_id = terms.kms_key_id.empty() ? source.kms_key_id : terms.kms_key_id,
                  .retention_days = terms.retention_days,
                  .resource_group_id = terms.resource_group_id,
                  .tags = terms.tags};
}

}  // namespace cloudapi
