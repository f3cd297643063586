#pragma once
// What every Cloud must do, whatever is behind it. Typed by a factory with:
//   Cloud& cloud();
//   Clock& clock();                                 // waits for the cloud's transitions
//   std::string zone(), other_zone();               // both sell cloud_essd
//   std::string instance(), second_instance(), other_zone_instance();  // exist, in these zones
//   void HoldTransitions(bool held);                // while held, none completes
// A test program includes this and says
//   INSTANTIATE_TYPED_TEST_SUITE_P(Fake, CloudContract, FakeFactory);
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "driver/base/clock.h"
#include "driver/cloud/cloud.h"

namespace driver {

template <class Factory>
class CloudContract : public testing::Test {
 protected:
  Cloud& cloud() { return factory_.cloud(); }

  // Looks until `done`, at most 20 s; whether it came.
  bool Eventually(const std::function<bool()>& done) {
    const Instant end = factory_.clock().Now() + std::chrono::seconds(20);
    while (!done()) {
      if (factory_.clock().Now() > end) return false;
      factory_.clock().SleepUntil(factory_.clock().Now() + std::chrono::milliseconds(20));
    }
    return true;
  }

  // The only disk with this id; a default one when there is none.
  Disk Look(const std::string& id) {
    auto page = cloud().DescribeDisks({.ids = {id}, .type = ""});
    if (!page || page->disks.empty()) return {};
    return page->disks.front();
  }

  Snapshot LookSnapshot(const std::string& id) {
    auto page = cloud().DescribeSnapshots({.ids = {id}});
    if (!page || page->snapshots.empty()) return {};
    return page->snapshots.front();
  }

  bool Reaches(const std::string& id, DiskStatus status) {
    return Eventually([&] { return Look(id).status == status; });
  }

  DiskSpec Spec(const std::string& name) {
    return {.zone = factory_.zone(),
            .category = "cloud_essd",
            .performance_level = "PL1",
            .size_gib = 20,
            .name = name,
            .tags = {{"contract", name}},
            .client_token = "n:contract-" + name};
  }

  // An Available disk.
  std::string Create(const std::string& name) {
    auto id = cloud().CreateDisk(Spec(name));
    EXPECT_TRUE(id) << id.error().code << " " << id.error().message;
    if (!id) return {};
    EXPECT_TRUE(Reaches(*id, DiskStatus::kAvailable)) << *id;
    return *id;
  }

  void Attach(const std::string& id) {
    auto attached = cloud().AttachDisk({id, factory_.instance()});
    EXPECT_TRUE(attached) << attached.error().code << " " << attached.error().message;
    EXPECT_TRUE(Reaches(id, DiskStatus::kInUse)) << id;
  }

  void Detach(const std::string& id) {
    auto detached = cloud().DetachDisk({id, factory_.instance()});
    EXPECT_TRUE(detached) << detached.error().code << " " << detached.error().message;
    EXPECT_TRUE(Reaches(id, DiskStatus::kAvailable)) << id;
  }

  Factory factory_;
};

template <class T>
std::string CodeOf(const CloudResult<T>& result) {
  return result ? "" : result.error().code;
}

TYPED_TEST_SUITE_P(CloudContract);

TYPED_TEST_P(CloudContract, GivenSpecWhenCreatedThenDiskHasIt) {
  const auto id = this->Create("spec");
  const Disk disk = this->Look(id);
  EXPECT_EQ(disk.zone, this->factory_.zone());
  EXPECT_EQ(disk.region, this->cloud().Region());
  EXPECT_EQ(disk.category, "cloud_essd");
  EXPECT_EQ(disk.performance_level, "PL1");
  EXPECT_EQ(disk.size_gib, 20);
  EXPECT_EQ(disk.serial, id.substr(2));
  EXPECT_EQ(disk.type, "data");
  EXPECT_EQ(disk.snapshot_id, "");
  EXPECT_FALSE(disk.multi_attach);
  EXPECT_FALSE(disk.detached_before);
  EXPECT_TRUE(disk.attached_to.empty());
  EXPECT_EQ(FindTag(disk.tags, "contract"), "spec");
}

TYPED_TEST_P(CloudContract, GivenTokenWhenRepeatedThenSameDisk) {
  const auto first = this->cloud().CreateDisk(this->Spec("token"));
  const auto second = this->cloud().CreateDisk(this->Spec("token"));
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  const auto page = this->cloud().DescribeDisks({.tags = {{"contract", "token"}}});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->disks.size(), 1U);
}

