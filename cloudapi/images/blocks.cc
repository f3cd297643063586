#include "cloudapi/images/blocks.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "cloudapi/images/extents.h"
#include "cloudapi/images/file_blocks.h"
#include "cloudapi/images/loop_devices.h"
#include "cloudapi/images/pool.h"
#include "cloudapi/images/system_error.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

constexpr std::string_view kImageEnd = ".img";

bool IsId(std::string_view text, std::string_view prefix) {
  return text.starts_with(prefix) && text.size() > prefix.size() &&
         std::ranges::all_of(text.substr(prefix.size()), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
         });
}

// --blocks=none: every object has a size in its row and no bytes anywhere.
class NoBlocks : public Blocks {
 public:
  std::string_view Method() const override { return "none"; }
  std::filesystem::path Folder() const override { return {}; }
  std::string Proof() const override { return ""; }
  Result<void> Create(const std::string&, std::int64_t) override { return {}; }
  Result<void> Clone(const std::string&, const std::string&, std::int64_t,
                     const CopyProgress&) override {
    return {};
  }
  Result<void> Grow(const std::string&, std::int64_t) override { return {}; }
  Result<void> Remove(const std::string&) override { return {}; }
  Result<void> Sync(const std::string&) override { return {}; }
  bool Exists(const std::string&) const override { return false; }
  std::int64_t Size(const std::string&) const override { return 0; }
  std::int64_t AllocatedBytes(const std::string&) const override { return 0; }
  std::vector<std::string> List() const override { return {}; }
};

bool HoldsImages(const std::filesystem::path& folder) {
  std::error_code error;
  const std::filesystem::directory_iterator entries(folder, error);
  return std::any_of(begin(entries), end(entries), [](const auto& entry) {
    return ParseImageName(entry.path().filename().string()).has_value();
  });
}

// What OpenBlocks found out about the folder.
struct Engine {
  CloneMethod method = CloneMethod::kCopy;
  bool pool = false;
  std::string notice;
};

// The folder on an XFS image that may have to be made first.
Result<void> PreparePool(LoopDevices& loops, const std::filesystem::path& image,
                         const std::filesystem::path& folder) {
  auto usable = loops.CheckUsable();
  if (!usable) return usable;
  const bool fresh = !std::filesystem::exists(image);
  if (fresh) {
    auto made = MakePool(image);
    if (!made) return made;
  }
  auto mounted = MountPool(loops, image, folder);
  std::error_code error;
  if (!mounted && fresh) std::filesystem::remove(image, error);
  return mounted;
}

// The images are in the XFS image: going on without it would lose them.
Result<Engine> MountedAgain(PoolMode mode, LoopDevices& loops, const std::filesystem::path& image,
                            const std::filesystem::path& folder) {
  if (mode == PoolMode::kOff) {
    return Fail(SystemError(image.string() + " holds the images, so --pool=off", EINVAL));
  }
  const auto mounted = PreparePool(loops, image, folder);
  if (mounted) return Engine{CloneMethod::kReflink, true, "the folder is the XFS image"};
  return Fail(ApiError{.code = "InternalError",
                       .message = image.string() + " holds the images and is not mounted on " +
                                  folder.string() + " (" + mounted.error().message +
                                  "); run zonedisk-cloud --prepare as root first",
                       .rule = "blocks.pool"});
}

// `may_copy`: rather the copying engine than none.
Result<Engine> Decide(const BlocksOptions& options, LoopDevices& loops,
                      const std::filesystem::path& folder, bool may_copy) {
  const std::filesystem::path image = options.data_dir / kPoolFile;
  if (IsPoolMounted(loops, image, folder)) {
    return Engine{CloneMethod::kReflink, true, "the XFS image was mounted already"};
  }
  if (std::filesystem::exists(image)) return MountedAgain(options.pool, loops, image, folder);
  if (CanReflink(folder)) {
    return Engine{CloneMethod::kReflink, false, "the folder's file system shares extents"};
  }
  if (options.pool == PoolMode::kOff) {
    return Engine{.notice = "copying data extents: --pool=off"};
  }
  if (HoldsImages(folder)) {
    return Engine{.notice =
                      "copying data extents: the folder holds images from a time without pool"};
  }
  const auto made = PreparePool(loops, image, folder);
  if (made) return Engine{CloneMethod::kReflink, true, "made an XFS image for the folder"};
  if (may_copy) return Engine{.notice = "copying data extents: " + made.error().message};
  return Fail(made.error());
}

