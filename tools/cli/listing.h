#pragma once
// Lists of disks, snapshots and instances: all pages of a Describe action, as a table or JSON.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ecs/signature.h"
#include "tools/cli/cloud_client.h"

namespace zonedisk {

struct Column {
  std::string_view header;
  const char* member;  // shown as it is; null where `cell` decides
  std::string (*cell)(const Json& row) = nullptr;
};

// A Describe action and how its answer is shown.
struct Listing {
  std::string_view command;  // "disks"
  std::string_view action;   // "DescribeDisks"
  std::string_view list;     // "Disks", which holds
  std::string_view member;   // "Disk"
  int page_size;             // the largest MaxResults that the action takes
  std::vector<Column> columns;
};

const std::vector<Listing>& Listings();

using Describe = std::function<Result<Json>(const ecs::Parameters& parameters)>;

// Every row of every page. `filters` may hold parameters of the action but none of paging.
// Errors: those of `describe`; kUsage for paging in `filters`; kRefused for an answer without the
// list, or a NextToken that comes back.
Result<std::vector<Json>> AllRows(const Listing& listing, const ecs::Parameters& filters,
                                  const Describe& describe);

std::string TableOf(const std::vector<Column>& columns, const std::vector<Json>& rows);

}  // namespace zonedisk
