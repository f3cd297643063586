#include "cloudapi/gateway/faults.h"

#include <gtest/gtest.h>

#include "cloudapi/gateway/testing/dispatch_fixture.h"

namespace cloudapi {
namespace {

std::string HitBy(Faults& faults, const std::string& account, std::string_view action) {
  const auto passed = faults.Pass(account, action, "r");
  return passed ? "" : passed.error().code;
}

TEST(FaultsTest, GivenNthAndTimesWhenCalledThenThoseCallsOnly) {
  Faults faults;
  ASSERT_TRUE(faults.Add({.action = "attachdisk", .code = "DiskInArrears", .nth = 2, .times = 2}));
  EXPECT_EQ(HitBy(faults, "a", "AttachDisk"), "");
  EXPECT_EQ(HitBy(faults, "a", "DetachDisk"), "");
  EXPECT_EQ(HitBy(faults, "a", "AttachDisk"), "DiskInArrears");
  EXPECT_EQ(HitBy(faults, "b", "AttachDisk"), "DiskInArrears");
  EXPECT_EQ(HitBy(faults, "a", "AttachDisk"), "");
  EXPECT_EQ(faults.All().at(0).hits, 2);
  EXPECT_EQ(faults.All().at(0).request_ids.size(), 2U);
}

TEST(FaultsTest, GivenAccountWhenAnotherCallsThenItPasses) {
  Faults faults;
  ASSERT_TRUE(faults.Add({.action = "AttachDisk", .account = "a", .code = "DiskInArrears"}));
  EXPECT_EQ(HitBy(faults, "b", "AttachDisk"), "");
  EXPECT_EQ(HitBy(faults, "a", "AttachDisk"), "DiskInArrears");
}

TEST(FaultsTest, GivenRuleThatCanHitNothingWhenAddedThenRefused) {
  Faults faults;
  EXPECT_FALSE(faults.Add({.action = "CloneDisks", .code = "DiskInArrears"}));
  EXPECT_FALSE(faults.Add({.action = "DescribeZones", .code = "DiskInArrears"}));
  EXPECT_FALSE(faults.Add({.action = "AttachDisk", .code = "a b"}));
  EXPECT_FALSE(faults.Add({.action = "AttachDisk", .status = 200, .code = "DiskInArrears"}));
  EXPECT_FALSE(faults.Add({.action = "AttachDisk", .code = "DiskInArrears", .nth = 0}));
  EXPECT_FALSE(faults.Add({.action = "AttachDisk",
                           .code = "DiskInArrears",
                           .message = std::string(kMaxFaultMessage + 1, 'x')}));
  EXPECT_TRUE(faults.Add({.action = "DescribeZones", .status = 503, .code = "DiskInArrears"}));
  while (faults.All().size() < kMaxFaults)
    ASSERT_TRUE(faults.Add({.action = "AttachDisk", .code = "DiskInArrears"}));
  EXPECT_FALSE(faults.Add({.action = "AttachDisk", .code = "DiskInArrears"}));
}

TEST(FaultsTest, GivenRulesWhenKeptAndRestoredThenTheSame) {
  Faults faults;
  ASSERT_EQ(faults.Add({.action = "AttachDisk", .code = "DiskInArrears"}), 1);
  ASSERT_EQ(faults.Add({.action = "Vpc.CreateVpc", .account = "a", .code = "MissingParameter"}), 2);
  EXPECT_TRUE(faults.Remove(1));
  EXPECT_FALSE(faults.Remove(1));
  Faults next;
  next.Restore(faults.Text());
  ASSERT_EQ(next.All().size(), 1U);
  EXPECT_EQ(next.All().at(0).rule, faults.All().at(0).rule);
  next.Restore("[1,{}]");
  next.Restore("{");
  EXPECT_EQ(next.All().size(), 1U);
  next.Forget();
  EXPECT_EQ(HitBy(next, "a", "Vpc.CreateVpc"), "");
}

TEST_F(DispatchTest, GivenFaultRuleWhenCalledThenRefusedAfterValidationInBothShapes) {
  ASSERT_TRUE(limits_.faults.Add({.action = "DetachDisk", .code = "DiskNotPortable"}));
  EXPECT_EQ(CodeOf(Call("DetachDisk")), "MissingParameter");
  const Params whole({{"DiskId", "d-1"}, {"InstanceId", "i-1"}});
  const auto json = Call("DetachDisk", whole);
  EXPECT_EQ(json.status, 403);
  EXPECT_EQ(CodeOf(json), "DiskNotPortable");
  EXPECT_NE(json.body.find("\"Message\":\"The disk is not portable.\""), std::string::npos);
  Params xml_call = whole;
  xml_call.Set("Format", "XML");
  const auto xml = Call("DetachDisk", xml_call);
  EXPECT_EQ(xml.status, 403);
  EXPECT_NE(xml.body.find("<Message>The disk is not portable.</Message>"), std::string::npos);
  for (const Coverage::Row& row : coverage_.Rows()) {
    if (row.action == "DetachDisk" && row.name == "403 DiskNotPortable") {
      EXPECT_EQ(row.calls, 2U);
    }
  }
  limits_.faults.Forget();
  EXPECT_EQ(CodeOf(Call("DetachDisk", whole)), "InvalidInstanceId.NotFound");
}

TEST_F(DispatchTest, GivenRegionThatDoesNotExistWhenTheActionHasTheCodeThenMalformed) {
  const Params call({{"DiskId", "d-1"}, {"RegionId", "nowhere"}});
  const auto refused = Call("DeleteDisk", call);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(CodeOf(refused), "InvalidRegionId.MalFormed");
  EXPECT_EQ(CodeOf(Call("DeleteDisk", Params({{"DiskId", "d-1"}, {"RegionId", "cn-hangzhou"}}))),
            "InvalidDiskId.NotFound");
}

}  // namespace
}  // namespace cloudapi