TYPED_TEST_P(CloudContract, GivenTokenWhenOtherParametersThenMismatch) {
  ASSERT_TRUE(this->cloud().CreateDisk(this->Spec("mismatch")));
  DiskSpec other = this->Spec("mismatch");
  other.size_gib = 40;
  EXPECT_EQ(CodeOf(this->cloud().CreateDisk(other)), "IdempotentParameterMismatch");
}

TYPED_TEST_P(CloudContract, GivenTokenOfDeletedDiskWhenRepeatedThenItsId) {
  const auto id = this->Create("replayed");
  ASSERT_TRUE(this->cloud().DeleteDisk(id));
  const auto again = this->cloud().CreateDisk(this->Spec("replayed"));
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, id);
  EXPECT_EQ(this->Look(id).id, "");
}

TYPED_TEST_P(CloudContract, GivenBadPlaceWhenCreatedThenRefuses) {
  DiskSpec nowhere = this->Spec("nowhere");
  nowhere.zone = "cn-hangzhou-nowhere";
  EXPECT_EQ(CodeOf(this->cloud().CreateDisk(nowhere)), "InvalidZoneId.NotFound");
  DiskSpec small = this->Spec("small");
  small.size_gib = 5;
  EXPECT_EQ(CodeOf(this->cloud().CreateDisk(small)), "OperationDenied.PerformanceLevelNotMatch");
  DiskSpec restored = this->Spec("restored");
  restored.snapshot_id = "s-bp1nosuchsnapshot000";
  EXPECT_EQ(CodeOf(this->cloud().CreateDisk(restored)), "InvalidSnapshotId.NotFound");
}

TYPED_TEST_P(CloudContract, GivenUnknownIdsWhenAskedThenNamesThem) {
  const std::string disk = "d-bp1nosuchdisk0000000";
  const auto page = this->cloud().DescribeDisks({.ids = {disk}});
  ASSERT_TRUE(page);
  EXPECT_TRUE(page->disks.empty());
  const auto instances = this->cloud().DescribeInstances({"i-bp1nosuchinstance00"});
  ASSERT_TRUE(instances);
  EXPECT_TRUE(instances->empty());
  const auto snapshots = this->cloud().DescribeSnapshots({.ids = {"s-bp1nosuchsnapshot000"}});
  ASSERT_TRUE(snapshots);
  EXPECT_TRUE(snapshots->snapshots.empty());
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({disk, this->factory_.instance()})),
            "InvalidDiskId.NotFound");
  EXPECT_EQ(CodeOf(this->cloud().DeleteDisk(disk)), "InvalidDiskId.NotFound");
  EXPECT_EQ(CodeOf(this->cloud().ResizeDisk({disk, 40})), "InvalidDiskId.NotFound");
}

TYPED_TEST_P(CloudContract, GivenAttachedDiskWhenUsedThenStatesFollow) {
  const auto id = this->Create("attach");
  this->Attach(id);
  const Disk attached = this->Look(id);
  EXPECT_EQ(attached.attached_to, std::vector<std::string>{this->factory_.instance()});
  EXPECT_FALSE(attached.detached_before);
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({id, this->factory_.instance()})),
            "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().DeleteDisk(id)), "IncorrectDiskStatus");
  this->Detach(id);
  const Disk detached = this->Look(id);
  EXPECT_TRUE(detached.attached_to.empty());
  EXPECT_TRUE(detached.detached_before);
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({id, this->factory_.instance()})),
            "InvalidDisk.AlreadyDetached");
  EXPECT_TRUE(this->cloud().DeleteDisk(id));
  EXPECT_EQ(this->Look(id).id, "");
}

TYPED_TEST_P(CloudContract, GivenInstanceWhenItsDisksAreAskedForThenThoseAttachedToIt) {
  const auto id = this->Create("of-instance");
  const auto listed = [&](const std::string& instance) {
    const auto page = this->cloud().DescribeDisks({.instance_id = instance, .max_results = 100});
    EXPECT_TRUE(page) << CodeOf(page);
    return page &&
           std::ranges::any_of(page->disks, [&](const Disk& disk) { return disk.id == id; });
  };
  EXPECT_FALSE(listed(this->factory_.instance()));
  this->Attach(id);
  EXPECT_TRUE(listed(this->factory_.instance()));
  EXPECT_FALSE(listed(this->factory_.second_instance()));
  EXPECT_FALSE(listed("i-bp1nosuchinstance00"));
  this->Detach(id);
  EXPECT_FALSE(listed(this->factory_.instance()));
}

