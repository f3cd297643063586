#pragma once
// Answers of the OpenAPI as clients parse them, in JSON or XML.
#include <string>
#include <string_view>

#include "cloudapi/base/env.h"
#include "cloudapi/base/result.h"
#include "cloudapi/http/http.h"

namespace cloudapi {

enum class BodyFormat { kJson, kXml };

// A UUID in capitals: "473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E".
std::string NewRequestId(Env& env);

// `members`: the inside of a JSON object without RequestId, may be empty.
HttpResponse SuccessResponse(BodyFormat format, std::string_view action,
                             const std::string& request_id, std::string_view members);
// What the API says to a request that HTTP alone refuses; `status` picks the code.
ApiError HttpError(int status, std::string_view message);
HttpResponse ErrorResponse(BodyFormat format, const std::string& host_id,
                           const std::string& request_id, const ApiError& error);

}  // namespace cloudapi
