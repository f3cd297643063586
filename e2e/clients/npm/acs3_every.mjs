// @alicloud/ecs20140526 (ACS3-HMAC-SHA256): every action that the package has.
import { createRequire } from 'node:module';
import { check, done, region, zone } from './common.mjs';
import { cases, given, lab, manyCallers, nested, unavailable, versionOf } from './every.mjs';
import { answered, compare, members } from './models.mjs';

const require = createRequire(import.meta.url);
const ecs = require('@alicloud/ecs20140526');
const { $OpenApiUtil, ThrottlingError, ClientError } = require('@alicloud/openapi-core');
versionOf('@alicloud/ecs20140526');
const options = given();

const clientOf = (endpoint, more = {}) => new ecs.default(new $OpenApiUtil.Config({
  accessKeyId: 'testid', accessKeySecret: 'testsecret', endpoint, protocol: 'http', regionId: region, ...more,
}));
const client = clientOf(options.endpoint);

// An object of that model with the values by their names on the wire.
function build(model, values) {
  const types = model.types();
  const fields = Object.fromEntries(Object.entries(model.names()).map(([field, wire]) => [wire, field]));
  const map = {};
  for (const [wire, value] of Object.entries(values)) {
    const field = fields[wire];
    check(field, `${model.name} has no ${wire}`);
    const inner = types[field]?.itemType;
    map[field] = inner?.names ? value.map((item) => build(inner, item)) : value;
  }
  return new model(map);
}

async function send(action, parameters, by = client) {
  const method = action[0].toLowerCase() + action.slice(1);
  try {
    return { answer: await by[method](build(ecs[`${action}Request`], nested(parameters))), code: 'OK' };
  } catch (error) {
    if (!error.code) throw error;
    check(error instanceof ClientError || error instanceof ThrottlingError, `${action}: ${error.name} ${error.message}`);
    check(error.statusCode >= 400 && error.requestId, `${action}: ${error.statusCode} ${error.requestId}`);
    return { code: error.code, error };
  }
}

const rows = cases(options);
const modelled = {};
const seen = {};
let refused = 0;
for (const { action, outcome, parameters } of rows) {
  check(ecs[`${action}Request`], `the package lacks ${action}`);
  const { answer, code } = await send(action, parameters);
  check(outcome === code, `${action} ${JSON.stringify(parameters)}: ${code}, not ${outcome}`);
  refused += code !== 'OK';
  if (outcome !== 'OK') continue;
  const model = ecs[`${action}ResponseBody`];
  check(answer.statusCode === 200 && answer.body instanceof model && answer.body.requestId, `${action}: ${JSON.stringify(answer)}`);
  modelled[action] = members(model);
  seen[action] = answered(model, answer.body);
}
done(`${rows.length} actions sent, ${refused} of them refused as documented`);
compare(modelled, seen);

const patient = { retryOptions: {
  retryable: true, noRetryCondition: [],
  retryCondition: [{ maxAttempts: 5, exception: ['ThrottlingError', 'ServerError'], errorCode: [] }],
} };
await lab(options.endpoint, 'throttles', { Action: 'DescribeZones', Burst: 1, PerMinute: 300 });
const zones = { RegionId: region };
check((await send('DescribeZones', zones)).code === 'OK', 'DescribeZones within the burst');
const { code, error } = await send('DescribeZones', zones);
check(code === 'Throttling.Api' && error instanceof ThrottlingError, `DescribeZones beyond the burst: ${code}`);
check(error.retryAfter > 0 && error.retryAfter <= 200, `retry after ${error.retryAfter}`);
check((await send('DescribeZones', zones, clientOf(options.endpoint, patient))).code === 'OK', 'DescribeZones after its retry');
await lab(options.endpoint, 'throttles', { Action: 'DescribeZones', Off: true });
const proxy = await unavailable(options.endpoint, 2);
check((await send('DescribeRegions', {}, clientOf(proxy.endpoint, patient))).code === 'OK' && proxy.left < 0, 'DescribeRegions after two 503');
done('retries: throttled, then let through; unavailable twice, then there');

const running = rows.find(({ action }) => action === 'AttachDisk').parameters.InstanceId;
await manyCallers(
  async (token) => {
    const { answer, code } = await send('CreateDisk', { RegionId: region, ZoneId: zone, DiskCategory: 'cloud_essd', Size: 20, ClientToken: token });
    return { code, id: answer?.body.diskId };
  },
  (disk) => send('AttachDisk', { DiskId: disk, InstanceId: running }));
