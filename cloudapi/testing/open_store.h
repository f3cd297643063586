#pragma once
// A store in a fresh folder, for tests.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "cloudapi/store/store.h"
#include "cloudapi/testing/fake_env.h"

namespace cloudapi {

// A new folder under the system's temporary one, removed at the end of its life.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "zonedisk-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& Path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Fails the test by an empty pointer and the reason.
inline std::unique_ptr<Store> OpenStore(const std::filesystem::path& folder, Env& env,
                                        StoreOptions options = {}) {
  options.data_dir = folder;
  auto store = Store::Open(options, env);
  if (store) return std::move(*store);
  ADD_FAILURE() << store.error().message;
  return nullptr;
}

}  // namespace cloudapi
