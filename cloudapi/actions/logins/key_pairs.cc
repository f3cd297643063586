#include <fmt/format.h>

#include "cloudapi/actions/find.h"
#include "cloudapi/actions/listing.h"
#include "cloudapi/actions/logins/key_material.h"
#include "cloudapi/actions/logins/logins.h"
#include "cloudapi/actions/tag_params.h"
#include "cloudapi/base/json.h"
#include "cloudapi/rules/limits.h"
#include "cloudapi/store/store.h"

namespace cloudapi {
namespace {

// The pair with its name and ids, which nothing of that name may have; without its key.
Result<KeyPair> NewPair(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  KeyPair pair{.id = call.args.TextOrEmpty("KeyPairName"),
               .account = call.caller.account,
               .region = call.caller.region,
               .resource_group_id = call.args.TextOrEmpty("ResourceGroupId"),
               .tags = TagsOf(call.args)};
  for (const Result<void>& checked :
       {CheckName(pair.id, "InvalidKeyPairName.Malformed"), CheckNewTags(call, pair.tags),
        CheckResourceGroup(pair.resource_group_id)}) {
    if (!checked) return Fail(checked.error());
  }
  if (call.tx.Find<KeyPair>(pair.account, pair.region, pair.id)) {
    return Refuse(400, "KeyPair.AlreadyExist", "key-pair.new",
                  fmt::format("The key pair {} exists.", pair.id), {{"key-pair", pair.id}});
  }
  pair.key_pair_id = call.tx.NextId<KeyPair>(call.catalogue.FindRegion(pair.region)->id_code);
  pair.creation_time = call.tx.Now();
  pair.seq = call.tx.NextSeq();
  return pair;
}

void WritePair(JsonWriter& json, const KeyPair& pair) {
  json.Field("KeyPairId", pair.key_pair_id)
      .Field("KeyPairName", pair.id)
      .Field("KeyPairFingerPrint", pair.fingerprint)
      .Field("ResourceGroupId", pair.resource_group_id);
}

bool IsUsed(const WriteCall& call, const KeyPair& pair) {
  return call.tx.Count({.kind = &KindOf<Instance>(),
                        .account = pair.account,
                        .region = pair.region,
                        .conditions = {where::Is{"key_pair_name", pair.id}}}) > 0;
}

// Gives each instance of the call that name; "" takes it away.
Result<Answer> Bind(const WriteCall& call, const std::string& name, bool unbind) {
  if (const auto pair = Find<KeyPair>(call, name); !pair) return Fail(pair.error());
  const auto ids = call.args.Items("InstanceIds").value_or(Arguments::Texts());
  JsonWriter json;
  json.Field("KeyPairName", name);
  json.Field("TotalCount", std::to_string(ids.size())).Field("FailCount", "0");
  json.Key("Results").BeginObject().Key("Result").BeginArray();
  for (const std::string& id : ids) {
    auto instance = Find<Instance>(call, id);
    if (!instance) return Fail(instance.error());
    if (!unbind || instance->key_pair_name == name) {
      instance->key_pair_name = unbind ? "" : name;
      call.tx.Put(*instance);
    }
    json.BeginObject().Field("InstanceId", id).Field("Success", "true");
    json.Field("Code", "200").Field("Message", "successful").EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

Result<Conditions> PairName(const ReadCall& call, const Filter& filter) {
  const auto name = call.args.Text(filter.param);
  if (!name) return Conditions{};
  if (name->find('*') != std::string::npos) return Conditions{where::Like{"id", *name}};
  return Conditions{where::Ids{{*name}}};
}

constexpr Filter kPairFilters[] = {
    {"KeyPairName", PairName},
    {"KeyPairFingerPrint", filters::Text, "fingerprint"},
    {"Tag", filters::Tags},
    {"ResourceGroupId", filters::Text, "resource_group_id"},
};

// Everything but the public key, which is told where it is asked for.
constexpr std::string_view kPairRow = "json_remove(o.document, '$.PublicKey')";

}  // namespace

Result<Answer> CreateKeyPair(const WriteCall& call) {
  auto pair = NewPair(call);
  if (!pair) return Fail(pair.error());
  const KeyMaterial keys = MakeKeys(fmt::format("{} {}", pair->account, pair->key_pair_id));
  pair->public_key = keys.public_line;
  pair->fingerprint = FingerprintOf(keys.public_line).value_or("");
  call.tx.Put(*pair);
  JsonWriter json;
  WritePair(json, *pair);
  json.Field("PrivateKeyBody", keys.private_pem);
  return Answer{.members = json.Take()};
}

Result<Answer> ImportKeyPair(const WriteCall& call) {
  auto pair = NewPair(call);
  if (!pair) return Fail(pair.error());
  pair->public_key = call.args.TextOrEmpty("PublicKeyBody");
  const auto fingerprint = FingerprintOf(pair->public_key);
  if (!fingerprint) {
    return Refuse(400, "InvalidPublicKeyBody.Malformed", "key-pair.public-key",
                  "PublicKeyBody is no line of a public SSH key.");
  }
  pair->fingerprint = *fingerprint;
  call.tx.Put(*pair);
  JsonWriter json;
  WritePair(json, *pair);
  return Answer{.members = json.Take()};
}

// Names of no pair are gone already.
Result<Answer> DeleteKeyPairs(const WriteCall& call) {
  if (auto region = CheckRegion(call); !region) return Fail(region.error());
  for (const std::string& name : call.args.Items("KeyPairNames").value_or(Arguments::Texts())) {
    const auto pair = call.tx.Find<KeyPair>(call.caller.account, call.caller.region, name);
    if (!pair) continue;
    if (IsUsed(call, *pair)) {
      return Refuse(400, "InvalidParameter.KeypairAlreadyAttachedInstance", "key-pair.in-use",
                    fmt::format("Instances have the key pair {}.", name), {{"key-pair", name}});
    }
    call.tx.Erase(*pair);
  }
  return Answer{};
}

Result<Answer> AttachKeyPair(const WriteCall& call) {
  return Bind(call, call.args.TextOrEmpty("KeyPairName"), false);
}

Result<Answer> DetachKeyPair(const WriteCall& call) {
  return Bind(call, call.args.TextOrEmpty("KeyPairName"), true);
}

Result<Answer> DescribeKeyPairs(const ReadCall& call) {
  return List(call, {.kind = &KindOf<KeyPair>(),
                     .action = "DescribeKeyPairs",
                     .outer = "KeyPairs",
                     .inner = "KeyPair",
                     .filters = kPairFilters,
                     .paging = {.pages_only = true},
                     .row = call.args.IsTrue("IncludePublicKey") ? Query::kDocument : kPairRow});
}

}  // namespace cloudapi
