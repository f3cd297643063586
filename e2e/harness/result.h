#pragma once
// How the harness reports that something could not be done.
#include <string>
#include <tl/expected.hpp>
#include <utility>

#include "common/base/expected.h"

namespace e2e {

// A value, or a text that says why there is none.
template <class T>
using Result = base::Expected<T, std::string>;

inline tl::unexpected<std::string> Fail(std::string why) {
  return tl::unexpected<std::string>(std::move(why));
}

}  // namespace e2e
