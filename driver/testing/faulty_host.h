#pragma once
// A host that fails at one chosen step, as data: the step itself, or its answer after the effect.
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "driver/host/host.h"

namespace driver {

struct HostFailure {
  std::size_t at_step = 0;    // the first changing call is 1
  bool after_effect = false;  // true: what a death right after the step leaves behind
};

// Passes everything on; not thread-safe. Calls that change nothing never fail.
class FaultyHost : public Host {
 public:
  FaultyHost(Host& host, HostFailure failure) : host_(host), failure_(failure) {}
  // Every scripted failure must happen.
  bool Happened() const { return happened_; }

  HostResult<std::string> ResolveDevice(const std::string& link) override {
    return host_.ResolveDevice(link);
  }
  HostResult<DeviceNumber> NumberOf(const std::string& device) override {
    return host_.NumberOf(device);
  }
  HostResult<std::int64_t> DeviceBytes(const std::string& device) override {
    return host_.DeviceBytes(device);
  }
  HostResult<bool> IsReadOnly(const std::string& device) override {
    return host_.IsReadOnly(device);
  }
  HostResult<void> SetReadOnly(const std::string& device, bool read_only) override {
    return Step([&] { return host_.SetReadOnly(device, read_only); });
  }
  HostResult<std::vector<std::string>> Partitions(const std::string& device) override {
    return host_.Partitions(device);
  }
  DeviceNumber WholeDisk(const DeviceNumber& device) override { return host_.WholeDisk(device); }
  HostResult<std::int64_t> DiskBytes(const std::string& device) override {
    return host_.DiskBytes(device);
  }
  HostResult<void> GrowPartition(const std::string& partition) override {
    return Step([&] { return host_.GrowPartition(partition); });
  }
  HostResult<Content> Probe(const std::string& device) override { return host_.Probe(device); }
  HostResult<bool> EndsAreZero(const std::string& device) override {
    return host_.EndsAreZero(device);
  }
  HostResult<void> Format(const FormatRequest& request) override {
    return Step([&] { return host_.Format(request); });
  }
  HostResult<void> Check(const std::string& device, const std::string& fs_type) override {
    return Step([&] { return host_.Check(device, fs_type); });
  }
  HostResult<void> Grow(const GrowRequest& request) override {
    return Step([&] { return host_.Grow(request); });
  }
  HostResult<std::int64_t> FileSystemBytes(const std::string& device,
                                           const std::string& fs_type) override {
    return host_.FileSystemBytes(device, fs_type);
  }
  HostResult<void> Mount(const MountRequest& request) override {
    return Step([&] { return host_.Mount(request); });
  }
  HostResult<void> BindMount(const BindRequest& request) override {
    return Step([&] { return host_.BindMount(request); });
  }
  HostResult<void> Unmount(const std::string& target) override {
    return Step([&] { return host_.Unmount(target); });
  }
  HostResult<std::vector<MountEntry>> Mounts() override { return host_.Mounts(); }
  HostResult<FsUsage> Usage(const std::string& path) override { return host_.Usage(path); }
  std::vector<std::string> MissingPrograms() override { return host_.MissingPrograms(); }
  PathKind KindOf(const std::string& path) override { return host_.KindOf(path); }
  HostResult<void> MakeDirectory(const std::string& path) override {
    return Step([&] { return host_.MakeDirectory(path); });
  }
  HostResult<void> MakeFile(const std::string& path) override {
    return Step([&] { return host_.MakeFile(path); });
  }
  HostResult<void> Remove(const std::string& path) override {
    return Step([&] { return host_.Remove(path); });
  }
  std::string RealPath(const std::string& path) override { return host_.RealPath(path); }

 private:
  template <class Call>
  HostResult<void> Step(Call&& call) {
    if (++steps_ != failure_.at_step) return call();
    happened_ = true;
    if (failure_.after_effect) {
      if (auto done = call(); !done) return done;
    }
    return Fail(HostFault::kFailed, "scripted failure");
  }

  Host& host_;
  const HostFailure failure_;
  std::size_t steps_ = 0;
  bool happened_ = false;
};

}  // namespace driver
