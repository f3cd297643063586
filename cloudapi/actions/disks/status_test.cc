// What is told of disks beside DescribeDisks, and how they are charged and deployed.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cloudapi/actions/disk_activity.h"
#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class DiskStatusTest : public WriteTest {
 protected:
  DiskStatusTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> In(std::string_view action, Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run(action, std::move(values));
  }
  json Statuses(Values values = {}) {
    const auto answer = In("DescribeDisksFullStatus", std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}")
        .at("DiskFullStatusSet")
        .at("DiskFullStatusType");
  }
  Result<Answer> Monitor(Values values) {
    values.emplace("StartTime", "2024-01-01T00:00:00Z");
    values.emplace("EndTime", "2024-01-01T00:10:00Z");
    return Run("DescribeDiskMonitorData", std::move(values));
  }
};

TEST_F(DiskStatusTest, GivenDisksWhenTheirStatusIsAskedThenHealthyAndWithoutEvents) {
  const std::string free = MakeDisk();
  const std::string used = MakeUsedDisk();
  const json both = Statuses();
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].at("DiskId"), used);
  EXPECT_EQ(both[0].at("InstanceId"), "i-1");
  EXPECT_EQ(both[0].at("Device"), "/dev/xvdb");
  EXPECT_EQ(both[0].at("Status").at("Name"), "In_use");
  EXPECT_EQ(both[0].at("HealthStatus"), (json{{"Name", "OK"}, {"Code", 0}}));
  EXPECT_EQ(both[1].at("Status"), (json{{"Name", "Available"}, {"Code", 129}}));
  EXPECT_EQ(both[1].at("DiskEventSet").at("DiskEventType").size(), 0U);
  const json first = json::array({both[0]});
  const json none = json::array();
  EXPECT_EQ(Statuses({{"DiskId.1", used}, {"DiskId.2", "d-none"}}), first);
  EXPECT_EQ(Statuses({{"Status", "In_use"}}), first);
  EXPECT_EQ(Statuses({{"HealthStatus", "ok"}}), both);
  EXPECT_EQ(Statuses({{"HealthStatus", "Impaired"}}), none);
  EXPECT_EQ(Statuses({{"EventId.1", "e-1"}}), none);
  EXPECT_EQ(Statuses({{"EventType", "Stalled"}}), none);
  EXPECT_EQ(Statuses({{"EventTime.Start", "2024-01-01T00:00:00Z"}}), none);
  EXPECT_EQ(Statuses({{"EventTime.End", "2034-01-01T00:00:00Z"}}), none);
  EXPECT_EQ(Statuses({{"Tag.1.Key", "k"}}), none);
  EXPECT_EQ(Statuses({{"ResourceGroupId", "rg-1"}}), none);
  EXPECT_EQ(Statuses({{"PageSize", "1"}}), first);
}

TEST_F(DiskStatusTest, GivenStatusQuestionWhenItIsWrongThenTheCode) {
  const auto code = [this](Values values) {
    return Code(In("DescribeDisksFullStatus", std::move(values)));
  };
  EXPECT_EQ(code({{"Status", "Broken"}}), "InvalidStatus.ValueNotSupported");
  EXPECT_EQ(code({{"HealthStatus", "fine"}}), "InvalidParameter");
  EXPECT_EQ(code({{"EventType", "x"}}), "InvalidParameter");
  EXPECT_EQ(code({{"EventTime.Start", "soon"}}), "InvalidParameter");
  EXPECT_EQ(code({{"EventTime.End", "late"}}), "InvalidParameter");
  caller.region = "cn-nowhere";
  EXPECT_EQ(code({}), "InvalidRegionId.NotFound");
}

TEST_F(DiskStatusTest, GivenNoAgentWhenMonitoredThenZeros) {
  const std::string disk = MakeDisk();
  const auto answer = Monitor({{"DiskId", disk}, {"Period", "60"}});
  ASSERT_TRUE(answer) << answer.error().message;
  const json data = json::parse("{" + answer->members + "}");
  EXPECT_EQ(data.at("TotalCount"), 10);
  const json points = data.at("MonitorData").at("DiskMonitorData");
  ASSERT_EQ(points.size(), 10U);
  EXPECT_EQ(points[9].at("TimeStamp"), "2024-01-01T00:09:00Z");
  EXPECT_EQ(points[9].at("DiskId"), disk);
  for (const char* member : {"IOPSRead", "IOPSTotal", "BPSWrite", "LatencyRead"})
    EXPECT_EQ(points[9].at(member), 0) << member;
}

// Knows of one period.
class OnePeriod : public DiskActivity {
 public:
  DiskTotals Between(std::string_view account, std::string_view, SysMillis from,
                     SysMillis until) const override {
    EXPECT_EQ(account, "a");
    EXPECT_EQ(until - from, std::chrono::minutes(10));
    return {.reads = 1200,
            .writes = 600,
            .read_bytes = 600 * 4096,
            .written_bytes = 600,
            .read_micros = 2400,
            .write_micros = 6000};
  }
};

