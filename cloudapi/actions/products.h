#pragma once
// The services that answer on the port, told apart by Version: ECS, and those which its clients ask
// beside it.
#include <span>
#include <string_view>

#include "cloudapi/actions/action.h"

namespace cloudapi {

inline constexpr std::string_view kEcsVersion = "2014-05-26";

struct Product {
  std::string_view code;  // ServiceCode of DescribeEndpoints
  std::string_view version;
  std::string_view prefix = {};     // of its actions' names in the table: "Vpc."
  std::span<const Action> actions;  // sorted by name
};
// ECS is the first.
std::span<const Product> Products();
// The product of that version, or null.
const Product* FindProduct(std::string_view version);
// The row of that name (compared without case) of that version, or null.
const Action* FindActionOf(std::string_view version, std::string_view name);
// The version of the product that an action of that name in Actions() ("Vpc.CreateVpc") belongs to.
std::string_view VersionOf(std::string_view action);

}  // namespace cloudapi
