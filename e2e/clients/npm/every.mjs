// What the two walks over every action share: cases, a proxy that fails first, many callers.
import { readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { check, done } from './common.mjs';

const callers = 64;

export function versionOf(name) {
  const { version } = createRequire(import.meta.url)(`${name}/package.json`);
  console.log(`${name} ${version}, Node ${process.version}`);
}

// "--endpoint host:port --cases FILE" as an object.
export function given() {
  const found = {};
  for (let i = 2; i + 1 < process.argv.length; i += 2) found[process.argv[i].replace(/^--/, '')] = process.argv[i + 1];
  check(found.endpoint && found.cases, 'usage: --endpoint HOST:PORT --cases FILE');
  return found;
}

// [{action, outcome, parameters: {wire name: text}}]
export function cases({ cases: file }) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').map((line) => {
    const [action, outcome, words] = line.split('\t');
    const parameters = Object.fromEntries(words.split(' ').filter(Boolean).map((word) => {
      const at = word.indexOf('=');
      return [word.slice(0, at), word.slice(at + 1)];
    }));
    return { action, outcome, parameters };
  });
}

// {"Tag.1.Key": "k"} as {Tag: [{Key: "k"}]}.
export function nested(parameters) {
  const tree = {};
  for (const [name, value] of Object.entries(parameters)) {
    const [, base, index, member] = /^(.*?)\.(\d+)(?:\.(.*))?$/.exec(name) ?? [];
    if (!base) {
      tree[name] = value;
      continue;
    }
    tree[base] ??= [];
    if (member) (tree[base][index - 1] ??= {})[member] = value;
    else tree[base][index - 1] = value;
  }
  return tree;
}

export async function lab(endpoint, path, body) {
  const answer = await fetch(`http://${endpoint}/_zonedisk/${path}`, { method: 'POST', body: JSON.stringify(body) });
  check(answer.ok, `${path}: ${answer.status}`);
}

// A proxy of the cloud that answers 503 to the first `times` requests.
export async function unavailable(endpoint, times) {
  const [hostname, port] = endpoint.split(':');
  const proxy = { left: times };
  const server = createServer((asked, answer) => {
    if (proxy.left-- > 0) {
      answer.writeHead(503, { 'content-type': 'application/json;charset=utf-8' });
      answer.end(JSON.stringify({ RequestId: '0', HostId: 'proxy', Code: 'ServiceUnavailable', Message: 'Later.' }));
      return;
    }
    const passed = httpRequest({ hostname, port, method: asked.method, path: asked.url, headers: asked.headers }, (real) => {
      answer.writeHead(real.statusCode, real.headers);
      real.pipe(answer);
    });
    asked.pipe(passed);
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  server.unref();
  return Object.assign(proxy, { endpoint: `127.0.0.1:${server.address().port}` });
}

// `create(token)` answers {code, id}, `attach(disk)` {code}.
export async function manyCallers(create, attach) {
  const made = await Promise.all(Array.from({ length: callers }, () => create('same-token')));
  const ids = new Set(made.filter(({ code }) => code === 'OK').map(({ id }) => id));
  check(ids.size === 1, `one token made the disks ${[...ids]}`);
  check(made.every(({ code }) => code === 'OK' || code === 'LastTokenProcessing'), JSON.stringify(made));
  const [disk] = ids;
  const codes = (await Promise.all(Array.from({ length: callers }, () => attach(disk)))).map(({ code }) => code);
  check(codes.filter((code) => code === 'OK').length === 1, `AttachDisk at once: ${codes}`);
  check(codes.every((code) => code === 'OK' || code === 'IncorrectDiskStatus'), `AttachDisk at once: ${codes}`);
  done(`${callers} callers at once: one disk of one token, one attachment`);
}
