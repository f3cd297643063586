#pragma once
// A value or why there is none: the one template behind every Result of the programs. Each side has
// an alias with an error type of its own.
#include <tl/expected.hpp>

namespace base {

// A refusal is a value: nothing of ours throws, and no result may be dropped unseen.
template <class T, class Error>
class [[nodiscard]] Expected : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

}  // namespace base
