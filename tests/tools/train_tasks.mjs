// train_tasks.mjs -- the weights of task classification, from labelled cases.
//
//     node tests/tools/train_tasks.mjs PROGRAM [--cv | --check]
//
// PROGRAM is bench_tasks (tests/bench/tasks.c): it says what classification reads of each
// case, so that there is one extraction, in C. The cases are those of
// tests/data/tasks_train, of the half "tune" of tests/data/tasks (the half "held" is not
// read), and of tests/data/analysis/tasks.txt. Two models are trained, one for places alone and one for places with an
// instruction: multinomial logistic regression (tests/lib/fit.c), so the same cases give the same
// weights. Accuracy is estimated, and the temperature of the
// confidence chosen, by cross-validation in which all cases over one file of code are on
// the same side.
//
// Writes server/analysis/task_weights.def. --cv writes nothing; --check trains once more and
// fails when the file that is there differs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const root = new URL('../../', import.meta.url).pathname;
const [program, option = ''] = process.argv.slice(2);
const output = `${root}server/analysis/task_weights.def`;

const LABELS = (
  'OTHER REST-1 REST-2 REST-3 REST-4 REST-5 DB-1 DB-2 DB-3 DB-4 DB-5 DB-6 AUTH-1 AUTH-2 AUTH-3 AUTH-4 ' +
  'ERR-1 ERR-2 ASYNC-1 ASYNC-2 REF-1 REF-2 REF-3 LANG-1 LANG-2 LANG-3 TEST-1 TEST-2 FEAT-1 DOC-1 BULK-1'
).split(' ');
// An instruction may name no task ("what about this?"): then the place decides.
const VAGUE = LABELS.length;
const K = LABELS.length + 1;
const FOLDS = 5;

// A feature's space begins with the letter of its group ("r:call": in the range). What a
// group counts, in 256ths (0: nothing), and whether many features of it count less each.
// The figures were chosen by cross-validation.
const MODELS = [
  {
    name: 'place',
    asked: false,
    l2: 0.3,
    groups: { r: [512, true], e: [256, true], u: [256, true], h: [256, true], i: [256, true], p: [256, true], f: [256, false], s: [256, false] },
    keep: 12000,
    least: 0.015, // smaller weights are left out
  },
  {
    name: 'asked',
    asked: true,
    l2: 0.3,
    groups: { w: [256, false], r: [51, false], u: [26, false], h: [26, false], i: [26, false], p: [256, false], f: [256, false], s: [256, false] },
    keep: 18000,
    least: 0.02,
  },
];
const SHRINK_AT = 3.3; // a group of so many features counts in full
const SHRINK_POWER = 0.4;
const SHRINKS = 256;
const BARE = 0.1; // what an instruction without its place counts beside the one with it
const ALSO = 0.2; // of a case that has several right labels, what the others get

// ---- the cases ----

