#include "cloudapi/server/prepare.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include "cloudapi/images/pool.h"
#include "cloudapi/images/system_error.h"
#include "cloudapi/store/folder_lock.h"
#include "common/base/text.h"

namespace cloudapi {
namespace {

std::optional<std::uint32_t> Number(std::string_view text) {
  const auto number = base::ParseNumber<std::uint32_t>(text);
  // The last number means "leave as it is" to chown(2).
  return number == std::numeric_limits<std::uint32_t>::max() ? std::nullopt : number;
}

// The folder and the regular files directly in it, but not the XFS image: nobody but root shall
// write below its file system.
Result<std::vector<std::filesystem::path>> FilesOf(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files = {folder};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::error_code vanished;
    const bool plain = entry.symlink_status(vanished).type() == std::filesystem::file_type::regular;
    if (plain && !entry.path().filename().string().starts_with(kPoolFile)) {
      files.push_back(entry.path());
    }
  }
  if (error) return Fail(SystemError(folder.string(), error.value()));
  return files;
}

// Answers how many changed hands.
Result<int> Give(const std::filesystem::path& folder, const Owner& owner) {
  const auto files = FilesOf(folder);
  if (!files) return Fail(files.error());
  int given = 0;
  for (const auto& file : *files) {
    struct stat status = {};
    if (::lstat(file.c_str(), &status) != 0) {
      if (errno == ENOENT) continue;
      return Fail(SystemError(file.string(), errno));
    }
    if (status.st_uid == owner.user && status.st_gid == owner.group) continue;
    if (::lchown(file.c_str(), owner.user, owner.group) != 0) {
      return Fail(SystemError("giving away " + file.string(), errno));
    }
    ++given;
  }
  return given;
}

}  // namespace

std::optional<Owner> ParseOwner(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const auto user = Number(text.substr(0, colon));
  const auto group = Number(text.substr(colon + 1));
  if (!user || !group) return std::nullopt;
  return Owner{.user = *user, .group = *group};
}

Result<std::vector<std::string>> Prepare(const PrepareOptions& options) {
  const std::filesystem::path& data_dir = options.blocks.data_dir;
  const bool fresh = !std::filesystem::exists(data_dir);
  const auto lock = FolderLock::Take(data_dir);
  if (!lock) return Fail(lock.error());
  std::vector<std::string> lines = {
      fmt::format("{} {}", data_dir.string(), fresh ? "made" : "was there")};
  const auto folder = PrepareBlocks(options.blocks);
  if (!folder) return Fail(folder.error());
  lines.push_back(*folder);
  if (!options.owner) return lines;
  int given = 0;
  for (const auto& owned : {data_dir, data_dir / "blocks"}) {
    if (!std::filesystem::exists(owned)) continue;  // --blocks=none
    const auto changed = Give(owned, *options.owner);
    if (!changed) return Fail(changed.error());
    given += *changed;
  }
  lines.push_back(given == 0 ? fmt::format("all belongs to {}:{} already", options.owner->user,
                                           options.owner->group)
                             : fmt::format("gave {} files and folders to {}:{}", given,
                                           options.owner->user, options.owner->group));
  return lines;
}

Result<std::string> ReleasePool(const std::filesystem::path& data_dir) {
  const std::string folder = (data_dir / "blocks").string();
  if (!std::filesystem::exists(data_dir)) return data_dir.string() + " does not exist";
  const auto lock = FolderLock::Take(data_dir);
  if (!lock) return Fail(lock.error());
  const auto released = ReleaseBlocks(data_dir);
  if (!released) return Fail(released.error());
  return *released ? "unmounted " + folder : folder + " was not mounted";
}

}  // namespace cloudapi
