#pragma once
// Images as files of one folder.
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "cloudapi/images/blocks.h"
#include "cloudapi/images/loop_devices.h"

namespace cloudapi {

enum class CloneMethod { kReflink, kCopy };

class FileBlocks : public Blocks {
 public:
  struct Options {
    std::filesystem::path folder;
    CloneMethod method = CloneMethod::kCopy;
    bool pool = false;  // the folder is the XFS image's mount point; unmounted at the end
    std::string proof;
  };
  // Writes the proof file. Errors: 500 InternalError when the folder cannot be written.
  static Result<std::unique_ptr<FileBlocks>> Open(Options options,
                                                  std::unique_ptr<LoopDevices> loops);
  ~FileBlocks() override;
  FileBlocks(const FileBlocks&) = delete;
  FileBlocks& operator=(const FileBlocks&) = delete;

  std::string_view Method() const override;
  std::filesystem::path Folder() const override { return options_.folder; }
  std::string Proof() const override { return options_.proof; }
  Result<void> Create(const std::string& name, std::int64_t bytes) override;
  Result<void> Clone(const std::string& from, const std::string& to, std::int64_t bytes,
                     const CopyProgress& progress) override;
  Result<void> Grow(const std::string& name, std::int64_t bytes) override;
  Result<void> Remove(const std::string& name) override;
  Result<void> Sync(const std::string& name) override;
  bool Exists(const std::string& name) const override;
  std::int64_t Size(const std::string& name) const override;
  std::int64_t AllocatedBytes(const std::string& name) const override;
  std::vector<std::string> List() const override;

 private:
  FileBlocks(Options options, std::unique_ptr<LoopDevices> loops)
      : options_(std::move(options)), loops_(std::move(loops)) {}
  std::filesystem::path Path(const std::string& name) const { return options_.folder / name; }
  Result<void> SyncFolder() const;
  Result<void> FillPart(const std::string& from, const std::string& part, std::int64_t bytes,
                        const CopyProgress& progress);
  Result<void> CopyIdle(const std::string& from, int source, int target,
                        const CopyProgress& progress);
  // The device that holds the image, as "/dev/loop3"; empty when none does.
  std::string Holder(const std::string& name) const;

  const Options options_;
  const std::unique_ptr<LoopDevices> loops_;
};

}  // namespace cloudapi