function readCases() {
  const cases = [];
  const lines = (folder) =>
    fs.readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort()
      .flatMap((name) => fs.readFileSync(folder + name, 'utf8').trim().split('\n').map((line) => JSON.parse(line)));

  for (const { cases: of, id, ...file } of lines(`${root}tests/data/tasks_train/`))
    for (const { range, id: letter, ...one } of of)
      cases.push({ ...file, ...one, id: id + letter, group: id, range: { start_line: range[0], end_line: range[1] }, own: true });
  for (const one of lines(`${root}tests/data/tasks/`))
    if (one.half === 'tune') cases.push({ ...one, group: one.id.replace(/[a-z]$/, ''), own: false });
  return [...cases, ...readTexts()];
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

function readFeatures(cases) {
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

// ---- features as numbers: the same sums as in server/analysis/task_model.c ----

const SHRINK = Array.from({ length: SHRINKS }, (_, n) => Math.round(256 * Math.min(1.5, (SHRINK_AT / Math.max(n, 1)) ** SHRINK_POWER)));

// `bare`: only what the instruction says.
function rowOf(one, model, index, bare) {
  const found = [];
  const size = {};
  for (const [hash, value, space] of one.features) {
    const at = index.get(hash);
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

function vocabulary(cases, model, least) {
  const seen = new Map();
  for (const one of cases)
    for (const [hash, , space] of one.features) if (model.groups[space[0]]) seen.set(hash, (seen.get(hash) ?? 0) + 1);
  return [...seen].filter(([, n]) => n >= least).map(([hash]) => hash).sort((a, b) => a - b);
}

// ---- training ----

function targetOf(one) {
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

function scores(weights, size, row, z) {
  for (let k = 0; k < K; k++) z[k] = weights[size * K + k];
  for (let j = 0; j < row.at.length; j++) {
    const from = row.at[j] * K;
    const value = row.value[j];
    for (let k = 0; k < K; k++) z[k] += weights[from + k] * value;
  }
}

function softmax(z) {
  let most = -Infinity;
  let sum = 0;
  for (let k = 0; k < K; k++) if (z[k] > most) most = z[k];
  for (let k = 0; k < K; k++) sum += z[k] = Math.exp(z[k] - most);
  for (let k = 0; k < K; k++) z[k] /= sum;
}

// The work is done by PROGRAM, which gets numbers of four bytes.
function train(rows, targets, size, l2, rounds) {
  const cells = rows.reduce((n, { at }) => n + at.length, 0);
  const bytes = Buffer.alloc(4 * (5 + rows.length * (2 + K) + 2 * cells));
  let to = 0;
  const whole = (value) => (to = bytes.writeUInt32LE(value, to));
  const real = (value) => (to = bytes.writeFloatLE(value, to));
  [rows.length, size, K, rounds].forEach(whole);
  real(l2);
  for (const [i, { at, value, share }] of rows.entries()) {
    whole(at.length);
    real(share);
    targets[i].forEach(real);
    at.forEach(whole);
    value.forEach(real);
  }
  const { stdout, status } = spawnSync(program, ['fit'], { input: bytes, maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} fit failed`);
  return Float64Array.from({ length: (size + 1) * K }, (_, i) => stdout.readFloatLE(4 * i));
}

// Only differences between labels matter: what all have in common is taken away.
function centre(weights) {
  for (let from = 0; from < weights.length; from += K) {
    let mean = 0;
    for (let k = 0; k < K; k++) mean += weights[from + k] / K;
    for (let k = 0; k < K; k++) weights[from + k] -= mean;
  }
}

// The features that say most: how far the weights differ, and how often it is met.
function loudest(features, weights, rows, keep) {
  const met = new Float64Array(features.length);
  for (const { at } of rows) for (const i of at) met[i]++;
  const loud = features.map((hash, i) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += weights[i * K + k] ** 2;
    return [hash, Math.sqrt(sum * met[i])];
  });
  return loud.sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, keep).map(([hash]) => hash).sort((a, b) => a - b);
}

function trainOn(cases, model, features, rounds) {
  const index = new Map(features.map((hash, i) => [hash, i]));
  const bare = cases.filter((one) => one.bare);
  const rows = [
    ...cases.map((one) => ({ ...rowOf(one, model, index), share: 1 })),
    ...bare.map((one) => ({ ...rowOf(one, model, index, true), share: BARE })),
  ];
  const weights = train(rows, [...cases, ...bare].map(targetOf), features.length, model.l2, rounds);
  centre(weights);
  return { features, index, weights, rows };
}

// As they are written: whole numbers of one unit; what rounds to nothing, or is small, is left out.
function quantise(trained, model) {
  const size = trained.features.length;
  let most = 0;
  for (let i = 0; i < size * K; i++) most = Math.max(most, Math.abs(trained.weights[i]));
  const unit = most / 127;
  const whole = trained.weights.map((value, i) => (i < size * K && Math.abs(value) < model.least ? 0 : Math.round(value / unit)));
  return { ...trained, unit, whole, weights: whole.map((value) => value * unit) };
}

// First roughly, to see which features matter; then with those alone.
function learn(cases, model) {
  const all = trainOn(cases, model, vocabulary(cases, model, 2), 15);
  const fewer = loudest(all.features, all.weights, all.rows, model.keep);
  return quantise(trainOn(cases, model, fewer, 40), model);
}

// ---- what it is worth ----

// Where a group of cases goes: the same in each run.
function foldOf(group) {
  let hash = 2166136261;
  for (const c of group) hash = Math.imul(hash ^ c.codePointAt(0), 16777619);
  hash = Math.imul(hash ^ (hash >>> 13), 0x5bd1e995);
  return ((hash ^ (hash >>> 15)) >>> 0) % FOLDS;
}

// What the models say of the cases of one fold, trained on the others.
function judgeFold(cases, fold) {
  const trained = MODELS.map((model) => learn(cases.filter((one) => !!one.instruction === model.asked && foldOf(one.group) !== fold), model));
  const out = [];
  for (const [i, one] of cases.entries()) {
    if (foldOf(one.group) !== fold || one.code === '') continue;
    const z = MODELS.map((model, m) => {
      const sums = new Float64Array(K);
      scores(trained[m].weights, trained[m].features.length, rowOf(one, model, trained[m].index), sums);
      return sums;
    });
    out.push({ i, z });
  }
  return out;
}

async function crossValidate(cases) {
  const folds = Array.from({ length: FOLDS }, (_, fold) => fold);
  const out = [];
  const work = async () => {
    for (let fold = folds.shift(); fold !== undefined; fold = folds.shift()) {
      const worker = new Worker(new URL(import.meta.url), { argv: [program], workerData: fold, resourceLimits: { maxOldGenerationSizeMb: 4096 } });
      out.push(...(await new Promise((done, fail) => worker.once('message', done).once('error', fail))));
    }
  };
  await Promise.all(Array.from({ length: Math.min(FOLDS, availableParallelism()) }, work));
  return out.sort((a, b) => a.i - b.i).map(({ i, z }) => ({ one: cases[i], z }));
}

const probabilities = (z, temperature) => {
  const p = z.map((value) => value / temperature);
  softmax(p);
  return p;
};
const bestOf = (p) => p.indexOf(Math.max(...p.slice(0, VAGUE)));

// As in server/analysis/task_model.c: what is vague is left to the place.
function judge(z, asked, temperatures) {
  const place = probabilities(z[0], temperatures[0]);
  if (!asked) return place;
  const p = probabilities(z[1], temperatures[1]);
  return p.map((value, k) => (k === VAGUE ? 0 : value + p[VAGUE] * place[k]));
}

// The temperature under which the labels are least surprising.
function temperatureOf(out, asked, other) {
  let best = [Infinity, 1];
  for (let t = 50; t <= 300; t++) {
    const temperatures = asked ? [other, t / 100] : [t / 100, 1];
    const loss = out.reduce((sum, { one, z }) => sum - Math.log(Math.max(judge(z, asked, temperatures)[one.label], 1e-12)), 0);
    if (loss < best[0]) best = [loss, t / 100];
  }
  return best[1];
}

// How far the confidence is from the share that is right, over ten bins.
function report(out, model, temperatures) {
  const bins = Array.from({ length: 10 }, () => ({ n: 0, right: 0, sure: 0 }));
  const judged = out.map(({ one, z }) => {
    const p = judge(z, model.asked, temperatures);
    const said = bestOf(p);
    return { one, sure: p[said], right: one.right.has(said) };
  });
  for (const { sure, right } of judged) {
    const bin = bins[Math.min(9, Math.floor(sure * 10))];
    bin.n++;
    bin.right += right;
    bin.sure += sure;
  }
  const share = (some) => (some.length ? (100 * some.filter(({ right }) => right).length) / some.length : 0);
  const say = (name, some) => `${name} ${share(some).toFixed(1)} % of ${some.length}`;
  const off = bins.reduce((sum, { right, sure }) => sum + Math.abs(right - sure), 0) / out.length;
  console.log(`${model.name}: ${say('right', judged)} (${say('own cases', judged.filter(({ one }) => one.own))}; ` +
    `${say('tune', judged.filter(({ one }) => !one.own))}; ${say('vague', judged.filter(({ one }) => one.vague))}), confidence off by ${(100 * off).toFixed(1)} points`);
  console.log(bins.filter(({ n }) => n).map(({ n, right, sure }) => `  said ${((100 * sure) / n).toFixed(0)} %: right ${((100 * right) / n).toFixed(0)} % of ${n}`).join('\n'));
  return share(judged);
}

// ---- the file ----

const inLines = (values, perLine) => {
  const lines = [];
  for (let i = 0; i < values.length; i += perLine) lines.push(`    ${values.slice(i, i + perLine).join(',')},`);
  return lines.join('\n');
};

function asText(model, trained, temperature) {
  const first = [];
  const cells = [];
  for (let i = 0; i < trained.features.length; i++) {
    first.push(cells.length);
    for (let k = 0; k < K; k++) {
      const value = trained.whole[i * K + k];
      if (value) cells.push(k * 256 + (value & 255));
    }
  }
  first.push(cells.length);
  const bias = Array.from(trained.whole.slice(trained.features.length * K));
  const groups = Object.entries(model.groups).map(([letter, [counts, many]]) => `{ '${letter}', ${counts}, ${many} }`);
  return `
static const uint32_t ${model.name}_features[] = {
${inLines(trained.features, 10)}
};
static const uint32_t ${model.name}_first[] = {
${inLines(first, 16)}
};
static const uint16_t ${model.name}_cells[] = {
${inLines(cells, 18)}
};
static const int32_t ${model.name}_bias[] = { ${bias.join(', ')} };
static const struct task_group ${model.name}_groups[] = { ${groups.join(', ')} };
#define ${model.name.toUpperCase()}_UNIT        ${trained.unit.toPrecision(9)}
#define ${model.name.toUpperCase()}_TEMPERATURE ${temperature.toFixed(2)}
`;
}

async function main() {
  const cases = readCases();
  readFeatures(cases);
  if (!isMainThread) {
    parentPort.postMessage(judgeFold(cases, workerData));
    return;
  }
  const known = fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '';
  const judged = option === '--check' ? [] : await crossValidate(cases);
  const temperatures = [];
  let text = `/* task_weights.def -- what classification has learned.  Made by ./dev train from the cases in
 * tests/data; not to be edited.  A cell is a label (upper byte) and a weight (lower byte, signed). */
/* clang-format off */

static const uint16_t shrinks[] = {
${inLines(SHRINK, 20)}
};
`;
  for (const model of MODELS) {
    const of = cases.filter((one) => !!one.instruction === model.asked);
    const out = judged.filter(({ one }) => !!one.instruction === model.asked);
    const name = model.name.toUpperCase();
    let measured = known.match(new RegExp(`/\\* ${model.name}: .*\\*/\n`))?.[0] ?? '';
    if (option === '--check') {
      temperatures.push(Number(known.match(new RegExp(`#define ${name}_TEMPERATURE (\\S+)`))?.[1] ?? 1));
    } else {
      temperatures.push(temperatureOf(out, model.asked, temperatures[0]));
      measured = `/* ${model.name}: ${report(out, model, temperatures).toFixed(1)} % right in cross-validation over ${out.length} cases */\n`;
    }
    if (option !== '--cv') text += `\n${measured}${asText(model, learn(of, model), temperatures.at(-1)).slice(1)}`;
  }
  if (option === '--cv') return;
  if (option !== '--check') {
    fs.writeFileSync(output, text);
    console.log(`wrote ${output}`);
  } else if (text === known) {
    console.log('The weights are those that the cases give.');
  } else {
    console.error(`${output} is not what the cases and the extraction give: run ./dev train`);
    process.exit(1);
  }
}

await main();
