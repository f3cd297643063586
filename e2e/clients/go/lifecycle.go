// What happens to a disk beside its life cycle: an automatic snapshot policy, a copy of its snapshot in
// another region, and its old bytes again while its instance is stopped.
package main

import (
	"fmt"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

const otherRegion = "cn-beijing"

func (w walk) describedPolicy(id string) ecs.AutoSnapshotPolicy {
	request := ecs.CreateDescribeAutoSnapshotPolicyExRequest()
	request.AutoSnapshotPolicyId = id
	response, err := w.client.DescribeAutoSnapshotPolicyEx(request)
	check(err == nil, "DescribeAutoSnapshotPolicyEx: %v", err)
	list := response.AutoSnapshotPolicies.AutoSnapshotPolicy
	check(len(list) == 1, "policy %s is listed %d times", id, len(list))
	return list[0]
}

func (w walk) policyOf(disk string) {
	create := ecs.CreateCreateAutoSnapshotPolicyRequest()
	create.AutoSnapshotPolicyName = "go-sdk"
	create.TimePoints = `["22","1"]`
	create.RepeatWeekdays = `["1","7"]`
	create.RetentionDays = requests.NewInteger(7)
	created, err := w.client.CreateAutoSnapshotPolicy(create)
	must(err, "CreateAutoSnapshotPolicy")
	id := created.AutoSnapshotPolicyId
	apply := ecs.CreateApplyAutoSnapshotPolicyRequest()
	apply.AutoSnapshotPolicyId = id
	apply.DiskIds = fmt.Sprintf("[%q]", disk)
	_, err = w.client.ApplyAutoSnapshotPolicy(apply)
	must(err, "ApplyAutoSnapshotPolicy")
	policy := w.describedPolicy(id)
	check(policy.TimePoints == `["22","1"]` && policy.DiskNums == 1 && policy.RetentionDays == 7, "policy %+v", policy)
	check(w.disk(disk).AutoSnapshotPolicyId == id && w.disk(disk).EnableAutomatedSnapshotPolicy, "the disk names another policy")
	cancel := ecs.CreateCancelAutoSnapshotPolicyRequest()
	cancel.DiskIds = apply.DiskIds
	_, err = w.client.CancelAutoSnapshotPolicy(cancel)
	must(err, "CancelAutoSnapshotPolicy")
	check(w.disk(disk).AutoSnapshotPolicyId == "", "the disk is still under the policy")
	remove := ecs.CreateDeleteAutoSnapshotPolicyRequest()
	remove.AutoSnapshotPolicyId = id
	_, err = w.client.DeleteAutoSnapshotPolicy(remove)
	must(err, "DeleteAutoSnapshotPolicy")
}

func (w walk) copyOf(snapshot string) {
	request := ecs.CreateCopySnapshotRequest()
	request.SnapshotId = snapshot
	request.DestinationRegionId = otherRegion
	request.DestinationSnapshotName = "go-sdk-copy"
	request.DestinationSnapshotDescription = "of the walk"
	response, err := w.client.CopySnapshot(request)
	must(err, "CopySnapshot")
	until("copy accomplished", func() bool {
		list := ecs.CreateDescribeSnapshotsRequest()
		list.RegionId = otherRegion
		list.SnapshotIds = fmt.Sprintf("[%q]", response.SnapshotId)
		listed, err := w.client.DescribeSnapshots(list)
		check(err == nil && len(listed.Snapshots.Snapshot) == 1, "the copy is not listed: %v", err)
		copied := listed.Snapshots.Snapshot[0]
		check(copied.SourceSnapshotId == snapshot && copied.SourceRegionId == region, "copy %+v", copied)
		return copied.Status == "accomplished"
	})
	remove := ecs.CreateDeleteSnapshotRequest()
	remove.RegionId = otherRegion
	remove.SnapshotId = response.SnapshotId
	_, err = w.client.DeleteSnapshot(remove)
	must(err, "DeleteSnapshot of the copy")
}

func (w walk) untilInstance(id, status string) {
	until(id+" is "+status, func() bool {
		request := ecs.CreateDescribeInstanceStatusRequest()
		request.InstanceId = &[]string{id}
		response, err := w.client.DescribeInstanceStatus(request)
		check(err == nil && response.TotalCount == 1, "DescribeInstanceStatus: %v", err)
		return response.InstanceStatuses.InstanceStatus[0].Status == status
	})
}

func (w walk) resetTo(disk, snapshot, instance string) {
	stop := ecs.CreateStopInstanceRequest()
	stop.InstanceId = instance
	_, err := w.client.StopInstance(stop)
	must(err, "StopInstance")
	w.untilInstance(instance, "Stopped")
	reset := ecs.CreateResetDiskRequest()
	reset.DiskId = disk
	reset.SnapshotId = snapshot
	_, err = w.client.ResetDisk(reset)
	must(err, "ResetDisk")
	w.untilStatus(disk, "In_use")
	start := ecs.CreateStartInstanceRequest()
	start.InstanceId = instance
	_, err = w.client.StartInstance(start)
	must(err, "StartInstance")
	w.untilInstance(instance, "Running")
}
