#pragma once
// What a request asks for, found once; everything behind it uses this.
#include <string>
#include <string_view>

#include "cloudapi/actions/action.h"
#include "cloudapi/base/result.h"
#include "cloudapi/gateway/response.h"
#include "cloudapi/http/http.h"

namespace cloudapi {

// How a call says who calls.
enum class Scheme {
  kUnsigned,
  kV1,  // parameters AccessKeyId and Signature
  kV3,  // header Authorization: ACS3-…
};

struct Route {
  Params params;  // query and form; of a name in both the query's value counts
  Scheme scheme = Scheme::kUnsigned;
  BodyFormat format = BodyFormat::kXml;
  bool format_known = true;        // false: Format is neither JSON nor XML, and JSON is answered
  std::string version;             // empty: none was given
  std::string name;                // of the action, as the caller wrote it
  const Action* action = nullptr;  // null: there is none of that name
};

using FindActionFunction = const Action* (*)(std::string_view version, std::string_view name);

// Never fails: a refusal too must be written in the format that the caller asked for.
Route RouteOf(const HttpRequest& request, FindActionFunction find);

// The first of method, Format, Version and Action that is wrong. Errors: 405, 400, 400, 404.
Result<void> CheckRoute(const HttpRequest& request, const Route& route);

// A parameter that any call may carry and no action reads, such as Timestamp.
bool IsPublicParam(std::string_view name);

}  // namespace cloudapi
