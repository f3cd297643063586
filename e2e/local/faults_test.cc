// Fault rules: every refusal that only a rule can bring about, asked of the real server.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "e2e/harness/assertions.h"
#include "e2e/harness/files.h"
#include "e2e/harness/refusal.h"
#include "e2e/harness/world.h"

namespace e2e {
namespace {

// A call of each action that has such rows: it need not succeed, only pass the check of its
// parameters.
const std::map<std::string, Parameters>& Calls() {
  static const Parameters instance = {{"InstanceType", "ecs.g7.large"}, {"ImageId", "m-1"}};
  static const std::map<std::string, Parameters> calls = {
      {"AttachDisk", {{"DiskId", "d-1"}, {"InstanceId", "i-1"}}},
      {"CancelTask", {{"TaskId", "t-1"}}},
      {"CreateDisk", {{"ZoneId", "cn-hangzhou-b"}, {"Size", "20"}}},
      {"CreateSnapshot", {{"DiskId", "d-1"}}},
      {"CreateSnapshotGroup", {{"InstanceId", "i-1"}}},
      {"DeleteDisk", {{"DiskId", "d-1"}}},
      {"DeleteSnapshot", {{"SnapshotId", "s-1"}}},
      {"DescribeAutoSnapshotPolicyAssociations", {}},
      {"DescribeDisks", {}},
      {"DescribeRegions", {}},
      {"DescribeSnapshots", {}},
      {"DescribeTags", {}},
      {"DetachDisk", {{"DiskId", "d-1"}, {"InstanceId", "i-1"}}},
      {"ModifyDiskSpec", {{"DiskId", "d-1"}}},
      {"ReInitDisk", {{"DiskId", "d-1"}}},
      {"ResetDisk", {{"DiskId", "d-1"}, {"SnapshotId", "s-1"}}},
      {"ResizeDisk", {{"DiskId", "d-1"}, {"NewSize", "40"}}},
      {"TagResources",
       {{"ResourceType", "disk"},
        {"ResourceId.1", "d-1"},
        {"Tag.1.Key", "a"},
        {"Tag.1.Value", "b"}}},
  };
  return calls;
}

std::vector<ListedRefusal> RowsByRule() {
  std::vector<ListedRefusal> rows = ListedRefusals();
  std::erase_if(rows, [](const ListedRefusal& row) { return row.how != "rule"; });
  return rows;
}

class FaultsTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(IsOk(world_.StartCloud())); }
  Answer Call(const std::string& action, Parameters parameters) {
    parameters.emplace("RegionId", "cn-hangzhou");
    return world_.Cloud().Call(action, std::move(parameters));
  }

  TempFolder folder_;
  World world_{{.folder = folder_.Path(), .cloud = {"--blocks", "none", "--delays", "none"}}};
};

TEST_F(FaultsTest, GivenEachRowOfARuleWhenSetThenTheCallIsRefusedThatWayOnce) {
  const std::vector<ListedRefusal> rows = RowsByRule();
  ASSERT_GT(rows.size(), 40U);
  for (const ListedRefusal& row : rows) {
    SCOPED_TRACE(fmt::format("{} {} {}", row.action, row.status, row.code));
    ASSERT_TRUE(Calls().contains(row.action));
    const Parameters& parameters = Calls().at(row.action);
    const Answer before = Call(row.action, parameters);
    ASSERT_TRUE(
        world_.Cloud()
            .Lab("faults",
                 {{"Action", row.action}, {"Code", row.code}, {"Status", row.status}, {"Times", 1}})
            .Ok());
    const Answer refused = Call(row.action, parameters);
    EXPECT_EQ(refused.status, row.status);
    const Refusal wanted{.status = row.status, .code = row.code, .message = row.message};
    EXPECT_EQ(refused.body, BodyOf(wanted, refused.Text("RequestId"), refused.Text("HostId")));
    const Answer after = Call(row.action, parameters);
    EXPECT_EQ(fmt::format("{} {}", after.status, after.Code()),
              fmt::format("{} {}", before.status, before.Code()));
  }
}

TEST_F(FaultsTest, GivenRuleForTheSecondCallWhenTheServerRestartsThenItIsKeptAndNothingIsMade) {
  const Parameters disk = {
      {"ZoneId", "cn-hangzhou-b"}, {"DiskCategory", "cloud_essd"}, {"Size", "20"}};
  ASSERT_TRUE(world_.Cloud()
                  .Lab("faults", {{"Action", "CreateDisk"},
                                  {"Code", "OperationDenied.NoStock"},
                                  {"Status", 403},
                                  {"Nth", 2},
                                  {"Times", 1}})
                  .Ok());
  world_.Kill("cloud");
  ASSERT_TRUE(IsOk(world_.Revive()));
  EXPECT_TRUE(Call("CreateDisk", disk).Ok());
  EXPECT_EQ(Call("CreateDisk", disk).Code(), "OperationDenied.NoStock");
  EXPECT_TRUE(Call("CreateDisk", disk).Ok());
  EXPECT_EQ(Call("DescribeDisks", {}).json.value("TotalCount", 0), 2);
}

TEST_F(FaultsTest, GivenRuleThatCanHitNothingWhenSetThenRefused) {
  EXPECT_EQ(world_.Cloud().Lab("faults", {{"Action", "MakeDisk"}, {"Code", "A"}}).status, 400);
  EXPECT_EQ(world_.Cloud().Lab("faults", {{"Action", "CreateDisk"}, {"Code", "A"}}).status, 400);
}

}  // namespace
}  // namespace e2e