TYPED_TEST_P(CloudContract, GivenAttachingWhenLookedAtThenListedOnlyFromItsCompletion) {
  const auto id = this->Create("attaching");
  const auto instance = this->factory_.instance();
  this->factory_.HoldTransitions(true);
  ASSERT_TRUE(this->cloud().AttachDisk({id, instance}));
  const Disk coming = this->Look(id);
  EXPECT_EQ(coming.status, DiskStatus::kAttaching);
  EXPECT_TRUE(coming.attached_to.empty());
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({id, instance})), "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({id, this->factory_.second_instance()})),
            "DependencyViolation");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({id, this->factory_.second_instance()})),
            "IncorrectDiskStatus");
  this->factory_.HoldTransitions(false);
  ASSERT_TRUE(this->Reaches(id, DiskStatus::kInUse));
  EXPECT_EQ(this->Look(id).attached_to, std::vector<std::string>{instance});
}

TYPED_TEST_P(CloudContract, GivenDetachingWhenLookedAtThenListedUntilItsEnd) {
  const auto id = this->Create("detaching");
  const auto instance = this->factory_.instance();
  this->Attach(id);
  this->factory_.HoldTransitions(true);
  ASSERT_TRUE(this->cloud().DetachDisk({id, instance}));
  const Disk leaving = this->Look(id);
  EXPECT_EQ(leaving.status, DiskStatus::kDetaching);
  EXPECT_EQ(leaving.attached_to, std::vector<std::string>{instance});
  EXPECT_FALSE(leaving.detached_before);
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({id, instance})),
            "InvalidOperation.DiskDetachingFromThisEcs");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({id, instance})), "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().DeleteDisk(id)), "IncorrectDiskStatus");
  this->factory_.HoldTransitions(false);
  ASSERT_TRUE(this->Reaches(id, DiskStatus::kAvailable));
  EXPECT_TRUE(this->Look(id).attached_to.empty());
}

TYPED_TEST_P(CloudContract, GivenMultiAttachWhenSecondComesThenOnlyTheFirstIsListed) {
  DiskSpec spec = this->Spec("multi");
  spec.multi_attach = true;
  const auto id = this->cloud().CreateDisk(spec);
  ASSERT_TRUE(id) << id.error().code;
  ASSERT_TRUE(this->Reaches(*id, DiskStatus::kAvailable));
  const auto first = this->factory_.instance();
  const auto second = this->factory_.second_instance();
  this->Attach(*id);
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({*id, second})), "DependencyViolation");
  this->factory_.HoldTransitions(true);
  ASSERT_TRUE(this->cloud().AttachDisk({*id, second}));
  EXPECT_EQ(this->Look(*id).status, DiskStatus::kInUse);
  EXPECT_EQ(this->Look(*id).attached_to, std::vector<std::string>{first});
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({*id, second})), "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({*id, second})), "IncorrectDiskStatus");
  // The first one leaves while the second still comes: the disk is Attaching then.
  ASSERT_TRUE(this->cloud().DetachDisk({*id, first}));
  EXPECT_EQ(this->Look(*id).status, DiskStatus::kAttaching);
  EXPECT_EQ(this->Look(*id).attached_to, std::vector<std::string>{first});
  this->factory_.HoldTransitions(false);
  ASSERT_TRUE(this->Eventually(
      [&] { return this->Look(*id).attached_to == std::vector<std::string>{second}; }));
  EXPECT_EQ(this->Look(*id).status, DiskStatus::kInUse);
}

TYPED_TEST_P(CloudContract, GivenOtherZoneWhenAttachedThenRefuses) {
  const auto id = this->Create("zones");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({id, this->factory_.other_zone_instance()})),
            "ResourcesNotInSameZone");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({id, "i-bp1nosuchinstance00"})),
            "InvalidInstanceId.NotFound");
}

TYPED_TEST_P(CloudContract, GivenDiskWhenResizedThenSizeIsNewAtOnce) {
  const auto id = this->Create("resize");
  ASSERT_TRUE(this->cloud().ResizeDisk({id, 40}));
  EXPECT_EQ(this->Look(id).size_gib, 40);
  EXPECT_EQ(CodeOf(this->cloud().ResizeDisk({id, 30})), "InvalidDiskSize.TooSmall");
}

