#pragma once
#include <span>
#include <string_view>

namespace cloudapi {

// Actions of the product's disk surface that a later version will serve, sorted.
std::span<const std::string_view> ActionsServedLater();

}  // namespace cloudapi
