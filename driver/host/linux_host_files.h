#pragma once
// Open devices and what is read from them.
#include <cstddef>
#include <cstdint>
#include <string>

#include "driver/host/host.h"

namespace driver {

// A file, closed with its owner. Where it is not open errno says why.
class Descriptor {
 public:
  Descriptor(const std::string& path, int flags);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  bool Open() const { return fd_ >= 0; }
  int Get() const { return fd_; }

 private:
  int fd_;
};

HostResult<void> ReadAt(int fd, char* buffer, std::size_t count, std::int64_t offset);
// The size of a block device.
HostResult<std::int64_t> BytesOf(const std::string& device, int fd);

}  // namespace driver
