#include <algorithm>
#include <cmath>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/inventory/inventory.h"
#include "cloudapi/actions/paging.h"
#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

using topology::InstanceType;

constexpr std::int64_t kMostResults = 100;
constexpr std::string_view kDescribeInstanceTypes = "DescribeInstanceTypes";

// What the first letter of a family says. Source: ECS instance families.
struct FamilyKind {
  char letter;
  std::string_view category;
  std::string_view level;
};
constexpr FamilyKind kFamilyKinds[] = {
    {'c', "Compute-optimized", "EnterpriseLevel"},
    {'e', "Shared", "CreditEntryLevel"},
    {'g', "General-purpose", "EnterpriseLevel"},
    {'r', "Memory-optimized", "EnterpriseLevel"},
};
constexpr FamilyKind kOtherFamily{'\0', "General-purpose", "EnterpriseLevel"};

const FamilyKind& FamilyKindOf(const InstanceType& type) {
  constexpr std::string_view kPrefix = "ecs.";
  const char letter = type.family.size() > kPrefix.size() ? type.family[kPrefix.size()] : '\0';
  const auto* found = std::ranges::find(kFamilyKinds, letter, &FamilyKind::letter);
  return found == std::end(kFamilyKinds) ? kOtherFamily : *found;
}

int EniQuantity(const InstanceType& type) {
  return type.cpu <= 4 ? 3 : 4;
}

// A number of each type: a member of the answer, and the parameters that bound it. What nothing
// here has, is measured by or depends on is 0.
struct NumberFact {
  std::string_view member;
  double (*value)(const InstanceType& type);
  std::string_view least = {};
  std::string_view most = {};
};
double None(const InstanceType&) {
  return 0;
}
double One(const InstanceType&) {
  return 1;
}
double Cores(const InstanceType& type) {
  return type.cpu;
}
double Enis(const InstanceType& type) {
  return EniQuantity(type);
}
// Addresses of one interface, queues and bandwidth grow with the cores. (assumed)
double Addresses(const InstanceType& type) {
  return type.cpu <= 4 ? 6 : 15;
}
double Queues(const InstanceType& type) {
  return std::max(type.cpu / 2, 1);
}
double AllQueues(const InstanceType& type) {
  return Queues(type) * EniQuantity(type);
}
double KilobitsPerSecond(const InstanceType& type) {
  return type.cpu * 1024000.0;
}
double PacketsPerSecond(const InstanceType& type) {
  return type.cpu * 250000.0;
}
constexpr NumberFact kNumbers[] = {
    {"CpuCoreCount", Cores, "MinimumCpuCoreCount", "MaximumCpuCoreCount"},
    {"MemorySize", [](const InstanceType& type) { return type.memory_gib; }, "MinimumMemorySize",
     "MaximumMemorySize"},
    {"DiskQuantity",
     [](const InstanceType& type) { return static_cast<double>(type.disk_quantity); },
     "MinimumDiskQuantity"},
    {"EniQuantity", Enis, "MinimumEniQuantity"},
    {"GPUAmount", None, "MinimumGPUAmount", "MaximumGPUAmount"},
    {"LocalStorageAmount", None, "MinimumLocalStorageAmount"},
    {"LocalStorageCapacity", None, "MinimumLocalStorageCapacity"},
    {"BaselineCredit", None, "MinimumBaselineCredit"},
    {"InitialCredit", None, "MinimumInitialCredit"},
    {"CpuSpeedFrequency", None, "MinimumCpuSpeedFrequency", "MaximumCpuSpeedFrequency"},
    {"CpuTurboFrequency", None, "MinimumCpuTurboFrequency", "MaximumCpuTurboFrequency"},
    {"EniIpv6AddressQuantity", Addresses, "MinimumEniIpv6AddressQuantity"},
    {"EniPrivateIpAddressQuantity", Addresses, "MinimumEniPrivateIpAddressQuantity"},
    {"EniTotalQuantity", Enis},
    {"EriQuantity", None, "MinimumEriQuantity"},
    {"GPUMemorySize", None},
    {"InstanceBandwidthRx", KilobitsPerSecond, "MinimumInstanceBandwidthRx"},
    {"InstanceBandwidthTx", KilobitsPerSecond, "MinimumInstanceBandwidthTx"},
    {"InstancePpsRx", PacketsPerSecond, "MinimumInstancePpsRx"},
    {"InstancePpsTx", PacketsPerSecond, "MinimumInstancePpsTx"},
    {"MaximumQueueNumberPerEni", Queues},
    {"NetworkCardQuantity", One},
    {"PrimaryEniQueueNumber", Queues, "MinimumPrimaryEniQueueNumber"},
    {"QueuePairNumber", None, "MinimumQueuePairNumber"},
    {"SecondaryEniQueueNumber", Queues, "MinimumSecondaryEniQueueNumber"},
    {"TotalEniQueueQuantity", AllQueues},
};

