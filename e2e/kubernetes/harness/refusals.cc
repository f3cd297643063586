#include "e2e/kubernetes/harness/refusals.h"

#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/base/files.h"
#include "e2e/kubernetes/harness/settings.h"

namespace e2e {
namespace {

using nlohmann::json;

constexpr std::string_view kAccount = "system:serviceaccount:";

std::filesystem::path AuditPath() {
  return TheSettings().ClusterFolder() / "logs" / "audit.log";
}

std::string AuditedText(const json& event, const char* pointer) {
  const json::json_pointer at(pointer);
  return event.contains(at) && event[at].is_string() ? event[at].get<std::string>() : "";
}

}  // namespace

std::string ForbiddenCalls(std::string_view audit_log) {
  std::string text;
  std::istringstream lines{std::string(audit_log)};
  for (std::string line; std::getline(lines, line);) {
    const auto event = json::parse(line, nullptr, false);
    if (!event.is_object()) {
      text += "\n  no line of an audit log: " + line;
      continue;
    }
    const auto user = AuditedText(event, "/user/username");
    // Other refusals with the status 403 are about the object, e.g. a namespace that is going.
    if (!user.starts_with(kAccount)) continue;
    if (AuditedText(event, "/annotations/authorization.k8s.io~1decision") != "forbid") continue;
    text += fmt::format("\n  {} may not {} {}: {}", user.substr(kAccount.size()),
                        AuditedText(event, "/verb"), AuditedText(event, "/requestURI"),
                        AuditedText(event, "/annotations/authorization.k8s.io~1reason"));
  }
  return text;
}

AuditLog::AuditLog() : start_(0) {
  std::error_code error;
  const auto size = std::filesystem::file_size(AuditPath(), error);
  if (!error) start_ = size;
}

std::string AuditLog::Since() const {
  const auto all = base::ReadFile(AuditPath());
  if (!all || all->size() < start_) return AuditPath().string() + " cannot be read\n";
  const auto since = all->substr(start_);
  return since.substr(0, since.rfind('\n') + 1);
}

}  // namespace e2e
