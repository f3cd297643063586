package main

import "fmt"

func (c client) disk(id string) any {
	told := c.call(tea, ecs, "DescribeDisks", params{"RegionId": region, "DiskIds": ids(id)})
	check(len(rows(told, "Disks.Disk")) == 1, "%s is not listed", id)
	return at(told, "Disks.Disk.0")
}

func (c client) untilDisk(id, status string) {
	until(id+" is "+status, func() bool { return at(c.disk(id), "Status") == status })
}

func (c client) createDisk() string {
	created := c.call(tea, ecs, "CreateDisk", params{
		"RegionId": region, "ClientToken": token("CreateDisk"), "ZoneId": zone, "DiskCategory": "cloud_essd", "Size": "20",
		"DiskName": "tf-disk", "PerformanceLevel": "PL0", "Encrypted": "false", "Tag.1.Key": "env", "Tag.1.Value": "test",
	})
	id := textAt(created, "DiskId")
	c.untilDisk(id, "Available")
	for plan := 0; plan < 2; plan++ {
		expect("DescribeDisks", c.disk(id), members{
			"BurstingEnabled": false, "Category": "cloud_essd", "CreationTime": text, "DeleteAutoSnapshot": false, "DeleteWithInstance": false,
			"Description": "", "DiskName": "tf-disk", "EnableAutoSnapshot": truth, "Encrypted": false, "InstanceId": "", "KMSKeyId": "",
			"MultiAttach": "Disabled", "DiskChargeType": "PostPaid", "PerformanceLevel": "PL0", "ProvisionedIops": 0, "RegionId": region,
			"ResourceGroupId": "", "Size": 20, "SourceSnapshotId": "", "StorageSetId": "", "StorageSetPartitionNumber": 0, "ZoneId": zone,
			"Tags.Tag.0.TagKey": "env", "Tags.Tag.0.TagValue": "test", "OperationLocks": dict, "IOPS": number, "IOPSRead": number, "IOPSWrite": number,
			"MountInstanceNum": number, "DiskId": id,
		})
	}
	c.call(tea, ecs, "ModifyDiskAttribute", params{"RegionId": region, "DiskId": id, "DiskName": "tf-renamed", "Description": "of the walk"})
	c.call(tea, ecs, "ResizeDisk", params{"DiskId": id, "NewSize": "30", "Type": "offline", "ClientToken": token("ResizeDisk")})
	expect("updated", c.disk(id), members{"DiskName": "tf-renamed", "Description": "of the walk", "Size": 30})
	fmt.Println("ok: alicloud_ecs_disk", id)
	return id
}

func (c client) attach(disk, instance string) {
	c.call(tea, ecs, "AttachDisk", params{"DiskId": disk, "InstanceId": instance, "Bootable": "false", "DeleteWithInstance": "false"})
	c.untilDisk(disk, "In_use")
	expect("attachment", c.disk(disk), members{"InstanceId": instance, "DiskId": disk, "Device": text, "DeleteAutoSnapshot": false})
	fmt.Println("ok: alicloud_ecs_disk_attachment")
}

func (c client) detach(disk, instance string) {
	c.call(tea, ecs, "DetachDisk", params{"DiskId": disk, "InstanceId": instance, "DeleteWithInstance": "false"})
	c.untilDisk(disk, "Available")
}

func (c client) deleteDisk(id string) {
	c.call(tea, ecs, "DeleteDisk", params{"DiskId": id})
	until(id+" is gone", func() bool {
		return len(rows(c.call(tea, ecs, "DescribeDisks", params{"RegionId": region, "DiskIds": ids(id)}), "Disks.Disk")) == 0
	})
}

func (c client) snapshot(disk string) string {
	created := c.call(tea, ecs, "CreateSnapshot", params{
		"ClientToken": token("CreateSnapshot"), "DiskId": disk, "SnapshotName": "tf-snapshot", "Category": "standard", "Tag.1.Key": "env", "Tag.1.Value": "test",
	})
	id := textAt(created, "SnapshotId")
	read := params{"RegionId": region, "SnapshotIds": ids(id)}
	until(id+" is accomplished", func() bool {
		return at(c.call(tea, ecs, "DescribeSnapshots", read), "Snapshots.Snapshot.0.Status") == "accomplished"
	})
	expect("DescribeSnapshots", c.call(tea, ecs, "DescribeSnapshots", read), members{
		"Snapshots.Snapshot.0.Category": "standard", "Snapshots.Snapshot.0.CreationTime": text, "Snapshots.Snapshot.0.Description": "",
		"Snapshots.Snapshot.0.SourceDiskId": disk, "Snapshots.Snapshot.0.RegionId": region, "Snapshots.Snapshot.0.ResourceGroupId": "",
		"Snapshots.Snapshot.0.RetentionDays": 0, "Snapshots.Snapshot.0.SnapshotName": "tf-snapshot", "Snapshots.Snapshot.0.Tags.Tag.0.TagKey": "env",
	})
	c.call(tea, ecs, "ModifySnapshotAttribute", params{"SnapshotId": id, "SnapshotName": "tf-renamed", "Description": "of the walk"})
	expect("renamed", c.call(tea, ecs, "DescribeSnapshots", read), members{"Snapshots.Snapshot.0.SnapshotName": "tf-renamed"})
	fmt.Println("ok: alicloud_ecs_snapshot", id)
	return id
}