TEST_F(DiskStatusTest, GivenWhatItsDeviceDidWhenMonitoredThenASecondEach) {
  const OnePeriod activity;
  settings.disk_activity = &activity;
  const auto answer = Monitor({{"DiskId", MakeDisk()}, {"Period", "600"}});
  ASSERT_TRUE(answer) << answer.error().message;
  const json point =
      json::parse("{" + answer->members + "}").at("MonitorData").at("DiskMonitorData").at(0);
  EXPECT_EQ(point.at("IOPSRead"), 2);
  EXPECT_EQ(point.at("IOPSWrite"), 1);
  EXPECT_EQ(point.at("IOPSTotal"), 3);
  EXPECT_EQ(point.at("BPSRead"), 4096);
  EXPECT_EQ(point.at("BPSWrite"), 1);
  EXPECT_EQ(point.at("BPSTotal"), 4097);
  EXPECT_EQ(point.at("LatencyRead"), 2);
  EXPECT_EQ(point.at("LatencyWrite"), 10);
}

TEST_F(DiskStatusTest, GivenMonitorQuestionWhenItIsWrongThenTheCode) {
  const std::string disk = MakeDisk();
  const auto code = [&](Values values) {
    values.emplace("DiskId", disk);
    return Code(Monitor(std::move(values)));
  };
  EXPECT_EQ(code({{"DiskId", "d-none"}}), "InvalidDiskId.NotFound");
  EXPECT_EQ(code({{"StartTime", "x"}}), "InvalidStartTime.Malformed");
  EXPECT_EQ(code({{"EndTime", "x"}}), "InvalidEndTime.Malformed");
  EXPECT_EQ(code({{"EndTime", "2023-01-01T00:00:00Z"}}), "InvalidParameter.EndTime");
  EXPECT_EQ(code({{"Period", "59"}}), "InvalidPeriod.ValueNotSupported");
  EXPECT_EQ(code({{"EndTime", "2024-02-01T00:00:00Z"}}), "InvalidParameter.TooManyDataQueried");
}

TEST_F(DiskStatusTest, GivenPayAsYouGoInstanceWhenADiskIsChargedOtherwiseThenTheFirstReason) {
  const std::string disk = MakeUsedDisk();
  const auto code = [&](Values values) {
    values.emplace("DiskIds", "[\"" + disk + "\"]");
    values.emplace("InstanceId", "i-1");
    values.emplace("DiskChargeType", "PrePaid");
    return Code(In("ModifyDiskChargeType", std::move(values)));
  };
  EXPECT_EQ(code({}), "ChargeTypeViolation");
  EXPECT_EQ(code({{"DiskChargeType", ""}}), "ChargeTypeViolation");
  EXPECT_EQ(code({{"DiskChargeType", "PostPaid"}}), "");
  EXPECT_EQ(code({{"InstanceId", "i-none"}}), "InvalidInstanceId.NotFound");
  EXPECT_EQ(code({{"InstanceId", "i-2"}}), "InvalidOperation.DiskMustAttachedToInstance");
  EXPECT_EQ(code({{"DiskIds", "[\"d-none\"]"}}), "InvalidDiskIds.NotFound");
  EXPECT_EQ(code({{"DiskIds", "d"}}), "InvalidParameter");
  EXPECT_EQ(code({{"DiskChargeType", "Free"}}), "InvalidParameter");
  store
      ->Write("setup",
              [&](Tx& tx) -> Result<bool> {
                Disk root = DiskIn(DiskStatus::kInUse);
                root.id = "d-root";
                root.type = kSystemDisk;
                root.seq = tx.NextSeq();
                tx.Put(root);
                return true;
              })
      .value();
  EXPECT_EQ(code({{"DiskIds", "[\"d-root\"]"}}), "InvalidDiskIds.NotPortable");
  caller.region = "cn-nowhere";
  EXPECT_EQ(code({}), "InvalidRegionId.NotFound");
}

TEST_F(DiskStatusTest, GivenDiskWhenDeployedWithAnotherSpecThenATaskChangesIt) {
  const std::string disk = MakeDisk({{"Size", "500"}});
  const auto deploy = [&](Values values) {
    values.emplace("DiskId", disk);
    return Run("ModifyDiskDeployment", std::move(values));
  };
  EXPECT_EQ(Code(deploy({{"DiskId", "d-none"}})), "InvalidDiskId.NotFound");
  EXPECT_EQ(Code(deploy({{"StorageClusterId", "dbsc-1"}})), "InvalidStorageClusterId.NotExist");
  EXPECT_EQ(Code(deploy({})), "NoChangeInDiskCategoryAndPerformanceLevel");
  EXPECT_EQ(Code(deploy({{"DiskCategory", "cloud"}})), "InvalidDiskCategory.ValueNotSupported");
  EXPECT_EQ(Code(deploy({{"PerformanceLevel", "PL3"}})),
            "OperationDenied.PerformanceLevelNotMatch");
  const std::string task = IdIn(deploy({{"PerformanceLevel", "PL2"}}));
  Settle();
  EXPECT_EQ(DiskOf(disk)->performance_level, "PL2");
  const auto tasks = In("DescribeTasks", {{"TaskIds", task}});
  ASSERT_TRUE(tasks);
  const json row = json::parse("{" + tasks->members + "}").at("TaskSet").at("Task").at(0);
  EXPECT_EQ(row.at("TaskAction"), "ModifyDiskDeployment");
  EXPECT_EQ(row.at("TaskStatus"), "Finished");
}

}  // namespace
}  // namespace cloudapi
