#pragma once
// What the caller's account has set for a region.
#include <string>
#include <string_view>

#include "cloudapi/resources/kinds.h"
#include "cloudapi/store/view.h"

namespace cloudapi {

// As the service begins where nothing was set.
inline RegionSettings SettingsOf(View& view, std::string_view account, const std::string& region) {
  auto settings = view.Find<RegionSettings>(account, region, region);
  if (settings) return std::move(*settings);
  return {.id = region, .account = std::string(account), .region = region};
}

// The key of an account that encrypts every disk of the region; empty otherwise.
inline std::string DefaultKeyOf(View& view, std::string_view account, const std::string& region) {
  const RegionSettings settings = SettingsOf(view, account, region);
  return settings.encrypted_by_default ? settings.default_kms_key_id : "";
}

}  // namespace cloudapi
