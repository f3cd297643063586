// The walk through @alicloud/ecs20140526 (signature ACS3-HMAC-SHA256, headers carry the action).
import { createRequire } from 'node:module';
import { check, done, options, otherZone, region, until, zone } from './common.mjs';

const ecs = createRequire(import.meta.url)('@alicloud/ecs20140526');
const { $OpenApiUtil } = createRequire(import.meta.url)('@alicloud/openapi-core');
const { endpoint, instance } = options();

const client = new ecs.default(new $OpenApiUtil.Config({
  accessKeyId: 'testid', accessKeySecret: 'testsecret', endpoint, protocol: 'http', regionId: region,
}));

async function diskOf(id) {
  const { body, statusCode } = await client.describeDisks(
    new ecs.DescribeDisksRequest({ regionId: region, diskIds: JSON.stringify([id]) }));
  check(statusCode === 200 && body.disks.disk.length === 1, `DescribeDisks of ${id}: ${statusCode}`);
  return body.disks.disk[0];
}
const untilStatus = (id, status) => until(`${id} is ${status}`, async () => (await diskOf(id)).status === status);

async function snapshotOf(id) {
  const { body } = await client.describeSnapshots(
    new ecs.DescribeSnapshotsRequest({ regionId: region, snapshotIds: JSON.stringify([id]) }));
  check(body.snapshots.snapshot.length === 1, `DescribeSnapshots of ${id}`);
  return body.snapshots.snapshot[0];
}

async function create(zoneId, snapshotId) {
  const request = new ecs.CreateDiskRequest({
    regionId: region, zoneId, diskCategory: 'cloud_auto', size: 20, snapshotId, diskName: '数据盘-1',
    clientToken: `acs3-${zoneId}-${snapshotId ?? ''}`,
    tag: [new ecs.CreateDiskRequestTag({ key: 'env', value: 'a b*c~d' })],
  });
  const { diskId } = (await client.createDisk(request)).body;
  check(/^d-bp1[0-9a-z]{17}$/.test(diskId), `DiskId ${diskId}`);
  check((await client.createDisk(request)).body.diskId === diskId, 'the token made a second disk');
  await untilStatus(diskId, 'Available');
  done(`CreateDisk in ${zoneId}`);
  return diskId;
}

const disk = await create(zone);
const fresh = await diskOf(disk);
check(fresh.size === 20 && fresh.zoneId === zone && fresh.diskName === '数据盘-1', JSON.stringify(fresh));
check(fresh.deleteAutoSnapshot === false && fresh.multiAttach === 'Disabled', JSON.stringify(fresh));
check(fresh.tags.tag[0].tagKey === 'env' && fresh.tags.tag[0].tagValue === 'a b*c~d', JSON.stringify(fresh.tags));
check(fresh.attachments.attachment.length === 0 && fresh.instanceId === '', JSON.stringify(fresh));

await client.attachDisk(new ecs.AttachDiskRequest({ diskId: disk, instanceId: instance }));
await untilStatus(disk, 'In_use');
check((await diskOf(disk)).attachments.attachment[0].instanceId === instance, 'Attachments');

const { snapshotId } = (await client.createSnapshot(new ecs.CreateSnapshotRequest({ diskId: disk, snapshotName: 'acs3' }))).body;
await until('snapshot accomplished', async () => (await snapshotOf(snapshotId)).status === 'accomplished');
const snapshot = await snapshotOf(snapshotId);
check(snapshot.available === true && snapshot.progress === '100%' && snapshot.sourceDiskSize === '20', JSON.stringify(snapshot));

const restored = await create(otherZone, snapshotId);
check((await diskOf(restored)).sourceSnapshotId === snapshotId, 'SourceSnapshotId');
const refusal = await client.attachDisk(new ecs.AttachDiskRequest({ diskId: restored, instanceId: instance })).catch((e) => e);
check(refusal.code === 'ResourcesNotInSameZone' && refusal.statusCode === 403, `AttachDisk across zones: ${refusal.code} ${refusal.statusCode}`);
done(`AttachDisk across zones is refused: ${refusal.message}`);

await client.detachDisk(new ecs.DetachDiskRequest({ diskId: disk, instanceId: instance }));
await untilStatus(disk, 'Available');
for (const diskId of [disk, restored]) await client.deleteDisk(new ecs.DeleteDiskRequest({ diskId }));
await client.deleteSnapshot(new ecs.DeleteSnapshotRequest({ snapshotId, force: true }));
done('walk done');
