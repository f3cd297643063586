package main

import (
	"fmt"
	"time"
)

type instance struct {
	id, vpc, vswitch, group, keyPair string
	image                            string
}

func ids(id string) string { return fmt.Sprintf("[%q]", id) }

func (c client) describe(id string) object {
	return c.call(sdk, ecs, "DescribeInstances", params{
		"RegionId": region, "InstanceIds": ids(id), "AdditionalAttributes.1": "META_OPTIONS", "AdditionalAttributes.2": "NETWORK_PRIMARY_ENI_IP",
		"AdditionalAttributes.3": "LOGIN_AS_NON_ROOT", "AdditionalAttributes.4": "DISK_HIGH_DENSITY_MODE",
	})
}

// Of the states on the way only these may be seen.
func (c client) untilStatus(id, wanted string, through ...string) {
	until(id+" is "+wanted, func() bool {
		status, _ := at(c.describe(id), "Instances.Instance.0.Status").(string)
		for _, allowed := range append(through, wanted) {
			if status == allowed {
				return status == wanted
			}
		}
		check(false, "%s is %q on its way to %s", id, status, wanted)
		return false
	})
}

// With a data disk, a key pair and tags.
func (c client) instance(in instance) instance {
	created := c.call(tea, ecs, "RunInstances", params{
		"RegionId": region, "ClientToken": token("RunInstances"), "DryRun": "false", "InstanceType": "ecs.g7.large", "ImageId": in.image,
		"InstanceName": "tf-web", "VSwitchId": in.vswitch, "SecurityGroupIds.1": in.group, "KeyPairName": in.keyPair,
		"SystemDisk.Category": "cloud_essd", "SystemDisk.Size": "40", "SystemDisk.DiskName": "tf-root",
		"DataDisk.1.Size": "20", "DataDisk.1.DeleteWithInstance": "true", "DataDisk.1.Encrypted": "false", "DataDisk.1.Category": "cloud_essd",
		"DataDisk.1.PerformanceLevel": "PL0", "DataDisk.1.DiskName": "tf-data", "UserData": "IyEvYmluL3NoCg==", "Tag.1.Key": "env", "Tag.1.Value": "test",
	})
	in.id = textAt(created, "InstanceIdSets.InstanceIdSet.0")
	c.untilStatus(in.id, "Running", "Pending", "Starting", "Stopped")
	c.readInstance(in, "Running")
	fmt.Println("ok: alicloud_instance", in.id)
	return in
}