std::filesystem::path FolderOf(const std::filesystem::path& data_dir) {
  return std::filesystem::absolute(data_dir / "blocks").lexically_normal();
}

Result<Engine> PrepareFolder(const BlocksOptions& options, LoopDevices& loops, bool may_copy) {
  const std::filesystem::path folder = FolderOf(options.data_dir);
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(SystemError(folder.string(), error.value()));
  return Decide(options, loops, folder, may_copy);
}

// Devices of this kernel that hold a disk of the folder: "/dev/loop3 (d-….g1.img)".
std::string Presented(LoopDevices& loops, const std::filesystem::path& folder) {
  const FileIdentity identity = loops.Identity(folder);
  std::string names;
  for (const LoopDevice& device :
       loops.List([](std::string_view name) { return ParseImageName(name).has_value(); })) {
    if (device.file.device != identity.device) continue;
    names += (names.empty() ? "/dev/loop" : ", /dev/loop") + std::to_string(device.number) + " (" +
             std::filesystem::path(device.backing_file).filename().string() + ")";
  }
  return names;
}

}  // namespace

PoolMode PoolModeOf(std::string_view word) {
  return word == "off" ? PoolMode::kOff : PoolMode::kAuto;
}

std::string DiskImage(std::string_view disk_id, std::int64_t generation) {
  return std::string(disk_id) + ".g" + std::to_string(generation) + std::string(kImageEnd);
}

std::string SnapshotImage(std::string_view snapshot_id) {
  return std::string(snapshot_id) + std::string(kImageEnd);
}

std::optional<ImageName> ParseImageName(std::string_view name) {
  if (!name.ends_with(kImageEnd)) return std::nullopt;
  name.remove_suffix(kImageEnd.size());
  if (IsId(name, "s-")) return ImageName{.id = std::string(name), .snapshot = true};
  const std::size_t dot = name.find(".g");
  if (dot == std::string_view::npos || !IsId(name.substr(0, dot), "d-")) return std::nullopt;
  ImageName image{.id = std::string(name.substr(0, dot))};
  const auto generation = base::ParseNumber<std::int64_t>(name.substr(dot + 2));
  if (!generation) return std::nullopt;
  image.generation = *generation;
  return image;
}

Result<std::unique_ptr<Blocks>> OpenBlocks(const BlocksOptions& options, std::string* notice) {
  if (options.none) return std::make_unique<NoBlocks>();
  std::unique_ptr<LoopDevices> loops = LinuxLoopDevices("/dev");
  auto engine = PrepareFolder(options, *loops, /*may_copy=*/true);
  if (!engine) return Fail(engine.error());
  if (notice != nullptr) *notice = engine->notice;
  auto blocks = FileBlocks::Open({.folder = FolderOf(options.data_dir),
                                  .method = engine->method,
                                  .pool = engine->pool,
                                  .proof = options.proof},
                                 std::move(loops));
  if (!blocks) return Fail(blocks.error());
  return std::move(*blocks);
}

Result<std::string> PrepareBlocks(const BlocksOptions& options) {
  if (options.none) return "disks without bytes: --blocks=none";
  const auto engine = PrepareFolder(options, *LinuxLoopDevices("/dev"), /*may_copy=*/false);
  if (!engine) return Fail(engine.error());
  return engine->notice;
}

Result<bool> ReleaseBlocks(const std::filesystem::path& data_dir) {
  const auto loops = LinuxLoopDevices("/dev");
  const std::filesystem::path folder = FolderOf(data_dir);
  const std::filesystem::path image = data_dir / kPoolFile;
  if (!IsPoolMounted(*loops, image, folder)) return false;
  const std::string presented = Presented(*loops, folder);
  if (!presented.empty()) {
    return Fail(SystemError("disks are still attached: " + presented, EBUSY));
  }
  const auto unmounted = UnmountPool(folder);
  if (!unmounted) return Fail(unmounted.error());
  return true;
}

Result<std::vector<std::string>> Sweep(Blocks& blocks,
                                       const std::function<bool(const std::string&)>& keeps) {
  std::vector<std::string> removed;
  for (const std::string& name : blocks.List()) {
    if (ParseImageName(name) && keeps(name)) continue;
    const auto gone = blocks.Remove(name);
    if (!gone) return Fail(gone.error());
    removed.push_back(name);
  }
  return removed;
}

}  // namespace cloudapi
