#include "cloudapi/resources/key_pair.h"

#include "cloudapi/resources/document.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

std::string KeyPairDocument(const KeyPair& pair) {
  JsonWriter json;
  json.BeginObject()
      .Field("KeyPairName", pair.id)
      .Field("KeyPairId", pair.key_pair_id)
      .Field("KeyPairFingerPrint", pair.fingerprint)
      .Field("PublicKey", pair.public_key)
      .Field("CreationTime", base::FormatMinutes(pair.creation_time))
      .Field("ResourceGroupId", pair.resource_group_id);
  WriteTags(json, pair.tags);
  json.EndObject();
  return json.Take();
}

constexpr std::array kKeyPairColumns = {
    Fixed<&KeyPair::seq>("seq", "> 0"),
    Fixed<&KeyPair::account>("account"),
    Fixed<&KeyPair::region>("region"),
    Fixed<&KeyPair::id>("id"),
    Fixed<&KeyPair::key_pair_id>("key_pair_id"),
    Fixed<&KeyPair::fingerprint>("fingerprint"),
    Fixed<&KeyPair::public_key>("public_key"),
    Col<&KeyPair::resource_group_id>("resource_group_id"),
    Fixed<&KeyPair::creation_time>("creation_time"),
};
constexpr Index kKeyPairIndexes[] = {
    {.name = "place"},
    {.name = "fingerprint", .column = "fingerprint"},
};

}  // namespace

template <>
const Kind<KeyPair>& KindOf<KeyPair>() {
  static const Kind<KeyPair> kind{{.name = "key-pair",
                                   .table = "key_pairs",
                                   .id_prefix = "ssh-",
                                   .tag_type = "keypair",
                                   .indexes = kKeyPairIndexes,
                                   .facets = {}},
                                  kKeyPairColumns,
                                  KeyPairDocument};
  return kind;
}

}  // namespace cloudapi
