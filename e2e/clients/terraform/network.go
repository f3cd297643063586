package main

import "fmt"

const region = "cn-hangzhou"
const zone = "cn-hangzhou-b"

func token(action string) string { return "TF-" + action + "-" + nonce()[:24] }

// What the provider starts with; its failure would be tolerated.
func (c client) start() {
	expect("QueryAvailableInstances", c.call(tea, bss, "QueryAvailableInstances", params{
		"PageSize": "50", "PageNum": "1", "ProductCode": "vipcloudfw", "ProductType": "vipcloudfw",
	}), members{"Code": "Success", "Success": true})
}

func (c client) vpc() string {
	created := c.call(tea, vpc, "CreateVpc", params{
		"RegionId": region, "ClientToken": token("CreateVpc"), "CidrBlock": "172.16.0.0/12", "VpcName": "tf-net",
	})
	id := textAt(created, "VpcId")
	c.readVpc(id, "tf-net")
	c.call(tea, vpc, "TagResources", params{"RegionId": region, "ResourceType": "VPC", "ResourceId.1": id, "Tag.1.Key": "env", "Tag.1.Value": "test"})
	expect("tags", c.call(tea, vpc, "DescribeVpcAttribute", params{"VpcId": id, "RegionId": region}), members{
		"Tags.Tag.0.Key": "env", "Tags.Tag.0.Value": "test", "Tags.Tag.0.TagKey": "env",
	})
	c.call(tea, vpc, "UnTagResources", params{"RegionId": region, "ResourceType": "VPC", "ResourceId.1": id, "TagKey.1": "env"})
	c.call(tea, vpc, "ModifyVpcAttribute", params{"VpcId": id, "RegionId": region, "VpcName": "tf-renamed", "Description": "of the walk"})
	expect("renamed", c.call(tea, vpc, "DescribeVpcAttribute", params{"VpcId": id, "RegionId": region}), members{"VpcName": "tf-renamed", "Description": "of the walk"})
	c.call(tea, vpc, "ModifyVpcAttribute", params{"VpcId": id, "RegionId": region, "VpcName": "tf-net", "Description": ""})
	c.readVpc(id, "tf-net")
	listed := c.call(tea, vpc, "DescribeVpcs", params{"RegionId": region, "VpcId": id, "PageSize": "50", "PageNumber": "1"})
	expect("DescribeVpcs", listed, members{
		"TotalCount": 1, "Vpcs.Vpc.0.VpcId": id, "Vpcs.Vpc.0.SecondaryCidrBlocks": dict, "Vpcs.Vpc.0.UserCidrs": dict,
		"Vpcs.Vpc.0.VSwitchIds": dict, "Vpcs.Vpc.0.Status": "Available", "Vpcs.Vpc.0.CidrBlock": text,
	})
	fmt.Println("ok: alicloud_vpc", id)
	return id
}

// The two reads; without configuration what would differ in the second plan is empty.
func (c client) readVpc(id, name string) {
	expect("DescribeVpcAttribute", c.call(tea, vpc, "DescribeVpcAttribute", params{"VpcId": id, "RegionId": region}), members{
		"VpcId": id, "VpcName": name, "Status": "Available", "CidrBlock": "172.16.0.0/12", "ClassicLinkEnabled": false, "CreationTime": text,
		"Description": "", "EnabledIpv6": false, "Ipv6CidrBlock": "", "RegionId": region, "IsDefault": false, "ResourceGroupId": text,
		"VRouterId": text, "DnsHostnameStatus": text, "Ipv6CidrBlocks.Ipv6CidrBlock": list,
		"SecondaryCidrBlocks.SecondaryCidrBlock": list, "UserCidrs.UserCidr": list, "Tags.Tag": list,
	})
	tables := c.call(tea, vpc, "DescribeRouteTableList", params{"VpcId": id, "RegionId": region})
	expect("DescribeRouteTableList", tables, members{
		"RouterTableList.RouterTableListType.0.RouteTableType": "System", "RouterTableList.RouterTableListType.0.VpcId": id,
		"RouterTableList.RouterTableListType.0.RouteTableId": text, "RouterTableList.RouterTableListType.0.RouterId": text,
		"RouterTableList.RouterTableListType.0.RouteTableName": "", "RouterTableList.RouterTableListType.0.Description": "",
		"RouterTableList.RouterTableListType.0.RoutePropagationEnable": truth, "RouterTableList.RouterTableListType.0.ResourceGroupId": text,
	})
	check(len(rows(tables, "RouterTableList.RouterTableListType")) == 1, "%s has other tables: %v", id, tables)
}

func (c client) deleteVpc(id string) {
	c.call(tea, vpc, "DeleteVpc", params{"VpcId": id, "RegionId": region, "ClientToken": token("DeleteVpc")})
	c.refused(tea, vpc, "DescribeVpcAttribute", "InvalidVpcId.NotFound", params{"VpcId": id, "RegionId": region})
}

