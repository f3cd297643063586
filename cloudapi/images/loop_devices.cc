#include "cloudapi/images/loop_devices.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>
#include <utility>

#include "cloudapi/images/system_error.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kDeleted = " (deleted)";
constexpr std::int64_t kSectorBytes = 512;  // the unit of sysfs `size`, whatever the device's is
constexpr unsigned long kReadAheadSectors = 256;  // 128 KiB, as a new disk of any kind has it
constexpr std::string_view kWriteBack = "write back";

std::optional<int> NumberOf(std::string_view name) {
  if (!name.starts_with("loop")) return std::nullopt;
  return base::ParseNumber<int>(name.substr(4));
}

std::string FirstLine(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string line;
  std::getline(in, line);
  return line;
}

class Devices : public LoopDevices {
 public:
  explicit Devices(std::filesystem::path dev) : dev_(std::move(dev)) {}

  Result<void> CheckUsable() override {
    if (::geteuid() != 0) {
      return Refuse(500, "InternalError", "loop.usable", "loop devices need root");
    }
    const FileDescriptor control(::open(Control().c_str(), O_RDWR | O_CLOEXEC));
    if (!control) return Fail(SystemError(Control().string(), errno));
    return {};
  }

  std::vector<LoopDevice> List(
      const std::function<bool(std::string_view base_name)>& concerns) override {
    std::vector<LoopDevice> devices;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator("/sys/block", error)) {
      const std::optional<int> number = NumberOf(entry.path().filename().string());
      if (!number) continue;
      const std::optional<LoopDevice> device = Read(*number, entry.path(), concerns);
      if (device) devices.push_back(*device);
    }
    std::ranges::sort(devices, {}, &LoopDevice::number);
    return devices;
  }

  Result<int> FindFree() override {
    const FileDescriptor control(::open(Control().c_str(), O_RDWR | O_CLOEXEC));
    if (!control) return Fail(SystemError(Control().string(), errno));
    const int number = ::ioctl(control.Get(), LOOP_CTL_GET_FREE);
    if (number < 0) return Fail(SystemError("no free loop device", errno));
    return number;
  }

  Result<bool> Configure(int number, const std::filesystem::path& file, const std::string& tag,
                         bool clear_on_last_close) override {
    const FileDescriptor image(::open(file.c_str(), O_RDWR | O_CLOEXEC));
    if (!image) return Fail(SystemError(file.string(), errno));
    const auto device = Open(number);
    if (!device) return Fail(device.error());
    loop_config config = {};
    config.fd = static_cast<__u32>(image.Get());
    config.info.lo_flags = FlagsFor(clear_on_last_close);
    config.block_size = kSectorBytes;
    const std::size_t length = std::min<std::size_t>(tag.size(), LO_NAME_SIZE - 1);
    std::memcpy(config.info.lo_file_name, tag.data(), length);
    if (::ioctl(device->Get(), LOOP_CONFIGURE, &config) == 0) return true;
    if (errno == EBUSY) return false;
    return Fail(SystemError(Name(number) + " with " + file.string(), errno));
  }

  Result<void> Reset(int number, bool clear_on_last_close) override {
    const auto device = Open(number);
    if (!device) return Fail(device.error());
    const int writable = 0;
    // Read-ahead comes last: the kernel derives it anew when the write cache changes.
    if (!SetFlags(device->Get(), FlagsFor(clear_on_last_close)) || !EnableFlushes(number) ||
        ::ioctl(device->Get(), BLKROSET, &writable) != 0 ||
        ::ioctl(device->Get(), BLKRASET, kReadAheadSectors) != 0) {
      return Fail(SystemError("reset of " + Name(number), errno));
    }
    return {};
  }

  Result<void> Resize(int number) override {
    const auto device = Open(number);
    if (!device) return Fail(device.error());
    if (::ioctl(device->Get(), LOOP_SET_CAPACITY, 0) == 0) return {};
    return Fail(SystemError("resize of " + Name(number), errno));
  }

  Result<void> Flush(int number) override {
    const auto device = Open(number);
    if (!device) return Fail(device.error());
    // BLKFLSBUF also syncs the file system on the device, in whatever mount namespace it is
    // mounted.
    if (::ioctl(device->Get(), BLKFLSBUF, 0) != 0 || ::fsync(device->Get()) != 0) {
      return Fail(SystemError("flush of " + Name(number), errno));
    }
    return {};
  }

  Result<void> Clear(int number) override {
    const auto device = Open(number);
    if (!device) return Fail(device.error());
    if (::ioctl(device->Get(), LOOP_CLR_FD, 0) == 0 || errno == ENXIO) return {};
    return Fail(SystemError("clearing " + Name(number), errno));
  }

  Result<std::filesystem::path> Node(int number) override {
    const std::filesystem::path path = dev_ / Name(number);
    struct stat status = {};
    const dev_t wanted = makedev(LOOP_MAJOR, static_cast<unsigned>(number));
    if (::stat(path.c_str(), &status) == 0) {
      if (S_ISBLK(status.st_mode) && status.st_rdev == wanted) return path;
      return Fail(SystemError(path.string() + " is not that loop device", ENODEV));
    }
    // No udev runs in a node's container: its /dev is a copy from its start.
    if (::mknod(path.c_str(), S_IFBLK | S_IRUSR | S_IWUSR, wanted) != 0 && errno != EEXIST) {
      return Fail(SystemError("mknod " + path.string(), errno));
    }
    return path;
  }

  LoopTotals Totals(int number) override {
    return ParseStat(FirstLine("/sys/block/" + Name(number) + "/stat")).value_or(LoopTotals{});
  }

  FileIdentity Identity(const std::filesystem::path& file) override {
    struct stat status = {};
    if (::stat(file.c_str(), &status) != 0) return {};
    return {.device = status.st_dev, .inode = status.st_ino};
  }

 private:
  std::filesystem::path Control() const { return dev_ / "loop-control"; }
  static std::string Name(int number) { return "loop" + std::to_string(number); }

  Result<FileDescriptor> Open(int number) {
    const auto node = Node(number);
    if (!node) return Fail(node.error());
    FileDescriptor device(::open(node->c_str(), O_RDWR | O_CLOEXEC));
    if (!device) return Fail(SystemError(node->string(), errno));
    return device;
  }

  // A disk's partitions are looked for, as on a machine of the cloud. A file system of ours, which
  // is what goes with its last close, has none.
  static std::uint32_t FlagsFor(bool clear_on_last_close) {
    return clear_on_last_close ? LO_FLAGS_AUTOCLEAR : LO_FLAGS_PARTSCAN;
  }

  // A device that was cleared while it was open has the flag, and would vanish at that close even
  // when it is wanted again. False: errno says why.
  static bool SetFlags(int device, std::uint32_t wanted) {
    constexpr std::uint32_t kOurs = LO_FLAGS_AUTOCLEAR | LO_FLAGS_PARTSCAN;
    loop_info64 status = {};
    if (::ioctl(device, LOOP_GET_STATUS64, &status) != 0) return false;
    if ((status.lo_flags & kOurs) == wanted) return true;
    status.lo_flags = (status.lo_flags & ~kOurs) | wanted;
    return ::ioctl(device, LOOP_SET_STATUS64, &status) == 0;
  }

  // Without its write cache the block layer keeps flushes from the file, and what a node has synced
  // is lost with the machine. False: errno says why.
  static bool EnableFlushes(int number) {
    const std::filesystem::path setting = "/sys/block/" + Name(number) + "/queue/write_cache";
    if (FirstLine(setting) == kWriteBack) return true;
    const FileDescriptor file(::open(setting.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.Get(), kWriteBack.data(), kWriteBack.size()) > 0;
  }

  // nullopt: the device holds no file, one that does not concern, or lets go meanwhile.
  std::optional<LoopDevice> Read(int number, const std::filesystem::path& sysfs,
                                 const std::function<bool(std::string_view)>& concerns) {
    LoopDevice device{.number = number, .backing_file = FirstLine(sysfs / "loop/backing_file")};
    if (device.backing_file.empty()) return std::nullopt;
    if (device.backing_file.ends_with(kDeleted)) {
      device.deleted = true;
      device.backing_file.resize(device.backing_file.size() - kDeleted.size());
    }
    if (!concerns(std::filesystem::path(device.backing_file).filename().string())) {
      return std::nullopt;
    }
    const auto node = Node(number);
    if (!node) return std::nullopt;
    const FileDescriptor opened(::open(node->c_str(), O_RDONLY | O_CLOEXEC));
    loop_info64 status = {};
    if (!opened || ::ioctl(opened.Get(), LOOP_GET_STATUS64, &status) != 0) return std::nullopt;
    device.file = {.device = status.lo_device, .inode = status.lo_inode};
    const char* name = reinterpret_cast<const char*>(status.lo_file_name);
    device.tag.assign(name, ::strnlen(name, LO_NAME_SIZE));
    device.bytes = std::atoll(FirstLine(sysfs / "size").c_str()) * kSectorBytes;
    return device;
  }

  const std::filesystem::path dev_;
};

}  // namespace

// reads, reads merged, sectors read, milliseconds of them, and the same of writes.
std::optional<LoopTotals> ParseStat(std::string_view line) {
  constexpr std::size_t kNumbers = 8;
  constexpr std::uint64_t kMicrosPerMilli = 1000;
  std::vector<std::uint64_t> numbers;
  for (const std::string_view word : base::Split(line, ' ')) {
    if (word.empty()) continue;
    const auto number = base::ParseNumber<std::uint64_t>(word);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (numbers.size() < kNumbers) return std::nullopt;
  return LoopTotals{.reads = numbers[0],
                    .writes = numbers[4],
                    .read_bytes = numbers[2] * kSectorBytes,
                    .written_bytes = numbers[6] * kSectorBytes,
                    .read_micros = numbers[3] * kMicrosPerMilli,
                    .write_micros = numbers[7] * kMicrosPerMilli};
}

std::unique_ptr<LoopDevices> LinuxLoopDevices(std::filesystem::path dev) {
  return std::make_unique<Devices>(std::move(dev));
}

}  // namespace cloudapi