// The ten calls of a read; what would differ in the second plan is empty.
func (c client) readInstance(in instance, status string) {
	described := c.describe(in.id)
	check(len(rows(described, "Instances.Instance")) == 1, "%s is not listed", in.id)
	row := at(described, "Instances.Instance.0")
	expect("DescribeInstances", row, members{
		"InstanceId": in.id, "Status": status, "ZoneId": zone, "ImageId": in.image, "InstanceType": text, "KeyPairName": in.keyPair,
		"ResourceGroupId": text, "Description": text, "HostName": text, "InternetMaxBandwidthOut": 0, "InternetMaxBandwidthIn": 0,
		"InstanceChargeType": "PostPaid", "SpotStrategy": "NoSpot", "SpotPriceLimit": number, "InternetChargeType": text, "DeletionProtection": false,
		"CreditSpecification": text, "AutoReleaseTime": "", "Tags.Tag.0.TagKey": "env", "Tags.Tag.0.TagValue": "test", "HpcClusterId": "",
		"DeploymentSetId": "", "DeploymentSetGroupNo": number, "StoppedMode": text, "PublicIpAddress.IpAddress": list,
		"VpcAttributes.VpcId": in.vpc, "VpcAttributes.VSwitchId": in.vswitch, "VpcAttributes.PrivateIpAddress.IpAddress.0": text,
		"SpotDuration": number, "MetadataOptions.HttpTokens": text, "MetadataOptions.HttpEndpoint": text, "MetadataOptions.HttpPutResponseHopLimit": number,
		"Cpu": 2, "Memory": 8192, "OSName": text, "OSType": "linux", "DedicatedHostAttribute.DedicatedHostId": "", "CreationTime": text,
		"StartTime": text, "ExpiredTime": text, "AdditionalInfo.EnableHighDensityMode": false, "ImageOptions.LoginAsNonRoot": false,
		"InnerIpAddress.IpAddress": list, "SecurityGroupIds.SecurityGroupId.0": in.group, "NetworkInterfaces.NetworkInterface.0.Type": "Primary",
		"NetworkInterfaces.NetworkInterface.0.NetworkInterfaceId": text, "NetworkInterfaces.NetworkInterface.0.PrimaryIpAddress": text,
	})
	c.readSystemDisk(in)
	expect("DescribeUserData", c.call(sdk, ecs, "DescribeUserData", params{"RegionId": region, "InstanceId": in.id}), members{"UserData": "IyEvYmluL3NoCg=="})
	expect("DescribeInstanceRamRole", c.call(sdk, ecs, "DescribeInstanceRamRole", params{"RegionId": region, "InstanceIds": ids(in.id)}), members{
		"InstanceRamRoleSets.InstanceRamRoleSet": list,
	})
	eni := textAt(row, "NetworkInterfaces.NetworkInterface.0.NetworkInterfaceId")
	expect("DescribeNetworkInterfaces", c.call(tea, ecs, "DescribeNetworkInterfaces", params{"RegionId": region, "NetworkInterfaceId.1": eni}), members{
		"NetworkInterfaceSets.NetworkInterfaceSet.0.NetworkInterfaceId": eni, "NetworkInterfaceSets.NetworkInterfaceSet.0.VSwitchId": in.vswitch,
		"NetworkInterfaceSets.NetworkInterfaceSet.0.NetworkInterfaceTrafficMode": text, "NetworkInterfaceSets.NetworkInterfaceSet.0.QueuePairNumber": number,
		"NetworkInterfaceSets.NetworkInterfaceSet.0.SourceDestCheck": truth, "NetworkInterfaceSets.NetworkInterfaceSet.0.Attachment.NetworkCardIndex": number,
		"NetworkInterfaceSets.NetworkInterfaceSet.0.SecurityGroupIds.SecurityGroupId.0":            in.group,
		"NetworkInterfaceSets.NetworkInterfaceSet.0.PrivateIpSets.PrivateIpSet.0.Primary":          true,
		"NetworkInterfaceSets.NetworkInterfaceSet.0.PrivateIpSets.PrivateIpSet.0.PrivateIpAddress": at(row, "VpcAttributes.PrivateIpAddress.IpAddress.0"),
		"NetworkInterfaceSets.NetworkInterfaceSet.0.Ipv6Sets.Ipv6Set":                              list,
	})
	expect("DescribeInstanceMaintenanceAttributes", c.call(tea, ecs, "DescribeInstanceMaintenanceAttributes", params{"RegionId": region, "InstanceId.1": in.id}), members{
		"MaintenanceAttributes.MaintenanceAttribute.0.InstanceId":                           in.id,
		"MaintenanceAttributes.MaintenanceAttribute.0.MaintenanceWindows.MaintenanceWindow": []any{},
		"MaintenanceAttributes.MaintenanceAttribute.0.ActionOnMaintenance.Value":            text,
		"MaintenanceAttributes.MaintenanceAttribute.0.NotifyOnMaintenance":                  false,
	})
	expect("DescribeInstanceAttribute", c.call(sdk, ecs, "DescribeInstanceAttribute", params{"RegionId": region, "InstanceId": in.id}), members{
		"InstanceId": in.id, "EnableJumboFrame": truth,
	})
	expect("DescribeInstanceAttachmentAttributes", c.call(tea, ecs, "DescribeInstanceAttachmentAttributes", params{"RegionId": region, "InstanceIds": ids(in.id)}), members{
		"Instances.Instance.0.InstanceId": in.id, "Instances.Instance.0.PrivatePoolOptionsMatchCriteria": text, "Instances.Instance.0.PrivatePoolOptionsId": "",
	})
	expect("DescribeInstances again", c.call(tea, ecs, "DescribeInstances", params{
		"RegionId": region, "InstanceIds": ids(in.id), "AdditionalAttributes.1": "CPU_OPTIONS_TOPOLOGY_TYPE",
	}), members{
		"Instances.Instance.0.SpotInterruptionBehavior": text, "Instances.Instance.0.CpuOptions.CoreCount": number,
		"Instances.Instance.0.CpuOptions.ThreadsPerCore": number, "Instances.Instance.0.CpuOptions.TopologyType": text,
	})
}

