#include "cloudapi/http/http.h"

namespace cloudapi {

const std::string& HttpRequest::Header(std::string_view name) const {
  static const std::string kNone;
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return kNone;
}

}  // namespace cloudapi
