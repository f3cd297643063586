#include "tools/cli/arguments.h"

#include <string_view>

namespace zonedisk {

Result<ecs::Parameters> ParseAssignments(const std::vector<std::string>& words) {
  ecs::Parameters parameters;
  for (const std::string& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Fail(ExitCode::kUsage, "\"" + word + "\" is not Name=Value");
    }
    const std::string name = word.substr(0, equals);
    if (!parameters.emplace(name, word.substr(equals + 1)).second) {
      return Fail(ExitCode::kUsage, name + " is given twice");
    }
  }
  return parameters;
}

Result<std::string> ParseEndpoint(const std::string& text) {
  constexpr std::string_view kScheme = "http://";
  std::string endpoint = text;
  while (endpoint.ends_with('/')) endpoint.pop_back();
  const bool usable = endpoint.starts_with(kScheme) &&
                      endpoint.find_first_of("/?# ", kScheme.size()) == std::string::npos;
  if (usable) return endpoint;
  return Fail(ExitCode::kUsage, "endpoint \"" + text + "\" is not http://HOST:PORT");
}

}  // namespace zonedisk
