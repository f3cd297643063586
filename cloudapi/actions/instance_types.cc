#include <algorithm>
#include <cmath>

#include "cloudapi/actions/inventory.h"
#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

using topology::InstanceType;

constexpr std::int64_t kMostResults = 100;
constexpr std::string_view kAction = "DescribeInstanceTypes";

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

const FamilyKind& KindOf(const InstanceType& type) {
  constexpr std::string_view kPrefix = "ecs.";
  const char letter = type.family.size() > kPrefix.size() ? type.family[kPrefix.size()] : '\0';
  const auto* found = std::ranges::find(kFamilyKinds, letter, &FamilyKind::letter);
  return found == std::end(kFamilyKinds) ? kOtherFamily : *found;
}

// Whether the type passes a filter that may be given as one word or as a list.
bool Listed(const Arguments& args, std::string_view one, std::string_view many,
            std::string_view value) {
  const auto word = one.empty() ? std::nullopt : args.Text(one);
  if (word && *word != value) return false;
  const auto words = many.empty() ? std::vector<std::string>() : args.List(many);
  return words.empty() || std::ranges::find(words, value) != words.end();
}

// Whether `value` lies between the two numbers, where given.
bool Between(const Arguments& args, std::string_view least, std::string_view most, double value) {
  const auto from = args.Number(least);
  const auto to = most.empty() ? std::nullopt : args.Number(most);
  return (!from || *from <= value) && (!to || value <= *to);
}

int EniQuantity(const InstanceType& type) {
  return type.cpu <= 4 ? 3 : 4;
}

bool Passes(const Arguments& args, const InstanceType& type) {
  return Listed(args, "", "InstanceTypes", type.name) &&
         Listed(args, "InstanceTypeFamily", "InstanceTypeFamilies", type.family) &&
         Listed(args, "InstanceCategory", "InstanceCategories", KindOf(type).category) &&
         Listed(args, "InstanceFamilyLevel", "", KindOf(type).level) &&
         Listed(args, "CpuArchitecture", "CpuArchitectures", type.architecture) &&
         Listed(args, "NvmeSupport", "", type.nvme) &&
         Between(args, "MinimumCpuCoreCount", "MaximumCpuCoreCount", type.cpu) &&
         Between(args, "MinimumMemorySize", "MaximumMemorySize", type.memory_gib) &&
         Between(args, "MinimumDiskQuantity", "", type.disk_quantity) &&
         Between(args, "MinimumEniQuantity", "", EniQuantity(type)) &&
         // No type has a GPU or local disks.
         Between(args, "MinimumGPUAmount", "MaximumGPUAmount", 0) &&
         Listed(args, "GPUSpec", "GpuSpecs", "") &&
         Between(args, "MinimumLocalStorageAmount", "", 0) &&
         Between(args, "MinimumLocalStorageCapacity", "", 0) &&
         Listed(args, "LocalStorageCategory", "LocalStorageCategories", "");
}

// The API answers whole sizes without a fraction.
void WriteMemory(JsonWriter& json, double gib) {
  if (std::floor(gib) == gib) {
    json.Field("MemorySize", static_cast<std::int64_t>(gib));
  } else {
    json.Field("MemorySize", gib);
  }
}

void WriteType(JsonWriter& json, const InstanceType& type, bool attributes) {
  json.BeginObject()
      .Field("InstanceTypeId", type.name)
      .Field("InstanceTypeFamily", type.family)
      .Field("InstanceFamilyLevel", KindOf(type).level)
      .Field("InstanceCategory", KindOf(type).category)
      .Field("CpuArchitecture", type.architecture)
      .Field("CpuCoreCount", type.cpu);
  WriteMemory(json, type.memory_gib);
  json.Field("DiskQuantity", type.disk_quantity)
      .Field("NvmeSupport", type.nvme)
      .Field("EniQuantity", EniQuantity(type))
      .Field("GPUAmount", 0)
      .Field("GPUSpec", "")
      .Field("LocalStorageAmount", 0)
      .Field("LocalStorageCapacity", 0)
      .Field("LocalStorageCategory", "");
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
  const std::string scope = TokenScope(call.call, kAction);
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

}  // namespace cloudapi
