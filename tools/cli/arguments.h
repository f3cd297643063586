#pragma once
// Parsing of what CLI11 hands over as plain words.
#include <string>
#include <vector>

#include "common/ecs/signature.h"
#include "tools/cli/failure.h"

namespace zonedisk {

// "Name=Value" words as parameters; the value may be empty and may contain "=". Errors: kUsage for
// a word without "=", an empty name, or a name given twice.
Result<ecs::Parameters> ParseAssignments(const std::vector<std::string>& words);

// The endpoint without a slash at its end. Errors: kUsage unless it is http://HOST[:PORT].
Result<std::string> ParseEndpoint(const std::string& text);

}  // namespace zonedisk
