#include "cloudapi/images/extents.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include "cloudapi/images/system_error.h"

namespace cloudapi {
namespace {

constexpr std::int64_t kChunkBytes = std::int64_t{8} << 20;

// Calls `visit(begin, end)` for each data extent in order until it fails.
Result<void> ForEachExtent(int fd, const std::function<Result<void>(off_t, off_t)>& visit) {
  off_t position = 0;
  while (true) {
    const off_t begin = ::lseek(fd, position, SEEK_DATA);
    if (begin < 0) {
      if (errno == ENXIO) return {};  // only a hole up to the end
      return Fail(SystemError("looking for data", errno));
    }
    const off_t end = ::lseek(fd, begin, SEEK_HOLE);
    if (end < 0) return Fail(SystemError("looking for a hole", errno));
    const auto visited = visit(begin, end);
    if (!visited) return visited;
    position = end;
  }
}

Result<void> CopyRange(int from, int to, off_t begin, off_t end) {
  off_t source = begin;
  off_t target = begin;
  while (source < end) {
    const ssize_t copied =
        ::copy_file_range(from, &source, to, &target, static_cast<std::size_t>(end - source), 0);
    if (copied < 0) return Fail(SystemError("copying an image", errno));
    if (copied == 0) return Fail(SystemError("copying an image that became shorter", EIO));
  }
  return {};
}

}  // namespace

bool CanReflink(const std::filesystem::path& folder) {
  const std::filesystem::path a = folder / ".reflink-a";
  const std::filesystem::path b = folder / ".reflink-b";
  bool shared = false;
  {
    const FileDescriptor from(::open(a.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    const FileDescriptor to(::open(b.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    constexpr std::array<char, 4096> kBlock{};
    shared =
        from && to &&
        ::write(from.Get(), kBlock.data(), kBlock.size()) == static_cast<ssize_t>(kBlock.size()) &&
        ::ioctl(to.Get(), FICLONE, from.Get()) == 0;
  }
  ::unlink(a.c_str());
  ::unlink(b.c_str());
  return shared;
}

Result<void> ShareExtents(int from, int to) {
  if (::ioctl(to, FICLONE, from) == 0) return {};
  return Fail(SystemError("sharing the extents of an image", errno));
}

std::int64_t DataBytes(int fd) {
  std::int64_t total = 0;
  const auto counted = ForEachExtent(fd, [&](off_t begin, off_t end) -> Result<void> {
    total += end - begin;
    return {};
  });
  return counted ? total : 0;
}

Result<void> CopyExtents(int from, int to, const CopyProgress& progress) {
  struct stat status = {};
  if (::fstat(from, &status) != 0 || ::ftruncate(to, status.st_size) != 0) {
    return Fail(SystemError("preparing the copy of an image", errno));
  }
  const std::int64_t total = DataBytes(from);
  std::int64_t done = 0;
  return ForEachExtent(from, [&](off_t begin, off_t end) -> Result<void> {
    for (off_t at = begin; at < end; at += kChunkBytes) {
      const off_t stop = std::min<off_t>(end, at + kChunkBytes);
      auto copied = CopyRange(from, to, at, stop);
      if (!copied) return copied;
      done += stop - at;
      if (progress && !progress(done, std::max(done, total))) {
        return Fail(SystemError("copying an image", ECANCELED));
      }
    }
    return {};
  });
}

}  // namespace cloudapi
