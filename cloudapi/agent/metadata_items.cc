#include "cloudapi/agent/metadata_items.h"

#include <chrono>
#include <string_view>

#include "cloudapi/agent/identity.h"
#include "cloudapi/base/json.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

// The service has these whatever the instance is.
constexpr std::string_view kImageId = "zonedisk";
constexpr std::string_view kPrivateIpv4 = "127.0.0.1";
constexpr std::string_view kMetaData = "/latest/meta-data/";
constexpr std::chrono::hours kCredentialLife{6};

// What DescribeInstances says, too.
std::string SerialNumber(const std::string& instance_id) {
  return instance_id.substr(instance_id.find('-') + 1);
}

std::string IdentityDocument(const InstanceFacts& facts) {
  JsonWriter json;
  json.BeginObject()
      .Field("zone-id", facts.zone)
      .Field("region-id", facts.region)
      .Field("instance-id", facts.instance_id)
      .Field("instance-type", facts.instance_type)
      .Field("serial-number", SerialNumber(facts.instance_id))
      .Field("owner-account-id", facts.account)
      .Field("image-id", kImageId)
      .Field("private-ipv4", kPrivateIpv4)
      .Field("mac", MacOf(facts.instance_id))
      .EndObject();
  return json.Take();
}

// The credentials SDKs want all of these members; the cloud takes any security token.
std::string Credentials(const InstanceRole& role, SysMillis now) {
  JsonWriter json;
  json.BeginObject()
      .Field("AccessKeyId", role.access_key_id)
      .Field("AccessKeySecret", role.access_key_secret)
      .Field("Expiration", base::FormatTime(now + kCredentialLife))
      .Field("SecurityToken", role.name)
      .Field("LastUpdated", base::FormatTime(now))
      .Field("Code", "Success")
      .EndObject();
  return json.Take();
}

}  // namespace

MetadataTree MetadataItems(const InstanceFacts& facts,
                           const std::map<std::string, std::string>& disks, SysMillis now) {
  const std::string& name = facts.name.empty() ? facts.instance_id : facts.name;
  MetadataTree tree{{"/latest/dynamic/instance-identity/document", IdentityDocument(facts)}};
  const auto add = [&tree](std::string_view path, std::string_view value) {
    tree[std::string(kMetaData) + std::string(path)] = value;
  };
  add("instance-id", facts.instance_id);
  add("region-id", facts.region);
  add("zone-id", facts.zone);
  add("owner-account-id", facts.account);
  add("hostname", name);
  add("mac", MacOf(facts.instance_id));
  add("serial-number", SerialNumber(facts.instance_id));
  add("image-id", kImageId);
  add("network-type", "vpc");
  add("private-ipv4", kPrivateIpv4);
  add("vpc-id", VpcIdOf(facts.account, facts.region));
  add("vswitch-id", VSwitchIdOf(facts.account, facts.zone));
  add("instance/instance-type", facts.instance_type);
  add("instance/instance-name", name);
  add("disks/", "");
  for (const auto& [serial, disk] : disks) add("disks/" + serial + "/id", disk);
  if (facts.role)
    add("ram/security-credentials/" + facts.role->name, Credentials(*facts.role, now));
  return tree;
}

std::optional<std::string> FindItem(const MetadataTree& tree, const std::string& path) {
  const bool is_folder = path.ends_with('/');
  if (const auto item = tree.find(path); item != tree.end() && !is_folder) return item->second;
  const std::string folder = is_folder ? path : path + "/";
  std::optional<std::string> entries;
  std::string last;
  for (auto item = tree.lower_bound(folder); item != tree.end(); ++item) {
    if (!item->first.starts_with(folder)) break;
    if (!entries) entries.emplace();
    const std::size_t slash = item->first.find('/', folder.size());
    const std::size_t end = slash == std::string::npos ? slash : slash + 1 - folder.size();
    const std::string entry = item->first.substr(folder.size(), end);
    if (entry.empty() || entry == last) continue;
    *entries += (entries->empty() ? "" : "\n") + entry;
    last = entry;
  }
  return entries;
}

}  // namespace cloudapi
