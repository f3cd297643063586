#pragma once
// What clients ask of the billing product before they begin: rows for the action table and
// functions. Source: BSS OpenAPI reference, QueryAvailableInstances.
#include "cloudapi/actions/action.h"

namespace cloudapi {

Result<Answer> QueryAvailableInstances(const ReadCall& call);

inline constexpr Action kBillingActions[] = {
    {.name = "Bss.QueryAvailableInstances", .read = QueryAvailableInstances},
};

}  // namespace cloudapi
