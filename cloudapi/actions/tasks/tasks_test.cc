#include "cloudapi/actions/tasks/tasks.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/testing/write_fixture.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class TasksTest : public WriteTest {
 protected:
  TasksTest() { caller.region = "cn-hangzhou"; }
  Result<Answer> Change(const std::string& disk, Values values = {{"PerformanceLevel", "PL2"}}) {
    values.emplace("DiskId", disk);
    return Run("ModifyDiskSpec", std::move(values));
  }
  std::string MakeBigDisk() { return MakeDisk({{"Size", "500"}}); }
  json Tasks(const Values& values = {}) {
    const auto answer = Run("DescribeTasks", WithRegion(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}");
  }
  json Attribute(const std::string& task) {
    const auto answer = Run("DescribeTaskAttribute", WithRegion({{"TaskId", task}}));
    EXPECT_TRUE(answer) << answer.error().message;
    return json::parse("{" + answer->members + "}");
  }
  static Values WithRegion(Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    return values;
  }
};

TEST_F(TasksTest, GivenDiskWhenItsSpecIsModifiedThenTheTaskEndsAndTheDiskHasIt) {
  const std::string disk = MakeBigDisk();
  const std::string task = IdIn(Change(disk));
  EXPECT_EQ(task.substr(0, 2), "t-");
  EXPECT_EQ(DiskOf(disk)->performance_level, "PL1");
  EXPECT_EQ(DiskOf(disk)->status, DiskStatus::kAvailable);
  json attribute = Attribute(task);
  EXPECT_EQ(attribute.at("TaskStatus"), "Processing");
  EXPECT_EQ(attribute.at("TaskProcess"), "0%");
  EXPECT_EQ(attribute.at("FinishedTime"), "");
  EXPECT_EQ(Code(Change(disk, {{"PerformanceLevel", "PL1"}})), "InvalidStatus.DiskNotReady");
  Settle();
  EXPECT_EQ(DiskOf(disk)->performance_level, "PL2");
  attribute = Attribute(task);
  EXPECT_EQ(attribute.at("TaskStatus"), "Finished");
  EXPECT_EQ(attribute.at("TaskProcess"), "100%");
  EXPECT_EQ(attribute.at("SuccessCount"), 1);
  EXPECT_NE(attribute.at("FinishedTime"), "");
  EXPECT_EQ(Code(Change(disk)), "NoChangeInDiskCategoryAndPerformanceLevel");
}

TEST_F(TasksTest, GivenDiskDeletedMeanwhileWhenTheTaskEndsThenFailed) {
  const std::string disk = MakeBigDisk();
  const std::string task = IdIn(Change(disk));
  EXPECT_EQ(Code(Delete(disk)), "");
  Settle();
  const json attribute = Attribute(task);
  EXPECT_EQ(attribute.at("TaskStatus"), "Failed");
  EXPECT_EQ(attribute.at("FailedCount"), 1);
}

TEST_F(TasksTest, GivenCoolingPeriodWhenModifiedAgainThenRefusedUntilItIsOver) {
  settings.delays.spec_cooling = std::chrono::minutes(5);
  const std::string disk = MakeBigDisk();
  EXPECT_EQ(Code(Change(disk)), "");
  Settle();
  EXPECT_EQ(Code(Change(disk, {{"PerformanceLevel", "PL1"}})), "DiskInCoolingPeriod");
  env.Advance(std::chrono::minutes(5));
  EXPECT_EQ(Code(Change(disk, {{"PerformanceLevel", "PL1"}})), "");
}

TEST_F(TasksTest, GivenWhatIsNotServedWhenAskedThenRefused) {
  const std::string disk = MakeBigDisk();
  EXPECT_EQ(Code(Change(disk, {{"DestinationZoneId", "cn-hangzhou-d"}})), "OperationDenied");
  EXPECT_EQ(Code(Change(disk, {{"PerformanceControlOptions.IOPS", "1000"}})), "OperationDenied");
  EXPECT_EQ(Code(Change("d-none")), "InvalidDiskId.NotFound");
}

TEST_F(TasksTest, GivenTasksWhenListedThenFiltered) {
  const std::string first = MakeBigDisk();
  const std::string second = MakeBigDisk();
  const std::string old = IdIn(Change(first));
  Settle();
  env.Advance(std::chrono::hours(1));
  const std::string young = IdIn(Change(second));
  const auto ids = [this](const Values& values) {
    std::string text;
    const json answer = Tasks(values);
    for (const json& task : answer.at("TaskSet").at("Task"))
      text += task.at("TaskId").get<std::string>() + " ";
    return text;
  };
  const std::string both = young + " " + old + " ";
  EXPECT_EQ(ids({}), both);
  EXPECT_EQ(ids({{"TaskIds", old + "," + young}}), both);
  EXPECT_EQ(ids({{"TaskIds", old}}), old + " ");
  EXPECT_EQ(ids({{"ResourceIds.1", second}}), young + " ");
  EXPECT_EQ(ids({{"TaskStatus", "finished"}}), old + " ");
  EXPECT_EQ(ids({{"TaskStatus", "Broken"}}), both);
  EXPECT_EQ(ids({{"TaskAction", "ModifyDiskSpec"}}), both);
  EXPECT_EQ(ids({{"TaskAction", "ImportImage"}}), "");
  EXPECT_EQ(ids({{"TaskGroupId", "g"}}), "");
  const std::string middle = base::FormatTime(env.CloudNow() - std::chrono::minutes(30));
  EXPECT_EQ(ids({{"StartTime", middle}}), young + " ");
  EXPECT_EQ(ids({{"EndTime", middle}}), old + " ");
  EXPECT_EQ(Code(Run("DescribeTasks", WithRegion({{"StartTime", "soon"}}))), "InvalidParameter");
  const json page = Tasks({{"PageSize", "1"}});
  EXPECT_EQ(page.at("TotalCount"), 2);
  EXPECT_EQ(page.at("RegionId"), "cn-hangzhou");
  EXPECT_EQ(page.at("TaskSet").at("Task")[0].at("ResourceId"), second);
}

TEST_F(TasksTest, GivenTaskWhenCancelledThenRefusedByItsStatusOrItsAction) {
  const std::string disk = MakeBigDisk();
  const std::string task = IdIn(Change(disk));
  const auto cancel = [this](const std::string& id) {
    return Code(Run("CancelTask", WithRegion({{"TaskId", id}})));
  };
  EXPECT_EQ(cancel("t-none"), "InvalidTaskId.NotFound");
  EXPECT_EQ(cancel(task), "InvalidTaskId.TaskActionNotSupport");
  Settle();
  EXPECT_EQ(cancel(task), "InvalidTaskId.IncorrectTaskStatus");
  caller.account = "b";
  EXPECT_EQ(cancel(task), "InvalidTaskId.NotFound");
}

}  // namespace
}  // namespace cloudapi
