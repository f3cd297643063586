#include "cloudapi/http/decode.h"

#include "common/base/text.h"

namespace cloudapi {
void DecodeQuery(std::string_view query, Params& params) {
  while (!query.empty()) {
    const auto end = query.find('&');
    const auto pair = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    std::string name = base::PercentDecode(pair.substr(0, equals));
    if (name.empty() || params.Has(name)) continue;
    params.Set(std::move(name), equals == std::string_view::npos
                                    ? std::string()
                                    : base::PercentDecode(pair.substr(equals + 1)));
  }
}

}  // namespace cloudapi