TYPED_TEST_P(CloudContract, GivenADiskWhenItsCategoryChangesThenByATask) {
  const auto id = this->Create("category");
  SpecChange change{.disk_id = id, .category = "cloud_auto", .dry_run = true};
  EXPECT_EQ(CodeOf(this->cloud().ModifyDiskSpec(change)), "DryRunOperation");
  change.dry_run = false;
  const auto task = this->cloud().ModifyDiskSpec(change);
  ASSERT_TRUE(task) << task.error().code;
  ASSERT_TRUE(this->Eventually([&] {
    const auto tasks = this->cloud().DescribeTasks({.id = *task});
    return tasks && tasks->size() == 1 && tasks->front().status == CloudTaskStatus::kFinished;
  }));
  EXPECT_EQ(this->Look(id).category, "cloud_auto");
  EXPECT_EQ(CodeOf(this->cloud().ModifyDiskSpec(change)),
            "NoChangeInDiskCategoryAndPerformanceLevel");
  const auto of_disk = this->cloud().DescribeTasks({.disk_id = id});
  ASSERT_TRUE(of_disk) << of_disk.error().code;
  ASSERT_EQ(of_disk->size(), 1U);
  EXPECT_EQ(of_disk->front().id, *task);
  EXPECT_TRUE(this->cloud().DescribeTasks({.disk_id = id, .under_way = true})->empty());
  change.category = "cloud_ssd";
  EXPECT_EQ(CodeOf(this->cloud().ModifyDiskSpec(change)), "InvalidDiskCategory.NotSupported");
  change.disk_id = "d-bp1nosuchdisk0000000";
  EXPECT_EQ(CodeOf(this->cloud().ModifyDiskSpec(change)), "InvalidDiskId.NotFound");
}

TYPED_TEST_P(CloudContract, GivenNeverAttachedDiskWhenSnapshottedThenRefuses) {
  const auto id = this->Create("never");
  EXPECT_EQ(CodeOf(this->cloud().CreateSnapshot({.disk_id = id})),
            "IncorrectDiskStatus.NeverAttached");
}

TYPED_TEST_P(CloudContract, GivenSnapshotWhenRestoredElsewhereThenDiskOfItsSize) {
  const auto id = this->Create("origin");
  this->Attach(id);
  const SnapshotSpec spec{.disk_id = id,
                          .name = "contract-snapshot",
                          .retention_days = 7,
                          .tags = {{"contract", "snapshot"}},
                          .client_token = "n:contract-snapshot"};
  const auto snapshot = this->cloud().CreateSnapshot(spec);
  ASSERT_TRUE(snapshot) << snapshot.error().code;
  const auto repeated = this->cloud().CreateSnapshot(spec);
  ASSERT_TRUE(repeated) << repeated.error().code;
  EXPECT_EQ(*snapshot, *repeated);
  ASSERT_TRUE(this->Eventually([&] { return this->LookSnapshot(*snapshot).available; }));
  EXPECT_EQ(this->LookSnapshot(*snapshot).retention_days, 7);
  const Snapshot cut = this->LookSnapshot(*snapshot);
  EXPECT_TRUE(cut.cut_at);
  EXPECT_EQ(cut.disk_id, id);
  EXPECT_EQ(cut.disk_size_gib, 20);
  EXPECT_EQ(FindTag(cut.tags, "contract"), "snapshot");
  DiskSpec restored = this->Spec("restore");
  restored.zone = this->factory_.other_zone();
  restored.snapshot_id = *snapshot;
  const auto copy = this->cloud().CreateDisk(restored);
  ASSERT_TRUE(copy) << copy.error().code;
  ASSERT_TRUE(this->Reaches(*copy, DiskStatus::kAvailable));
  EXPECT_EQ(this->Look(*copy).snapshot_id, *snapshot);
  EXPECT_TRUE(this->cloud().DeleteSnapshot(*snapshot));
  EXPECT_EQ(this->LookSnapshot(*snapshot).id, "");
}

