#pragma once
// Answers of the OpenAPI as values. Absent and odd members become empty values, never exceptions.
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "driver/cloud/cloud.h"

namespace driver {

Disk ToDisk(const nlohmann::json& json);
Snapshot ToSnapshot(const nlohmann::json& json);
SnapshotGroup ToSnapshotGroup(const nlohmann::json& json);
CloudTask ToTask(const nlohmann::json& json);
Instance ToInstance(const nlohmann::json& json);
InstanceType ToInstanceType(const nlohmann::json& json);
// Of DescribeAvailableResource's `AvailableZones`.
topology::Catalogue ToCatalogue(const nlohmann::json& answer, const std::string& region);
// The categories of its zone `zone`, sold out ones included; the region as a whole has no name.
std::vector<std::string> CategoriesIn(const nlohmann::json& answer, const std::string& zone);

// The list `answer[outer][inner]`, empty when absent.
const nlohmann::json& ListIn(const nlohmann::json& answer, const char* outer, const char* inner);
// The member as text, empty when absent or no text.
std::string TextIn(const nlohmann::json& json, const char* name);

}  // namespace driver
