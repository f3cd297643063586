#include "cloudapi/actions/instances/instances.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/admit_instance.h"
#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class InstancesTest : public WriteTest {
 protected:
  InstancesTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> On(std::string_view action, const std::string& id, Values values = {}) {
    values.emplace("InstanceId", id);
    return Run(action, std::move(values));
  }
  Result<Answer> OnAll(std::string_view action, const std::vector<std::string>& ids,
                       Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    for (std::size_t i = 0; i < ids.size(); ++i)
      values.emplace("InstanceId." + std::to_string(i + 1), ids[i]);
    return Run(action, std::move(values));
  }
  std::optional<Instance> InstanceOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<std::optional<Instance>> {
          return view.Find<Instance>(caller.account, "", id);
        })
        .value();
  }
  InstanceStatus StatusOf(const std::string& id) { return InstanceOf(id)->status; }
  void MakeNode(const std::string& id) {
    const auto made = store->Write("setup", [&](Tx& tx) -> Result<void> {
      Instance node = RunningInstance(id);
      node.has_agent = true;
      node.seq = tx.NextSeq();
      tx.Put(node);
      return {};
    });
    ASSERT_TRUE(made);
  }
  // An instance with its system disk.
  std::string MakeInstance() {
    const std::string id =
        store
            ->Write("setup",
                    [&](Tx& tx) -> Result<std::string> {
                      const auto made = AdmitInstance(
                          tx, catalogue,
                          {.account = "a", .zone = "cn-hangzhou-b", .type = "ecs.g7.xlarge"});
                      if (!made) return Fail(made.error());
                      return made->id;
                    })
            .value();
    Settle();
    return id;
  }
  std::string SystemDiskOf(const std::string& id) {
    return store
        ->Read([&](View& view) -> Result<std::string> {
          return view.SystemDiskOf(*view.Find<Instance>(caller.account, "", id))->id;
        })
        .value();
  }
  void StopIt(const std::string& id) {
    ASSERT_EQ(Code(On("StopInstance", id)), "");
    Settle();
  }
};

TEST_F(InstancesTest, GivenInstanceWhenStoppedStartedAndRebootedThenEachStateIsVisible) {
  EXPECT_EQ(Code(On("StopInstance", "i-1", {{"StoppedMode", "StopCharging"}})), "");
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kStopping);
  EXPECT_EQ(JobsOf("i-1").at(0).due, env.CloudNow() + settings.delays.stop);
  EXPECT_EQ(Code(On("StopInstance", "i-1")), "IncorrectInstanceStatus");
  Settle();
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kStopped);
  EXPECT_EQ(InstanceOf("i-1")->stopped_mode, "StopCharging");
  EXPECT_EQ(Code(On("RebootInstance", "i-1")), "IncorrectInstanceStatus");
  EXPECT_EQ(Code(On("StartInstance", "i-1")), "");
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kStarting);
  Settle();
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kRunning);
  EXPECT_EQ(InstanceOf("i-1")->stopped_mode, kNotStopped);
  EXPECT_EQ(Code(On("RebootInstance", "i-1")), "");
  Settle();
  EXPECT_EQ(StatusOf("i-1"), InstanceStatus::kRunning);
}

TEST_F(InstancesTest, GivenWhatCannotBeWhenAskedThenItsCode) {
  MakeNode("i-node");
  EXPECT_EQ(Code(On("StopInstance", "i-none")), "InvalidInstanceId.NotFound");
  EXPECT_EQ(Code(On("StopInstance", "i-node")), "OperationDenied");
  EXPECT_EQ(Code(On("DeleteInstance", "i-node", {{"Force", "true"}})), "OperationDenied");
  EXPECT_EQ(Code(On("StopInstance", "i-1", {{"Hibernate", "true"}})), "OperationDenied");
  EXPECT_EQ(Code(On("StopInstance", "i-1", {{"StoppedMode", "Maybe"}})), "InvalidParameter");
  EXPECT_EQ(Code(On("StartInstance", "i-1")), "IncorrectInstanceStatus");
  EXPECT_EQ(Code(On("DeleteInstance", "i-1")), "IncorrectInstanceStatus");
}