func (c client) deleteSnapshot(id string) {
	c.call(tea, ecs, "DeleteSnapshot", params{"SnapshotId": id})
	read := params{"RegionId": region, "SnapshotIds": ids(id)}
	check(len(rows(c.call(tea, ecs, "DescribeSnapshots", read), "Snapshots.Snapshot")) == 0, "%s is left", id)
}

func (c client) policy(disk string) {
	created := c.call(tea, ecs, "CreateAutoSnapshotPolicy", params{
		"regionId": region, "autoSnapshotPolicyName": "tf-policy", "retentionDays": "-1", "timePoints": `["1","22"]`, "repeatWeekdays": `["1","7"]`,
	})
	id := textAt(created, "AutoSnapshotPolicyId")
	read := params{"RegionId": region, "AutoSnapshotPolicyId": id}
	const row = "AutoSnapshotPolicies.AutoSnapshotPolicy.0."
	expect("DescribeAutoSnapshotPolicyEx", c.call(tea, ecs, "DescribeAutoSnapshotPolicyEx", read), members{
		row + "Status": text, row + "AutoSnapshotPolicyName": "tf-policy", row + "CopiedSnapshotsRetentionDays": number, row + "CreationTime": text,
		row + "EnableCrossRegionCopy": false, row + "RegionId": region, row + "ResourceGroupId": "", row + "RetentionDays": -1, row + "Tags.Tag": list,
		row + "RepeatWeekdays": `["1","7"]`, row + "TimePoints": `["1","22"]`, row + "TargetCopyRegions": "[]",
	})
	c.call(tea, ecs, "ModifyAutoSnapshotPolicyEx", params{
		"regionId": region, "autoSnapshotPolicyId": id, "retentionDays": "7", "timePoints": `["3"]`, "repeatWeekdays": `["2"]`,
	})
	expect("modified", c.call(tea, ecs, "DescribeAutoSnapshotPolicyEx", read), members{row + "RetentionDays": 7, row + "TimePoints": `["3"]`})
	c.call(tea, ecs, "ApplyAutoSnapshotPolicy", params{"regionId": region, "autoSnapshotPolicyId": id, "diskIds": ids(disk)})
	bound := params{"RegionId": region, "AutoSnapshotPolicyId": id, "DiskIds": ids(disk)}
	expect("attachment", c.call(tea, ecs, "DescribeDisks", bound), members{
		"Disks.Disk.0.DiskId": disk, "Disks.Disk.0.AutoSnapshotPolicyId": id, "Disks.Disk.0.RegionId": region,
	})
	c.call(tea, ecs, "CancelAutoSnapshotPolicy", params{"regionId": region, "diskIds": ids(disk)})
	check(len(rows(c.call(tea, ecs, "DescribeDisks", bound), "Disks.Disk")) == 0, "%s is still under %s", disk, id)
	c.call(tea, ecs, "DeleteAutoSnapshotPolicy", params{"regionId": region, "autoSnapshotPolicyId": id})
	check(len(rows(c.call(tea, ecs, "DescribeAutoSnapshotPolicyEx", read), "AutoSnapshotPolicies.AutoSnapshotPolicy")) == 0, "%s is left", id)
	fmt.Println("ok: alicloud_ecs_auto_snapshot_policy and its attachment")
}

func (c client) imageOf(instance string) {
	created := c.call(tea, ecs, "CreateImage", params{
		"RegionId": region, "ClientToken": token("CreateImage"), "InstanceId": instance, "ImageName": "tf-image", "Tag.1.Key": "env", "Tag.1.Value": "test",
	})
	id := textAt(created, "ImageId")
	read := params{"RegionId": region, "ImageId": id, "Status": "ALL"}
	until(id+" is usable", func() bool {
		row := at(c.call(sdk, ecs, "DescribeImages", read), "Images.Image.0")
		check(at(row, "Status") != "CreateFailed", "%s failed", id)
		return at(row, "Usable") == true
	})
	expect("DescribeImages", at(c.call(sdk, ecs, "DescribeImages", read), "Images.Image.0"), members{
		"ImageId": id, "Architecture": text, "BootMode": text, "CreationTime": text, "Description": "", "ImageFamily": "", "ImageName": "tf-image",
		"ImageVersion": "", "Platform": text, "ResourceGroupId": "", "Status": "Available", "DiskDeviceMappings.DiskDeviceMapping.0.SnapshotId": text,
		"DiskDeviceMappings.DiskDeviceMapping.0.Device": text, "Features.NvmeSupport": text, "Tags.Tag.0.TagKey": "env", "Size": number, "IsSelfShared": text,
	})
	c.call(sdk, ecs, "DeleteImage", params{"RegionId": region, "ImageId": id, "Force": "true"})
	check(len(rows(c.call(sdk, ecs, "DescribeImages", read), "Images.Image")) == 0, "%s is left", id)
	fmt.Println("ok: alicloud_image", id)
}
