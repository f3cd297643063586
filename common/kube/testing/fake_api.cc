#include "common/kube/testing/fake_api.h"

#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <utility>

namespace kube {
namespace {

Error Refusal(int status, std::string reason, std::string message) {
  return {.http_status = status, .reason = std::move(reason), .message = std::move(message)};
}

Error NotFound(const Ref& ref) {
  return Refusal(404, "NotFound", fmt::format("{} \"{}\" not found", ref.kind.plural, ref.name));
}

// An optional DNS prefix and a name of at most 63 characters. Source: Kubernetes, Labels.
bool IsQualifiedName(const std::string& text) {
  static const std::regex pattern(
      "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
  return std::regex_match(text, pattern);
}

bool IsLabelValue(const std::string& text) {
  static const std::regex pattern("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");
  return std::regex_match(text, pattern);
}

// What the server checks of every object; empty when it is valid.
std::string WhyInvalid(const Json& object) {
  for (const char* field : {"labels", "annotations"}) {
    const Json::json_pointer pointer(fmt::format("/metadata/{}", field));
    if (!object.contains(pointer)) continue;
    if (!object[pointer].is_object()) return fmt::format("metadata.{} is no map", field);
    for (const auto& [key, value] : object[pointer].items()) {
      if (!IsQualifiedName(key)) return fmt::format("metadata.{}: bad key '{}'", field, key);
      if (!value.is_string()) return fmt::format("metadata.{}: '{}' is no text", field, key);
      if (field[0] == 'l' && !IsLabelValue(value.get<std::string>())) {
        return fmt::format("metadata.labels: bad value of '{}'", key);
      }
    }
  }
  return "";
}

// Core events: the object's namespace, or "default" where it has none.
std::string WhyNoEvent(const Json& event) {
  const auto about = TextAt(event, "/involvedObject/namespace");
  const auto own = TextAt(event, "/metadata/namespace");
  if (own != (about.empty() ? "default" : about)) {
    return "involvedObject.namespace does not match event.namespace";
  }
  if (TextAt(event, "/message").size() > 1024) return "message can have at most 1024 bytes";
  const auto type = TextAt(event, "/type");
  if (type != "Normal" && type != "Warning") return "type is neither Normal nor Warning";
  if (TextAt(event, "/reason").empty()) return "reason is missing";
  return "";
}

// Equality and existence, comma-separated.
bool Matches(const Json& object, const std::string& selector) {
  const auto labels = PairsIn(object, "labels");
  std::size_t at = 0;
  while (at < selector.size()) {
    const auto end = std::min(selector.find(',', at), selector.size());
    const auto clause = selector.substr(at, end - at);
    const auto equals = clause.find('=');
    const auto found = labels.find(clause.substr(0, equals));
    if (found == labels.end()) return false;
    if (equals != std::string::npos && found->second != clause.substr(equals + 1)) return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

Json MakeObject(const std::string& kind, const std::string& name, const std::string& name_space) {
  Json object{{"apiVersion", "v1"}, {"kind", kind}, {"metadata", {{"name", name}}}};
  if (!name_space.empty()) object["metadata"]["namespace"] = name_space;
  return object;
}

void FakeApi::Put(const Kind& kind, Json object) {
  const absl::MutexLock lock(&mutex_);
  const Key key(kind.plural, TextAt(object, "/metadata/namespace"),
                TextAt(object, "/metadata/name"));
  Store(key, std::move(object));
}

void FakeApi::Store(const Key& key, Json object) {
  object["metadata"]["resourceVersion"] = std::to_string(++version_);
  if (!object["metadata"].contains("uid")) {
    object["metadata"]["uid"] = fmt::format("00000000-0000-0000-0000-{:012}", version_);
  }
  objects_[key] = std::move(object);
}

void FakeApi::Remove(const Ref& ref) {
  const absl::MutexLock lock(&mutex_);
  objects_.erase(Key(ref.kind.plural, ref.name_space, ref.name));
}

std::vector<Json> FakeApi::All(const Kind& kind) {
  const absl::MutexLock lock(&mutex_);
  std::vector<Json> all;
  for (const auto& [key, object] : objects_) {
    if (std::get<0>(key) == kind.plural) all.push_back(object);
  }
  return all;
}

std::vector<std::string> FakeApi::Calls() {
  const absl::MutexLock lock(&mutex_);
  return calls_;
}

void FakeApi::Script(ScriptedFailure failure) {
  const absl::MutexLock lock(&mutex_);
  script_.push_back(std::move(failure));
}

std::vector<std::string> FakeApi::Unused() {
  const absl::MutexLock lock(&mutex_);
  std::vector<std::string> unused;
  for (const auto& failure : script_) unused.push_back(failure.verb + " " + failure.plural);
  return unused;
}

void FakeApi::ExpireLists() {
  const absl::MutexLock lock(&mutex_);
  ++list_generation_;
}

void FakeApi::AllowOnly(std::vector<std::string> rules) {
  const absl::MutexLock lock(&mutex_);
  all_allowed_ = false;
  allowed_ = std::move(rules);
}

Result<void> FakeApi::Enter(const std::string& verb, const Ref& ref) {
  calls_.push_back(verb + " " + ToText(ref));
  const auto path = PathOf(ref);
  if (!path) return Fail(path.error());
  const auto rule = fmt::format("{} {}", verb, ref.kind.plural);
  if (!all_allowed_ && std::ranges::find(allowed_, rule) == allowed_.end()) {
    return Fail(Refusal(403, "Forbidden", fmt::format("cannot {}", rule)));
  }
  const auto scripted = std::ranges::find_if(script_, [&](const ScriptedFailure& failure) {
    return failure.verb == verb && failure.plural == ref.kind.plural;
  });
  if (scripted == script_.end()) return {};
  auto error = std::move(scripted->error);
  script_.erase(scripted);
  return Fail(std::move(error));
}

Result<Json> FakeApi::Get(const Ref& ref, Patience) {
  const absl::MutexLock lock(&mutex_);
  if (auto entered = Enter("get", ref); !entered) return Fail(entered.error());
  const auto found = objects_.find(Key(ref.kind.plural, ref.name_space, ref.name));
  if (found == objects_.end()) return Fail(NotFound(ref));
  return found->second;
}

Result<Page> FakeApi::List(const ListQuery& query, Patience) {
  const absl::MutexLock lock(&mutex_);
  Kind kind = query.kind;
  kind.namespaced = !query.name_space.empty();
  if (auto entered = Enter("list", {.kind = kind, .name_space = query.name_space}); !entered) {
    return Fail(entered.error());
  }
  const auto generation = std::to_string(list_generation_) + "/";
  if (!query.continue_token.empty() && !query.continue_token.starts_with(generation)) {
    return Fail(Refusal(410, "Expired", "the provided continue parameter is too old"));
  }
  const std::string after =
      query.continue_token.empty() ? "" : query.continue_token.substr(generation.size());
  Page page;
  for (const auto& [key, object] : objects_) {
    const auto& [plural, name_space, name] = key;
    const std::string place = name_space + "/" + name;
    if (plural != query.kind.plural || place <= after) continue;
    if (!query.name_space.empty() && name_space != query.name_space) continue;
    if (!query.name.empty() && name != query.name) continue;
    if (!Matches(object, query.label_selector)) continue;
    if (static_cast<int>(page.items.size()) == query.limit) {
      const auto& last = page.items.back();
      page.continue_token =
          generation + TextAt(last, "/metadata/namespace") + "/" + TextAt(last, "/metadata/name");
      break;
    }
    page.items.push_back(query.metadata_only ? Json{{"metadata", object["metadata"]}} : object);
  }
  return page;
}

Result<Json> FakeApi::Patch(const Ref& ref, PatchKind kind, const Json& patch, Patience) {
  const absl::MutexLock lock(&mutex_);
  if (auto entered = Enter("patch", ref); !entered) return Fail(entered.error());
  const auto found = objects_.find(Key(ref.kind.plural, ref.name_space, ref.name));
  if (found == objects_.end()) return Fail(NotFound(ref));
  Json after = found->second;
  if (kind == PatchKind::kJson) {
    try {
      after = after.patch(patch);
    } catch (const Json::exception& error) {
      return Fail(Refusal(422, "Invalid", error.what()));
    }
  } else {
    const bool metadata_only = patch.size() == 1 && patch.contains("metadata");
    if (kind == PatchKind::kStrategic && !metadata_only) {
      return Fail(Refusal(422, "Invalid", "strategic patches of more than metadata are unknown"));
    }
    const auto wanted = TextAt(patch, "/metadata/resourceVersion");
    if (!wanted.empty() && wanted != TextAt(after, "/metadata/resourceVersion")) {
      return Fail(Refusal(409, "Conflict", "the object has been modified"));
    }
    after.merge_patch(patch);
  }
  if (TextAt(after, "/metadata/name") != ref.name) {
    return Fail(Refusal(400, "BadRequest", "the name of the object changed"));
  }
  if (auto why = WhyInvalid(after); !why.empty()) return Fail(Refusal(422, "Invalid", why));
  if (after != found->second) Store(found->first, std::move(after));
  return found->second;
}

Result<Json> FakeApi::Create(const Ref& place, const Json& body, Patience) {
  const absl::MutexLock lock(&mutex_);
  if (auto entered = Enter("create", place); !entered) return Fail(entered.error());
  const auto name = TextAt(body, "/metadata/name");
  if (name.empty()) return Fail(Refusal(422, "Invalid", "metadata.name is missing"));
  const auto stated = TextAt(body, "/metadata/namespace");
  if (!stated.empty() && stated != place.name_space) {
    return Fail(Refusal(400, "BadRequest", "the namespace does not match the request's"));
  }
  auto why = WhyInvalid(body);
  if (why.empty() && place.kind == kEvents) why = WhyNoEvent(body);
  if (!why.empty()) return Fail(Refusal(422, "Invalid", why));
  const Key key(place.kind.plural, place.name_space, name);
  if (objects_.contains(key)) {
    return Fail(Refusal(409, "AlreadyExists",
                        fmt::format("{} \"{}\" already exists", place.kind.plural, name)));
  }
  Store(key, body);
  return objects_[key];
}

}  // namespace kube
