// task_cases.mjs -- the labelled cases that task classification learns from, and their
// features as numbers; for train_tasks.mjs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';

const root = new URL('../../', import.meta.url).pathname;

export const LABELS = (
  'OTHER REST-1 REST-2 REST-3 REST-4 REST-5 DB-1 DB-2 DB-3 DB-4 DB-5 DB-6 AUTH-1 AUTH-2 AUTH-3 AUTH-4 ' +
  'ERR-1 ERR-2 ASYNC-1 ASYNC-2 REF-1 REF-2 REF-3 LANG-1 LANG-2 LANG-3 TEST-1 TEST-2 FEAT-1 DOC-1 BULK-1'
).split(' ');
// An instruction may name no task ("what about this?"): then the place decides.
export const VAGUE = LABELS.length;
export const K = LABELS.length + 1;

const SHRINK_AT = 3.3; // a group of so many features counts in full
const SHRINK_POWER = 0.4;
const SHRINKS = 256;
const ALSO = 0.2; // of a case that has several right labels, what the others get

// ---- the cases ----

export function readCases() {
  const cases = [];
  const lines = (folder) =>
    fs.readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort()
      .flatMap((name) => fs.readFileSync(folder + name, 'utf8').trim().split('\n').map((line) => JSON.parse(line)));

  for (const { cases: of, id, ...file } of lines(`${root}tests/data/tasks_train/`))
    for (const { range, id: letter, ...one } of of)
      cases.push({ ...file, ...one, id: id + letter, group: id, range: { start_line: range[0], end_line: range[1] }, own: true });
  for (const one of lines(`${root}tests/data/tasks/`))
    if (one.half === 'tune') cases.push({ ...one, group: one.id.replace(/[a-z]$/, ''), own: false });
  return [...cases, ...cases.flatMap(pointed), ...readTexts()];
}

// "Add a timeout to this call" is about the same as "add a timeout": without such cases, words
// that point at the place mean corrections (REF-2), whose cases have them most.
const POINTING = [' here', ' in this function', ' to this call', ' for this one', ' on this line', ' in this file', ' to this method', ' there'];

function pointed(one) {
  const words = one.instruction?.split(' ').length ?? 0;
  const hash = hashOf(one.id);
  if (!one.own || one.vague || one.task === 'REF-2' || words < 2 || words > 8 || hash % 3 || !/^[\x20-\x7e]*\w$/.test(one.instruction)) return [];
  return [{ ...one, id: `${one.id}+`, instruction: one.instruction + POINTING[(hash >>> 8) % POINTING.length], estimated: false }];
}

export function hashOf(text) {
  let hash = 2166136261;
  for (const c of text) hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return (hash ^ (hash >>> 15)) >>> 0;
}