TEST_F(InstancesTest, GivenSeveralWhenStoppedThenAllOrNone) {
  const auto stopped = OnAll("StopInstances", {"i-1", "i-2"});
  ASSERT_TRUE(stopped);
  const json rows =
      json::parse("{" + stopped->members + "}").at("InstanceResponses").at("InstanceResponse");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].at("PreviousStatus"), "Running");
  EXPECT_EQ(rows[0].at("CurrentStatus"), "Stopping");
  EXPECT_EQ(rows[0].at("Code"), "200");
  Settle();
  EXPECT_EQ(Code(OnAll("StopInstances", {"i-far", "i-1"})), "IncorrectInstanceStatus");
  EXPECT_EQ(StatusOf("i-far"), InstanceStatus::kRunning);
  EXPECT_EQ(Code(OnAll("StartInstances", {"i-1", "i-none"})), "InvalidInstanceId.NotFound");
}

TEST_F(InstancesTest, GivenSuccessFirstWhenStoppedThenEachForItself) {
  StopIt("i-1");
  const auto stopped =
      OnAll("StopInstances", {"i-1", "i-2"}, {{"BatchOptimization", "SuccessFirst"}});
  ASSERT_TRUE(stopped);
  const json rows =
      json::parse("{" + stopped->members + "}").at("InstanceResponses").at("InstanceResponse");
  EXPECT_EQ(rows[0].at("Code"), "IncorrectInstanceStatus");
  EXPECT_EQ(rows[0].at("CurrentStatus"), "Stopped");
  EXPECT_EQ(rows[1].at("Code"), "200");
  EXPECT_EQ(Code(OnAll("StopInstances", {"i-none"}, {{"BatchOptimization", "SuccessFirst"}})),
            "InvalidInstanceId.NotFound");
}

TEST_F(InstancesTest, GivenDisksWhenTheInstanceIsDeletedThenThoseThatGoWithItGo) {
  const std::string stays = MakeUsedDisk();
  const std::string goes = MakeUsedDisk();
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", goes}, {"DeleteWithInstance", "true"}})),
            "");
  StopIt("i-1");
  EXPECT_EQ(Code(On("DeleteInstance", "i-1")), "");
  EXPECT_FALSE(InstanceOf("i-1"));
  EXPECT_FALSE(DiskOf(goes));
  EXPECT_EQ(DiskOf(stays)->status, DiskStatus::kAvailable);
  EXPECT_TRUE(DiskOf(stays)->attachments.empty());
  EXPECT_EQ(Code(On("DeleteInstance", "i-1")), "InvalidInstanceId.NotFound");
}

TEST_F(InstancesTest, GivenInstanceWhenDeletedByForceThenItsSystemDiskGoes) {
  const std::string id = MakeInstance();
  const std::string system = SystemDiskOf(id);
  EXPECT_EQ(Code(OnAll("DeleteInstances", {id, "i-none"}, {{"Force", "true"}})),
            "InvalidInstanceId.NotFound");
  EXPECT_TRUE(InstanceOf(id));
  EXPECT_EQ(Code(OnAll("DeleteInstances", {id, "i-2"}, {{"Force", "true"}})), "");
  EXPECT_FALSE(InstanceOf(id));
  EXPECT_FALSE(InstanceOf("i-2"));
  EXPECT_FALSE(DiskOf(system));
}

TEST_F(InstancesTest, GivenStoppedInstanceWhenItsSystemDiskIsDetachedThenItStays) {
  const std::string id = MakeInstance();
  const std::string system = SystemDiskOf(id);
  EXPECT_EQ(Code(Detach(system, id)), "DiskTypeViolation");
  StopIt(id);
  EXPECT_EQ(Code(Detach(system, id)), "OperationDenied");
  EXPECT_EQ(DiskOf(system)->status, DiskStatus::kInUse);
}

TEST_F(InstancesTest, GivenSnapshotUnderWayWhenTheInstanceIsDeletedThenRefused) {
  const std::string disk = MakeUsedDisk();
  EXPECT_EQ(Code(Snapshot(disk)), "");
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", disk}, {"DeleteWithInstance", "true"}})),
            "");
  EXPECT_EQ(Code(On("DeleteInstance", "i-1", {{"Force", "true"}})), "IncorrectInstanceStatus");
  EXPECT_TRUE(InstanceOf("i-1"));
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", disk}, {"DeleteWithInstance", "false"}})),
            "");
  EXPECT_EQ(Code(On("DeleteInstance", "i-1", {{"Force", "true"}})), "");
  EXPECT_TRUE(DiskOf(disk));
}

