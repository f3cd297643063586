#include "cloudapi/http/http.h"

#include <algorithm>

#include "common/base/text.h"

namespace cloudapi {

const std::string& HttpRequest::Header(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return kNone;
}

void DecodeQuery(std::string_view query, Params& params) {
  for (const std::string_view pair : base::Split(query, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    std::string name = base::PercentDecode(pair.substr(0, equals));
    if (name.empty()) continue;
    params.Add(std::move(name),
               base::PercentDecode(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

}  // namespace cloudapi
