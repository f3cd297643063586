#include "cloudapi/images/file_blocks.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cloudapi/images/extents.h"
#include "cloudapi/images/pool.h"
#include "cloudapi/images/system_error.h"

namespace cloudapi {
namespace {

constexpr int kImageMode = 0600;
constexpr std::string_view kPart = ".part";

struct Times {
  timespec modified{};
  bool operator==(const Times& other) const {
    return modified.tv_sec == other.modified.tv_sec && modified.tv_nsec == other.modified.tv_nsec;
  }
};

Times TimesOf(int fd) {
  struct stat status = {};
  if (::fstat(fd, &status) != 0) return {};
  return {.modified = status.st_mtim};
}

}  // namespace

Result<std::unique_ptr<FileBlocks>> FileBlocks::Open(Options options,
                                                     std::unique_ptr<LoopDevices> loops) {
  const std::filesystem::path proof = options.folder / kProofFile;
  const FileDescriptor file(
      ::open(proof.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, kImageMode));
  const auto length = static_cast<ssize_t>(options.proof.size());
  if (!file || ::write(file.Get(), options.proof.data(), options.proof.size()) != length) {
    return Fail(SystemError(proof.string(), errno));
  }
  return std::unique_ptr<FileBlocks>(new FileBlocks(std::move(options), std::move(loops)));
}

FileBlocks::~FileBlocks() {
  // Busy: agents still present disks from it. It then stays mounted, and the next start finds it.
  if (options_.pool && ::geteuid() == 0) static_cast<void>(UnmountPool(options_.folder));
}

std::string_view FileBlocks::Method() const {
  if (options_.pool) return "image";
  return options_.method == CloneMethod::kReflink ? "reflink" : "copy";
}

Result<void> FileBlocks::SyncFolder() const {
  const FileDescriptor folder(::open(options_.folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder && ::fsync(folder.Get()) == 0) return {};
  return Fail(SystemError(options_.folder.string(), errno));
}

Result<void> FileBlocks::Create(const std::string& name, std::int64_t bytes) {
  const FileDescriptor file(::open(Path(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kImageMode));
  struct stat status = {};
  if (!file || ::fstat(file.Get(), &status) != 0 ||
      (status.st_size < bytes && ::ftruncate(file.Get(), bytes) != 0) || ::fsync(file.Get()) != 0) {
    return Fail(SystemError("image " + name, errno));
  }
  return SyncFolder();
}

std::string FileBlocks::Holder(const std::string& name) const {
  const FileIdentity file = loops_->Identity(Path(name));
  for (const LoopDevice& device :
       loops_->List([&](std::string_view base) { return base == name; })) {
    if (device.file == file) return "/dev/loop" + std::to_string(device.number);
  }
  return "";
}

// A copy takes time, so no device may write meanwhile: refused while one holds the image, and
// void when the image was touched during the copy.
Result<void> FileBlocks::CopyIdle(const std::string& from, int source, int target,
                                  const CopyProgress& progress) {
  const std::string holder = Holder(from);
  if (!holder.empty()) {
    return Fail(SystemError("image " + from + " is held by " + holder +
                                " and this file system cannot share extents; detach the disk or "
                                "use a pool",
                            EBUSY));
  }
  const Times before = TimesOf(source);
  auto copied = CopyExtents(source, target, progress);
  if (!copied) return copied;
  if (!Holder(from).empty() || TimesOf(source) != before) {
    return Fail(SystemError("image " + from + " was written while it was copied", EBUSY));
  }
  return {};
}

Result<void> FileBlocks::FillPart(const std::string& from, const std::string& part,
                                  std::int64_t bytes, const CopyProgress& progress) {
  const FileDescriptor source(::open(Path(from).c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) return Fail(SystemError("image " + from, errno));
  const FileDescriptor target(
      ::open(Path(part).c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, kImageMode));
  if (!target) return Fail(SystemError("image " + part, errno));
  auto filled = options_.method == CloneMethod::kReflink
                    ? ShareExtents(source.Get(), target.Get())
                    : CopyIdle(from, source.Get(), target.Get(), progress);
  if (!filled) return filled;
  struct stat status = {};
  if (::fstat(target.Get(), &status) != 0 ||
      (status.st_size < bytes && ::ftruncate(target.Get(), bytes) != 0) ||
      ::fsync(target.Get()) != 0) {
    return Fail(SystemError("image " + part, errno));
  }
  return {};
}

Result<void> FileBlocks::Clone(const std::string& from, const std::string& to, std::int64_t bytes,
                               const CopyProgress& progress) {
  const std::string part = to + std::string(kPart);
  auto filled = FillPart(from, part, bytes, progress);
  if (filled && ::rename(Path(part).c_str(), Path(to).c_str()) != 0) {
    filled = Fail(SystemError("image " + to, errno));
  }
  if (!filled) {
    ::unlink(Path(part).c_str());
    return filled;
  }
  return SyncFolder();
}

Result<void> FileBlocks::Grow(const std::string& name, std::int64_t bytes) {
  const FileDescriptor file(::open(Path(name).c_str(), O_RDWR | O_CLOEXEC));
  struct stat status = {};
  if (!file || ::fstat(file.Get(), &status) != 0) return Fail(SystemError("image " + name, errno));
  if (status.st_size >= bytes) return {};
  if (::ftruncate(file.Get(), bytes) != 0 || ::fsync(file.Get()) != 0) {
    return Fail(SystemError("growing image " + name, errno));
  }
  return {};
}

Result<void> FileBlocks::Remove(const std::string& name) {
  if (::unlink(Path(name).c_str()) != 0) {
    if (errno == ENOENT) return {};
    return Fail(SystemError("removing image " + name, errno));
  }
  return SyncFolder();
}

Result<void> FileBlocks::Sync(const std::string& name) {
  const FileDescriptor file(::open(Path(name).c_str(), O_RDWR | O_CLOEXEC));
  if (file && ::fsync(file.Get()) == 0) return {};
  return Fail(SystemError("image " + name, errno));
}

bool FileBlocks::Exists(const std::string& name) const {
  return ::access(Path(name).c_str(), F_OK) == 0;
}

std::int64_t FileBlocks::Size(const std::string& name) const {
  struct stat status = {};
  return ::stat(Path(name).c_str(), &status) == 0 ? status.st_size : 0;
}

std::int64_t FileBlocks::AllocatedBytes(const std::string& name) const {
  // Not st_blocks: it counts what a file system allocates ahead and misses what is still delayed.
  const FileDescriptor file(::open(Path(name).c_str(), O_RDONLY | O_CLOEXEC));
  return file ? DataBytes(file.Get()) : 0;
}

std::vector<std::string> FileBlocks::List() const {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(options_.folder, error)) {
    std::string name = entry.path().filename().string();
    const bool half = name.ends_with(kPart) &&
                      ParseImageName(name.substr(0, name.size() - kPart.size())).has_value();
    if (half || ParseImageName(name)) names.push_back(std::move(name));
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace cloudapi
