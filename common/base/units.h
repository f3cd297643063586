#pragma once
// Units of size: the cloud speaks GiB, CSI and the kernel bytes.
#include <cstdint>

namespace base {

inline constexpr std::int64_t kBytesPerGiB = std::int64_t{1} << 30;

}  // namespace base
