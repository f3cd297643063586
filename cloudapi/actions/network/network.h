#pragma once
// VPCs, vSwitches and route tables of the Vpc product, and what of the Ecs product is in them:
// security groups with their rules, network interfaces. Rows for the action table and functions.
// Source: the API references, the page of each action.
#include "cloudapi/actions/action.h"

namespace cloudapi {

// A name of the Vpc product: empty, or at most 128 characters that do not begin with http:// or
// https://. Errors: 400 `code`.
Result<void> CheckNetworkName(const std::string& name, std::string_view code);

Result<Answer> CreateVpc(const WriteCall& call);
Result<Answer> ModifyVpcAttribute(const WriteCall& call);
Result<Answer> DeleteVpc(const WriteCall& call);
Result<Answer> DescribeVpcAttribute(const ReadCall& call);
Result<Answer> DescribeVpcs(const ReadCall& call);
Result<Answer> DescribeRouteTableList(const ReadCall& call);
Result<Answer> ModifyRouteTableAttributes(const WriteCall& call);
Result<Answer> MoveResourceGroup(const WriteCall& call);
Result<Answer> CreateVSwitch(const WriteCall& call);
Result<Answer> ModifyVSwitchAttribute(const WriteCall& call);
Result<Answer> DeleteVSwitch(const WriteCall& call);
Result<Answer> DescribeVSwitchAttributes(const ReadCall& call);
Result<Answer> DescribeVSwitches(const ReadCall& call);
Result<Answer> DescribeNetworkInterfaces(const ReadCall& call);
Result<Answer> CreateSecurityGroup(const WriteCall& call);
Result<Answer> ModifySecurityGroupAttribute(const WriteCall& call);
Result<Answer> ModifySecurityGroupPolicy(const WriteCall& call);
Result<Answer> DeleteSecurityGroup(const WriteCall& call);
Result<Answer> DescribeSecurityGroups(const ReadCall& call);
Result<Answer> DescribeSecurityGroupAttribute(const ReadCall& call);
Result<Answer> JoinSecurityGroup(const WriteCall& call);
Result<Answer> LeaveSecurityGroup(const WriteCall& call);
Result<Answer> AuthorizeSecurityGroup(const WriteCall& call);
Result<Answer> AuthorizeSecurityGroupEgress(const WriteCall& call);
Result<Answer> RevokeSecurityGroup(const WriteCall& call);
Result<Answer> RevokeSecurityGroupEgress(const WriteCall& call);
Result<Answer> ModifySecurityGroupRule(const WriteCall& call);
Result<Answer> ModifySecurityGroupEgressRule(const WriteCall& call);

inline constexpr Action kNetworkActions[] = {
    {.name = "AuthorizeSecurityGroup", .write = AuthorizeSecurityGroup},
    {.name = "AuthorizeSecurityGroupEgress", .write = AuthorizeSecurityGroupEgress},
    {.name = "CreateSecurityGroup", .write = CreateSecurityGroup},
    {.name = "DeleteSecurityGroup", .write = DeleteSecurityGroup},
    {.name = "DescribeNetworkInterfaces", .read = DescribeNetworkInterfaces},
    {.name = "DescribeSecurityGroupAttribute", .read = DescribeSecurityGroupAttribute},
    {.name = "DescribeSecurityGroups", .read = DescribeSecurityGroups},
    {.name = "JoinSecurityGroup", .write = JoinSecurityGroup},
    {.name = "LeaveSecurityGroup", .write = LeaveSecurityGroup},
    {.name = "ModifySecurityGroupAttribute", .write = ModifySecurityGroupAttribute},
    {.name = "ModifySecurityGroupEgressRule", .write = ModifySecurityGroupEgressRule},
    {.name = "ModifySecurityGroupPolicy", .write = ModifySecurityGroupPolicy},
    {.name = "ModifySecurityGroupRule", .write = ModifySecurityGroupRule},
    {.name = "RevokeSecurityGroup", .write = RevokeSecurityGroup},
    {.name = "RevokeSecurityGroupEgress", .write = RevokeSecurityGroupEgress},
    {.name = "Vpc.CreateVpc", .write = CreateVpc},
    {.name = "Vpc.CreateVSwitch", .write = CreateVSwitch},
    {.name = "Vpc.DeleteVpc", .write = DeleteVpc},
    {.name = "Vpc.DeleteVSwitch", .write = DeleteVSwitch},
    {.name = "Vpc.DescribeRouteTableList", .read = DescribeRouteTableList},
    {.name = "Vpc.DescribeVpcAttribute", .read = DescribeVpcAttribute},
    {.name = "Vpc.DescribeVpcs", .read = DescribeVpcs},
    {.name = "Vpc.DescribeVSwitchAttributes", .read = DescribeVSwitchAttributes},
    {.name = "Vpc.DescribeVSwitches", .read = DescribeVSwitches},
    {.name = "Vpc.ModifyRouteTableAttributes", .write = ModifyRouteTableAttributes},
    {.name = "Vpc.ModifyVpcAttribute", .write = ModifyVpcAttribute},
    {.name = "Vpc.ModifyVSwitchAttribute", .write = ModifyVSwitchAttribute},
    {.name = "Vpc.MoveResourceGroup", .write = MoveResourceGroup},
};

}  // namespace cloudapi