func (c client) systemDisk(id string) any {
	return at(c.call(tea, ecs, "DescribeDisks", params{"RegionId": region, "InstanceId": id, "DiskType": "system"}), "Disks.Disk.0")
}

func (c client) readSystemDisk(in instance) {
	expect("DescribeDisks", c.systemDisk(in.id), members{
		"InstanceId": in.id, "Category": "cloud_essd", "DiskName": "tf-root", "Description": "", "Size": number, "AutoSnapshotPolicyId": "",
		"StorageClusterId": "", "Encrypted": false, "KMSKeyId": "", "ProvisionedIops": 0, "DiskId": text, "PerformanceLevel": text,
		"BurstingEnabled": false, "Tags.Tag": list,
	})
}

// In the order of the provider.
func (c client) updateInstance(in instance, otherGroup string) {
	c.call(sdk, ecs, "TagResources", params{"RegionId": region, "ResourceType": "instance", "ResourceId.1": in.id, "Tag.1.Key": "more", "Tag.1.Value": "v"})
	c.call(sdk, ecs, "UntagResources", params{"RegionId": region, "ResourceType": "instance", "ResourceId.1": in.id, "TagKey.1": "more"})
	c.call(tea, ecs, "JoinResourceGroup", params{"RegionId": region, "ResourceType": "instance", "ResourceId": in.id, "ResourceGroupId": "rg-1"})
	// The only group is left before the other one is joined.
	for _, swap := range [][2]string{{in.group, otherGroup}, {otherGroup, in.group}} {
		c.call(sdk, ecs, "LeaveSecurityGroup", params{"RegionId": region, "InstanceId": in.id, "SecurityGroupId": swap[0]})
		c.call(sdk, ecs, "JoinSecurityGroup", params{"RegionId": region, "InstanceId": in.id, "SecurityGroupId": swap[1]})
		expect("groups", c.describe(in.id), members{"Instances.Instance.0.SecurityGroupIds.SecurityGroupId": []any{swap[1]}})
	}
	root := textAt(c.systemDisk(in.id), "DiskId")
	c.call(sdk, ecs, "ResizeDisk", params{"RegionId": region, "DiskId": root, "NewSize": "50", "Type": "online"})
	c.call(tea, ecs, "ModifyDiskAttribute", params{"RegionId": region, "DiskId": root, "DiskName": "tf-root", "Description": ""})
	expect("resized", c.systemDisk(in.id), members{"Size": 50})
	c.call(tea, ecs, "ModifyInstanceAttribute", params{
		"RegionId": region, "ClientToken": token("ModifyInstanceAttribute"), "InstanceId": in.id, "InstanceName": "tf-renamed", "Description": "of the walk",
	})
	expect("renamed", c.describe(in.id), members{"Instances.Instance.0.InstanceName": "tf-renamed", "Instances.Instance.0.Description": "of the walk"})
	release := time.Now().UTC().AddDate(1, 0, 0).Format("2006-01-02T15:04:00Z")
	for _, set := range []params{{"AutoReleaseTime": release}, {}} {
		set["RegionId"], set["InstanceId"] = region, in.id
		c.call(sdk, ecs, "ModifyInstanceAutoReleaseTime", set)
		expect("release", c.describe(in.id), members{"Instances.Instance.0.AutoReleaseTime": set["AutoReleaseTime"]})
	}
	c.restartWith(in)
	c.call(sdk, ecs, "ModifyInstanceChargeType", params{"RegionId": region, "InstanceIds": ids(in.id), "InstanceChargeType": "PostPaid", "ClientToken": token("ModifyInstanceChargeType")})
	expect("charge type", c.describe(in.id), members{"Instances.Instance.0.InstanceChargeType": "PostPaid"})
	// The bandwidth grows from nothing.
	c.call(sdk, ecs, "ModifyInstanceNetworkSpec", params{"RegionId": region, "InstanceId": in.id, "InternetMaxBandwidthOut": "5", "ClientToken": token("ModifyInstanceNetworkSpec")})
	address := textAt(c.call(sdk, ecs, "AllocatePublicIpAddress", params{"RegionId": region, "InstanceId": in.id}), "IpAddress")
	expect("bandwidth", c.describe(in.id), members{
		"Instances.Instance.0.InternetMaxBandwidthOut": 5, "Instances.Instance.0.PublicIpAddress.IpAddress": []any{address},
	})
	c.call(sdk, ecs, "ModifyInstanceNetworkSpec", params{"RegionId": region, "InstanceId": in.id, "InternetMaxBandwidthOut": "0", "ClientToken": token("ModifyInstanceNetworkSpec")})
	c.call(tea, ecs, "DetachKeyPair", params{"RegionId": region, "KeyPairName": in.keyPair, "InstanceIds": ids(in.id)})
	expect("without key", c.describe(in.id), members{"Instances.Instance.0.KeyPairName": ""})
	c.call(tea, ecs, "AttachKeyPair", params{"RegionId": region, "KeyPairName": in.keyPair, "InstanceIds": ids(in.id)})
	c.call(sdk, ecs, "RebootInstance", params{"RegionId": region, "InstanceId": in.id, "ForceStop": "true"})
	c.untilStatus(in.id, "Running", "Pending", "Starting", "Stopped")
	c.readInstance(in, "Running")
	fmt.Println("ok: alicloud_instance is updated")
}

