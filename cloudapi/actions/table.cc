#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "cloudapi/actions/action.h"
#include "cloudapi/actions/billing/billing.h"
#include "cloudapi/actions/disks/disks.h"
#include "cloudapi/actions/encryption/encryption.h"
#include "cloudapi/actions/groups/groups.h"
#include "cloudapi/actions/instances/instances.h"
#include "cloudapi/actions/inventory/inventory.h"
#include "cloudapi/actions/location/location.h"
#include "cloudapi/actions/logins/logins.h"
#include "cloudapi/actions/machine_images/machine_images.h"
#include "cloudapi/actions/network/network.h"
#include "cloudapi/actions/policies/policies.h"
#include "cloudapi/actions/products.h"
#include "cloudapi/actions/snapshot_groups/snapshot_groups.h"
#include "cloudapi/actions/snapshots/snapshots.h"
#include "cloudapi/actions/sts/sts.h"
#include "cloudapi/actions/tags/tags.h"
#include "cloudapi/actions/tasks/tasks.h"
#include "cloudapi/base/json.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

const std::span<const Action> kFamilies[] = {
    kBillingActions,    kLoginActions,         kImageActions,    kNetworkActions,   kDiskActions,
    kEncryptionActions, kGroupActions,         kInstanceActions, kInventoryActions, kPolicyActions,
    kSnapshotActions,   kSnapshotGroupActions, kTagActions,      kTaskActions};

// Every name of parameters.tsv, and the functions of those that are served.
std::vector<Action> BuildTable() {
  std::map<std::string, Action, LessNoCase> rows;
  for (const auto& [name, parameters] : BuiltInParameters())
    rows[name] = {.name = name, .parameters = &parameters};
  for (const auto& family : kFamilies) {
    for (Action action : family) {
      Action& row = rows.at(std::string(action.name));
      action.parameters = row.parameters;
      row = action;
    }
  }
  std::vector<Action> table;
  for (const auto& [name, action] : rows) table.push_back(action);
  return table;
}

// The family's rows with their parameters, sorted by name.
std::vector<Action> BuildOther(std::span<const Action> family) {
  std::vector<Action> table(family.begin(), family.end());
  for (Action& action : table)
    action.parameters = &NeighbourParameters().at(std::string(action.name));
  std::ranges::sort(table, LessNoCase(), &Action::name);
  return table;
}

const Action* FindIn(std::span<const Action> table, std::string_view name) {
  const auto found = std::ranges::lower_bound(table, name, LessNoCase(), &Action::name);
  return found == table.end() || LessNoCase()(name, found->name) ? nullptr : &*found;
}

}  // namespace

Answer TextAnswer(std::string_view name, std::string_view value) {
  JsonWriter json;
  json.Field(name, std::string(value));
  return {.members = json.Take()};
}

std::span<const Action> Actions() {
  static const std::vector<Action> table = BuildTable();
  return table;
}

const Action* FindAction(std::string_view name) {
  return FindIn(Actions(), name);
}

std::span<const Product> Products() {
  static const std::vector<Action> sts = BuildOther(kStsActions);
  static const std::vector<Action> location = BuildOther(kLocationActions);
  static const std::array products = {
      Product{.code = "ecs", .version = kEcsVersion, .actions = Actions()},
      Product{.code = "sts", .version = "2015-04-01", .actions = sts},
      Product{.code = "location", .version = "2015-06-12", .actions = location},
      Product{.code = "vpc", .version = "2016-04-28", .prefix = "Vpc.", .actions = Actions()},
      Product{
          .code = "bssopenapi", .version = "2017-12-14", .prefix = "Bss.", .actions = Actions()},
  };
  return products;
}

const Product* FindProduct(std::string_view version) {
  const auto found = std::ranges::find(Products(), version, &Product::version);
  return found == Products().end() ? nullptr : &*found;
}

std::string_view VersionOf(std::string_view action) {
  const std::string_view prefix = action.substr(0, action.size() - ApiName(action).size());
  return std::ranges::find(Products(), prefix, &Product::prefix)->version;
}

const Action* FindActionOf(std::string_view version, std::string_view name) {
  const Product* product = FindProduct(version);
  if (product == nullptr || name.find('.') != std::string_view::npos) return nullptr;
  if (product->prefix.empty()) return FindIn(product->actions, name);
  return FindIn(product->actions, std::string(product->prefix).append(name));
}

}  // namespace cloudapi
