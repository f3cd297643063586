#pragma once
// A real store and real images in one folder, a clock that stands, agents that are told what to
// say; rows and jobs are made by the actions.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/images/blocks.h"
#include "cloudapi/images/system_error.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/jobs/testing/fake_agents.h"
#include "cloudapi/jobs/testing/scripted_blocks.h"
#include "cloudapi/store/store.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/small_catalogue.h"
#include "cloudapi/testing/test_cloud.h"

namespace cloudapi {

// Disks and snapshots are called by the names that the test gave them.
class JobsWorld {
 public:
  static constexpr const char* kAccount = "default";
  static constexpr const char* kRegion = "cn-hangzhou";
  static constexpr const char* kZone = "cn-hangzhou-b";
  static constexpr std::int64_t kGiB = 20;

  explicit JobsWorld(std::filesystem::path folder) : folder_(std::move(folder)) { Start(); }

  // As the process would after kill -9: nothing but the folder survives.
  void Restart() {
    Stop();
    Start();
  }
  void Start() {
    auto opened = Store::Open({.data_dir = folder_, .durability = Durability::kOff}, env);
    if (!opened) std::abort();
    store = std::move(*opened);
    auto images = OpenBlocks({.data_dir = folder_, .pool = PoolMode::kOff, .proof = "p"}, nullptr);
    if (!images) std::abort();
    images_ = std::move(*images);
    blocks = std::make_unique<ScriptedBlocks>(*images_);
    jobs = std::make_unique<Jobs>(JobsDeps{env, env, *store, *blocks, agents, catalogue,
                                           settings.delays, settings.snapshot_never_attached});
  }
  void Stop() {
    jobs.reset();
    blocks.reset();
    images_.reset();
    store.reset();
  }

  // The cloud's clock goes on by `by`; due steps run on this thread.
  Settled Advance(std::chrono::milliseconds by,
                  std::chrono::milliseconds at_most = std::chrono::milliseconds(0)) {
    return jobs->AdvanceTo(env.CloudNow() + by, at_most);
  }
  // Until nothing is in the way that this process itself can finish, nor a second later: the end of
  // a copy may schedule what follows it.
  Settled Settle() {
    Settled settled;
    bool before = false;
    for (int i = 0; i < 5000 && !(before && settled.settled); ++i) {
      before = settled.settled && i > 0;
      settled = Advance(std::chrono::milliseconds(1000));
      if (!settled.settled) usleep(1000);  // copies run on threads of their own
    }
    return settled;
  }

  void PutInstance(const std::string& id, bool has_agent) {
    Change([&](Tx& tx) {
      tx.Put(Instance{.id = id,
                      .account = kAccount,
                      .region = kRegion,
                      .zone = kZone,
                      .type = "ecs.g7.xlarge",
                      .creation_time = tx.Now(),
                      .has_agent = has_agent,
                      .seq = tx.NextSeq()});
    });
  }
  void CreateDisk(const std::string& name, const std::string& snapshot = "",
                  const std::string& category = "cloud_efficiency", bool multi_attach = false) {
    Params::Map params = {{"DiskName", name}, {"ZoneId", kZone}, {"DiskCategory", category}};
    if (snapshot.empty()) params["Size"] = std::to_string(kGiB);
    if (!snapshot.empty()) params["SnapshotId"] = Id(snapshot);
    if (multi_attach) params["MultiAttach"] = "Enabled";
    Call("CreateDisk", std::move(params));
    Id(name);
  }
  void Attach(const std::string& disk, const std::string& instance) {
    Call("AttachDisk", {{"DiskId", Id(disk)}, {"InstanceId", instance}});
  }
  void Detach(const std::string& disk, const std::string& instance) {
    Call("DetachDisk", {{"DiskId", Id(disk)}, {"InstanceId", instance}});
  }
  void Resize(const std::string& disk, std::int64_t gib) {
    Call("ResizeDisk",
         {{"DiskId", Id(disk)}, {"NewSize", std::to_string(gib)}, {"Type", "online"}});
  }
  void DeleteDisk(const std::string& disk) { Call("DeleteDisk", {{"DiskId", Id(disk)}}); }
  void CreateSnapshot(const std::string& name, const std::string& disk,
                      std::int64_t retention_days = 0) {
    Params::Map params = {{"SnapshotName", name}, {"DiskId", Id(disk)}};
    if (retention_days > 0) params["RetentionDays"] = std::to_string(retention_days);
    Call("CreateSnapshot", std::move(params));
    Id(name);
  }
  void DeleteSnapshot(const std::string& name) {
    Call("DeleteSnapshot", {{"SnapshotId", Id(name)}, {"Force", "true"}});
  }

  // An action that must succeed.
  void Call(std::string_view action, Params::Map params) {
    const auto answer =
        CallAction(*store, *catalogue.Get(), settings, action, Params(std::move(params)), kAccount);
    EXPECT_TRUE(answer) << action << ": " << answer.error().message;
  }

  // The id of the disk or snapshot of that name, also once it is gone; empty for neither.
  std::string Id(const std::string& name) {
    if (const auto disk = FindDisk(name)) ids_[name] = disk->id;
    if (const auto snapshot = FindSnapshot(name)) ids_[name] = snapshot->id;
    return ids_[name];
  }
  std::string Image(const std::string& disk, std::int64_t generation) {
    return DiskImage(Id(disk), generation);
  }
  std::string Image(const std::string& snapshot) { return SnapshotImage(Id(snapshot)); }
  std::optional<Disk> FindDisk(const std::string& name) { return FindNamed<Disk>(name); }
  std::optional<Snapshot> FindSnapshot(const std::string& name) {
    return FindNamed<Snapshot>(name);
  }
  DiskStatus Status(const std::string& name) { return FindDisk(name)->status; }
  std::size_t JobCount() {
    return store->Read([](View& view) -> Result<std::size_t> { return view.AllJobs().size(); })
        .value();
  }

  void WriteImage(const std::string& name, const std::string& text) {
    const FileDescriptor file(::open((blocks->Folder() / name).c_str(), O_WRONLY | O_CLOEXEC));
    if (::pwrite(file.Get(), text.data(), text.size(), 4096) != std::ssize(text)) std::abort();
  }
  std::string ReadImage(const std::string& name, std::size_t length) {
    std::string text(length, '?');
    const FileDescriptor file(::open((blocks->Folder() / name).c_str(), O_RDONLY | O_CLOEXEC));
    const ssize_t got = ::pread(file.Get(), text.data(), length, 4096);
    return text.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
  }

  template <class Apply>
  void Change(Apply apply) {
    const auto changed = store->Write("test", [&](Tx& tx) -> Result<void> {
      apply(tx);
      return {};
    });
    if (!changed) std::abort();
  }

  FakeEnv env;
  FakeAgents agents{env};
  CatalogueHolder catalogue{SmallCatalogue()};
  ActionSettings settings{.snapshot_never_attached = true};
  std::unique_ptr<Store> store;
  std::unique_ptr<ScriptedBlocks> blocks;
  std::unique_ptr<Jobs> jobs;

 private:
  template <class T>
  std::optional<T> FindNamed(const std::string& name) {
    return store
        ->Read([&](View& view) -> Result<std::optional<T>> {
          for (T& object : view.All<T>()) {
            if (object.name == name) return std::move(object);
          }
          return std::nullopt;
        })
        .value();
  }

  const std::filesystem::path folder_;
  std::map<std::string, std::string> ids_;  // by name
  std::unique_ptr<Blocks> images_;
};

}  // namespace cloudapi
