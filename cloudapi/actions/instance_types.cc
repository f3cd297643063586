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
bool Listed(const Params& params, std::string_view one, std::string_view many,
            std::string_view value) {
  const auto word = one.empty() ? std::nullopt : params.String(one);
  if (word && *word != value) return false;
  const auto words = many.empty() ? std::vector<std::string>() : params.List(many);
  return words.empty() || std::ranges::find(words, value) != words.end();
}

// Whether `value` lies between the two numbers, where given.
bool Between(const Params& params, std::string_view least, std::string_view most, double value) {
  const auto from = params.Float(least);
  const auto to = most.empty() ? std::nullopt : params.Float(most);
  return (!from || *from <= value) && (!to || value <= *to);
}

int EniQuantity(const InstanceType& type) {
  return type.cpu <= 4 ? 3 : 4;
}

bool Passes(const Params& params, const InstanceType& type) {
  return Listed(params, "", "InstanceTypes", type.name) &&
         Listed(params, "InstanceTypeFamily", "InstanceTypeFamilies", type.family) &&
         Listed(params, "InstanceCategory", "InstanceCategories", KindOf(type).category) &&
         Listed(params, "InstanceFamilyLevel", "", KindOf(type).level) &&
         Listed(params, "CpuArchitecture", "CpuArchitectures", type.architecture) &&
         Listed(params, "NvmeSupport", "", type.nvme) &&
         Between(params, "MinimumCpuCoreCount", "MaximumCpuCoreCount", type.cpu) &&
         Between(params, "MinimumMemorySize", "MaximumMemorySize", type.memory_gib) &&
         Between(params, "MinimumDiskQuantity", "", type.disk_quantity) &&
         Between(params, "MinimumEniQuantity", "", EniQuantity(type)) &&
         // No type has a GPU or local disks.
         Between(params, "MinimumGPUAmount", "MaximumGPUAmount", 0) &&
         Listed(params, "GPUSpec", "GpuSpecs", "") &&
         Between(params, "MinimumLocalStorageAmount", "", 0) &&
         Between(params, "MinimumLocalStorageCapacity", "", 0) &&
         Listed(params, "LocalStorageCategory", "LocalStorageCategories", "");
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

Result<Answer> DescribeInstanceTypes(const ActionContext& context, View&, const Params& params) {
  const std::string scope = TokenScope(context.call, kAction);
  const auto position = NextTokenOf(params, scope);
  if (!position) return Fail(position.error());
  const auto most = params.Integer("MaxResults");
  const auto limit = std::clamp(most.value_or(kMostResults), std::int64_t{1}, kMostResults);
  const std::int64_t first = *position ? (*position)->seq : 0;
  std::int64_t index = 0;
  std::string next;
  JsonWriter json;
  json.BeginObject().Key("InstanceType").BeginArray();
  for (const auto& type : context.catalogue.instance_types) {
    if (!Passes(params, type)) continue;
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