// A word of each type: a member, and the parameters that ask for one or for any of several.
struct WordFact {
  std::string_view member;
  std::string_view (*value)(const InstanceType& type);
  std::string_view one = {};
  std::string_view any_of = {};
};
std::string_view Unset(const InstanceType&) {
  return {};
}
constexpr WordFact kWordFacts[] = {
    {"InstanceTypeId",
     [](const InstanceType& type) { return std::string_view(type.name); },
     {},
     "InstanceTypes"},
    {"InstanceTypeFamily", [](const InstanceType& type) { return std::string_view(type.family); },
     "InstanceTypeFamily", "InstanceTypeFamilies"},
    {"InstanceFamilyLevel", [](const InstanceType& type) { return FamilyKindOf(type).level; },
     "InstanceFamilyLevel"},
    {"InstanceCategory", [](const InstanceType& type) { return FamilyKindOf(type).category; },
     "InstanceCategory", "InstanceCategories"},
    {"CpuArchitecture",
     [](const InstanceType& type) { return std::string_view(type.architecture); },
     "CpuArchitecture", "CpuArchitectures"},
    {"NvmeSupport", [](const InstanceType& type) { return std::string_view(type.nvme); },
     "NvmeSupport"},
    {"GPUSpec", Unset, "GPUSpec", "GpuSpecs"},
    {"LocalStorageCategory", Unset, "LocalStorageCategory", "LocalStorageCategories"},
    {"PhysicalProcessorModel", Unset, "PhysicalProcessorModel", "PhysicalProcessorModels"},
};

bool Passes(const Arguments& args, const InstanceType& type, const NumberFact& fact) {
  const auto least = fact.least.empty() ? std::nullopt : args.Number(fact.least);
  const auto most = fact.most.empty() ? std::nullopt : args.Number(fact.most);
  const double value = fact.value(type);
  return (!least || *least <= value) && (!most || value <= *most);
}

bool Passes(const Arguments& args, const InstanceType& type, const WordFact& fact) {
  const std::string_view value = fact.value(type);
  const auto one = fact.one.empty() ? std::nullopt : args.Text(fact.one);
  if (one && *one != value) return false;
  if (fact.any_of.empty()) return true;
  const auto& words = args.List(fact.any_of);
  return words.empty() || std::ranges::find(words, value) != words.end();
}

bool Passes(const Arguments& args, const InstanceType& type) {
  const auto passes = [&](const auto& fact) { return Passes(args, type, fact); };
  return std::ranges::all_of(kNumbers, passes) && std::ranges::all_of(kWordFacts, passes);
}

// The API answers whole numbers without a fraction.
void WriteNumber(JsonWriter& json, std::string_view name, double number) {
  if (std::floor(number) == number) {
    json.Field(name, static_cast<std::int64_t>(number));
  } else {
    json.Field(name, number);
  }
}