TEST_F(InstancesTest, GivenInstancesWhenTheirStatusIsAskedThenRowsOfTwoMembers) {
  StopIt("i-2");
  const auto answer = OnAll("DescribeInstanceStatus", {"i-1", "i-2", "i-none"});
  ASSERT_TRUE(answer);
  const json status = json::parse("{" + answer->members + "}");
  EXPECT_EQ(status.at("TotalCount"), 2);
  const json rows = status.at("InstanceStatuses").at("InstanceStatus");
  EXPECT_EQ(rows, json::parse(R"([{"InstanceId":"i-2","Status":"Stopped"},
                                  {"InstanceId":"i-1","Status":"Running"}])"));
  const auto far = OnAll("DescribeInstanceStatus", {}, {{"ZoneId", "cn-hangzhou-d"}});
  EXPECT_EQ(json::parse("{" + far->members + "}").at("TotalCount"), 1);
  const auto none = OnAll("DescribeInstanceStatus", {}, {{"ClusterId", "c-1"}});
  EXPECT_EQ(json::parse("{" + none->members + "}").at("TotalCount"), 0);
}

TEST_F(InstancesTest, GivenInstanceWhenItsAttributesAreAskedThenThoseOfTheInstance) {
  StopIt("i-1");
  const auto answer = On("DescribeInstanceAttribute", "i-1");
  ASSERT_TRUE(answer);
  const json attributes = json::parse("{" + answer->members + "}");
  EXPECT_EQ(attributes.at("InstanceId"), "i-1");
  EXPECT_EQ(attributes.at("Status"), "Stopped");
  EXPECT_EQ(attributes.at("StoppedMode"), "KeepCharging");
  EXPECT_EQ(attributes.at("InstanceType"), "ecs.g7.xlarge");
  EXPECT_EQ(attributes.at("IoOptimized"), "optimized");
  EXPECT_EQ(Code(On("DescribeInstanceAttribute", "i-none")), "InvalidInstanceId.NotFound");
  caller.account = "b";
  EXPECT_EQ(Code(On("DescribeInstanceAttribute", "i-1")), "InvalidInstanceId.NotFound");
}

TEST_F(InstancesTest, GivenInstanceWhenItsEventsAreAskedThenNone) {
  const auto events = On("DescribeInstanceHistoryEvents", "i-1", {{"RegionId", "cn-hangzhou"}});
  ASSERT_TRUE(events);
  EXPECT_EQ(json::parse("{" + events->members + "}").at("TotalCount"), 0);
  EXPECT_EQ(Code(On("DescribeInstanceHistoryEvents", "i-1",
                    {{"RegionId", "cn-hangzhou"}, {"EventCycleStatus", "Maybe"}})),
            "InvalidParameter");
}

class ResetTest : public InstancesTest {
 protected:
  Result<Answer> ResetTo(const std::string& disk, const std::string& snapshot) {
    return Run("ResetDisk", {{"DiskId", disk}, {"SnapshotId", snapshot}});
  }
};

TEST_F(ResetTest, GivenOwnSnapshotWhenResetThenReInitingUntilItsBytesAreThere) {
  const std::string disk = MakeUsedDisk();
  const std::string snapshot = MakeSnapshot(disk);
  EXPECT_EQ(Code(ResetTo(disk, snapshot)), "IncorrectInstanceStatus");
  StopIt("i-1");
  EXPECT_EQ(Code(ResetTo(disk, snapshot)), "");
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kReIniting);
  EXPECT_EQ(DiskOf(disk)->restoring_from, snapshot);
  EXPECT_EQ(JobsOf(disk).at(0).step, Step::kDiskReset);
  EXPECT_EQ(Code(ResetTo(disk, snapshot)), "InvalidOperation.DiskResetInProgress");
  EXPECT_EQ(Code(Detach(disk, "i-1")), "IncorrectDiskStatus");
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", snapshot}, {"Force", "true"}})),
            "Operation.Conflict");
  EXPECT_EQ(Code(On("DeleteInstance", "i-1")), "IncorrectInstanceStatus");
  Settle();
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kInUse);
  EXPECT_EQ(DiskOf(disk)->generation, 1);
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", snapshot}})), "");
}

TEST_F(ResetTest, GivenDetachedDiskWhenResetThenAvailableAgain) {
  const std::string disk = MakeUsedDisk();
  const std::string snapshot = MakeSnapshot(disk);
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(ResetTo(disk, snapshot)), "");
  EXPECT_EQ(Code(Attach(disk, "i-1")), "IncorrectDiskStatus");
  EXPECT_EQ(Code(Delete(disk)), "IncorrectDiskStatus");
  Settle();
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kAvailable);
}