func (c client) vswitch(vpcID string) string {
	created := c.call(tea, vpc, "CreateVSwitch", params{
		"RegionId": region, "ClientToken": token("CreateVSwitch"), "CidrBlock": "172.16.1.0/24", "VpcId": vpcID, "ZoneId": zone, "VSwitchName": "tf-a",
	})
	id := textAt(created, "VSwitchId")
	c.readVSwitch(id, vpcID, "tf-a")
	c.call(tea, vpc, "ModifyVSwitchAttribute", params{"VSwitchId": id, "RegionId": region, "VSwitchName": "tf-b"})
	c.readVSwitch(id, vpcID, "tf-b")
	c.call(tea, vpc, "TagResources", params{"RegionId": region, "ResourceType": "VSWITCH", "ResourceId.1": id, "Tag.1.Key": "env", "Tag.1.Value": "test"})
	listed := c.call(tea, vpc, "DescribeVSwitches", params{"RegionId": region, "VpcId": vpcID, "PageSize": "50", "PageNumber": "1"})
	expect("DescribeVSwitches", listed, members{
		"VSwitches.VSwitch.0.VSwitchId": id, "VSwitches.VSwitch.0.RouteTable": dict, "VSwitches.VSwitch.0.Tags.Tag.0.Key": "env",
		"VSwitches.VSwitch.0.AvailableIpAddressCount": 252,
	})
	c.call(tea, vpc, "UnTagResources", params{"RegionId": region, "ResourceType": "VSWITCH", "ResourceId.1": id, "TagKey.1": "env"})
	c.refused(tea, vpc, "DeleteVpc", "DependencyViolation.VSwitch", params{"VpcId": vpcID, "RegionId": region, "ClientToken": token("DeleteVpc")})
	fmt.Println("ok: alicloud_vswitch", id)
	return id
}

// The id is in the query, the region in the body.
func (c client) readVSwitch(id, vpcID, name string) {
	expect("DescribeVSwitchAttributes", c.call(sdk, vpc, "DescribeVSwitchAttributes", params{"VSwitchId": id, "RegionId": region}), members{
		"VSwitchId": id, "CidrBlock": "172.16.1.0/24", "CreationTime": text, "Description": "", "Ipv6CidrBlock": "", "IsDefault": false,
		"Status": "Available", "VSwitchName": name, "VpcId": vpcID, "ZoneId": zone, "Tags.Tag": list,
	})
}

func (c client) deleteVSwitch(id string) {
	c.call(tea, vpc, "DeleteVSwitch", params{"VSwitchId": id, "RegionId": region})
	c.refused(tea, vpc, "DescribeVSwitchAttributes", "InvalidVSwitchId.NotFound", params{"VSwitchId": id, "RegionId": region})
}

func (c client) group(vpcID string) string {
	created := c.call(tea, ecs, "CreateSecurityGroup", params{
		"RegionId": region, "ClientToken": token("CreateSecurityGroup"), "SecurityGroupName": "tf-web", "VpcId": vpcID, "Tag.1.Key": "env", "Tag.1.Value": "test",
	})
	id := textAt(created, "SecurityGroupId")
	read := func(name string) {
		expect("DescribeSecurityGroups", c.call(tea, ecs, "DescribeSecurityGroups", params{"SecurityGroupId": id, "RegionId": region}), members{
			"SecurityGroups.SecurityGroup.0.SecurityGroupId": id, "SecurityGroups.SecurityGroup.0.SecurityGroupName": name,
			"SecurityGroups.SecurityGroup.0.VpcId": vpcID, "SecurityGroups.SecurityGroup.0.Description": "",
			"SecurityGroups.SecurityGroup.0.SecurityGroupType": "normal", "SecurityGroups.SecurityGroup.0.ResourceGroupId": text,
			"SecurityGroups.SecurityGroup.0.CreationTime": text, "SecurityGroups.SecurityGroup.0.Tags.Tag.0.TagKey": "env",
			"SecurityGroups.SecurityGroup.0.Tags.Tag.0.TagValue": "test",
		})
		expect("DescribeSecurityGroupAttribute", c.call(tea, ecs, "DescribeSecurityGroupAttribute", params{"SecurityGroupId": id, "RegionId": region}), members{
			"SecurityGroupId": id, "VpcId": vpcID, "InnerAccessPolicy": "Accept", "Permissions.Permission": list,
		})
	}
	read("tf-web")
	c.call(tea, ecs, "ModifySecurityGroupAttribute", params{"RegionId": region, "SecurityGroupId": id, "SecurityGroupName": "tf-www", "Description": ""})
	c.call(tea, ecs, "ModifySecurityGroupPolicy", params{"RegionId": region, "SecurityGroupId": id, "InnerAccessPolicy": "Drop", "ClientToken": token("Policy")})
	c.call(tea, ecs, "ModifySecurityGroupPolicy", params{"RegionId": region, "SecurityGroupId": id, "InnerAccessPolicy": "Accept", "ClientToken": token("Policy")})
	read("tf-www")
	c.rule(id, vpcID, "ingress", "AuthorizeSecurityGroup", "ModifySecurityGroupRule", "RevokeSecurityGroup", "SourceCidrIp")
	c.rule(id, vpcID, "egress", "AuthorizeSecurityGroupEgress", "ModifySecurityGroupEgressRule", "RevokeSecurityGroupEgress", "DestCidrIp")
	fmt.Println("ok: alicloud_security_group", id)
	return id
}

