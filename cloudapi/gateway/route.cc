#include "cloudapi/gateway/route.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cloudapi/actions/products.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kV3Prefix = "ACS3-";
constexpr std::array<std::string_view, 18> kPublicParams = {
    "AccessKeyId",      "Action",         "BearerToken",
    "ClientToken",      "DryRun",         "Format",
    "OwnerAccount",     "OwnerId",        "ResourceOwnerAccount",
    "ResourceOwnerId",  "SecurityToken",  "Signature",
    "SignatureMethod",  "SignatureNonce", "SignatureType",
    "SignatureVersion", "Timestamp",      "Version"};

Params Merge(const HttpRequest& request) {
  Params merged = request.query;
  for (const auto& [name, value] : request.form.All()) merged.Add(name, value);
  for (const auto& [name, value] : request.form.OtherSpellings()) merged.Add(name, value);
  return merged;
}

Scheme SchemeOf(const HttpRequest& request, const Params& merged) {
  if (request.Header("authorization").starts_with(kV3Prefix)) return Scheme::kV3;
  if (merged.Has("Signature") || merged.Has("AccessKeyId")) return Scheme::kV1;
  return Scheme::kUnsigned;
}

std::string First(const std::string& preferred, const std::string& fallback) {
  return preferred.empty() ? fallback : preferred;
}

}  // namespace

// ACS3 names action and version in headers that it signs. The SDKs send these headers with V1 too,
// where the parameters are what is signed.
Route RouteOf(const HttpRequest& request, FindActionFunction find) {
  Route route{.params = Merge(request)};
  route.scheme = SchemeOf(request, route.params);
  const bool v3 = route.scheme == Scheme::kV3;
  const auto pick = [&](const std::string& header, std::string_view parameter) {
    const auto value = route.params.StringOr(parameter, "");
    return v3 ? First(header, value) : First(value, header);
  };
  route.name = pick(request.Header("x-acs-action"), "Action");
  route.version = pick(request.Header("x-acs-version"), "Version");
  if (route.version.empty() && route.scheme == Scheme::kUnsigned) route.version = kEcsVersion;
  route.action = find(route.version, route.name);
  const auto format = route.params.StringOr("Format", v3 ? "JSON" : "XML");
  const bool xml = base::EqualNoCase(format, "XML");
  route.format = xml ? BodyFormat::kXml : BodyFormat::kJson;
  route.format_known = xml || base::EqualNoCase(format, "JSON");
  return route;
}

Result<void> CheckRoute(const HttpRequest& request, const Route& route) {
  if (request.method != "GET" && request.method != "POST")
    return Fail(HttpError(405, "Use GET or POST."));
  if (!route.format_known)
    return Refuse(400, "InvalidParameter", "gateway.format", "Format must be JSON or XML.");
  if (route.version.empty())
    return Refuse(400, "MissingParameter", "gateway.version", "The parameter Version is missing.");
  if (FindProduct(route.version) == nullptr)
    return Refuse(400, "InvalidVersion", "gateway.version",
                  fmt::format("The version {} is not served; {} is.", route.version, kEcsVersion));
  if (route.name.empty())
    return Refuse(400, "MissingParameter", "gateway.action", "The parameter Action is missing.");
  if (route.action != nullptr && IsServed(*route.action)) return {};
  return Refuse(404, "InvalidAction.NotFound", "gateway.action",
                "Specified api is not found, please check your url and method.",
                {{"Action", route.name}});
}

bool IsPublicParam(std::string_view name) {
  return std::ranges::any_of(kPublicParams,
                             [&](auto word) { return base::EqualNoCase(word, name); });
}

}  // namespace cloudapi
