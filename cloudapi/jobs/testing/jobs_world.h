#pragma once
// A real store and real images in one folder, a clock that stands, agents that are told what to
// say; rows and jobs as the actions leave them.
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cloudapi/images/blocks.h"
#include "cloudapi/images/system_error.h"
#include "cloudapi/jobs/jobs.h"
#include "cloudapi/jobs/testing/fake_agents.h"
#include "cloudapi/store/store.h"
#include "cloudapi/testing/fake_env.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {

// Passes on to real images; `fails` is what the next calls answer.
class ScriptedBlocks : public Blocks {
 public:
  explicit ScriptedBlocks(Blocks& real) : real_(real) {}
  std::string_view Method() const override { return real_.Method(); }
  std::filesystem::path Folder() const override { return real_.Folder(); }
  std::string Proof() const override { return real_.Proof(); }
  Result<void> Create(const std::string& name, std::int64_t bytes) override {
    if (Fails()) return NoSpace();
    return real_.Create(name, bytes);
  }
  Result<void> Clone(const std::string& from, const std::string& to, std::int64_t bytes,
                     const CopyProgress& progress) override {
    if (Fails()) return NoSpace();
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
  std::vector<std::string> List() const override { return real_.List(); }

  int fails = 0;

 private:
  bool Fails() { return fails > 0 && fails-- > 0; }
  static tl::unexpected<ApiError> NoSpace() {
    return Fail(ApiError{.code = "InternalError", .message = "No space left on device"});
  }
  Blocks& real_;
};

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
    jobs = std::make_unique<Jobs>(JobsParts{env, *store, *blocks, agents, catalogue, Delays{}});
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
    return jobs->AdvanceTo(
        env.CloudNow() + by, [this](SysMillis now) { env.SetCloud(now); }, at_most);
  }
  // Until nothing is in the way that this process itself can finish.
  Settled Settle() {
    Settled settled;
    for (int i = 0; i < 5000; ++i) {
      settled = Advance(std::chrono::milliseconds(1000));
      if (settled.settled) break;
      usleep(1000);  // copies run on threads of their own
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
  void CreateDisk(const std::string& id, const std::string& snapshot = "",
                  const std::string& category = "cloud_efficiency") {
    Change([&](Tx& tx) {
      tx.Put(Disk{.id = id,
                  .account = kAccount,
                  .region = kRegion,
                  .zone = kZone,
                  .category = category,
                  .size_gib = kGiB,
                  .guest_size_gib = kGiB,
                  .source_snapshot_id = snapshot,
                  .creation_time = tx.Now(),
                  .seq = tx.NextSeq()});
      AddJob(tx, job_kinds::kDiskCreate, id, std::chrono::milliseconds(100));
    });
  }
  void Attach(const std::string& disk_id, const std::string& instance) {
    ChangeDisk(disk_id, [&](Tx& tx, Disk& disk) {
      disk.status = DiskStatus::kAttaching;
      disk.attachments.push_back({.instance_id = instance, .device = "/dev/xvdb"});
      AddJob(tx, job_kinds::kDiskAttach, disk_id, std::chrono::milliseconds(100), instance);
    });
  }
  void Detach(const std::string& disk_id, const std::string& instance) {
    ChangeDisk(disk_id, [&](Tx& tx, Disk& disk) {
      disk.status = DiskStatus::kDetaching;
      for (Attachment& attachment : disk.attachments) {
        if (attachment.instance_id == instance) attachment.state = AttachmentState::kDetaching;
      }
      AddJob(tx, job_kinds::kDiskDetach, disk_id, std::chrono::milliseconds(100), instance);
    });
  }
  void Resize(const std::string& disk_id, std::int64_t gib) {
    ChangeDisk(disk_id, [&](Tx& tx, Disk& disk) {
      disk.size_gib = gib;
      disk.guest_size_gib = gib;
      AddJob(tx, job_kinds::kDiskGrow, disk_id, std::chrono::milliseconds(0));
    });
  }
  void DeleteDisk(const std::string& disk_id) {
    Change([&](Tx& tx) {
      const auto disk = tx.Find<Disk>(kAccount, kRegion, disk_id);
      tx.Erase(*disk);
      AddJob(tx, job_kinds::kDiskUnlink, disk_id, std::chrono::milliseconds(0),
             std::to_string(disk->generation));
    });
  }
  void CreateSnapshot(const std::string& id, const std::string& disk_id,
                      std::int64_t retention_days = 0) {
    Change([&](Tx& tx) {
      const auto disk = tx.Find<Disk>(kAccount, kRegion, disk_id);
      tx.Put(Snapshot{.id = id,
                      .account = kAccount,
                      .region = kRegion,
                      .source_disk_id = disk_id,
                      .source_zone = kZone,
                      .source_disk_size_gib = disk->size_gib,
                      .source_category = disk->category,
                      .retention_days = retention_days,
                      .requested_time = tx.Now(),
                      .seq = tx.NextSeq()});
      AddJob(tx, job_kinds::kSnapshotCut, id, std::chrono::milliseconds(100));
    });
  }
  void DeleteSnapshot(const std::string& id) {
    Change([&](Tx& tx) {
      tx.Erase(*tx.Find<Snapshot>(kAccount, kRegion, id));
      AddJob(tx, job_kinds::kSnapshotUnlink, id, std::chrono::milliseconds(0));
    });
  }

  std::optional<Disk> FindDisk(const std::string& id) {
    return *store->Write("test", [&](Tx& tx) -> Result<std::optional<Disk>> {
      return tx.Find<Disk>(kAccount, kRegion, id);
    });
  }
  std::optional<Snapshot> FindSnapshot(const std::string& id) {
    return *store->Write("test", [&](Tx& tx) -> Result<std::optional<Snapshot>> {
      return tx.Find<Snapshot>(kAccount, kRegion, id);
    });
  }
  DiskStatus Status(const std::string& id) { return FindDisk(id)->status; }
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

  FakeEnv env;
  FakeAgents agents;
  CatalogueHolder catalogue{SmallCatalogue()};
  std::unique_ptr<Store> store;
  std::unique_ptr<ScriptedBlocks> blocks;
  std::unique_ptr<Jobs> jobs;

 private:
  template <class Apply>
  void Change(Apply apply) {
    const auto changed = store->Write("test", [&](Tx& tx) -> Result<void> {
      apply(tx);
      return {};
    });
    if (!changed) std::abort();
  }
  template <class Apply>
  void ChangeDisk(const std::string& id, Apply apply) {
    Change([&](Tx& tx) {
      Disk disk = *tx.Find<Disk>(kAccount, kRegion, id);
      apply(tx, disk);
      tx.Put(disk);
    });
  }
  static void AddJob(Tx& tx, std::string_view kind, const std::string& subject,
                     std::chrono::milliseconds delay, const std::string& detail = "") {
    tx.Add({.due = tx.Now() + delay,
            .kind = std::string(kind),
            .account = kAccount,
            .subject = subject,
            .detail = detail,
            .region = kRegion});
  }

  const std::filesystem::path folder_;
  std::unique_ptr<Blocks> images_;
};

}  // namespace cloudapi
