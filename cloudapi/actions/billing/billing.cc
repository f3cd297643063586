#include "cloudapi/actions/billing/billing.h"

#include "cloudapi/base/json.h"

namespace cloudapi {

// No subscription is sold here, so the account has none.
Result<Answer> QueryAvailableInstances(const ReadCall& call) {
  JsonWriter json;
  json.Field("Code", "Success").Field("Success", true).Field("Message", "");
  json.Key("Data").BeginObject();
  json.Field("PageNum", call.args.Integer("PageNum").value_or(1));
  json.Field("PageSize", call.args.Integer("PageSize").value_or(20));
  json.Field("TotalCount", 0).Key("InstanceList").BeginArray().EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
