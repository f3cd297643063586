#include "cloudapi/actions/admit_instance.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "cloudapi/testing/test_cloud.h"

namespace cloudapi {
namespace {

class AdmitInstanceTest : public testing::Test {
 protected:
  static InstanceRequest Node(std::string zone = "cn-hangzhou-b",
                              std::string type = "ecs.g7.large") {
    return {.account = "default",
            .id = "i-1",
            .zone = std::move(zone),
            .type = std::move(type),
            .is_node = true};
  }
  Result<Instance> Admit(const InstanceRequest& request) {
    return cloud_.store->Write(
        "r", [&](Tx& tx) { return AdmitInstance(tx, cloud_.catalogue, request); });
  }
  template <class T>
  std::vector<T> All() {
    return cloud_.store->Read([](View& view) -> Result<std::vector<T>> { return view.All<T>(); })
        .value();
  }
  // "step of subject", in the order of the jobs.
  std::vector<std::string> Jobs() {
    return cloud_.store
        ->Read([](View& view) -> Result<std::vector<std::string>> {
          std::vector<std::string> jobs;
          for (const Job& job : view.AllJobs()) {
            jobs.push_back(std::string(WordOf(job.step)) + " of " + job.subject);
          }
          return jobs;
        })
        .value();
  }

  TestCloud cloud_;
};

TEST_F(AdmitInstanceTest, GivenNewInstanceWhenAdmittedThenWithItsSystemDiskAndTheJobThatMakesIt) {
  const Instance instance = Admit(Node()).value();
  const auto disks = All<Disk>();
  ASSERT_EQ(disks.size(), 1U);
  const Disk& disk = disks[0];
  EXPECT_EQ(disk.type, kSystemDisk);
  EXPECT_EQ(disk.status, DiskStatus::kCreating);
  EXPECT_EQ(disk.id.substr(0, 5), "d-bp1");
  EXPECT_EQ(disk.creation_time, cloud_.env.CloudNow());
  EXPECT_GT(disk.seq, instance.seq);
  EXPECT_EQ(Jobs(), std::vector<std::string>{"disk.create of " + disk.id});
  EXPECT_TRUE(cloud_.store->Read([&](View& view) -> Result<void> {
    EXPECT_EQ(view.SystemDiskOf(instance), disk);
    EXPECT_EQ(view.CountDataDisks(instance), 0);
    EXPECT_TRUE(view.DataDisksOf(instance).empty());
    return {};
  }));
}

TEST_F(AdmitInstanceTest, GivenKnownNodeWhenAdmittedAgainThenItsSystemDiskStays) {
  ASSERT_TRUE(Admit(Node()));
  const auto disks = All<Disk>();
  ASSERT_TRUE(Admit(Node()));
  ASSERT_TRUE(Admit(Node("cn-hangzhou-b", "ecs.g7.xlarge")));
  EXPECT_EQ(All<Disk>(), disks);
  EXPECT_EQ(Jobs().size(), 1U);
}

TEST_F(AdmitInstanceTest, GivenNodeThatMovesWhenAdmittedThenItHasAnotherSystemDiskThere) {
  for (const char* zone : {"cn-hangzhou-b", "cn-hangzhou-e", "cn-beijing-a"}) {
    const auto before = All<Disk>();
    const Instance instance = Admit(Node(zone)).value();
    const auto disks = All<Disk>();
    ASSERT_EQ(disks.size(), 1U);
    EXPECT_EQ(disks[0].zone, zone);
    EXPECT_EQ(disks[0].region, instance.region);
    EXPECT_EQ(All<Instance>(), std::vector<Instance>{instance});
    for (const Disk& former : before) {
      EXPECT_EQ(Jobs(), (std::vector<std::string>{"disk.unlink of " + former.id,
                                                  "disk.create of " + disks[0].id}));
    }
    EXPECT_TRUE(cloud_.store->Write("r", [](Tx& tx) -> Result<void> {
      for (const Job& job : tx.AllJobs()) tx.Remove(job);
      return {};
    }));
  }
}

TEST_F(AdmitInstanceTest, GivenInstanceWhenRemovedThenItsSystemDiskGoesWithIt) {
  const Instance instance = Admit(Node()).value();
  const std::string disk = All<Disk>().at(0).id;
  EXPECT_TRUE(cloud_.store->Write("r", [&](Tx& tx) -> Result<void> {
    RemoveInstance(tx, instance);
    EXPECT_TRUE(tx.WasDeleted("default", disk));
    return {};
  }));
  EXPECT_TRUE(All<Instance>().empty());
  EXPECT_TRUE(All<Disk>().empty());
  EXPECT_EQ(Jobs(), std::vector<std::string>{"disk.unlink of " + disk});
}

TEST_F(AdmitInstanceTest, GivenInstancesWithoutSystemDiskWhenAddedThenEachHasOneAndNoMore) {
  const Instance known = Admit(Node()).value();
  for (const char* id : {"i-old-1", "i-old-2", "i-elsewhere"}) {
    Instance instance = known;
    instance.id = id;
    instance.seq = known.seq + 100 + id[6];
    if (instance.id == "i-elsewhere") instance.region = "cn-nowhere";
    cloud_.Put(instance);
  }
  const auto add = [this] { return AddMissingSystemDisks(*cloud_.store, cloud_.catalogue); };
  ASSERT_TRUE(add());
  const auto disks = All<Disk>();
  ASSERT_EQ(disks.size(), 3U);
  EXPECT_EQ(disks[0].attachments[0].instance_id, "i-1");
  EXPECT_EQ(disks[1].attachments[0].instance_id, "i-old-1");
  EXPECT_EQ(disks[2].attachments[0].instance_id, "i-old-2");
  EXPECT_EQ(Jobs().size(), 3U);
  const std::int64_t revision = cloud_.store->Revision();
  ASSERT_TRUE(add());
  EXPECT_EQ(cloud_.store->Revision(), revision);
}

}  // namespace
}  // namespace cloudapi
