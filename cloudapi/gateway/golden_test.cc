// Whole answers, one file each under gateway/golden. UPDATE_GOLDEN=1 rewrites them; review the
// diff.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/gateway/json_to_xml.h"
#include "cloudapi/testing/sample_world.h"

namespace cloudapi {
namespace {

using Given = std::vector<std::pair<std::string, std::string>>;

struct GoldenCase {
  std::string name;  // of the file
  std::string action;
  Given given;
  int status = 200;
};

const std::string kHangzhou = "cn-hangzhou";

// Given with RegionId=cn-hangzhou in front.
Given Here(Given given) {
  given.insert(given.begin(), {"RegionId", kHangzhou});
  return given;
}

std::vector<GoldenCase> DiskCases() {
  return {
      {"CreateDisk", "CreateDisk",
       Here({{"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}})},
      {"CreateDisk.no-zone", "CreateDisk", Here({{"Size", "20"}}), 400},
      {"CreateDisk.unknown-zone", "CreateDisk", Here({{"ZoneId", "cn-hangzhou-z"}, {"Size", "20"}}),
       404},
      {"CreateDisk.not-sold", "CreateDisk",
       Here({{"ZoneId", "cn-hangzhou-i"}, {"DiskCategory", "cloud"}, {"Size", "20"}}), 403},
      {"CreateDisk.level-and-size", "CreateDisk",
       Here({{"ZoneId", "cn-hangzhou-b"},
             {"DiskCategory", "cloud_essd"},
             {"PerformanceLevel", "PL3"},
             {"Size", "20"}}),
       403},
      {"AttachDisk", "AttachDisk", {{"InstanceId", kNodeB}, {"DiskId", kFreeDisk}}},
      {"AttachDisk.other-zone", "AttachDisk", {{"InstanceId", kNodeE}, {"DiskId", kFreeDisk}}, 403},
      {"AttachDisk.in-use", "AttachDisk", {{"InstanceId", kNodeB}, {"DiskId", kHeldDisk}}, 403},
      {"AttachDisk.unknown-disk", "AttachDisk", {{"InstanceId", kNodeB}, {"DiskId", "d-x"}}, 404},
      {"DetachDisk", "DetachDisk", {{"InstanceId", kNodeB}, {"DiskId", kHeldDisk}}},
      {"DetachDisk.detached", "DetachDisk", {{"InstanceId", kNodeB}, {"DiskId", kFreeDisk}}, 404},
      {"DetachDisk.elsewhere", "DetachDisk", {{"InstanceId", kNodeE}, {"DiskId", kHeldDisk}}, 403},
      {"DeleteDisk", "DeleteDisk", {{"DiskId", kFreeDisk}}},
      {"DeleteDisk.in-use", "DeleteDisk", {{"DiskId", kHeldDisk}}, 403},
      {"DeleteDisk.unknown", "DeleteDisk", {{"DiskId", "d-x"}}, 404},
      {"ResizeDisk", "ResizeDisk", {{"DiskId", kFreeDisk}, {"NewSize", "60"}}},
      {"ResizeDisk.smaller", "ResizeDisk", {{"DiskId", kFreeDisk}, {"NewSize", "30"}}, 403},
      {"ModifyDiskAttribute",
       "ModifyDiskAttribute",
       {{"DiskId", kFreeDisk}, {"DiskName", "renamed"}}},
      {"ModifyDiskAttribute.nothing", "ModifyDiskAttribute", {{"DiskId", kFreeDisk}}, 400},
      {"CreateSnapshot", "CreateSnapshot", {{"DiskId", kHeldDisk}, {"SnapshotName", "one"}}},
      {"CreateSnapshot.never-attached", "CreateSnapshot", {{"DiskId", kFreshDisk}}, 403},
      {"CreateSnapshot.second", "CreateSnapshot", {{"DiskId", kRestingDisk}}, 403},
      {"DeleteSnapshot", "DeleteSnapshot", {{"SnapshotId", kReadySnapshot}}},
      {"DeleteSnapshot.unknown", "DeleteSnapshot", {{"SnapshotId", "s-x"}}, 404},
  };
}

std::vector<GoldenCase> DescribeCases() {
  std::string many = "[\"d-0\"";
  for (int i = 1; i <= 100; ++i) many += ",\"d-" + std::to_string(i) + "\"";
  many += "]";
  return {
      {"DescribeDisks", "DescribeDisks", Here({})},
      {"DescribeDisks.by-token", "DescribeDisks", Here({{"MaxResults", "10"}})},
      {"DescribeDisks.empty-list", "DescribeDisks", Here({{"DiskIds", "[]"}})},
      {"DescribeDisks.unknown-id", "DescribeDisks", Here({{"DiskIds", R"(["d-x"])"}})},
      {"DescribeDisks.id-without-region",
       "DescribeDisks",
       {{"DiskIds", std::string("[\"") + kFreeDisk + "\"]"}}},
      {"DescribeDisks.no-region", "DescribeDisks", {}, 400},
      {"DescribeDisks.unknown-region", "DescribeDisks", {{"RegionId", "cn-nowhere"}}, 400},
      {"DescribeDisks.unknown-zone", "DescribeDisks", Here({{"ZoneId", "cn-hangzhou-z"}}), 400},
      {"DescribeDisks.malformed-ids", "DescribeDisks", Here({{"DiskIds", "d-1,d-2"}}), 400},
      {"DescribeDisks.too-many-ids", "DescribeDisks", Here({{"DiskIds", many}}), 403},
      {"DescribeDisks.type", "DescribeDisks", Here({{"DiskType", "tape"}}), 400},
      {"DescribeDisks.category", "DescribeDisks", Here({{"Category", "cloud_tape"}}), 400},
      {"DescribeDisks.status", "DescribeDisks", Here({{"Status", "InUse"}}), 400},
      {"DescribeDisks.charge-type", "DescribeDisks", Here({{"DiskChargeType", "Free"}}), 404},
      {"DescribeDisks.lock-reason", "DescribeDisks", Here({{"LockReason", "x"}}), 404},
      {"DescribeDisks.multi-attach", "DescribeDisks", Here({{"MultiAttach", "true"}}), 403},
      {"DescribeDisks.filter-key", "DescribeDisks",
       Here({{"Filter.1.Key", "Size"}, {"Filter.1.Value", "1"}}), 404},
      {"DescribeDisks.filter-value", "DescribeDisks",
       Here({{"Filter.1.Key", "CreationStartTime"}, {"Filter.1.Value", "yesterday"}}), 404},
      {"DescribeDisks.tag-without-key", "DescribeDisks", Here({{"Tag.1.Value", "v"}}), 400},
      {"DescribeDisks.next-token", "DescribeDisks", Here({{"NextToken", "0a"}}), 403},
      {"DescribeDisks.page-size", "DescribeDisks", Here({{"PageSize", "101"}}), 400},
      {"DescribeDisks.dry-run", "DescribeDisks", Here({{"DryRun", "true"}}), 400},
      {"DescribeSnapshots", "DescribeSnapshots", Here({})},
      {"DescribeSnapshots.status", "DescribeSnapshots", Here({{"Status", "done"}}), 404},
      {"DescribeSnapshots.type", "DescribeSnapshots", Here({{"SnapshotType", "x"}}), 404},
      {"DescribeSnapshots.usage", "DescribeSnapshots", Here({{"Usage", "x"}}), 404},
      {"DescribeSnapshots.disk-type", "DescribeSnapshots", Here({{"SourceDiskType", "x"}}), 404},
      {"DescribeSnapshots.category", "DescribeSnapshots", Here({{"Category", "x"}}), 403},
      {"DescribeSnapshots.malformed-ids", "DescribeSnapshots", Here({{"SnapshotIds", "{}"}}), 403},
      {"DescribeInstances", "DescribeInstances", Here({})},
      {"DescribeInstances.status", "DescribeInstances", Here({{"Status", "Broken"}}), 400},
      {"DescribeInstances.unknown-region", "DescribeInstances", {{"RegionId", "cn-nowhere"}}, 404},
  };
}

std::vector<GoldenCase> InventoryCases() {
  return {
      {"DescribeRegions", "DescribeRegions", {}},
      {"DescribeRegions.english", "DescribeRegions", {{"AcceptLanguage", "en-US"}}},
      {"DescribeRegions.language", "DescribeRegions", {{"AcceptLanguage", "tlh"}}, 404},
      {"DescribeRegions.resource", "DescribeRegions", {{"ResourceType", "bucket"}}, 404},
      {"DescribeZones", "DescribeZones", {{"RegionId", "cn-chengdu"}}},
      {"DescribeZones.brief", "DescribeZones", {{"RegionId", "cn-chengdu"}, {"Verbose", "false"}}},
      {"DescribeZones.spot", "DescribeZones", Here({{"SpotStrategy", "x"}}), 400},
      {"DescribeZones.charge-type", "DescribeZones", Here({{"InstanceChargeType", "x"}}), 404},
      {"DescribeInstanceTypes",
       "DescribeInstanceTypes",
       {{"InstanceTypes.1", "ecs.g7.large"}, {"MaxResults", "100"}}},
      {"DescribeInstanceTypes.family",
       "DescribeInstanceTypes",
       {{"InstanceTypeFamily", "ecs.g8y"}, {"MinimumCpuCoreCount", "4"}}},
      {"DescribeInstanceTypes.next-token", "DescribeInstanceTypes", {{"NextToken", "zz"}}, 403},
      {"DescribeAvailableResource", "DescribeAvailableResource",
       Here({{"DestinationResource", "DataDisk"},
             {"ResourceType", "disk"},
             {"InstanceType", "ecs.e-c1m2.large"},
             {"ZoneId", "cn-hangzhou-b"}})},
      {"DescribeAvailableResource.system", "DescribeAvailableResource",
       Here({{"DestinationResource", "SystemDisk"}, {"ZoneId", "cn-hangzhou-b"}})},
      {"DescribeAvailableResource.types", "DescribeAvailableResource",
       Here({{"DestinationResource", "InstanceType"},
             {"ZoneId", "cn-hangzhou-b"},
             {"Cores", "2"},
             {"Memory", "8"}})},
      {"DescribeAvailableResource.zones", "DescribeAvailableResource",
       Here({{"DestinationResource", "Zone"}})},
      {"DescribeAvailableResource.network",
       "DescribeAvailableResource",
       {{"RegionId", "cn-chengdu"}, {"DestinationResource", "Network"}}},
      {"DescribeAvailableResource.optimized",
       "DescribeAvailableResource",
       {{"RegionId", "cn-chengdu"}, {"DestinationResource", "IoOptimized"}}},
      {"DescribeAvailableResource.hosts", "DescribeAvailableResource",
       Here({{"DestinationResource", "ddh"}})},
      {"DescribeAvailableResource.region", "DescribeAvailableResource",
       Here({{"DestinationResource", "DataDisk"}, {"ResourceType", "disk"}, {"Scope", "region"}})},
      {"DescribeAvailableResource.destination", "DescribeAvailableResource",
       Here({{"DestinationResource", "x"}}), 404},
      {"DescribeAvailableResource.no-destination", "DescribeAvailableResource", Here({}), 400},
      {"DescribeAvailableResource.type-and-size", "DescribeAvailableResource",
       Here({{"DestinationResource", "InstanceType"},
             {"InstanceType", "ecs.g7.large"},
             {"Cores", "2"}}),
       403},
  };
}

std::vector<GoldenCase> TagCases() {
  const auto disk = [](Given more) {
    Given given = Here({{"ResourceType", "disk"}});
    given.insert(given.end(), more.begin(), more.end());
    return given;
  };
  Given quota = disk({{"ResourceId.1", kFreeDisk}});
  for (int i = 1; i <= 20; ++i) {
    const std::string row = "Tag." + std::to_string(i);
    quota.insert(quota.end(), {{row + ".Key", "k" + std::to_string(i)}, {row + ".Value", "v"}});
  }
  return {
      {"TagResources", "TagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "b"}})},
      {"TagResources.no-region", "TagResources", {}, 404},
      {"TagResources.no-tags", "TagResources", disk({{"ResourceId.1", kFreeDisk}}), 404},
      {"TagResources.unknown-resource", "TagResources",
       disk({{"ResourceId.1", "d-x"}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "b"}}), 404},
      {"TagResources.unknown-type", "TagResources",
       Here({{"ResourceType", "cat"}, {"ResourceId.1", "c-1"}, {"Tag.1.Key", "a"}}), 404},
      {"TagResources.reserved", "TagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"Tag.1.Key", "acs:x"}, {"Tag.1.Value", "b"}}), 400},
      {"TagResources.twice", "TagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"Tag.1.Key", "a"}, {"Tag.2.Key", "a"}}), 400},
      {"TagResources.value-only", "TagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"Tag.1.Value", "a"}}), 400},
      {"TagResources.quota", "TagResources", quota, 403},
      {"UntagResources", "UntagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"TagKey.1", "env"}})},
      {"UntagResources.conflict", "UntagResources",
       disk({{"ResourceId.1", kFreeDisk}, {"TagKey.1", "env"}, {"All", "true"}}), 403},
      {"ListTagResources", "ListTagResources", disk({{"ResourceId.1", kHeldDisk}})},
      {"ListTagResources.nothing-asked", "ListTagResources", disk({}), 403},
      {"ListTagResources.both", "ListTagResources",
       disk({{"Tag.1.Key", "env"}, {"TagFilter.1.TagKey", "env"}}), 400},
      {"ListTagResources.value-only", "ListTagResources", disk({{"Tag.1.Value", "x"}}), 400},
      {"ListTagResources.next-token", "ListTagResources",
       disk({{"ResourceId.1", kHeldDisk}, {"NextToken", "ffff"}}), 403},
      {"AddTags", "AddTags",
       disk({{"ResourceId", kFreeDisk}, {"Tag.1.Key", "a"}, {"Tag.1.Value", "b"}})},
      {"AddTags.long-key", "AddTags",
       disk({{"ResourceId", kFreeDisk}, {"Tag.1.Key", std::string(65, 'k')}}), 400},
      {"RemoveTags", "RemoveTags", disk({{"ResourceId", kFreeDisk}, {"Tag.1.Key", "env"}})},
      {"RemoveTags.no-tag", "RemoveTags", disk({{"ResourceId", kFreeDisk}}), 400},
      {"DescribeTags", "DescribeTags", Here({})},
      {"DescribeTags.unknown-type", "DescribeTags", Here({{"ResourceType", "cat"}}), 404},
  };
}

std::vector<GoldenCase> AllCases() {
  std::vector<GoldenCase> all;
  for (auto cases : {DiskCases(), DescribeCases(), InventoryCases(), TagCases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

Params ToParams(const Given& given) {
  Params params;
  for (const auto& [name, value] : given) params.Set(name, value);
  return params;
}

// The answer as a file: what is compared is every byte that an action decides about.
std::string Render(const Result<Answer>& answer) {
  using nlohmann::ordered_json;
  ordered_json file;
  file["status"] = answer ? 200 : answer.error().http_status;
  if (answer) {
    file["body"] = ordered_json::parse("{" + answer->members + "}");
  } else {
    file["code"] = answer.error().code;
    file["message"] = answer.error().message;
    file["rule"] = answer.error().rule;
  }
  return file.dump(1) + "\n";
}

void ExpectGolden(const std::string& file, const std::string& text) {
  const auto path = std::filesystem::path(ZONEDISK_SOURCE "/cloudapi/gateway/golden") / file;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text;
  std::ifstream stream(path);
  ASSERT_TRUE(stream.good()) << path << " is missing; UPDATE_GOLDEN=1 writes it";
  std::ostringstream expected;
  expected << stream.rdbuf();
  EXPECT_EQ(expected.str(), text);
}

class GoldenTest : public testing::TestWithParam<GoldenCase> {};

TEST_P(GoldenTest, GivenSampleWorldWhenCalledThenAnswersTheFile) {
  TestCloud cloud;
  PutSampleWorld(cloud);
  const auto answer = cloud.Call(GetParam().action, ToParams(GetParam().given));
  EXPECT_EQ(answer ? 200 : answer.error().http_status, GetParam().status);
  ExpectGolden(GetParam().name + ".json", Render(answer));
}

INSTANTIATE_TEST_SUITE_P(Answers, GoldenTest, testing::ValuesIn(AllCases()),
                         [](const testing::TestParamInfo<GoldenCase>& test) {
                           std::string name = test.param.name;
                           std::ranges::replace_if(
                               name, [](char c) { return c == '.' || c == '-'; }, '_');
                           return name;
                         });

TEST(GoldenXmlTest, GivenSampleWorldWhenAskedInXmlThenAnswersTheFile) {
  TestCloud cloud;
  PutSampleWorld(cloud);
  for (const std::string action : {"DescribeDisks", "DescribeSnapshots", "DescribeInstances"}) {
    const auto answer = cloud.Call(action, ToParams(Here({})));
    ASSERT_TRUE(answer);
    ExpectGolden(action + ".xml",
                 JsonToXml(action + "Response", "{" + answer->members + "}") + "\n");
  }
}

TEST(CoverageTest, GivenActionTableThenEachRowHasAGoldenAnswer) {
  std::set<std::string> answered;
  for (const auto& test : AllCases())
    if (test.status == 200) answered.insert(test.action);
  for (const auto& action : Actions())
    EXPECT_TRUE(answered.contains(std::string(action.name))) << action.name;
}

// Something that passes the check of that row alone.
std::string Acceptable(const ParamSpec& spec) {
  switch (spec.type) {
    case ParamType::kInteger:
    case ParamType::kLong:
    case ParamType::kFloat: return std::to_string(std::max<std::int64_t>(spec.min, 1));
    case ParamType::kBoolean: return "true";
    case ParamType::kJsonList: return "[]";
    case ParamType::kString:
    case ParamType::kList:
    case ParamType::kStructList:
    case ParamType::kObject: return "x";
  }
  return {};
}

std::string WireName(const ParamSpec& spec) {
  if (spec.type == ParamType::kList) return std::string(spec.name) + ".1";
  if (spec.type == ParamType::kStructList)
    return std::string(spec.name) + ".1." + std::string(spec.members.front());
  return std::string(spec.name);
}

TEST(CoverageTest, GivenActionTableWhenARequiredParameterIsMissingThenItsRefusal) {
  for (const auto& action : Actions()) {
    for (const auto& missing : action.params) {
      if (!missing.required) continue;
      Params params;
      for (const auto& spec : action.params)
        if (spec.required && spec.name != missing.name)
          params.Set(WireName(spec), Acceptable(spec));
      const auto valid = Validate(action.params, params);
      ASSERT_FALSE(valid) << action.name << " without " << missing.name;
      EXPECT_EQ(valid.error().http_status, missing.missing_status) << action.name;
      EXPECT_EQ(valid.error().code,
                missing.missing_code.empty() ? "MissingParameter" : missing.missing_code)
          << action.name << " without " << missing.name;
      params.Set(WireName(missing), Acceptable(missing));
      EXPECT_TRUE(Validate(action.params, params)) << action.name;
    }
  }
}

TEST(ActionTableTest, GivenNameInAnyCaseWhenLookedUpThenFound) {
  EXPECT_EQ(FindAction("describedisks")->name, "DescribeDisks");
  EXPECT_EQ(FindAction("DescribeInstanceTypes")->name, "DescribeInstanceTypes");
  EXPECT_EQ(FindAction("DescribeDisk"), nullptr);
}

}  // namespace
}  // namespace cloudapi
