// train_tasks.mjs -- the weights of task classification, from labelled cases.
//
//     node tests/tools/train_tasks.mjs PROGRAM [--cv | --check]
//
// PROGRAM is bench_tasks (tests/bench/tasks.c): it says what classification reads of each
// case, so that there is one extraction, in C. The cases are those of
// tests/data/tasks_train, of the half "tune" of tests/data/tasks (the half "held" is not
// read), and of tests/data/analysis/tasks.txt. Two models are trained: a linear one for
// places alone (task_linear.mjs), and a network for places with an instruction
// (task_net.mjs), of which there are more cases. The same cases give the same weights.
// Accuracy is estimated, and the temperature of the confidence chosen, by
// cross-validation in which all cases over one file of code are on the same side.
//
// Writes server/analysis/task_weights.def. --cv writes nothing; --check trains once more and
// fails when the file that is there differs.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

import { K, SHRINK, VAGUE, hashOf, inLines, readCases, readFeatures } from './task_cases.mjs';
import { learnLinear, linearScores, linearText } from './task_linear.mjs';
import { learnNet, netScores, netText } from './task_net.mjs';

const root = new URL('../../', import.meta.url).pathname;
const [program, option = ''] = process.argv.slice(2);
const output = `${root}server/analysis/task_weights.def`;

const FOLDS = 5;

// A feature's space begins with the letter of its group ("r:call": in the range). What a
// group counts, in 256ths (0: nothing), and whether many features of it count less each.
// The figures were chosen by cross-validation.
const MODELS = [
  {
    name: 'place',
    asked: false,
    learn: learnLinear,
    scores: linearScores,
    text: linearText,
    l2: 0.3,
    groups: { r: [512, true], e: [256, true], u: [256, true], h: [256, true], i: [256, true], p: [256, true], f: [256, false], s: [256, false] },
    keep: 12000,
    least: 0.015, // smaller weights are left out
  },
  {
    name: 'asked',
    asked: true,
    learn: learnNet,
    scores: netScores,
    text: netText,
    groups: { w: [256, false], r: [205, true], u: [51, true], h: [51, true], i: [51, true], p: [256, false], f: [256, false], s: [256, false] },
    keep: 60000,
    epochs: 8,
    seed: 1,
  },
];

// ---- what it is worth ----

// Where a group of cases goes: the same in each run.
const foldOf = (group) => hashOf(group) % FOLDS;

// What the models say of the cases of one fold, trained on the others.
function judgeFold(cases, fold) {
  const trained = MODELS.map((model) => model.learn(program, cases.filter((one) => !!one.instruction === model.asked && foldOf(one.group) !== fold), model));
  const out = [];
  for (const [i, one] of cases.entries()) {
    if (foldOf(one.group) !== fold || one.code === '' || one.estimated === false) continue;
    const z = MODELS.map((model, m) => model.scores(trained[m], one));
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

function softmax(z) {
  let most = -Infinity;
  let sum = 0;
  for (let k = 0; k < K; k++) if (z[k] > most) most = z[k];
  for (let k = 0; k < K; k++) sum += z[k] = Math.exp(z[k] - most);
  for (let k = 0; k < K; k++) z[k] /= sum;
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

// PROGRAM, with the weights that it was built with, says what the models here say.
function agree(cases, trained, temperatures) {
  const some = cases.filter(({ code }, i) => code !== '' && i % 9 === 0);
  const input = some.map(({ id, path, code, range, instruction }) => JSON.stringify({ id, path, code, range, instruction })).join('\n');
  const { stdout, status } = spawnSync(program, ['classify'], { input: `${input}\n`, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(`${program} classify failed`);
  const said = stdout.trim().split('\n').map((line) => JSON.parse(line));
  const others = some.filter((one, i) => {
    const p = judge(MODELS.map((model, m) => model.scores(trained[m], one)), !!one.instruction, temperatures);
    const total = p.slice(0, VAGUE).reduce((sum, value) => sum + value, 0);
    return Math.abs(p[bestOf(p)] / total - said[i].confidence) > 0.001;
  });
  if (others.length) throw new Error(`of ${some.length} cases ${others.length} are judged otherwise, as ${others[0].id}`);
}

// ---- the file ----

async function main() {
  const cases = readCases();
  readFeatures(program, cases);
  if (!isMainThread) {
    parentPort.postMessage(judgeFold(cases, workerData));
    return;
  }
  const known = fs.existsSync(output) ? fs.readFileSync(output, 'utf8') : '';
  const judged = option === '--check' ? [] : await crossValidate(cases);
  const temperatures = [];
  const trained = [];
  let text = `/* task_weights.def -- what classification has learned.  Made by ./dev train from the cases in
 * tests/data; not to be edited.  task_tables.h says what is what. */
/* clang-format off */

#define TASK_SHRINKS \\
${inLines(SHRINK, 20).replace(/,\n/g, ', \\\n').replace(/,$/, '')}
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
    if (option === '--cv') continue;
    trained.push(model.learn(program, of, model));
    text += `\n${measured}${model.text(trained.at(-1), temperatures.at(-1)).slice(1)}`;
  }
  if (option === '--cv') return;
  if (option !== '--check') {
    fs.writeFileSync(output, text);
    console.log(`wrote ${output}`);
  } else if (text === known) {
    agree(cases, trained, temperatures);
    console.log('The weights are those that the cases give.');
  } else {
    console.error(`${output} is not what the cases and the extraction give: run ./dev train`);
    process.exit(1);
  }
}

await main();
