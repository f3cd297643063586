#include "cloudapi/http/decode.h"

#include "common/base/text.h"

namespace cloudapi {
void DecodeQuery(std::string_view query, Params& params) {
  for (const std::string_view pair : base::Split(query, '&')) {
    const auto equals = std::min(pair.find('='), pair.size());
    std::string name = base::PercentDecode(pair.substr(0, equals));
    if (name.empty() || params.Has(name)) continue;
    params.Set(std::move(name),
               base::PercentDecode(pair.substr(std::min(equals + 1, pair.size()))));
  }
}

}  // namespace cloudapi
