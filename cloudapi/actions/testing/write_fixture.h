#pragma once
// Writing actions against a real store, with the work of jobs/ done at once. For tests.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "cloudapi/actions/testing/run_action.h"
#include "cloudapi/rules/disk_reset.h"
#include "cloudapi/rules/disk_spec.h"
#include "cloudapi/rules/instance_states.h"
#include "cloudapi/rules/snapshot_archive.h"
#include "cloudapi/rules/transitions.h"
#include "cloudapi/testing/disk_states.h"
#include "cloudapi/testing/open_store.h"
#include "cloudapi/testing/small_catalogue.h"

namespace cloudapi {

class WriteTest : public testing::Test {
 protected:
  WriteTest() {
    AddInstance("i-1", "cn-hangzhou-b");
    AddInstance("i-2", "cn-hangzhou-b");
    AddInstance("i-far", "cn-hangzhou-d");
  }

  // What the action answers; the refusal's code is in error().code.
  Result<Answer> Run(std::string_view name, Params::Map values) {
    return RunAction(*store, catalogue, settings, caller, name, Params(std::move(values)), quotas);
  }
  Result<Answer> Create(Params::Map values) {
    values.emplace("ZoneId", "cn-hangzhou-b");
    return Run("CreateDisk", std::move(values));
  }
  Result<Answer> Attach(const std::string& disk, const std::string& instance) {
    return Run("AttachDisk", {{"DiskId", disk}, {"InstanceId", instance}});
  }
  Result<Answer> Detach(const std::string& disk, const std::string& instance) {
    return Run("DetachDisk", {{"DiskId", disk}, {"InstanceId", instance}});
  }
  Result<Answer> Delete(const std::string& disk) { return Run("DeleteDisk", {{"DiskId", disk}}); }
  Result<Answer> Snapshot(const std::string& disk, Params::Map values = {}) {
    values.emplace("DiskId", disk);
    return Run("CreateSnapshot", std::move(values));
  }
  static std::string Code(const Result<Answer>& result) {
    return result ? "" : result.error().code;
  }

  // The id in {"DiskId":"d-…"}.
  static std::string IdIn(const Result<Answer>& answer) {
    if (!answer) {
      ADD_FAILURE() << answer.error().message;
      return {};
    }
    const std::string& text = answer->members;
    const std::size_t end = text.rfind('"');
    const std::size_t begin = text.rfind('"', end - 1);
    return text.substr(begin + 1, end - begin - 1);
  }
  // An Available essd disk of 20 GiB, settled.
  std::string MakeDisk(Params::Map values = {}) {
    values.emplace("DiskCategory", "cloud_essd");
    if (!values.contains("SnapshotId")) values.emplace("Size", "20");
    const std::string id = IdIn(Create(std::move(values)));
    Settle();
    return id;
  }
  std::string MakeUsedDisk() {
    const std::string id = MakeDisk();
    EXPECT_EQ(Code(Attach(id, "i-1")), "");
    Settle();
    return id;
  }
  std::string MakeSnapshot(const std::string& disk) {
    const std::string id = IdIn(Snapshot(disk));
    Settle();
    return id;
  }

  std::optional<Disk> DiskOf(const std::string& id) {
    return store
        ->Write("r",
                [&](Tx& tx) -> Result<std::optional<Disk>> {
                  return tx.Find<Disk>(caller.account, "", id);
                })
        .value();
  }
  std::optional<cloudapi::Snapshot> SnapshotOf(const std::string& id) {
    return store
        ->Write("r",
                [&](Tx& tx) -> Result<std::optional<cloudapi::Snapshot>> {
                  return tx.Find<cloudapi::Snapshot>(caller.account, "", id);
                })
        .value();
  }
  std::vector<Job> JobsOf(const std::string& subject) {
    return store
        ->Write("r",
                [&](Tx& tx) -> Result<std::vector<Job>> {
                  return tx.JobsOf("a", "cn-hangzhou", subject);
                })
        .value();
  }

