#include "common/kube/api.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace kube {
namespace {

bool IsUnreserved(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

// Whether the text can stand alone between two slashes. Kubernetes allows no other names.
bool IsSegment(std::string_view text) {
  return !text.empty() && text.size() <= 253 && text != "." && text != ".." &&
         std::ranges::all_of(text, IsUnreserved);
}

std::string Encoded(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (IsUnreserved(c)) {
      encoded += c;
    } else {
      encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return encoded;
}

tl::unexpected<Error> Bad(std::string message) {
  return Fail({.http_status = 400, .reason = "BadRequest", .message = std::move(message)});
}

// "/api/v1" for the core group, "/apis/GROUP/VERSION" for the others.
std::string RootOf(std::string_view group_version) {
  const bool core = group_version.find('/') == std::string_view::npos;
  return fmt::format("/{}/{}", core ? "api" : "apis", group_version);
}

}  // namespace

std::string ToText(const Ref& ref) {
  if (ref.name_space.empty()) return fmt::format("{} {}", ref.kind.plural, ref.name);
  return fmt::format("{} {}/{}", ref.kind.plural, ref.name_space, ref.name);
}

Result<std::string> PathOf(const Ref& ref) {
  if (ref.kind.namespaced == ref.name_space.empty()) {
    return Bad(fmt::format("{}: the namespace is {}", ToText(ref),
                           ref.kind.namespaced ? "missing" : "superfluous"));
  }
  std::string path = RootOf(ref.kind.group_version);
  if (ref.kind.namespaced) {
    if (!IsSegment(ref.name_space)) return Bad(fmt::format("'{}' is no namespace", ref.name_space));
    path += "/namespaces/" + ref.name_space;
  }
  path += fmt::format("/{}", ref.kind.plural);
  if (ref.name.empty()) return path;
  if (!IsSegment(ref.name)) return Bad(fmt::format("'{}' is no name", ref.name));
  return path + "/" + ref.name;
}

Result<std::string> PathOf(const ListQuery& query) {
  // A list of all namespaces leaves the namespace out of the path.
  Kind kind = query.kind;
  kind.namespaced = !query.name_space.empty();
  auto path = PathOf(Ref{.kind = kind, .name_space = query.name_space});
  if (!path) return path;
  *path += fmt::format("?limit={}", query.limit);
  if (!query.label_selector.empty()) *path += "&labelSelector=" + Encoded(query.label_selector);
  // A right to list that is given for this name alone is enough.
  if (!query.name.empty()) *path += "&fieldSelector=" + Encoded("metadata.name=" + query.name);
  if (!query.continue_token.empty()) *path += "&continue=" + Encoded(query.continue_token);
  return path;
}

Result<std::vector<Json>> ListAll(Api& api, ListQuery query, Patience patience) {
  std::vector<Json> all;
  bool anew = false;
  while (true) {
    auto page = api.List(query, patience);
    if (!page) {
      if (!IsExpired(page.error()) || anew || query.continue_token.empty()) {
        return Fail(page.error());
      }
      anew = true;
      all.clear();
      query.continue_token.clear();
      continue;
    }
    for (auto& item : page->items) all.push_back(std::move(item));
    if (page->continue_token.empty()) return all;
    query.continue_token = std::move(page->continue_token);
  }
}

std::map<std::string, std::string> PairsIn(const Json& object, std::string_view field) {
  std::map<std::string, std::string> pairs;
  const Json::json_pointer pointer("/metadata/" + std::string(field));
  if (!object.contains(pointer) || !object[pointer].is_object()) return pairs;
  for (const auto& [key, value] : object[pointer].items()) {
    if (value.is_string()) pairs.emplace(key, value.get<std::string>());
  }
  return pairs;
}

std::string TextAt(const Json& object, const std::string& pointer) {
  const Json::json_pointer at(pointer);
  if (!object.contains(at) || !object[at].is_string()) return "";
  return object[at].get<std::string>();
}

}  // namespace kube
