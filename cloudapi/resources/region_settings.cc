#include "cloudapi/resources/region_settings.h"

#include <array>

#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

std::string SettingsDocument(const RegionSettings& settings) {
  JsonWriter json;
  json.BeginObject()
      .Field("Encrypted", settings.encrypted_by_default)
      .Field("KMSKeyId", settings.default_kms_key_id)
      .EndObject();
  return json.Take();
}

constexpr std::array kSettingsColumns = {
    Fixed<&RegionSettings::seq>("seq", "> 0"),
    Fixed<&RegionSettings::account>("account"),
    Fixed<&RegionSettings::region>("region"),
    Fixed<&RegionSettings::id>("id"),
    Col<&RegionSettings::encrypted_by_default>("encrypted_by_default"),
    Col<&RegionSettings::default_kms_key_id>("default_kms_key_id"),
};
constexpr Index kSettingsIndexes[] = {{.name = "place"}};

}  // namespace

template <>
const Kind<RegionSettings>& KindOf<RegionSettings>() {
  static const Kind<RegionSettings> kind{{.name = "region_settings",
                                          .table = "region_settings",
                                          .id_prefix = "",
                                          .indexes = kSettingsIndexes,
                                          .facets = {}},
                                         kSettingsColumns,
                                         SettingsDocument};
  return kind;
}

}  // namespace cloudapi