// "## TASK language path :: instruction", then code with marks round the place; see
// tests/unit/analysis/test_task.c.
function readTexts() {
  const texts = fs.readFileSync(`${root}tests/data/analysis/tasks.txt`, 'utf8').split(/^## /m).slice(1);
  return texts.map((text, i) => {
    const [, task, , path, instruction] = text.match(/^(\S+) (\S+) (\S+)(?: :: (.*))?\n/);
    const code = text.slice(text.indexOf('\n') + 1);
    const lineOf = (mark) => code.slice(0, Math.max(0, code.indexOf(mark))).split('\n').length;
    const marked = code.includes('<[>') ? ['<[>', '<]>'] : ['<|>', '<|>'];
    return {
      id: `text-${i}a`, group: `text-${i}`, path, code: code.replace(/<[|[\]]>/g, ''), task, instruction,
      range: { start_line: lineOf(marked[0]), end_line: lineOf(marked[1]) }, own: true,
    };
  });
}

export function readFeatures(program, cases) {
  const input = cases.map(({ id, path, code, range, instruction }) => JSON.stringify({ id, path, code, range, instruction })).join('\n');
  const { stdout, stderr, status } = spawnSync(program, ['features'], { input: `${input}\n`, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} features: ${stderr}`);
  const lines = stdout.trim().split('\n');
  for (const [i, one] of cases.entries()) {
    const { id, features } = JSON.parse(lines[i]);
    if (id !== one.id) throw new Error(`${program} answered for ${id} instead of ${one.id}`);
    one.features = features;
    one.label = LABELS.indexOf(one.task);
    one.bare = !!one.instruction && !one.vague && one.code !== '';
    one.right = new Set([one.label, ...(one.also ?? []).map((label) => LABELS.indexOf(label))]);
    if ([...one.right].includes(-1)) throw new Error(`${id}: a label that there is not`);
  }
}

// What a model should say of a case.
export function targetOf(one) {
  const target = new Float64Array(K);
  if (one.vague) {
    target[VAGUE] = 1;
    return target;
  }
  const others = [...one.right].filter((label) => label !== one.label);
  target[one.label] = others.length ? 1 - ALSO : 1;
  for (const label of others) target[label] += ALSO / others.length;
  return target;
}

// ---- features as numbers: the same sums as in server/analysis/task_model.c ----

export const SHRINK = Array.from({ length: SHRINKS }, (_, n) => Math.round(256 * Math.min(1.5, (SHRINK_AT / Math.max(n, 1)) ** SHRINK_POWER)));

// `bare`: only what the instruction says.
export function rowOf(one, model, index, bare) {
  const found = [];
  const size = {};
  for (const [hash, value, space] of one.features) {
    const at = model.groups[space[0]] && index.get(hash);
    if (at === undefined || (bare && space[0] !== 'w' && space !== 's:words' && space !== 's:wanted')) continue;
    found.push([at, value, space[0]]);
    size[space[0]] = (size[space[0]] ?? 0) + 1;
  }
  const factor = {};
  for (const letter of Object.keys(size)) {
    const [counts, many] = model.groups[letter];
    factor[letter] = (counts / 256) * (many ? SHRINK[Math.min(size[letter], SHRINKS - 1)] / 256 : 1);
  }
  return { at: Int32Array.from(found, ([at]) => at), value: Float64Array.from(found, ([, value, letter]) => (value / 16) * factor[letter]) };
}

export function vocabulary(cases, model, least) {
  const seen = new Map();
  for (const one of cases)
    for (const [hash, , space] of one.features) if (model.groups[space[0]]) seen.set(hash, (seen.get(hash) ?? 0) + 1);
  return [...seen].filter(([, n]) => n >= least).map(([hash]) => hash).sort((a, b) => a - b);
}

// All rows of a problem: each case, and once more those whose instruction says all, without
// their place; these count `bare`.
export function rowsOf(cases, model, features, bare) {
  const index = new Map(features.map((hash, i) => [hash, i]));
  const without = bare ? cases.filter((one) => one.bare) : [];
  const rows = [
    ...cases.map((one) => ({ ...rowOf(one, model, index), share: 1, target: targetOf(one) })),
    ...without.map((one) => ({ ...rowOf(one, model, index, true), share: bare, target: targetOf(one) })),
  ];
  return { index, rows };
}

// A problem in numbers of four bytes, for `PROGRAM fit` and `PROGRAM net`; rows come last.
export function inBytes(head, rows) {
  const cells = rows.reduce((n, { at }) => n + at.length, 0);
  const bytes = Buffer.alloc(4 * (head.length + rows.length * (2 + K) + 2 * cells));
  let to = 0;
  const whole = (value) => (to = bytes.writeUInt32LE(value, to));
  const real = (value) => (to = bytes.writeFloatLE(value, to));
  for (const value of head) (value instanceof Real ? real : whole)(+value);
  for (const { at, value, share, target } of rows) {
    whole(at.length);
    real(share);
    target.forEach(real);
    at.forEach(whole);
    value.forEach(real);
  }
  return bytes;
}
export class Real extends Number {}

// The features that say most: by how much, and how often they are met.
export function loudest(features, loudness, rows, keep) {
  const met = new Float64Array(features.length);
  for (const { at } of rows) for (const i of at) met[i]++;
  const loud = features.map((hash, i) => [hash, loudness(i) * Math.sqrt(met[i])]);
  return loud.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, keep).map(([hash]) => hash).sort((a, b) => a - b);
}

// ---- as text of C ----

export const inLines = (values, perLine) => {
  const lines = [];
  for (let i = 0; i < values.length; i += perLine) lines.push(`    ${values.slice(i, i + perLine).join(',')},`);
  return lines.join('\n');
};

export const groupsText = (model) =>
  `static const struct task_group ${model.name}_groups[] = { ${Object.entries(model.groups)
    .map(([letter, [counts, many]]) => `{ '${letter}', ${counts}, ${many} }`)
    .join(', ')} };`;
