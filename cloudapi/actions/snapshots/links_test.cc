#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "cloudapi/actions/testing/write_fixture.h"
#include "common/base/time.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class SnapshotUsageTest : public WriteTest {
 protected:
  SnapshotUsageTest() { caller.region = "cn-hangzhou"; }

  json In(std::string_view action, Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    const auto answer = Run(action, std::move(values));
    EXPECT_TRUE(answer) << answer.error().message;
    return answer ? json::parse("{" + answer->members + "}") : json();
  }
  std::string CodeOf(std::string_view action, Values values) {
    values.emplace("RegionId", "cn-hangzhou");
    return Code(Run(action, std::move(values)));
  }
  json Links(Values values = {}) {
    return In("DescribeSnapshotLinks", std::move(values)).at("SnapshotLinks").at("SnapshotLink");
  }
  // An accomplished snapshot of so many bytes.
  std::string MakeSnapshotOf(const std::string& disk, std::int64_t bytes) {
    const std::string id = MakeSnapshot(disk);
    auto snapshot = *SnapshotOf(id);
    snapshot.bytes = bytes;
    store
        ->Write("bytes",
                [&](Tx& tx) -> Result<bool> {
                  tx.Put(snapshot);
                  return true;
                })
        .value();
    return id;
  }
  json Series(SysMillis from, SysMillis until, Values values = {}) {
    values.emplace("StartTime", base::FormatTime(from));
    values.emplace("EndTime", base::FormatTime(until));
    json sizes = json::array();
    const json data = In("DescribeSnapshotMonitorData", std::move(values));
    for (const json& point : data.at("MonitorData").at("DataPoint"))
      sizes.push_back(point.at("Size"));
    return sizes;
  }
};

TEST_F(SnapshotUsageTest, GivenSnapshotsWhenLinksAreAskedThenOneForEachDisk) {
  const std::string disk = MakeUsedDisk();
  EXPECT_EQ(Code(Run("ModifyDiskAttribute", {{"DiskId", disk}, {"DiskName", "data"}})), "");
  MakeSnapshotOf(disk, 100);
  const std::string second = MakeSnapshotOf(disk, 20);
  const std::string other = MakeUsedDisk();
  MakeSnapshotOf(other, 3);
  const json links = Links();
  ASSERT_EQ(links.size(), 2U);
  EXPECT_EQ(links[0].at("SourceDiskId"), other);
  EXPECT_EQ(links[1].at("SourceDiskId"), disk);
  EXPECT_EQ(links[1].at("SnapshotLinkId"), "sl-" + SerialNumber(disk));
  EXPECT_EQ(links[1].at("SourceDiskName"), "data");
  EXPECT_EQ(links[1].at("SourceDiskSize"), 20);
  EXPECT_EQ(links[1].at("InstanceId"), "i-1");
  EXPECT_EQ(links[1].at("TotalCount"), 2);
  EXPECT_EQ(links[1].at("TotalSize"), 120);
  EXPECT_EQ(Links({{"DiskIds", "[\"" + disk + "\"]"}}), json::array({links[1]}));
  EXPECT_EQ(Links({{"SnapshotLinkIds", "[\"sl-" + SerialNumber(other) + "\"]"}}),
            json::array({links[0]}));
  EXPECT_EQ(Links({{"InstanceId", "i-1"}}).size(), 2U);
  EXPECT_EQ(Links({{"InstanceId", "i-2"}}).size(), 0U);
  EXPECT_EQ(Links({{"DiskIds", "[]"}}).size(), 0U);
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", second}})), "");
  EXPECT_EQ(Links({{"DiskIds", "[\"" + disk + "\"]"}})[0].at("TotalSize"), 100);
  EXPECT_EQ(CodeOf("DescribeSnapshotLinks", {{"DiskIds", "x"}}), "InvalidDiskIds.Malformed");
  EXPECT_EQ(CodeOf("DescribeSnapshotLinks", {{"SnapshotLinkIds", "x"}}),
            "InvalidSnapshotLinkIds.Malformed");
}

TEST_F(SnapshotUsageTest, GivenDiskThatIsGoneWhenItsLinkIsAskedThenItIsThereWithoutAName) {
  const std::string disk = MakeUsedDisk();
  const std::string snapshot = MakeSnapshotOf(disk, 100);
  EXPECT_EQ(Code(Detach(disk, "i-1")), "");
  Settle();
  EXPECT_EQ(Code(Delete(disk)), "");
  EXPECT_EQ(Links()[0].at("SourceDiskName"), "");
  EXPECT_EQ(Links()[0].at("InstanceId"), "");
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", snapshot}})), "");
  EXPECT_EQ(Links().size(), 0U);
}

