#include <fmt/format.h>

#include <algorithm>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/base/cidr.h"
#include "cloudapi/resources/document.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

Result<void> CheckVSwitchZone(const WriteCall& call, const std::string& zone) {
  const topology::Region* region = call.catalogue.RegionOf(zone);
  if (region != nullptr && region->id == call.caller.region) return {};
  return Refuse(404, "InvalidZoneId.NotFound", "vswitch.zone",
                fmt::format("Zone {} is not a zone of region {}.", zone, call.caller.region),
                {{"zone", zone}});
}

// 16 to 29 bits inside the network's, apart from those of its other vSwitches.
Result<void> CheckVSwitchBlock(const WriteCall& call, const Vpc& vpc, const std::string& text) {
  constexpr int kLeastBits = 16;
  constexpr int kMostBits = 29;
  const auto block = ParseCidr(text);
  const auto outer = ParseCidr(vpc.cidr_block);
  if (!block || block->bits < kLeastBits || block->bits > kMostBits || !outer ||
      !Contains(*outer, *block)) {
    return Refuse(400, "InvalidCidrBlock.Malformed", "vswitch.cidr",
                  fmt::format("{} is no block of 16 to 29 bits inside {}.", text, vpc.cidr_block),
                  {{"cidr", text}, {"vpc.cidr", vpc.cidr_block}});
  }
  for (const std::string& id : SplitCommas(vpc.vswitch_ids)) {
    const auto other = call.tx.Find<VSwitch>(vpc.account, vpc.region, id);
    const auto taken = other ? ParseCidr(other->cidr_block) : std::nullopt;
    if (!taken || !Overlap(*taken, *block)) continue;
    return Refuse(400, "InvalidCidrBlock.Overlapped", "vswitch.overlap",
                  fmt::format("{} overlaps {} of vSwitch {}.", text, other->cidr_block, id),
                  {{"cidr", text}, {"vswitch", id}});
  }
  return {};
}

Result<void> CheckVSwitchTexts(const VSwitch& vswitch) {
  if (auto good = CheckNetworkName(vswitch.name, "InvalidVSwitchName.Malformed"); !good)
    return good;
  return CheckDescription(vswitch.description, 400);
}

// Block 0 is asked for, too, so the table of parameters cannot tell.
Result<void> CheckNoIpv6(const Arguments& args) {
  if (!args.Integer("Ipv6CidrBlock")) return {};
  return Refuse(403, "OperationDenied", "vswitch.not-served", "IPv6 is not served.",
                {{std::string(kRefusedParameter), "Ipv6CidrBlock"}});
}

}  // namespace

Result<Answer> CreateVSwitch(const WriteCall& call) {
  const Arguments& args = call.args;
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  auto vpc = Find<Vpc>(call, args.TextOrEmpty("VpcId"));
  if (!vpc) return Fail(vpc.error());
  VSwitch vswitch{.account = vpc->account,
                  .region = vpc->region,
                  .zone = args.TextOrEmpty("ZoneId"),
                  .vpc_id = vpc->id,
                  .route_table_id = vpc->route_table_id,
                  .name = args.TextOrEmpty("VSwitchName"),
                  .description = args.TextOrEmpty("Description"),
                  .cidr_block = args.TextOrEmpty("CidrBlock"),
                  .resource_group_id = vpc->resource_group_id,
                  .tags = TagsOf(args)};
  for (const Result<void>& checked :
       {CheckNoIpv6(args), CheckVSwitchZone(call, vswitch.zone),
        CheckVSwitchBlock(call, *vpc, vswitch.cidr_block), CheckVSwitchTexts(vswitch),
        CheckNewTags(call, vswitch.tags)}) {
    if (!checked) return Fail(checked.error());
  }
  vswitch.id = call.tx.NextId<VSwitch>(call.catalogue.FindRegion(vpc->region)->id_code);
  vswitch.creation_time = call.tx.Now();
  vswitch.seq = call.tx.NextSeq();
  call.tx.Put(vswitch);
  auto ids = SplitCommas(vpc->vswitch_ids);
  ids.push_back(vswitch.id);
  vpc->vswitch_ids = JoinCommas(ids);
  call.tx.Put(*vpc);
  return TextAnswer("VSwitchId", vswitch.id);
}

Result<Answer> ModifyVSwitchAttribute(const WriteCall& call) {
  auto vswitch = Find<VSwitch>(call, call.args.TextOrEmpty("VSwitchId"));
  if (!vswitch) return Fail(vswitch.error());
  if (call.args.Has("VSwitchName")) vswitch->name = call.args.TextOrEmpty("VSwitchName");
  if (call.args.Has("Description")) vswitch->description = call.args.TextOrEmpty("Description");
  for (const Result<void>& checked : {CheckNoIpv6(call.args), CheckVSwitchTexts(*vswitch)}) {
    if (!checked) return Fail(checked.error());
  }
  call.tx.Put(*vswitch);
  return Answer{};
}

Result<Answer> DeleteVSwitch(const WriteCall& call) {
  const auto vswitch = Find<VSwitch>(call, call.args.TextOrEmpty("VSwitchId"));
  if (!vswitch) return Fail(vswitch.error());
  if (vswitch->interfaces > 0) {
    return Refuse(
        400, "DependencyViolation", "vswitch.in-use",
        fmt::format("{} network interfaces are in vSwitch {}.", vswitch->interfaces, vswitch->id),
        {{"vswitch", vswitch->id}});
  }
  call.tx.Erase(*vswitch);
  auto vpc = call.tx.Find<Vpc>(vswitch->account, vswitch->region, vswitch->vpc_id);
  if (!vpc) return Answer{};
  auto ids = SplitCommas(vpc->vswitch_ids);
  std::erase(ids, vswitch->id);
  vpc->vswitch_ids = JoinCommas(ids);
  call.tx.Put(*vpc);
  return Answer{};
}

}  // namespace cloudapi