TEST_F(ResetTest, GivenOtherNamesWhenResetThenTheirCodes) {
  const std::string disk = MakeUsedDisk();
  const std::string snapshot = MakeSnapshot(disk);
  EXPECT_EQ(Code(ResetTo("d-none", snapshot)), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(ResetTo(disk, "s-none")), "InvalidSnapshotId.NotFound");
  EXPECT_EQ(Code(ResetTo(MakeDisk(), snapshot)), "InvalidParameter.Mismatch");
}

TEST_F(ResetTest, GivenDiskOfASnapshotWhenReInitialisedThenItsSourceOrRefused) {
  const std::string source = MakeSnapshot(MakeUsedDisk());
  const std::string disk = MakeDisk({{"SnapshotId", source}});
  EXPECT_EQ(Code(Attach(disk, "i-1")), "");
  Settle();
  StopIt("i-1");
  EXPECT_EQ(Code(Run("ReInitDisk", {{"DiskId", disk}})), "");
  EXPECT_EQ(DiskOf(disk)->restoring_from, source);
  Settle();
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", source}, {"Force", "true"}})), "");
  EXPECT_EQ(Code(Run("ReInitDisk", {{"DiskId", disk}})), "InvalidSourceSnapshot");
}

TEST_F(ResetTest, GivenLoginWhenReInitialisedThenChecked) {
  const std::string disk = MakeUsedDisk();
  StopIt("i-1");
  const auto with = [&](Values values) {
    values.emplace("DiskId", disk);
    return Code(Run("ReInitDisk", std::move(values)));
  };
  EXPECT_EQ(with({{"Password", "short"}}), "InvalidPassword.Malformed");
  EXPECT_EQ(with({{"Password", "onlylowercase"}}), "InvalidPassword.Malformed");
  EXPECT_EQ(with({{"Password", "/Slash1234"}}), "InvalidPassword.Malformed");
  EXPECT_EQ(with({{"KeyPairName", "mine"}}), "InvalidKeyPair.NotFound");
  EXPECT_EQ(with({{"Password", "Secret1234"}, {"KeyPairName", "mine"}}),
            "InvalidPasswordParam.Mismatch");
  EXPECT_EQ(with({{"SecurityEnhancementStrategy", "Maybe"}}), "InvalidParameter");
  EXPECT_EQ(with({{"DiskId", disk}, {"Password", "Secret1234"}, {"AutoStartInstance", "true"}}),
            "");
  EXPECT_EQ(JobsOf(disk).at(0).detail.instance_id, "i-1");
}

TEST_F(ResetTest, GivenStoppedInstanceWhenItsSystemDiskIsReplacedThenAnotherIdAndImage) {
  const std::string id = MakeInstance();
  const std::string before = SystemDiskOf(id);
  const auto replace = [&](Values values) {
    values.emplace("InstanceId", id);
    return Run("ReplaceSystemDisk", std::move(values));
  };
  EXPECT_EQ(Code(replace({{"ImageId", "m-1"}})), "IncorrectInstanceStatus");
  StopIt(id);
  EXPECT_EQ(Code(replace({})), "MissingParameter");
  EXPECT_EQ(Code(replace({{"ImageId", "m-1"}, {"DiskId", "d-x"}})), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(replace({{"ImageId", "m-1"}, {"SystemDisk.Size", "1"}})),
            "InvalidSystemDiskSize.ValueNotSupported");
  const std::string snapshot = MakeSnapshot(before);
  const std::string after = IdIn(replace({{"ImageId", "m-1"}, {"SystemDisk.Size", "60"}}));
  EXPECT_NE(after, before);
  EXPECT_FALSE(DiskOf(before));
  EXPECT_TRUE(SnapshotOf(snapshot));
  EXPECT_EQ(DiskOf(after)->status, DiskStatus::kCreating);
  Settle();
  EXPECT_EQ(DiskOf(after)->status, DiskStatus::kInUse);
  EXPECT_EQ(DiskOf(after)->image_id, "m-1");
  EXPECT_EQ(DiskOf(after)->size_gib, 60);
  EXPECT_EQ(SystemDiskOf(id), after);
}

}  // namespace
}  // namespace cloudapi