// What is changed while the instance is stopped: its type, its image.
func (c client) restartWith(in instance) {
	c.call(sdk, ecs, "StopInstance", params{"RegionId": region, "InstanceId": in.id, "ForceStop": "false"})
	c.untilStatus(in.id, "Stopped", "Pending", "Running", "Stopping")
	replaced := c.call(sdk, ecs, "ReplaceSystemDisk", params{"RegionId": region, "InstanceId": in.id, "ImageId": in.image, "SystemDisk.Size": "50"})
	root := textAt(replaced, "DiskId")
	until("the replaced disk is there", func() bool {
		told := c.call(tea, ecs, "DescribeDisks", params{"RegionId": region, "DiskIds": ids(root)})
		return at(told, "Disks.Disk.0.Size") == float64(50) && at(c.describe(in.id), "Instances.Instance.0.ImageId") == in.image
	})
	c.call(tea, ecs, "AttachKeyPair", params{"RegionId": region, "KeyPairName": in.keyPair, "InstanceIds": ids(in.id)})
	for _, kind := range []string{"ecs.g7.xlarge", "ecs.g7.large"} {
		c.call(sdk, ecs, "ModifyInstanceSpec", params{"RegionId": region, "InstanceId": in.id, "InstanceType": kind, "ClientToken": token("ModifyInstanceSpec")})
		expect("type", c.describe(in.id), members{"Instances.Instance.0.InstanceType": kind})
	}
	c.call(sdk, ecs, "StartInstance", params{"RegionId": region, "InstanceId": in.id})
	c.untilStatus(in.id, "Running", "Pending", "Starting", "Stopped")
}

// Without stopping it before; only these states may be seen meanwhile.
func (c client) deleteInstance(in instance) {
	c.refused(tea, vpc, "DeleteVSwitch", "DependencyViolation", params{"VSwitchId": in.vswitch, "RegionId": region})
	c.refused(tea, ecs, "DeleteSecurityGroup", "DependencyViolation", params{"SecurityGroupId": in.group, "RegionId": region})
	c.refused(tea, ecs, "DeleteKeyPairs", "InvalidParameter.KeypairAlreadyAttachedInstance", params{"RegionId": region, "KeyPairNames": ids(in.keyPair)})
	c.call(sdk, ecs, "DeleteInstance", params{"RegionId": region, "InstanceId": in.id, "Force": "true"})
	until(in.id+" is gone", func() bool { return len(rows(c.describe(in.id), "Instances.Instance")) == 0 })
	left := c.call(tea, ecs, "DescribeDisks", params{"RegionId": region, "InstanceId": in.id})
	check(len(rows(left, "Disks.Disk")) == 0, "disks are left: %v", left)
	fmt.Println("ok: alicloud_instance is gone")
}