  // Completes every job, whenever it is due.
  void Settle() {
    const auto jobs =
        store->Read([](View& view) -> Result<std::vector<Job>> { return view.AllJobs(); }).value();
    for (const Job& job : jobs) {
      const auto done = store->Write("job", [&job](Tx& tx) { return Complete(tx, job); });
      EXPECT_TRUE(done) << WordOf(job.step);
    }
  }

  TempFolder folder;
  FakeEnv env;
  std::unique_ptr<Store> store = OpenStore(folder.path(), env, {.durability = Durability::kOff});
  topology::Catalogue catalogue = SmallCatalogue();
  ActionSettings settings;
  Quotas quotas;
  Caller caller{.account = "a", .default_region = "cn-hangzhou", .request_id = "r"};

 private:
  void AddInstance(const std::string& id, const std::string& zone) {
    store
        ->Write("setup",
                [&](Tx& tx) -> Result<bool> {
                  Instance instance = RunningInstance(id);
                  instance.zone = zone;
                  instance.seq = tx.NextSeq();
                  tx.Put(instance);
                  return true;
                })
        .value();
  }

  template <class Object>
  static Result<bool> Keep(Tx& tx, const Result<Object>& object) {
    if (!object) return Fail(object.error());
    tx.Put(*object);
    return true;
  }

  static Result<bool> Complete(Tx& tx, const Job& job) {
    tx.Remove(job);
    const auto disk = tx.Find<Disk>(job.account, job.region, job.subject);
    const auto snapshot = tx.Find<cloudapi::Snapshot>(job.account, job.region, job.subject);
    if (job.step == Step::kDiskCreate) return Keep(tx, CompleteCreate(*disk, tx.Now()));
    if (job.step == Step::kDiskAttach) {
      return Keep(tx, CompleteAttach(*disk, job.detail.instance_id, tx.Now()));
    }
    if (job.step == Step::kDiskDetach) {
      return Keep(tx, CompleteDetach(*disk, job.detail.instance_id, tx.Now()));
    }
    if (job.step == Step::kDiskSpec) {
      const auto task = tx.Find<Task>(job.account, job.region, job.detail.task_id);
      const SpecOutcome outcome = CompleteSpec(*task, disk, tx.Now());
      tx.Put(outcome.task);
      if (outcome.disk) tx.Put(*outcome.disk);
      return true;
    }
    if (job.step == Step::kSnapshotArchive) {
      const auto task = tx.Find<Task>(job.account, job.region, job.detail.task_id);
      const ArchiveOutcome outcome = CompleteArchive(*task, snapshot, tx.Now());
      tx.Put(outcome.task);
      if (outcome.snapshot) tx.Put(*outcome.snapshot);
      return true;
    }
    if (job.step == Step::kDiskReset) return Keep(tx, CompleteReset(*disk));
    const auto instance = tx.Find<Instance>(job.account, job.region, job.subject);
    if (job.step == Step::kImageMake) {
      auto image = tx.Find<MachineImage>(job.account, job.region, job.subject);
      image->status = ImageStatus::kAvailable;
      tx.Put(*image);
      return true;
    }
    if (job.step == Step::kInstanceMake) {
      const auto made = CompletePending(*instance);
      if (made && made->status == InstanceStatus::kStarting)
        tx.Schedule(*made, Step::kInstanceStart);
      return Keep(tx, made);
    }
    if (job.step == Step::kInstanceStart) return Keep(tx, CompleteStart(*instance));
    if (job.step == Step::kInstanceStop) return Keep(tx, CompleteStop(*instance));
    if (job.step == Step::kSnapshotCut) {
      return Keep(tx, Accomplish(CutSnapshot(*snapshot, tx.Now(), 0, true).value(), tx.Now()));
    }
    return true;  // images are none of the actions' business
  }
};

}  // namespace cloudapi