TYPED_TEST_P(CloudContract, GivenDisksWhenGroupedThenTheirSnapshotsNameTheGroupAndGoWithIt) {
  const auto first = this->Create("group-1");
  const auto second = this->Create("group-2");
  SnapshotGroupSpec spec{.disk_ids = {first, second},
                         .name = "contract-group",
                         .tags = {{"contract", "group"}},
                         .client_token = "n:contract-group"};
  EXPECT_EQ(CodeOf(this->cloud().CreateSnapshotGroup(spec)), "IncorrectDiskStatus.NeverAttached");
  this->Attach(first);
  this->Attach(second);
  const auto group = this->cloud().CreateSnapshotGroup(spec);
  ASSERT_TRUE(group) << group.error().code;
  EXPECT_EQ(*this->cloud().CreateSnapshotGroup(spec), *group);
  const auto look = [&]() -> SnapshotGroup {
    const auto found = this->cloud().DescribeSnapshotGroups({.id = *group});
    return found && !found->empty() ? found->front() : SnapshotGroup();
  };
  ASSERT_TRUE(this->Eventually([&] { return look().status == SnapshotStatus::kAccomplished; }));
  const SnapshotGroup done = look();
  EXPECT_EQ(done.name, "contract-group");
  EXPECT_EQ(FindTag(done.tags, "contract"), "group");
  ASSERT_EQ(done.members.size(), 2U);
  EXPECT_EQ(done.members[0].disk_id, first);
  const Snapshot member = this->LookSnapshot(done.members[0].snapshot_id);
  EXPECT_EQ(member.group_id, *group);
  EXPECT_TRUE(member.cut_at);
  EXPECT_EQ(this->cloud().DescribeSnapshotGroups({.tags = {{"contract", "group"}}})->size(), 1U);
  EXPECT_TRUE(this->cloud().DeleteSnapshotGroup(*group));
  EXPECT_EQ(look().id, "");
  EXPECT_EQ(this->LookSnapshot(member.id).id, "");
  EXPECT_EQ(CodeOf(this->cloud().DeleteSnapshotGroup("ssg-bp1nosuchgroup000000")),
            "InvalidSnapshotGroupId.NotFound");
}

TYPED_TEST_P(CloudContract, GivenInstanceWhenAskedThenItsSystemDiskIsThereAndStays) {
  const std::string here = this->factory_.instance();
  Disk system;
  ASSERT_TRUE(this->Eventually([&] {
    const auto page = this->cloud().DescribeDisks({.type = "system"});
    if (!page) return false;
    for (const auto& disk : page->disks) {
      if (disk.attached_to == std::vector<std::string>{here}) system = disk;
    }
    return !system.id.empty();
  }));
  EXPECT_EQ(system.status, DiskStatus::kInUse);
  EXPECT_EQ(system.zone, this->factory_.zone());
  EXPECT_EQ(system.size_gib, 40);
  const auto data = this->cloud().DescribeDisks({.ids = {system.id}});
  ASSERT_TRUE(data);
  EXPECT_TRUE(data->disks.empty());
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({system.id, here})), "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().AttachDisk({system.id, this->factory_.second_instance()})),
            "IncorrectDiskStatus");
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({system.id, this->factory_.second_instance()})),
            "DependencyViolation");
  EXPECT_EQ(CodeOf(this->cloud().DetachDisk({system.id, here})), "DiskTypeViolation");
  EXPECT_EQ(CodeOf(this->cloud().DeleteDisk(system.id)), "IncorrectDiskStatus");
  const auto snapshot = this->cloud().CreateSnapshot({.disk_id = system.id});
  ASSERT_TRUE(snapshot) << snapshot.error().code;
  EXPECT_EQ(this->LookSnapshot(*snapshot).disk_id, system.id);
  EXPECT_EQ(this->Look(system.id).status, DiskStatus::kInUse);
}

TYPED_TEST_P(CloudContract, GivenManyDisksWhenPagedThenEachOnce) {
  constexpr int kDisks = 23;
  for (int i = 0; i < kDisks; ++i) {
    DiskSpec spec = this->Spec("page-" + std::to_string(i));
    spec.tags = {{"contract", "paged"}};
    ASSERT_TRUE(this->cloud().CreateDisk(spec));
  }
  std::vector<std::string> ids;
  DiskQuery query{.tags = {{"contract", "paged"}}, .max_results = 10};
  do {
    const auto page = this->cloud().DescribeDisks(query);
    ASSERT_TRUE(page) << page.error().code;
    EXPECT_LE(page->disks.size(), 10U);
    for (const auto& disk : page->disks) ids.push_back(disk.id);
    query.next_token = page->next_token;
  } while (!query.next_token.empty() && ids.size() <= kDisks);
  std::ranges::sort(ids);
  EXPECT_EQ(ids.size(), static_cast<std::size_t>(kDisks));
  EXPECT_EQ(std::ranges::adjacent_find(ids), ids.end());
}

