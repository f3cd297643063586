#pragma once
// Real images whose calls fail or pause where the test says so.
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cloudapi/images/blocks.h"

namespace cloudapi {

class ScriptedBlocks : public Blocks {
 public:
  explicit ScriptedBlocks(Blocks& real) : real_(real) {}
  std::string_view Method() const override { return real_.Method(); }
  std::filesystem::path Folder() const override { return real_.Folder(); }
  std::string Proof() const override { return real_.Proof(); }
  Result<void> Create(const std::string& name, std::int64_t bytes) override {
    if (Fails()) return NoSpace();
    auto created = real_.Create(name, bytes);
    if (after_create) after_create();
    return created;
  }
  Result<void> Clone(const std::string& from, const std::string& to, std::int64_t bytes,
                     const CopyProgress& progress) override {
    if (Fails()) return NoSpace();
    if (during_clone) during_clone(to);
    return real_.Clone(from, to, bytes, progress);
  }
  Result<void> Grow(const std::string& name, std::int64_t bytes) override {
    return real_.Grow(name, bytes);
  }
  Result<void> Remove(const std::string& name) override {
    if (Fails()) return NoSpace();
    return real_.Remove(name);
  }
  Result<void> Sync(const std::string& name) override { return real_.Sync(name); }
  bool Exists(const std::string& name) const override { return real_.Exists(name); }
  std::int64_t Size(const std::string& name) const override { return real_.Size(name); }
  std::int64_t AllocatedBytes(const std::string& name) const override {
    return real_.AllocatedBytes(name);
  }
  std::vector<std::string> List() const override {
    if (during_list) during_list();
    return real_.List();
  }

  std::atomic<int> fails = 0;  // so many of the next calls answer that there is no space
  std::function<void()> after_create;
  std::function<void(const std::string& to)> during_clone;
  std::function<void()> during_list;

 private:
  bool Fails() { return fails > 0 && fails-- > 0; }
  static tl::unexpected<ApiError> NoSpace() {
    return Fail(ApiError{.code = "InternalError", .message = "No space left on device"});
  }
  Blocks& real_;
};

}  // namespace cloudapi
