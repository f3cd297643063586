// @alicloud/pop-core (signature V1, POST with everything in the form): every action. It has no classes,
// no models and no retries of its own; a caller repeats by the code, as here.
import { createRequire } from 'node:module';
import { check, done, region, zone } from './common.mjs';
import { cases, given, lab, manyCallers, unavailable, versionOf } from './every.mjs';

const { RPCClient } = createRequire(import.meta.url)('@alicloud/pop-core');
versionOf('@alicloud/pop-core');
const options = given();

const clientOf = (endpoint) => new RPCClient({
  accessKeyId: 'testid', accessKeySecret: 'testsecret', endpoint: `http://${endpoint}`, apiVersion: '2014-05-26',
});
const client = clientOf(options.endpoint);

async function send(action, parameters, by = client) {
  try {
    return { answer: await by.request(action, parameters, { method: 'POST', formatParams: false }), code: 'OK' };
  } catch (error) {
    if (!error.code) throw error;
    check(error.data?.RequestId && error.data.Code === error.code, `${action}: ${error.message}`);
    return { code: error.code };
  }
}
async function sendUntilLet(action, parameters, by, again) {
  for (let attempt = 0; attempt < 20; ++attempt) {
    const sent = await send(action, parameters, by);
    if (!again.test(sent.code)) return sent;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { code: 'never' };
}

const rows = cases(options);
let refused = 0;
for (const { action, outcome, parameters } of rows) {
  const { answer, code } = await send(action, parameters);
  check(outcome === code, `${action} ${JSON.stringify(parameters)}: ${code}, not ${outcome}`);
  check(code !== 'OK' || answer.RequestId, `${action}: ${JSON.stringify(answer)}`);
  refused += code !== 'OK';
}
done(`${rows.length} actions sent, ${refused} of them refused as documented`);

await lab(options.endpoint, 'throttles', { Action: 'DescribeZones', Burst: 1, PerMinute: 300 });
const zones = { RegionId: region };
check((await send('DescribeZones', zones)).code === 'OK', 'DescribeZones within the burst');
check((await send('DescribeZones', zones)).code === 'Throttling.Api', 'DescribeZones beyond the burst');
check((await sendUntilLet('DescribeZones', zones, client, /^Throttling/)).code === 'OK', 'DescribeZones after its retry');
await lab(options.endpoint, 'throttles', { Action: 'DescribeZones', Off: true });
const proxy = await unavailable(options.endpoint, 2);
check((await sendUntilLet('DescribeRegions', {}, clientOf(proxy.endpoint), /^ServiceUnavailable$/)).code === 'OK', 'DescribeRegions after two 503');
done('retries: throttled, then let through; unavailable twice, then there');

const running = rows.find(({ action }) => action === 'AttachDisk').parameters.InstanceId;
await manyCallers(
  async (token) => {
    const { answer, code } = await send('CreateDisk', { RegionId: region, ZoneId: zone, DiskCategory: 'cloud_essd', Size: 20, ClientToken: token });
    return { code, id: answer?.DiskId };
  },
  (disk) => send('AttachDisk', { DiskId: disk, InstanceId: running }));