TYPED_TEST_P(CloudContract, GivenTagsWhenChangedThenSeen) {
  const auto id = this->Create("tags");
  ASSERT_TRUE(this->cloud().TagDisk(id, {{"a", "1"}, {"contract", "changed"}}));
  EXPECT_EQ(FindTag(this->Look(id).tags, "contract"), "changed");
  ASSERT_TRUE(this->cloud().UntagDisk(id, {"a", "absent"}));
  EXPECT_EQ(FindTag(this->Look(id).tags, "a"), std::nullopt);
}

TYPED_TEST_P(CloudContract, GivenBurstingWhenModifiedThenOnlyAuto) {
  const auto essd = this->Create("no-burst");
  EXPECT_EQ(CodeOf(this->cloud().ModifyDiskAttribute(essd, {.bursting = true})),
            "BurstingEnabledForDiskCategoryUnsupported");
  DiskSpec spec = this->Spec("burst");
  spec.category = "cloud_auto";
  spec.performance_level = "";
  const auto id = this->cloud().CreateDisk(spec);
  ASSERT_TRUE(id) << id.error().code;
  ASSERT_TRUE(this->Reaches(*id, DiskStatus::kAvailable));
  ASSERT_TRUE(this->cloud().ModifyDiskAttribute(*id, {.bursting = true}));
  EXPECT_TRUE(this->Look(*id).bursting);
}

TYPED_TEST_P(CloudContract, GivenRegionWhenAskedThenZonesSellCategories) {
  const auto catalogue = this->cloud().DescribeAvailableResource();
  ASSERT_TRUE(catalogue) << catalogue.error().code;
  EXPECT_TRUE(catalogue->Sells(this->factory_.zone(), "cloud_essd"));
  EXPECT_TRUE(catalogue->Sells(this->factory_.other_zone(), "cloud_essd"));
  const auto sizes = catalogue->Sizes("cloud_essd", "PL1");
  ASSERT_TRUE(sizes);
  EXPECT_EQ(sizes->min, 20);
  const auto instances = this->cloud().DescribeInstances({this->factory_.instance()});
  ASSERT_TRUE(instances);
  ASSERT_EQ(instances->size(), 1U);
  EXPECT_EQ(instances->front().zone, this->factory_.zone());
}

TYPED_TEST_P(CloudContract, GivenInstanceTypeWhenAskedThenTheCategoriesThatItTakes) {
  const auto instances = this->cloud().DescribeInstances({this->factory_.instance()});
  ASSERT_TRUE(instances && instances->size() == 1);
  const auto categories =
      this->cloud().DescribeDiskCategories(instances->front().type, this->factory_.zone());
  ASSERT_TRUE(categories) << categories.error().code;
  EXPECT_NE(std::ranges::find(*categories, "cloud_essd"), categories->end());
  const auto none = this->cloud().DescribeDiskCategories(instances->front().type, "no-such-zone");
  EXPECT_TRUE(!none || std::ranges::find(*none, "cloud_essd") == none->end());
}

REGISTER_TYPED_TEST_SUITE_P(
    CloudContract, GivenSpecWhenCreatedThenDiskHasIt, GivenTokenWhenRepeatedThenSameDisk,
    GivenTokenWhenOtherParametersThenMismatch, GivenTokenOfDeletedDiskWhenRepeatedThenItsId,
    GivenBadPlaceWhenCreatedThenRefuses, GivenUnknownIdsWhenAskedThenNamesThem,
    GivenAttachedDiskWhenUsedThenStatesFollow,
    GivenInstanceWhenItsDisksAreAskedForThenThoseAttachedToIt,
    GivenAttachingWhenLookedAtThenListedOnlyFromItsCompletion,
    GivenDetachingWhenLookedAtThenListedUntilItsEnd,
    GivenMultiAttachWhenSecondComesThenOnlyTheFirstIsListed, GivenOtherZoneWhenAttachedThenRefuses,
    GivenDiskWhenResizedThenSizeIsNewAtOnce, GivenNeverAttachedDiskWhenSnapshottedThenRefuses,
    GivenSnapshotWhenRestoredElsewhereThenDiskOfItsSize,
    GivenDisksWhenGroupedThenTheirSnapshotsNameTheGroupAndGoWithIt,
    GivenInstanceWhenAskedThenItsSystemDiskIsThereAndStays, GivenManyDisksWhenPagedThenEachOnce,
    GivenADiskWhenItsCategoryChangesThenByATask, GivenTagsWhenChangedThenSeen,
    GivenBurstingWhenModifiedThenOnlyAuto, GivenRegionWhenAskedThenZonesSellCategories,
    GivenInstanceTypeWhenAskedThenTheCategoriesThatItTakes);

}  // namespace driver
