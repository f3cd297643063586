// Walks the disk life cycle through the vendor's Go SDK (signature V1, everything in the query of a
// POST) and checks the typed fields that it decodes.
//
//	clients -endpoint 127.0.0.1:20140 -instance i-…
//	clients -endpoint 127.0.0.1:20140 -cases FILE
//
// The instance must be a virtual one in cn-hangzhou-b. Exit status 0: every step answered as the
// API reference says.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/aliyun/alibaba-cloud-sdk-go/sdk"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/auth/credentials"
	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/ecs"
)

const (
	region    = "cn-hangzhou"
	zone      = "cn-hangzhou-b"
	otherZone = "cn-hangzhou-e"
)

var (
	diskID     = regexp.MustCompile(`^d-bp1[0-9a-z]{17}$`)
	snapshotID = regexp.MustCompile(`^s-bp1[0-9a-z]{17}$`)
	seconds    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$`)
)

func check(ok bool, format string, arguments ...any) {
	if !ok {
		fmt.Fprintf(os.Stderr, "failed: "+format+"\n", arguments...)
		os.Exit(1)
	}
}

func must(err error, what string) {
	check(err == nil, "%s: %v", what, err)
	fmt.Println("ok:", what)
}

type walk struct{ client *ecs.Client }

func (w walk) disk(id string) ecs.Disk {
	request := ecs.CreateDescribeDisksRequest()
	request.DiskIds = fmt.Sprintf("[%q]", id)
	response, err := w.client.DescribeDisks(request)
	check(err == nil, "DescribeDisks: %v", err)
	check(len(response.Disks.Disk) == 1 && response.TotalCount == 1, "DescribeDisks of %s found %d", id, response.TotalCount)
	return response.Disks.Disk[0]
}

func (w walk) snapshot(id string) ecs.Snapshot {
	request := ecs.CreateDescribeSnapshotsRequest()
	request.SnapshotIds = fmt.Sprintf("[%q]", id)
	response, err := w.client.DescribeSnapshots(request)
	check(err == nil, "DescribeSnapshots: %v", err)
	check(len(response.Snapshots.Snapshot) == 1, "snapshot %s is not listed", id)
	return response.Snapshots.Snapshot[0]
}

// Polls until `done` or 30 s are over.
func until(what string, done func() bool) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if done() {
			fmt.Println("ok:", what)
			return
		}
	}
	check(false, "%s did not happen within 30 s", what)
}

func (w walk) untilStatus(id, status string) {
	until(id+" is "+status, func() bool { return w.disk(id).Status == status })
}

func (w walk) create(inZone, fromSnapshot string) string {
	request := ecs.CreateCreateDiskRequest()
	request.ZoneId = inZone
	request.DiskCategory = "cloud_essd"
	request.PerformanceLevel = "PL0"
	request.Size = requests.NewInteger(20)
	request.SnapshotId = fromSnapshot
	request.DiskName = "go-sdk"
	request.ClientToken = "go-" + inZone + fromSnapshot
	request.Tag = &[]ecs.CreateDiskTag{{Key: "env", Value: "a b*c~d"}}
	response, err := w.client.CreateDisk(request)
	must(err, "CreateDisk in "+inZone)
	check(diskID.MatchString(response.DiskId), "DiskId %q", response.DiskId)
	repeated, err := w.client.CreateDisk(request)
	must(err, "CreateDisk repeated with its ClientToken")
	check(repeated.DiskId == response.DiskId, "the token made a second disk %s", repeated.DiskId)
	w.untilStatus(response.DiskId, "Available")
	return response.DiskId
}

func (w walk) checkFresh(id string) {
	disk := w.disk(id)
	check(disk.ZoneId == zone && disk.RegionId == region, "place %s %s", disk.RegionId, disk.ZoneId)
	check(disk.Size == 20 && disk.Category == "cloud_essd" && disk.PerformanceLevel == "PL0", "disk %+v", disk)
	check(disk.SerialNumber == id[2:], "serial %q of %s", disk.SerialNumber, id)
	check(!disk.DeleteAutoSnapshot && disk.Portable && !disk.DeleteWithInstance, "flags of %+v", disk)
	check(disk.MultiAttach == "Disabled" && disk.Type == "data" && disk.DiskChargeType == "PostPaid", "words of %+v", disk)
	check(disk.IOPS == 1800+12*20, "IOPS %d", disk.IOPS)
	check(seconds.MatchString(disk.CreationTime), "CreationTime %q", disk.CreationTime)
	check(len(disk.Tags.Tag) == 1 && disk.Tags.Tag[0].TagKey == "env" && disk.Tags.Tag[0].TagValue == "a b*c~d", "tags %+v", disk.Tags)
}

func (w walk) attach(id, instance string) {
	request := ecs.CreateAttachDiskRequest()
	request.DiskId = id
	request.InstanceId = instance
	_, err := w.client.AttachDisk(request)
	must(err, "AttachDisk")
	w.untilStatus(id, "In_use")
	disk := w.disk(id)
	check(len(disk.Attachments.Attachment) == 1 && disk.Attachments.Attachment[0].InstanceId == instance, "attachments %+v", disk.Attachments)
	check(disk.InstanceId == instance && disk.Device == "/dev/xvdb", "attached as %q to %q", disk.Device, disk.InstanceId)
}

// The refusal: a disk of another zone, status and code as the SDK decodes them.
func (w walk) attachElsewhere(id, instance string) {
	request := ecs.CreateAttachDiskRequest()
	request.DiskId = id
	request.InstanceId = instance
	_, err := w.client.AttachDisk(request)
	refusal, typed := err.(*sdkerrors.ServerError)
	check(typed, "AttachDisk across zones answered %v", err)
	check(refusal.HttpStatus() == 403 && refusal.ErrorCode() == "ResourcesNotInSameZone", "refused with %d %s", refusal.HttpStatus(), refusal.ErrorCode())
	check(refusal.RequestId() != "", "a refusal without RequestId")
	fmt.Println("ok: AttachDisk across zones is refused:", refusal.Message())
}

func (w walk) snapshotOf(id string) string {
	request := ecs.CreateCreateSnapshotRequest()
	request.DiskId = id
	request.SnapshotName = "go-sdk-snapshot"
	response, err := w.client.CreateSnapshot(request)
	must(err, "CreateSnapshot")
	check(snapshotID.MatchString(response.SnapshotId), "SnapshotId %q", response.SnapshotId)
	until("snapshot accomplished", func() bool { return w.snapshot(response.SnapshotId).Status == "accomplished" })
	snapshot := w.snapshot(response.SnapshotId)
	check(snapshot.Available && snapshot.Progress == "100%", "snapshot %+v", snapshot)
	check(snapshot.SourceDiskId == id && snapshot.SourceDiskSize == "20", "source %q %q", snapshot.SourceDiskId, snapshot.SourceDiskSize)
	check(seconds.MatchString(snapshot.CreationTime), "CreationTime %q", snapshot.CreationTime)
	return response.SnapshotId
}

func (w walk) detach(id, instance string) {
	request := ecs.CreateDetachDiskRequest()
	request.DiskId = id
	request.InstanceId = instance
	_, err := w.client.DetachDisk(request)
	must(err, "DetachDisk")
	w.untilStatus(id, "Available")
}

func (w walk) deleteDisk(id string) {
	request := ecs.CreateDeleteDiskRequest()
	request.DiskId = id
	_, err := w.client.DeleteDisk(request)
	must(err, "DeleteDisk "+id)
}

func (w walk) deleteSnapshot(id string) {
	request := ecs.CreateDeleteSnapshotRequest()
	request.SnapshotId = id
	request.Force = requests.NewBoolean(true)
	_, err := w.client.DeleteSnapshot(request)
	must(err, "DeleteSnapshot "+id)
}

func main() {
	endpoint := flag.String("endpoint", "127.0.0.1:20140", "host:port of zonedisk-cloud")
	instance := flag.String("instance", "", "id of a virtual instance in "+zone)
	file := flag.String("cases", "", "the file that world made: every action instead of the walk")
	flag.Parse()
	if *file != "" {
		printVersion()
		every(*endpoint, *file)
		return
	}
	check(*instance != "", "-instance is required")

	config := sdk.NewConfig().WithScheme("HTTP").WithAutoRetry(false)
	client, err := ecs.NewClientWithOptions(region, config, credentials.NewAccessKeyCredential("testid", "testsecret"))
	check(err == nil, "client: %v", err)
	client.Domain = *endpoint
	w := walk{client}

	disk := w.create(zone, "")
	w.checkFresh(disk)
	w.attach(disk, *instance)
	snapshot := w.snapshotOf(disk)
	restored := w.create(otherZone, snapshot)
	check(w.disk(restored).SourceSnapshotId == snapshot, "SourceSnapshotId %q", w.disk(restored).SourceSnapshotId)
	w.attachElsewhere(restored, *instance)
	w.policyOf(disk)
	w.copyOf(snapshot)
	w.resetTo(disk, snapshot, *instance)
	w.detach(disk, *instance)
	w.deleteDisk(disk)
	w.deleteDisk(restored)
	w.deleteSnapshot(snapshot)
	fmt.Println("walk done")
}
