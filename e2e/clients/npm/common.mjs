// What both walks share: checks that end the process, and polling.
export const region = 'cn-hangzhou';
export const zone = 'cn-hangzhou-b';
export const otherZone = 'cn-hangzhou-e';

export function check(ok, message) {
  if (ok) return;
  console.error(`failed: ${message}`);
  process.exit(1);
}

export function done(what) {
  console.log(`ok: ${what}`);
}

// Polls `holds` every 20 ms, 30 s at most.
export async function until(what, holds) {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; ) {
    if (await holds()) return done(what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  check(false, `${what} did not happen within 30 s`);
}

// "--endpoint host:port --instance i-…" as an object.
export function options() {
  const given = {};
  for (let i = 2; i + 1 < process.argv.length; i += 2) given[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];
  check(given.endpoint && given.instance, 'usage: --endpoint HOST:PORT --instance ID of a virtual instance in ' + zone);
  return given;
}
