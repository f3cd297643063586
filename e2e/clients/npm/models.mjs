// The members of the package's response models, beside those that the cloud answered and those that it
// leaves out on purpose (absent.tsv).
import { readFileSync } from 'node:fs';
import { check, done } from './common.mjs';

// Each member of the model and of those inside it: "Disks.Disk[].DiskId".
export function members(model, path = '') {
  const found = new Set();
  const types = model.types();
  for (const [field, wire] of Object.entries(model.names())) {
    const type = types[field];
    const list = type?.type === 'array';
    const here = path + wire + (list ? '[]' : '');
    found.add(here);
    const inner = list ? type.itemType : type;
    if (inner?.names) for (const member of members(inner, `${here}.`)) found.add(member);
  }
  return found;
}

// The members that a decoded answer of that model has.
export function answered(model, value, path = '') {
  const found = new Set();
  const types = model.types();
  for (const [field, wire] of Object.entries(model.names())) {
    if (value[field] === undefined || value[field] === null) continue;
    const type = types[field];
    const list = type?.type === 'array';
    const here = path + wire + (list ? '[]' : '');
    found.add(here);
    const inner = list ? type.itemType : type;
    if (!inner?.names) continue;
    for (const item of list ? value[field] : [value[field]])
      for (const member of answered(inner, item, `${here}.`)) found.add(member);
  }
  return found;
}

function fits(pattern, member) {
  return pattern.endsWith('*') ? member.startsWith(pattern.slice(0, -1)) : member === pattern;
}

// Both are {action: Set of members}.
export function compare(modelled, seen) {
  const absent = {};
  for (const line of readFileSync(new URL('../absent.tsv', import.meta.url), 'utf8').trimEnd().split('\n')) {
    if (line.startsWith('#')) continue;
    const [action, member, reason] = line.split('\t');
    check(reason, `${action} ${member} is absent without a reason`);
    (absent[action] ??= []).push(member);
  }
  const problems = [];
  for (const [action, all] of Object.entries(modelled)) {
    const listed = new Set();
    for (const pattern of absent[action] ?? []) {
      const matching = [...all].filter((member) => fits(pattern, member));
      if (matching.length === 0) problems.push(`${action} ${pattern} is listed as absent and in no model`);
      for (const member of matching) listed.add(member);
    }
    for (const member of all)
      if (!seen[action].has(member) && !listed.has(member)) problems.push(`${action} ${member} is not answered and not listed as absent`);
    for (const member of listed)
      if (seen[action].has(member)) problems.push(`${action} ${member} is listed as absent and answered`);
  }
  check(problems.length === 0, problems.join('\n'));
  const count = Object.values(modelled).reduce((sum, all) => sum + all.size, 0);
  done(`${count} members of ${Object.keys(modelled).length} response models, the absent ones listed`);
}
