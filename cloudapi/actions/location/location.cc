#include "cloudapi/actions/location/location.h"

#include <algorithm>

#include "cloudapi/actions/products.h"
#include "cloudapi/base/json.h"
#include "common/base/text.h"

namespace cloudapi {

// A service that does not answer here has no endpoint. The SDKs know an unknown region by this code
// and this message.
Result<Answer> DescribeEndpoints(const ReadCall& call) {
  const std::string& region = call.args.TextOrEmpty("Id");
  if (call.catalogue.FindRegion(region) == nullptr) {
    return Refuse(400, "Illegal Parameter", "location.region", "Please check the parameters",
                  {{"region", region}});
  }
  const std::string& service = call.args.TextOrEmpty("ServiceCode");
  const auto product = std::ranges::find_if(
      Products(), [&service](const Product& row) { return base::EqualNoCase(row.code, service); });
  JsonWriter json;
  json.Field("Success", true).Key("Endpoints").BeginObject().Key("Endpoint").BeginArray();
  if (product != Products().end()) {
    json.BeginObject()
        .Field("Id", region)
        .Field("Endpoint", call.settings.endpoint_host)
        .Field("Type", call.args.TextOr("Type", "openAPI"))
        .Field("ServiceCode", product->code)
        .Field("SerivceCode", product->code)
        .Field("Namespace", "");
    json.Key("Protocols").BeginObject().Key("Protocols").BeginArray().Value("HTTP").EndArray();
    json.EndObject().EndObject();
  }
  json.EndArray().EndObject();
  return Answer{.members = json.Take()};
}

}  // namespace cloudapi
