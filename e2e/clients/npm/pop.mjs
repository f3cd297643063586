// The walk through @alicloud/pop-core (signature V1, POST with every parameter in the form body).
import { createRequire } from 'node:module';
import { check, done, options, otherZone, region, until, zone } from './common.mjs';

const { RPCClient } = createRequire(import.meta.url)('@alicloud/pop-core');
const { endpoint, instance } = options();
const client = new RPCClient({
  accessKeyId: 'testid', accessKeySecret: 'testsecret', endpoint: `http://${endpoint}`, apiVersion: '2014-05-26',
});
const call = (action, params) => client.request(action, { RegionId: region, ...params }, { method: 'POST' });

async function diskOf(id) {
  const body = await call('DescribeDisks', { DiskIds: JSON.stringify([id]) });
  check(body.Disks.Disk.length === 1 && body.TotalCount === 1, `DescribeDisks of ${id}: ${JSON.stringify(body)}`);
  return body.Disks.Disk[0];
}
const untilStatus = (id, status) => until(`${id} is ${status}`, async () => (await diskOf(id)).Status === status);

async function create(zoneId, snapshot) {
  const params = {
    ZoneId: zoneId, DiskCategory: 'cloud_ssd', Size: 20, DiskName: '数据盘-2', ClientToken: `pop-${zoneId}-${snapshot ?? ''}`,
    'Tag.1.Key': 'env', 'Tag.1.Value': 'a b*c~d', ...(snapshot ? { SnapshotId: snapshot } : {}),
  };
  const { DiskId } = await call('CreateDisk', params);
  check(/^d-bp1[0-9a-z]{17}$/.test(DiskId), `DiskId ${DiskId}`);
  check((await call('CreateDisk', params)).DiskId === DiskId, 'the token made a second disk');
  await untilStatus(DiskId, 'Available');
  done(`CreateDisk in ${zoneId}`);
  return DiskId;
}

const disk = await create(zone);
const fresh = await diskOf(disk);
check(fresh.Size === 20 && fresh.ZoneId === zone && fresh.DiskName === '数据盘-2', JSON.stringify(fresh));
check(fresh.SerialNumber === disk.slice(2) && fresh.PerformanceLevel === '', JSON.stringify(fresh));
check(fresh.Tags.Tag[0].Key === 'env' && fresh.Tags.Tag[0].Value === 'a b*c~d', JSON.stringify(fresh.Tags));

await call('AttachDisk', { DiskId: disk, InstanceId: instance });
await untilStatus(disk, 'In_use');
const { SnapshotId } = await call('CreateSnapshot', { DiskId: disk });
await until('snapshot accomplished', async () => {
  const { Snapshots } = await call('DescribeSnapshots', { SnapshotIds: JSON.stringify([SnapshotId]) });
  return Snapshots.Snapshot[0].Status === 'accomplished' && Snapshots.Snapshot[0].SourceDiskSize === '20';
});

const restored = await create(otherZone, SnapshotId);
const refusal = await call('AttachDisk', { DiskId: restored, InstanceId: instance }).catch((e) => e);
check(refusal.code === 'ResourcesNotInSameZone', `AttachDisk across zones: ${refusal.code}`);
done(`AttachDisk across zones is refused: ${refusal.message}`);

await call('DetachDisk', { DiskId: disk, InstanceId: instance });
await untilStatus(disk, 'Available');
for (const id of [disk, restored]) await call('DeleteDisk', { DiskId: id });
await call('DeleteSnapshot', { SnapshotId, Force: true });
done('walk done');
