#include "cloudapi/actions/network/network.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "cloudapi/actions/testing/write_fixture.h"

namespace cloudapi {
namespace {

using nlohmann::json;
using Values = Params::Map;

class NetworkTest : public WriteTest {
 protected:
  NetworkTest() { caller.region = "cn-hangzhou"; }

  Result<Answer> Do(std::string_view action, Values values = {}) {
    values.emplace("RegionId", "cn-hangzhou");
    return Run(action, std::move(values));
  }
  // The member of the answer at that path of names.
  json Told(std::string_view action, Values values = {}) {
    const auto answer = Do(action, std::move(values));
    if (!answer) {
      ADD_FAILURE() << answer.error().message;
      return {};
    }
    return json::parse("{" + answer->members + "}");
  }
  std::string Make(std::string_view action, const char* member, Values values = {}) {
    return Told(action, std::move(values)).at(member);
  }
  std::string MakeVpc(Values values = {}) { return Make("Vpc.CreateVpc", "VpcId", values); }
  std::string MakeVSwitch(const std::string& vpc, Values values = {}) {
    values.emplace("VpcId", vpc);
    values.emplace("ZoneId", "cn-hangzhou-b");
    values.emplace("CidrBlock", "172.16.1.0/24");
    return Make("Vpc.CreateVSwitch", "VSwitchId", values);
  }
  std::string MakeGroup(const std::string& vpc) {
    return Make("CreateSecurityGroup", "SecurityGroupId", {{"VpcId", vpc}});
  }
  std::string RunIn(const std::string& vswitch, const std::string& group, Values values = {}) {
    values.emplace("InstanceType", "ecs.g7.xlarge");
    values.emplace("ImageId", "aliyun_3_x64");
    values.emplace("VSwitchId", vswitch);
    values.emplace("SecurityGroupIds.1", group);
    return Told("RunInstances", values).at("InstanceIdSets").at("InstanceIdSet").at(0);
  }
  json InstanceRow(const std::string& id) {
    return Told("DescribeInstances", {{"InstanceIds", json{id}.dump()}})
        .at("Instances")
        .at("Instance")
        .at(0);
  }
  json Rules(const std::string& group, Values values = {}) {
    values.emplace("SecurityGroupId", group);
    return Told("DescribeSecurityGroupAttribute", values).at("Permissions").at("Permission");
  }
  Values Ssh(const std::string& group) {
    return {{"SecurityGroupId", group},           {"Permissions.1.IpProtocol", "tcp"},
            {"Permissions.1.PortRange", "22/22"}, {"Permissions.1.Policy", "accept"},
            {"Permissions.1.Priority", "1"},      {"Permissions.1.SourceCidrIp", "0.0.0.0/0"}};
  }
};

TEST_F(NetworkTest, GivenVpcWhenMadeThenAvailableWithASystemRouteTable) {
  const std::string vpc = MakeVpc({{"VpcName", "net"}, {"Description", "the net"}});
  const json row = Told("Vpc.DescribeVpcAttribute", {{"VpcId", vpc}});
  EXPECT_EQ(row.at("VpcId"), vpc);
  EXPECT_EQ(row.at("Status"), "Available");
  EXPECT_EQ(row.at("CidrBlock"), "172.16.0.0/12");
  EXPECT_EQ(row.at("IsDefault"), false);
  const json table = Told("Vpc.DescribeRouteTableList", {{"VpcId", vpc}})
                         .at("RouterTableList")
                         .at("RouterTableListType")
                         .at(0);
  EXPECT_EQ(table.at("RouteTableType"), "System");
  EXPECT_EQ(table.at("VpcId"), vpc);
  EXPECT_EQ(table.at("RouteTableName"), "");
  EXPECT_EQ(table.at("RoutePropagationEnable"), true);
  EXPECT_EQ(table.at("RouterId"), row.at("VRouterId"));
}

TEST_F(NetworkTest, GivenWhatIsInAVpcWhenDeletedThenItsCodes) {
  const std::string vpc = MakeVpc();
  const std::string vswitch = MakeVSwitch(vpc);
  const std::string group = MakeGroup(vpc);
  EXPECT_EQ(Code(Do("Vpc.DeleteVpc", {{"VpcId", vpc}})), "DependencyViolation.VSwitch");
  EXPECT_EQ(Code(Do("Vpc.DeleteVSwitch", {{"VSwitchId", vswitch}})), "");
  EXPECT_EQ(Code(Do("Vpc.DeleteVpc", {{"VpcId", vpc}})), "DependencyViolation.SecurityGroup");
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", group}})), "");
  EXPECT_EQ(Code(Do("Vpc.DeleteVpc", {{"VpcId", vpc}})), "");
  EXPECT_EQ(Code(Do("Vpc.DeleteVpc", {{"VpcId", vpc}})), "InvalidVpcId.NotFound");
  EXPECT_EQ(Code(Do("Vpc.DescribeVpcAttribute", {{"VpcId", vpc}})), "InvalidVpcId.NotFound");
  EXPECT_EQ(Code(Do("Vpc.DescribeVSwitchAttributes", {{"VSwitchId", vswitch}})),
            "InvalidVSwitchId.NotFound");
}

TEST_F(NetworkTest, GivenInstanceInAVSwitchWhenDescribedThenItsPlaceIsTold) {
  const std::string vpc = MakeVpc();
  const std::string vswitch = MakeVSwitch(vpc);
  const std::string group = MakeGroup(vpc);
  const std::string id = RunIn(vswitch, group);
  const json row = InstanceRow(id);
  EXPECT_EQ(row.at("VpcAttributes").at("VpcId"), vpc);
  EXPECT_EQ(row.at("VpcAttributes").at("VSwitchId"), vswitch);
  EXPECT_EQ(row.at("VpcAttributes").at("PrivateIpAddress").at("IpAddress"), json{"172.16.1.1"});
  EXPECT_EQ(row.at("SecurityGroupIds").at("SecurityGroupId"), json{group});
  EXPECT_EQ(row.at("ZoneId"), "cn-hangzhou-b");
  const json card = row.at("NetworkInterfaces").at("NetworkInterface").at(0);
  EXPECT_EQ(card.at("Type"), "Primary");
  const std::string eni = card.at("NetworkInterfaceId");
  const json told = Told("DescribeNetworkInterfaces", {{"NetworkInterfaceId.1", eni}})
                        .at("NetworkInterfaceSets")
                        .at("NetworkInterfaceSet")
                        .at(0);
  EXPECT_EQ(told.at("NetworkInterfaceId"), eni);
  EXPECT_EQ(told.at("InstanceId"), id);
  EXPECT_EQ(told.at("PrivateIpSets").at("PrivateIpSet").at(0).at("Primary"), true);
  EXPECT_EQ(Code(Do("Vpc.DeleteVSwitch", {{"VSwitchId", vswitch}})), "DependencyViolation");
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", group}})), "DependencyViolation");
  Settle();
  Settle();
  EXPECT_EQ(Code(Do("DeleteInstance", {{"InstanceId", id}, {"Force", "true"}})), "");
  EXPECT_EQ(Code(Do("Vpc.DeleteVSwitch", {{"VSwitchId", vswitch}})), "");
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", group}})), "");
}

TEST_F(NetworkTest, GivenAddressesWhenTakenThenTheNextFreeOneIsGiven) {
  const std::string vpc = MakeVpc();
  const std::string vswitch = MakeVSwitch(vpc, {{"CidrBlock", "172.16.1.0/29"}});
  const std::string group = MakeGroup(vpc);
  EXPECT_EQ(InstanceRow(RunIn(vswitch, group, {{"PrivateIpAddress", "172.16.1.2"}}))
                .at("VpcAttributes")
                .at("PrivateIpAddress")
                .at("IpAddress"),
            json{"172.16.1.2"});
  RunIn(vswitch, group);  // .1
  EXPECT_EQ(
      InstanceRow(RunIn(vswitch, group)).at("VpcAttributes").at("PrivateIpAddress").at("IpAddress"),
      json{"172.16.1.3"});
  const Values order = {{"InstanceType", "ecs.g7.xlarge"},
                        {"ImageId", "aliyun_3_x64"},
                        {"VSwitchId", vswitch},
                        {"SecurityGroupIds.1", group}};
  Values taken = order;
  taken["PrivateIpAddress"] = "172.16.1.2";
  EXPECT_EQ(Code(Do("RunInstances", taken)), "InvalidPrivateIpAddress.Duplicated");
  taken["PrivateIpAddress"] = "172.16.9.1";
  EXPECT_EQ(Code(Do("RunInstances", taken)), "InvalidPrivateIpAddress.Malformed");
  RunIn(vswitch, group);  // .4, the last one
  EXPECT_EQ(Code(Do("RunInstances", order)), "InvalidVSwitchId.IpNotEnough");
  EXPECT_EQ(
      Told("Vpc.DescribeVSwitchAttributes", {{"VSwitchId", vswitch}}).at("AvailableIpAddressCount"),
      0);
}

TEST_F(NetworkTest, GivenPlacesThatDoNotFitWhenRunThenTheirCodes) {
  const std::string vpc = MakeVpc();
  const std::string vswitch = MakeVSwitch(vpc);
  const std::string group = MakeGroup(vpc);
  const std::string foreign = MakeGroup(MakeVpc());
  const Values order = {{"InstanceType", "ecs.g7.xlarge"}, {"ImageId", "aliyun_3_x64"}};
  const auto with = [&order](Values more) {
    more.insert(order.begin(), order.end());
    return more;
  };
  EXPECT_EQ(Code(Do("RunInstances", with({{"VSwitchId", vswitch}}))), "MissingParameter");
  EXPECT_EQ(Code(Do("RunInstances", with({{"SecurityGroupIds.1", group}}))),
            "InvalidSecurityGroupId.VPCMismatch");
  EXPECT_EQ(
      Code(Do("RunInstances", with({{"VSwitchId", vswitch}, {"SecurityGroupIds.1", foreign}}))),
      "InvalidSecurityGroupId.VPCMismatch");
  EXPECT_EQ(Code(Do("RunInstances", with({{"VSwitchId", vswitch},
                                          {"SecurityGroupIds.1", group},
                                          {"ZoneId", "cn-hangzhou-d"}}))),
            "InvalidParameter.Mismatch");
  EXPECT_EQ(Code(Do("RunInstances", with({{"NetworkInterface.1.InstanceType", "Secondary"},
                                          {"NetworkInterface.1.VSwitchId", vswitch}}))),
            "OperationDenied");
  EXPECT_EQ(Code(Do("RunInstances", with({{"NetworkInterface.1.NetworkInterfaceId", "eni-1"}}))),
            "InvalidEniId.NotFound");
  EXPECT_EQ(Code(Do("RunInstances", with({{"NetworkInterface.1.InstanceType", "Primary"},
                                          {"NetworkInterface.1.VSwitchId", vswitch},
                                          {"NetworkInterface.1.SecurityGroupIds.1", group}}))),
            "");
}

TEST_F(NetworkTest, GivenOnlyGroupWhenSwappedThenLeftAndJoined) {
  const std::string vpc = MakeVpc();
  const std::string one = MakeGroup(vpc);
  const std::string other = MakeGroup(vpc);
  const std::string id = RunIn(MakeVSwitch(vpc), one);
  EXPECT_EQ(Code(Do("LeaveSecurityGroup", {{"InstanceId", id}, {"SecurityGroupId", one}})), "");
  EXPECT_EQ(Code(Do("JoinSecurityGroup", {{"InstanceId", id}, {"SecurityGroupId", other}})), "");
  EXPECT_EQ(InstanceRow(id).at("SecurityGroupIds").at("SecurityGroupId"), json{other});
  EXPECT_EQ(Code(Do("JoinSecurityGroup", {{"InstanceId", id}, {"SecurityGroupId", other}})),
            "InvalidInstanceId.AlreadyExists");
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", one}})), "");
  const std::string third = MakeGroup(vpc);
  EXPECT_EQ(
      Code(Do("ModifyInstanceAttribute", {{"InstanceId", id}, {"SecurityGroupIds.1", third}})), "");
  EXPECT_EQ(InstanceRow(id).at("SecurityGroupIds").at("SecurityGroupId"), json{third});
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", other}})), "");
}

TEST_F(NetworkTest, GivenRuleWhenAuthorizedTwiceAndRevokedThenOnceAndGone) {
  const std::string group = MakeGroup(MakeVpc());
  EXPECT_EQ(Code(Do("AuthorizeSecurityGroup", Ssh(group))), "");
  EXPECT_EQ(Code(Do("AuthorizeSecurityGroup", Ssh(group))), "");
  const json rules = Rules(group, {{"Direction", "ingress"}, {"NicType", "<nil>"}});
  ASSERT_EQ(rules.size(), 1U);
  EXPECT_EQ(rules[0].at("IpProtocol"), "TCP");
  EXPECT_EQ(rules[0].at("PortRange"), "22/22");
  EXPECT_EQ(rules[0].at("Policy"), "Accept");
  EXPECT_EQ(rules[0].at("Priority"), "1");
  EXPECT_EQ(rules[0].at("SourceCidrIp"), "0.0.0.0/0");
  EXPECT_EQ(rules[0].at("Direction"), "ingress");
  EXPECT_EQ(rules[0].at("SourceGroupId"), "");
  EXPECT_TRUE(Rules(group, {{"Direction", "egress"}}).empty());
  const Values flat = {{"SecurityGroupId", group},    {"IpProtocol", "tcp"}, {"PortRange", "22/22"},
                       {"SourceCidrIp", "0.0.0.0/0"}, {"Policy", "accept"},  {"Priority", "1"},
                       {"NicType", "intranet"}};
  Values described = flat;
  described["Description"] = "ssh";
  EXPECT_EQ(Code(Do("ModifySecurityGroupRule", described)), "");
  EXPECT_EQ(Rules(group).at(0).at("Description"), "ssh");
  EXPECT_EQ(Code(Do("RevokeSecurityGroup", flat)), "");
  EXPECT_TRUE(Rules(group).empty());
  EXPECT_EQ(Code(Do("RevokeSecurityGroup", flat)), "") << "what is not there is gone";
}

TEST_F(NetworkTest, GivenRulesOfOneGroupWhenItIsDeletedThenTheyGo) {
  const std::string group = MakeGroup(MakeVpc());
  EXPECT_EQ(Code(Do("AuthorizeSecurityGroup", Ssh(group))), "");
  EXPECT_EQ(Code(Do("AuthorizeSecurityGroupEgress", {{"SecurityGroupId", group},
                                                     {"IpProtocol", "all"},
                                                     {"PortRange", "-1/-1"},
                                                     {"DestCidrIp", "0.0.0.0/0"}})),
            "");
  EXPECT_EQ(Rules(group).size(), 2U);
  EXPECT_EQ(Code(Do("DeleteSecurityGroup", {{"SecurityGroupId", group}})), "");
  const auto left = store->Read(
      [](View& view) -> Result<std::size_t> { return view.All<SecurityRule>().size(); });
  EXPECT_EQ(*left, 0U);
}

struct RuleCase {
  std::string name;
  std::string member;
  std::string value;
  std::string code;
};
class RuleTest : public NetworkTest, public testing::WithParamInterface<RuleCase> {};

TEST_P(RuleTest, GivenRuleWhenAuthorizedThenItsCode) {
  Values rule = {{"SecurityGroupId", MakeGroup(MakeVpc())},
                 {"IpProtocol", "tcp"},
                 {"PortRange", "80/90"},
                 {"SourceCidrIp", "10.0.0.0/8"}};
  rule[GetParam().member] = GetParam().value;
  EXPECT_EQ(Code(Do("AuthorizeSecurityGroup", rule)), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Rows, RuleTest,
    testing::Values(
        RuleCase{"Good", "Priority", "100", ""},
        RuleCase{"Protocol", "IpProtocol", "sctp", "InvalidIpProtocol.ValueNotSupported"},
        RuleCase{"Ports", "PortRange", "90/80", "InvalidPortRange.Malformed"},
        RuleCase{"NoPorts", "PortRange", "-1/-1", "InvalidPortRange.Malformed"},
        RuleCase{"Policy", "Policy", "maybe", "InvalidPolicy.Malformed"},
        RuleCase{"Priority", "Priority", "101", "InvalidPriority.ValueNotSupported"},
        RuleCase{"Source", "SourceCidrIp", "everywhere", "InvalidSourceCidrIp.Malformed"},
        RuleCase{"NoSource", "SourceCidrIp", "", "MissingParameter.Source"},
        RuleCase{"Peer", "SourceGroupId", "sg-none", "InvalidSecurityGroupId.NotFound"},
        RuleCase{"Description", "Description", "x", "InvalidDescription.Malformed"}),
    [](const auto& test) { return test.param.name; });

TEST_F(NetworkTest, GivenStoppedInstanceWhenMovedAndChangedThenItIsSo) {
  const std::string vpc = MakeVpc();
  const std::string group = MakeGroup(vpc);
  const std::string id = RunIn(MakeVSwitch(vpc), group);
  const std::string other = MakeVSwitch(vpc, {{"CidrBlock", "172.16.2.0/24"}});
  EXPECT_EQ(Code(Do("ModifyInstanceVpcAttribute", {{"InstanceId", id}, {"VSwitchId", other}})),
            "IncorrectInstanceStatus");
  EXPECT_EQ(Code(Do("ModifyInstanceSpec", {{"InstanceId", id}, {"InstanceType", "ecs.c5.large"}})),
            "IncorrectInstanceStatus");
  Settle();
  Settle();
  EXPECT_EQ(Code(Do("StopInstance", {{"InstanceId", id}})), "");
  Settle();
  EXPECT_EQ(Code(Do("ModifyInstanceVpcAttribute", {{"InstanceId", id}, {"VSwitchId", other}})), "");
  EXPECT_EQ(InstanceRow(id).at("VpcAttributes").at("VSwitchId"), other);
  EXPECT_EQ(Code(Do("ModifyInstanceSpec", {{"InstanceId", id}, {"InstanceType", "ecs.none"}})),
            "InvalidInstanceType.ValueNotSupported");
  EXPECT_EQ(Code(Do("ModifyInstanceSpec", {{"InstanceId", id}, {"InstanceType", "ecs.c5.large"}})),
            "");
  EXPECT_EQ(InstanceRow(id).at("InstanceType"), "ecs.c5.large");
  EXPECT_EQ(Code(Do("ModifyInstanceAttribute", {{"InstanceId", id},
                                                {"InstanceName", "renamed"},
                                                {"Description", ""},
                                                {"DeletionProtection", "true"}})),
            "");
  EXPECT_EQ(InstanceRow(id).at("InstanceName"), "renamed");
  EXPECT_EQ(InstanceRow(id).at("DeletionProtection"), true);
  EXPECT_EQ(Code(Do("ModifyInstanceAttribute", {{"InstanceId", id}, {"Password", "x"}})),
            "InvalidPassword.Malformed");
}

}  // namespace
}  // namespace cloudapi