// Members that are objects, and what no type here has.
void WriteParts(JsonWriter& json, const InstanceType& type) {
  json.Field("EniTrunkSupported", false).Field("JumboFrameSupport", false);
  json.Field("NetworkEncryptionSupport", false);
  json.Key("Clock").BeginObject().Field("PtpSupport", "unsupported").EndObject();
  json.Key("CpuOptions").BeginObject();
  json.Field("Core", std::max(type.cpu / 2, 1)).Field("CoreFactor", 1).Field("ThreadsPerCore", 2);
  json.Field("HyperThreadingAdjustable", false);
  json.Field("NestedVirtualizationSupport", "unsupported");
  WriteTexts(json, "SupportedTopologyTypes", "SupportedTopologyType", {});
  json.EndObject();
  json.Key("EnhancedNetwork").BeginObject().Field("ExpressSupport", false);
  json.Field("RssSupport", false).Field("SriovSupport", false);
  json.Field("VfQueueNumberPerEni", 0).EndObject();
  json.Key("NetworkCards").BeginObject().Key("NetworkCardInfo").BeginArray();
  json.BeginObject().Field("NetworkCardIndex", 0).EndObject().EndArray().EndObject();
  json.Key("NetworkInfo").BeginObject().Key("BandwidthWeighting").BeginObject();
  WriteTexts(json, "WeightingInfos", "WeightingInfo", {});
  json.EndObject().EndObject();
  json.Key("SecurityOptions").BeginObject().Field("SecureBootSupport", "unsupported").EndObject();
  WriteTexts(json, "SupportedBootModes", "SupportedBootMode", {"BIOS"});
}

void WriteType(JsonWriter& json, const InstanceType& type, bool attributes) {
  json.BeginObject();
  for (const WordFact& fact : kWordFacts) json.Field(fact.member, fact.value(type));
  for (const NumberFact& fact : kNumbers) WriteNumber(json, fact.member, fact.value(type));
  WriteParts(json, type);
  if (attributes) {
    json.Key("Attributes").BeginObject().Key("Attribute").BeginArray();
    json.BeginObject()
        .Field("Name", "DensityDiskQuantity")
        .Field("Value", std::to_string(type.disk_quantity))
        .EndObject();
    json.EndArray().EndObject();
  }
  json.EndObject();
}

}  // namespace

Result<Answer> DescribeInstanceTypes(const ReadCall& call) {
  const std::string scope = TokenScope(call.caller, kDescribeInstanceTypes);
  const auto position = NextTokenOf(call.args, scope);
  if (!position) return Fail(position.error());
  const auto most = call.args.Integer("MaxResults");
  const auto limit = std::clamp(most.value_or(kMostResults), std::int64_t{1}, kMostResults);
  const std::int64_t first = *position ? (*position)->seq : 0;
  std::int64_t index = 0;
  std::string next;
  JsonWriter json;
  json.BeginObject().Key("InstanceType").BeginArray();
  for (const auto& type : call.catalogue.instance_types) {
    if (!Passes(call.args, type)) continue;
    if (index >= first + limit) {
      next = EncodeToken(scope, {.seq = index});
      break;
    }
    if (index++ >= first) WriteType(json, type, most.has_value());
  }
  json.EndArray().EndObject();
  return Answer{.members = "\"InstanceTypes\":" + json.Take() + ",\"NextToken\":\"" + next + "\""};
}

// An image that the account does not have is anybody's, for any machine.
Result<Answer> DescribeImageSupportInstanceTypes(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const std::string id = call.args.TextOrEmpty("ImageId");
  const auto image = call.view.Find<MachineImage>(call.caller.account, call.caller.region, id);
  const std::string_view architecture = !image                           ? ""
                                        : image->architecture == "arm64" ? "ARM"
                                                                         : "X86";
  JsonWriter json;
  json.Field("ImageId", id).Field("RegionId", call.caller.region);
  json.Key("InstanceTypes").BeginObject().Key("InstanceType").BeginArray();
  for (const InstanceType& type : call.catalogue.instance_types) {
    if (!architecture.empty() && type.architecture != architecture) continue;
    json.BeginObject().Field("InstanceTypeId", type.name).Field("InstanceTypeFamily", type.family);
    json.Field("CpuCoreCount", static_cast<std::int64_t>(type.cpu));
    WriteNumber(json, "MemorySize", type.memory_gib);
    json.EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