// Made, read twice as the second plan does, described, revoked.
func (c client) rule(group, vpcID, direction, authorize, modify, revoke, cidr string) {
	expect("DescribeSecurityGroupAttribute", c.call(sdk, ecs, "DescribeSecurityGroupAttribute", params{"SecurityGroupId": group, "RegionId": region}), members{
		"SecurityGroupId": group, "VpcId": vpcID,
	})
	c.call(tea, ecs, authorize, params{
		"RegionId": region, "SecurityGroupId": group, "Permissions.1.IpProtocol": "tcp", "Permissions.1.Policy": "accept",
		"Permissions.1.Priority": "1", "Permissions.1.PortRange": "22/22", "Permissions.1." + cidr: "0.0.0.0/0",
	})
	// The type of the network card is the text of an absent value.
	read := params{"SecurityGroupId": group, "RegionId": region, "Direction": direction, "NicType": "<nil>"}
	for plan := 0; plan < 2; plan++ {
		told := c.call(sdk, ecs, "DescribeSecurityGroupAttribute", read)
		check(len(rows(told, "Permissions.Permission")) == 1, "%s has other rules: %v", group, told)
		expect("rule", at(told, "Permissions.Permission.0"), members{
			"IpProtocol": "TCP", "Policy": "Accept", "PortRange": "22/22", "Priority": "1", cidr: "0.0.0.0/0", "Direction": direction,
			"NicType": text, "Description": "", "SecurityGroupRuleId": text, "SourceGroupOwnerAccount": "", "SourceGroupId": "",
			"Ipv6SourceCidrIp": "", "SourcePrefixListId": "",
		})
	}
	flat := params{
		"RegionId": region, "SecurityGroupId": group, "IpProtocol": "tcp", "Policy": "accept", "Priority": "1", "PortRange": "22/22",
		cidr: "0.0.0.0/0", "NicType": "intranet",
	}
	described := params{"Description": "ssh from everywhere"}
	for name, value := range flat {
		described[name] = value
	}
	c.call(get, ecs, modify, described)
	expect("described rule", c.call(sdk, ecs, "DescribeSecurityGroupAttribute", read), members{"Permissions.Permission.0.Description": "ssh from everywhere"})
	c.call(get, ecs, revoke, flat)
	check(len(rows(c.call(sdk, ecs, "DescribeSecurityGroupAttribute", read), "Permissions.Permission")) == 0, "%s: the rule is left", group)
}

func (c client) deleteGroup(id string) {
	c.call(tea, ecs, "DeleteSecurityGroup", params{"SecurityGroupId": id, "RegionId": region})
	c.refused(tea, ecs, "DescribeSecurityGroupAttribute", "InvalidSecurityGroupId.NotFound", params{"SecurityGroupId": id, "RegionId": region})
}

func (c client) keyPair() string {
	const name = "tf-ops"
	created := c.call(tea, ecs, "CreateKeyPair", params{"RegionId": region, "KeyPairName": name, "Tag.1.Key": "env", "Tag.1.Value": "test"})
	expect("CreateKeyPair", created, members{"KeyPairName": name, "PrivateKeyBody": text, "KeyPairFingerPrint": text})
	expect("DescribeKeyPairs", c.call(tea, ecs, "DescribeKeyPairs", params{"RegionId": region, "KeyPairName": name}), members{
		"KeyPairs.KeyPair.0.KeyPairName": name, "KeyPairs.KeyPair.0.KeyPairFingerPrint": at(created, "KeyPairFingerPrint"),
		"KeyPairs.KeyPair.0.CreationTime": text, "KeyPairs.KeyPair.0.ResourceGroupId": text, "KeyPairs.KeyPair.0.Tags.Tag.0.TagKey": "env",
	})
	c.call(tea, ecs, "UntagResources", params{"RegionId": region, "ResourceType": "keypair", "ResourceId.1": name, "TagKey.1": "env"})
	c.call(tea, ecs, "JoinResourceGroup", params{"RegionId": region, "ResourceType": "keypair", "ResourceId": name, "ResourceGroupId": "rg-1"})
	fmt.Println("ok: alicloud_ecs_key_pair", name)
	return name
}

func (c client) deleteKeyPair(name string) {
	c.call(tea, ecs, "DeleteKeyPairs", params{"RegionId": region, "KeyPairNames": fmt.Sprintf("[%q]", name)})
	check(len(rows(c.call(tea, ecs, "DescribeKeyPairs", params{"RegionId": region, "KeyPairName": name}), "KeyPairs.KeyPair")) == 0, "the pair is left")
}
