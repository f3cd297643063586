#pragma once
// The images behind disks and snapshots: sparse raw files in one folder. Only the cloud makes,
// clones, grows and removes them.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/base/result.h"
#include "common/base/units.h"

namespace cloudapi {

using base::kBytesPerGiB;

// "d-….g3.img" and "s-….img": names inside the folder, never paths.
std::string DiskImage(std::string_view disk_id, std::int64_t generation);
std::string SnapshotImage(std::string_view snapshot_id);

// The parts of an image's name; nullopt for any other file.
struct ImageName {
  std::string id;               // disk or snapshot
  std::int64_t generation = 0;  // disks only
  bool snapshot = false;
};
std::optional<ImageName> ParseImageName(std::string_view name);

// Receives bytes done and bytes to do of a copy. Returns false to stop: the copy then fails and
// leaves no file.
using CopyProgress = std::function<bool(std::int64_t done, std::int64_t total)>;

// Every call that returns success has its effect on stable storage (file and folder are fsynced)
// and may be repeated: an image appears under its name only when it is whole. Errors: 500
// InternalError with the cause in words ("No space left on device"). Thread-safe for different
// names.
class Blocks {
 public:
  virtual ~Blocks() = default;
  // "reflink", "image" (reflinks on an XFS image mounted by the cloud), "copy" or "none".
  virtual std::string_view Method() const = 0;
  // The folder where agents open images; empty without images.
  virtual std::filesystem::path Folder() const = 0;
  // What an agent must answer to prove that it sees this folder: the content of kProofFile there.
  virtual std::string Proof() const = 0;

  // An empty image. One that is there keeps its bytes and grows to that size.
  virtual Result<void> Create(const std::string& name, std::int64_t bytes) = 0;
  // `to` becomes a copy of `from`, at least `bytes` long; a former `to` is replaced. The copying
  // engine refuses when a device writes to `from`, since its copy would be torn.
  virtual Result<void> Clone(const std::string& from, const std::string& to, std::int64_t bytes,
                             const CopyProgress& progress) = 0;
  // Never shrinks.
  virtual Result<void> Grow(const std::string& name, std::int64_t bytes) = 0;
  // A missing image is success.
  virtual Result<void> Remove(const std::string& name) = 0;
  // Makes what was written through the page cache so far durable.
  virtual Result<void> Sync(const std::string& name) = 0;

  virtual bool Exists(const std::string& name) const = 0;
  virtual std::int64_t Size(const std::string& name) const = 0;            // 0 when missing
  virtual std::int64_t AllocatedBytes(const std::string& name) const = 0;  // 0 when missing
  virtual std::vector<std::string> List() const = 0;                       // sorted
};

inline constexpr std::string_view kProofFile = ".proof";

enum class PoolMode { kAuto, kOff };
// The mode that --pool names: "off", else "auto".
PoolMode PoolModeOf(std::string_view word);

struct BlocksOptions {
  std::filesystem::path data_dir;  // images live in data_dir/blocks
  bool none = false;               // --blocks=none: disks without bytes
  PoolMode pool = PoolMode::kAuto;
  std::string proof;  // fresh random text for kProofFile
};
// Opens the folder: plain when its file system can share extents; else, with PoolMode::kAuto and
// the right to mount, an XFS image; else the copying engine. Destroying it unmounts the XFS image
// unless a device still uses it or this is not root; a later Open finds it mounted. `notice`, when
// not null, receives one line that says why the folder is what it is. Errors: 500 InternalError,
// also when the images are in an XFS image that is not mounted and cannot be mounted here.
Result<std::unique_ptr<Blocks>> OpenBlocks(const BlocksOptions& options, std::string* notice);

// What prepares the folder beforehand, for a cloud that will not run as root: the folder is made
// and, where its file system cannot share extents, the XFS image made and mounted. Repeating it is
// harmless. Returns one line that says what the folder is. Errors: 500 InternalError, also when
// PoolMode::kAuto needs an image that cannot be made here: copying is never chosen unasked.
Result<std::string> PrepareBlocks(const BlocksOptions& options);

// Unmounts the image for good: no node sees a disk afterwards. Returns false when it was not
// mounted. Errors: 500 InternalError naming the devices that still present its disks, or what else
// is busy.
Result<bool> ReleaseBlocks(const std::filesystem::path& data_dir);

// Removes what a crash left: halves of copies and images of no row and no pending job. `keeps`
// returns whether the name belongs to a row or a job; it is asked once for each image. Returns the
// names removed.
Result<std::vector<std::string>> Sweep(Blocks& blocks,
                                       const std::function<bool(const std::string&)>& keeps);

}  // namespace cloudapi
