#pragma once
// How a command ends when it does not succeed.
#include <string>
#include <utility>

#include "common/base/expected.h"

namespace zonedisk {

enum class ExitCode : int {
  kOk = 0,
  kRefused = 1,      // the cloud answered and said no
  kUsage = 2,        // the command line is wrong
  kUnreachable = 3,  // nothing answered
};

struct Failure {
  ExitCode code = ExitCode::kRefused;
  std::string message;  // one line or more, without a line break at the end
  bool operator==(const Failure&) const = default;
};

template <class T>
using Result = base::Expected<T, Failure>;

inline tl::unexpected<Failure> Fail(ExitCode code, std::string message) {
  return tl::unexpected<Failure>(Failure{code, std::move(message)});
}

inline tl::unexpected<Failure> Fail(Failure failure) {
  return tl::unexpected<Failure>(std::move(failure));
}

}  // namespace zonedisk
