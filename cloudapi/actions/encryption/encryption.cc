#include "cloudapi/actions/encryption/encryption.h"

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/region_settings.h"
#include "cloudapi/base/json.h"

namespace cloudapi {
namespace {

template <class Change>
Result<Answer> Set(const WriteCall& call, const Change& change) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const RegionSettings before = SettingsOf(call.tx, call.caller.account, call.caller.region);
  RegionSettings settings = before;
  change(settings);
  if (settings == before) return Answer{};
  if (settings.seq == 0) settings.seq = call.tx.NextSeq();
  call.tx.Put(settings);
  return Answer{};
}

}  // namespace

Result<Answer> EnableDiskEncryptionByDefault(const WriteCall& call) {
  return Set(call, [](RegionSettings& settings) { settings.encrypted_by_default = true; });
}

Result<Answer> DisableDiskEncryptionByDefault(const WriteCall& call) {
  return Set(call, [](RegionSettings& settings) { settings.encrypted_by_default = false; });
}

Result<Answer> ModifyDiskDefaultKMSKeyId(const WriteCall& call) {
  return Set(call, [&](RegionSettings& settings) {
    settings.default_kms_key_id = call.args.TextOrEmpty("KMSKeyId");
  });
}

Result<Answer> ResetDiskDefaultKMSKeyId(const WriteCall& call) {
  return Set(call, [](RegionSettings& settings) { settings.default_kms_key_id = kServiceKey; });
}

Result<Answer> DescribeDiskEncryptionByDefaultStatus(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto settings = SettingsOf(call.view, call.caller.account, call.caller.region);
  JsonWriter json;
  json.Field("Encrypted", settings.encrypted_by_default);
  return Answer{.members = json.Take()};
}

Result<Answer> DescribeDiskDefaultKMSKeyId(const ReadCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  const auto settings = SettingsOf(call.view, call.caller.account, call.caller.region);
  return TextAnswer("KMSKeyId", settings.default_kms_key_id);
}

}  // namespace cloudapi
