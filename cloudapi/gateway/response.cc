#include "cloudapi/gateway/response.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/base/json.h"
#include "cloudapi/gateway/json_to_xml.h"
#include "cloudapi/gateway/throttles.h"

namespace cloudapi {
namespace {

constexpr std::string_view kProlog = R"(<?xml version="1.0" encoding="UTF-8"?>)";

HttpResponse Respond(BodyFormat format, std::string_view root, int status,
                     const std::string& request_id, std::string json) {
  HttpResponse response{.status = status};
  response.headers.emplace_back("X-Acs-Request-Id", request_id);
  if (format == BodyFormat::kJson) {
    response.body = std::move(json);
  } else {
    // Exactly this text: some clients parse an XML error only then.
    response.content_type = "text/xml;charset=utf-8";
    response.body = std::string(kProlog) + JsonToXml(root, json);
  }
  return response;
}

struct HttpCode {
  int status;
  std::string_view code;
};
constexpr std::array kHttpCodes = {
    HttpCode{404, "InvalidPath.NotFound"}, HttpCode{405, "UnsupportedHTTPMethod"},
    HttpCode{413, "RequestEntityTooLarge"}, HttpCode{414, "RequestURITooLong"}};

}  // namespace

std::string NewRequestId(Env& env) {
  constexpr std::uint64_t kVersion4 = 0x4000;
  constexpr std::uint64_t kVariant = 0x8000000000000000;
  const std::uint64_t high = (env.Random() & ~std::uint64_t{0xF000}) | kVersion4;
  const std::uint64_t low = (env.Random() & ~std::uint64_t{0xC000000000000000}) | kVariant;
  return fmt::format("{:08X}-{:04X}-{:04X}-{:04X}-{:012X}", high >> 32, (high >> 16) & 0xFFFF,
                     high & 0xFFFF, low >> 48, low & 0xFFFFFFFFFFFF);
}

HttpResponse SuccessResponse(BodyFormat format, std::string_view action,
                             const std::string& request_id, std::string_view members) {
  std::string json = "{\"RequestId\":\"" + request_id + "\"";
  if (!members.empty()) json += ',';
  json += members;
  json += '}';
  return Respond(format, std::string(action) + "Response", 200, request_id, std::move(json));
}

ApiError HttpError(int status, std::string_view message) {
  const auto* row = std::ranges::find(kHttpCodes, status, &HttpCode::status);
  return {.http_status = status,
          .code = std::string(row == kHttpCodes.end() ? "InvalidRequest" : row->code),
          .message = std::string(message),
          .rule = "gateway.http"};
}

HttpResponse ErrorResponse(BodyFormat format, const std::string& host_id,
                           const std::string& request_id, const ApiError& error) {
  JsonWriter json;
  json.BeginObject()
      .Field("RequestId", request_id)
      .Field("HostId", host_id)
      .Field("Code", error.code)
      .Field("Message", error.message)
      .Field("Recommend",
             fmt::format("https://api.alibabacloud.com/troubleshoot?q={}&product=Ecs", error.code))
      .EndObject();
  HttpResponse response = Respond(format, "Error", error.http_status, request_id, json.Take());
  // Milliseconds, which the SDKs with typed errors read.
  const auto wait = std::ranges::find(error.facts, kRetryAfterFact, &Fact::name);
  if (wait != error.facts.end()) response.headers.emplace_back("x-acs-retry-after", wait->value);
  return response;
}

}  // namespace cloudapi