TEST_F(SnapshotUsageTest, GivenSnapshotsWhenUsageIsAskedThenHowManyAndHowMuch) {
  EXPECT_EQ(In("DescribeSnapshotsUsage"), (json{{"SnapshotCount", 0}, {"SnapshotSize", 0}}));
  const std::string disk = MakeUsedDisk();
  MakeSnapshotOf(disk, 100);
  const std::string second = MakeSnapshotOf(disk, 20);
  EXPECT_EQ(In("DescribeSnapshotsUsage"), (json{{"SnapshotCount", 2}, {"SnapshotSize", 120}}));
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", second}})), "");
  EXPECT_EQ(In("DescribeSnapshotsUsage"), (json{{"SnapshotCount", 1}, {"SnapshotSize", 100}}));
  caller.account = "b";
  EXPECT_EQ(In("DescribeSnapshotsUsage"), (json{{"SnapshotCount", 0}, {"SnapshotSize", 0}}));
}

TEST_F(SnapshotUsageTest, GivenBytesThatChangedWhenASeriesIsAskedThenWhatTheyWereAtEachPoint) {
  const SysMillis start = std::chrono::ceil<minutes>(env.CloudNow());
  const std::string disk = MakeUsedDisk();
  env.Advance(start + hours(1) - env.CloudNow());
  MakeSnapshotOf(disk, 100);
  env.Advance(hours(2));
  const std::string second = MakeSnapshotOf(disk, 20);
  env.Advance(hours(1));
  EXPECT_EQ(Code(Run("DeleteSnapshot", {{"SnapshotId", second}})), "");
  const Values hourly = {{"Period", "3600"}};
  EXPECT_EQ(Series(start, start + hours(6), hourly), (json{0, 100, 100, 120, 100, 100}));
  EXPECT_EQ(Series(start + minutes(179), start + minutes(181)), (json{100, 120}));
  EXPECT_EQ(Series(start + hours(1), start + hours(2), {{"Period", "600"}}),
            (json{100, 100, 100, 100, 100, 100}));
  EXPECT_EQ(Series(start + hours(3), start + hours(4), {{"Period", "3600"}, {"Category", "flash"}}),
            json::array({0}));
  EXPECT_EQ(
      Series(start + hours(3), start + hours(4), {{"Period", "3600"}, {"Category", "standard"}}),
      json({120}));
  // A month later the past is forgotten, and what holds still is not.
  env.Advance(days(40));
  MakeSnapshotOf(disk, 7);
  const SysMillis now = std::chrono::floor<minutes>(env.CloudNow());
  EXPECT_EQ(Series(now - days(1), now - days(1) + hours(1), hourly), json({100}));
  EXPECT_EQ(Series(now, now + minutes(1)), json({107}));
  EXPECT_EQ(Series(start + hours(1), start + hours(2), hourly), json::array({0}));
}

TEST_F(SnapshotUsageTest, GivenSeriesWhenItsRangeIsWrongThenTheCode) {
  const auto code = [this](Values values) {
    values.emplace("StartTime", "2024-01-01T00:00:00Z");
    values.emplace("EndTime", "2024-01-01T06:40:00Z");
    return CodeOf("DescribeSnapshotMonitorData", std::move(values));
  };
  EXPECT_EQ(code({}), "");
  EXPECT_EQ(code({{"StartTime", "yesterday"}}), "InvalidStartTime.Malformed");
  EXPECT_EQ(code({{"EndTime", "tomorrow"}}), "InvalidEndTime.Malformed");
  EXPECT_EQ(code({{"Period", "61"}}), "InvalidPeriod.ValueNotSupported");
  EXPECT_EQ(code({{"Period", "x"}}), "InvalidPeriod.ValueNotSupported");
  EXPECT_EQ(code({{"StartTime", "2024-01-01T06:39:01Z"}}), "InvalidParameter.EndTime");
  EXPECT_EQ(code({{"EndTime", "2024-01-01T06:41:00Z"}}), "InvalidParameter.TooManyDataQueried");
  EXPECT_EQ(code({{"EndTime", "2024-01-03T00:00:00Z"}, {"Period", "600"}}), "");
  EXPECT_EQ(code({{"Category", "x"}}), "InvalidSnapshotCategory.Malformed");
}

}  // namespace
}  // namespace cloudapi
