#include "cloudapi/actions/describe.h"

namespace cloudapi {
namespace {

constexpr std::string_view kStatuses[] = {"all", "progressing", "accomplished", "failed"};
constexpr std::string_view kTypes[] = {"all", "auto", "user"};
constexpr std::string_view kDiskTypes[] = {"system", "data"};
constexpr std::string_view kUsages[] = {"image", "disk", "image_disk", "none"};
constexpr std::string_view kCategories[] = {"standard", "flash", "archive"};
constexpr TimeKeys kTimes[] = {{"CreationStartTime", "CreationEndTime"}};

constexpr WordRule kStatusRule{"Status", kStatuses, 404, "InvalidStatus.NotFound"};
constexpr WordRule kTypeRule{"SnapshotType", kTypes, 404, "InvalidSnapshotType.NotFound"};
constexpr WordRule kDiskTypeRule{"SourceDiskType", kDiskTypes, 404, "InvalidSourceDiskType"};
constexpr WordRule kUsageRule{"Usage", kUsages, 404, "InvalidUsage"};
constexpr WordRule kCategoryRule{"Category", kCategories, 403, "InvalidSnapshotCategory.Malformed"};

// A word that is compared with a member of the stored document; "all" asks for nothing.
Result<void> ReadMember(const Params& params, const WordRule& rule, std::string_view path,
                        SnapshotFilter& filter) {
  const auto word = Word(params, rule);
  if (!word) return Fail(word.error());
  if (!word->empty() && *word != "all") filter.members.push_back({path, {*word}});
  return {};
}

Result<void> ReadWords(const Params& params, SnapshotFilter& filter) {
  const auto status = Word(params, kStatusRule);
  if (!status) return Fail(status.error());
  if (*status != "all") filter.status = *status;
  const auto disk_type = Word(params, kDiskTypeRule);
  if (!disk_type) return Fail(disk_type.error());
  filter.source_disk_type = *disk_type;
  if (auto read = ReadMember(params, kTypeRule, "$.SnapshotType", filter); !read) return read;
  if (auto read = ReadMember(params, kUsageRule, "$.Usage", filter); !read) return read;
  return ReadMember(params, kCategoryRule, "$.Category", filter);
}

}  // namespace

Result<Answer> DescribeSnapshots(const ActionContext& context, Reader& reader,
                                 const Params& params) {
  SnapshotFilter filter;
  filter.account = context.call.account;
  filter.region = context.call.region;
  auto ids = Ids(params, "SnapshotIds", "InvalidSnapshotIds.Malformed");
  if (!ids) return Fail(ids.error());
  filter.ids = std::move(*ids);
  if (const auto region = CheckRegion(context, filter.ids.has_value(), {}); !region)
    return Fail(region.error());
  filter.instance_id = params.StringOr("InstanceId", "");
  filter.disk_id = params.StringOr("DiskId", "");
  filter.name = params.StringOr("SnapshotName", "");
  filter.kms_key_id = params.StringOr("KMSKeyId", "");
  filter.resource_group_id = params.StringOr("ResourceGroupId", "");
  filter.encrypted = params.Boolean("Encrypted");
  // One id or a JSON array of ids.
  const auto link = params.String("SnapshotLinkId");
  const auto links = params.JsonList("SnapshotLinkId");
  if (link) filter.members.push_back({"$.SnapshotLinkId", links.value_or(std::vector{*link})});
  if (const auto words = ReadWords(params, filter); !words) return Fail(words.error());
  auto tags = TagMatches(params);
  if (!tags) return Fail(tags.error());
  filter.tags = std::move(*tags);
  const auto times = TimeRanges(params, kTimes);
  if (!times) return Fail(times.error());
  filter.created_from = times->front().from;
  filter.created_to = times->front().to;
  return DescribeRows(context, reader, params, filter,
                      {"DescribeSnapshots", "Snapshots", "Snapshot"}, {});
}

}  // namespace cloudapi
