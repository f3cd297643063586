#pragma once
// A kernel with loop devices, stricter than the real one: every call that a correct agent never
// makes ends the test.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cloudapi/images/loop_devices.h"

namespace cloudapi {

class FakeLoopDevices : public LoopDevices {
 public:
  explicit FakeLoopDevices(std::filesystem::path dev) : dev_(std::move(dev)) {}

  Result<void> CheckUsable() override {
    if (unusable.empty()) return {};
    return Fail(ApiError{.message = unusable});
  }

  std::vector<LoopDevice> List(
      const std::function<bool(std::string_view base_name)>& concerns) override {
    std::vector<LoopDevice> devices;
    for (const auto& [number, device] : devices_) {
      const std::filesystem::path file(device.backing_file);
      if (!concerns(file.filename().string())) continue;
      LoopDevice seen = device;
      seen.deleted = !std::filesystem::exists(file) || Identity(file) != device.file;
      devices.push_back(seen);
    }
    return devices;
  }

  Result<int> FindFree() override {
    int number = 0;
    while (devices_.contains(number)) ++number;
    if (!stolen.empty()) {  // another node takes it before it is configured
      devices_[number] = stolen.back();
      devices_[number].number = number;
      stolen.pop_back();
    }
    return number;
  }

  Result<bool> Configure(int number, const std::filesystem::path& file, const std::string& tag,
                         bool clear_on_last_close) override {
    EXPECT_LT(tag.size(), 64U) << "the kernel would cut the tag";
    EXPECT_FALSE(clear_on_last_close) << "a device that vanishes at the last close is no disk";
    if (devices_.contains(number)) return false;
    const FileIdentity identity = Identity(file);
    if (identity == FileIdentity{}) return Fail(ApiError{.message = file.string() + " is missing"});
    devices_[number] = {.number = number,
                        .backing_file = file.string(),
                        .file = identity,
                        .tag = tag,
                        .bytes = static_cast<std::int64_t>(std::filesystem::file_size(file))};
    return true;
  }

  Result<void> Reset(int number, bool clear_on_last_close) override {
    EXPECT_FALSE(clear_on_last_close) << "a device that vanishes at the last close is no disk";
    Existing(number);
    read_only.erase(number);
    clearing_.erase(number);
    return {};
  }

  Result<void> Resize(int number) override {
    LoopDevice& device = Existing(number);
    device.bytes = static_cast<std::int64_t>(std::filesystem::file_size(device.backing_file));
    return {};
  }

  Result<void> Flush(int number) override {
    Existing(number);
    ++flushes[number];
    return {};
  }

  Result<void> Clear(int number) override {
    const LoopDevice& device = Existing(number);
    EXPECT_TRUE(device.tag.starts_with("zonedisk:" + owner)) << "cleared a foreign loop" << number;
    if (in_use.contains(number)) {
      clearing_.insert(number);  // autoclear: the device stays until its last user goes
    } else {
      devices_.erase(number);
    }
    return {};
  }

  Result<std::filesystem::path> Node(int number) override {
    return dev_ / ("loop" + std::to_string(number));
  }

  LoopTotals Totals(int number) override { return totals[number]; }

  FileIdentity Identity(const std::filesystem::path& file) override {
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return {};
    if (std::filesystem::is_directory(file, error)) return {.device = kDevice, .inode = kFolder};
    // Files are told apart by name; a file made again under its name is another one.
    auto& inode = inodes_[file.string()];
    if (inode == 0) inode = ++last_inode_;
    return {.device = kDevice, .inode = inode};
  }

  // The last user of the device goes away.
  void Release(int number) {
    in_use.erase(number);
    if (clearing_.erase(number) > 0) devices_.erase(number);
  }
  void Unlinked(const std::filesystem::path& file) { inodes_.erase(file.string()); }
  void Put(const LoopDevice& device) { devices_[device.number] = device; }
  bool Has(int number) const { return devices_.contains(number); }
  const LoopDevice& Device(int number) const { return devices_.at(number); }
  std::size_t Count() const { return devices_.size(); }

  std::string unusable;            // why no device can be made; empty: they can
  std::string owner;               // instance whose agent is under test
  std::set<int> in_use;            // mounted or open
  std::set<int> read_only;         // numbers that a user left so: the kernel keeps it
  std::vector<LoopDevice> stolen;  // taken by others right after FindFree, the last one first
  std::map<int, int> flushes;
  std::map<int, LoopTotals> totals;

 private:
  static constexpr std::uint64_t kDevice = 1792;
  static constexpr std::uint64_t kFolder = 128;

  LoopDevice& Existing(int number) {
    const auto found = devices_.find(number);
    if (found == devices_.end()) {
      ADD_FAILURE() << "loop" << number << " holds nothing";
      std::abort();
    }
    return found->second;
  }

  const std::filesystem::path dev_;
  std::map<int, LoopDevice> devices_;
  std::set<int> clearing_;
  std::map<std::string, std::uint64_t> inodes_;
  std::uint64_t last_inode_ = 1000;
};

}  // namespace cloudapi
