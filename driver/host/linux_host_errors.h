#pragma once
// A failed system call as a HostError.
#include <fmt/core.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "driver/host/host.h"

namespace driver {

// "mount /dev/vdb at /x: Device or resource busy". Call before anything else can change errno.
inline HostError SystemError(std::string_view what) {
  const int number = errno;
  const auto fault = number == ENOENT || number == ENXIO || number == ENODEV ? HostFault::kMissing
                     : number == EBUSY                                       ? HostFault::kBusy
                                                                             : HostFault::kFailed;
  return {fault, fmt::format("{}: {}", what, std::strerror(number))};
}

}  // namespace driver
