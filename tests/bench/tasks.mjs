// tasks.mjs -- how often classification says what the labelled set says.
//
//     ./dev bench tasks [--misses | --held | --noise | --time]
//
// Of the half "held", which is for measuring only, nothing but totals is printed, and those
// only with --held, so that nobody tunes on it by accident; beside them those of the cases in
// tests/data/tasks_fresh, which another author wrote later. --misses names cases of the half
// "tune" (which the weights were trained on: what it gets right there says little).
// --noise: how often comments, white space and the names of local variables change the
// answer. --time: how long a question takes at the cursor in a file of 10,000 lines.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { largeFile, noisy } from './tasks_noise.mjs';

const program = process.env.BENCH_COST ?? process.argv[2];
const option = process.argv.find((word) => word.startsWith('--')) ?? '';
const data = new URL('../data/tasks/', import.meta.url).pathname;
const percent = (part, n) => `${((100 * part) / n).toFixed(1)} %`;

function ask(what, cases) {
  const input = cases.map(({ id, path, code, range, instruction }) => JSON.stringify({ id, path, code, range, instruction })).join('\n');
  const { stdout, stderr, status } = spawnSync(program, [what], { input: `${input}\n`, encoding: 'utf8', maxBuffer: 2 ** 30 });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim().split('\n').map((line) => JSON.parse(line));
}

function measure(cases) {
  const totals = new Map();
  const pairs = new Map();
  for (const [i, { task: said, second }] of ask('classify', cases).entries()) {
    const one = cases[i];
    const right = [one.task, ...(one.also ?? [])];
    const key = `${one.half}, ${one.instruction ? 'with' : 'without'} an instruction`;
    const sum = totals.get(key) ?? { n: 0, strict: 0, accepted: 0, two: 0 };
    sum.n++;
    sum.strict += said === one.task;
    sum.accepted += right.includes(said);
    sum.two += right.includes(said) || right.includes(second);
    totals.set(key, sum);
    if (right.includes(said) || one.half !== 'tune') continue;
    const pair = `${one.task} taken for ${said}`;
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    if (option === '--misses') console.log(`${one.id}: ${pair}  ${one.path}  ${one.instruction ?? ''}`);
  }
  for (const [key, { n, strict, accepted, two }] of [...totals].sort())
    console.log(`${key}: ${n} cases, the label ${percent(strict, n)}, or one that is also right ${percent(accepted, n)}, or it is second ${percent(two, n)}`);
  console.log([...pairs].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([pair, n]) => `${n} x ${pair}`).join('; '));
}

function measureNoise(cases) {
  const before = ask('classify', cases);
  let flips = 0;
  let all = 0;
  for (const [kind, change] of Object.entries(noisy)) {
    const changed = cases.map((one, i) => ({ i, one: change(one) })).filter(({ i, one }) => one.code !== cases[i].code);
    const after = ask('classify', changed.map(({ one }) => one));
    const flipped = changed.filter(({ i }, k) => before[i].task !== after[k].task);
    console.log(`${kind}: ${flipped.length} of ${changed.length} answers change, ${percent(flipped.length, changed.length)}`);
    flips += flipped.length;
    all += changed.length;
  }
  console.log(`all: ${flips} of ${all}, ${percent(flips, all)}`);
}

function measureTime(cases) {
  for (const language of ['python', 'typescript', 'go', 'java']) {
    const times = ask('time', largeFile(cases.filter((one) => one.language === language), 10000)).sort((a, b) => a - b);
    console.log(`${language}, 10,000 lines, ${times.length} places: median ${times[times.length >> 1].toFixed(0)} us, p99 ${times[Math.floor(times.length * 0.99)].toFixed(0)} us`);
  }
}

const linesIn = (folder) => fs.readdirSync(folder).filter((file) => file.endsWith('.jsonl')).sort()
  .flatMap((name) => fs.readFileSync(folder + name, 'utf8').trim().split('\n').map((line) => JSON.parse(line)));
const fresh = () => linesIn(new URL('../data/tasks_fresh/', import.meta.url).pathname).flatMap(({ cases: of, id, ...file }) =>
  of.map(({ id: letter, range: [start_line, end_line], ...one }) => ({ ...file, ...one, id: id + letter, range: { start_line, end_line }, half: 'fresh' })));
const cases = linesIn(data);
if (option === '--noise') measureNoise(cases);
else if (option === '--time') measureTime(cases.filter(({ instruction }) => !instruction));
else measure(option === '--held' ? [...cases, ...fresh()] : cases.filter(({ half }) => half !== 'held'));
