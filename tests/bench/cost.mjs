// cost.mjs -- what routing is worth, on requests as they would really be sent.
//
//     ./dev bench cost [--svg FILE]
//
// A thousand requests are drawn (seeded) from the labelled tasks of tests/data/tasks.
// The question of each is what `trimtab edit --dry-run` would send for it, its tokens
// are counted by the tokenizer of GPT-4o and its successors (o200k), and its complexity
// is what `trimtab task` says. The answer is not known without asking a model: it is
// taken to be two sentences and a block that quotes the lines at the cursor and gives
// them back a quarter longer, as edits by search and replace do. A rewrite by syntax
// alone takes a request where no instruction was given and `trimtab check` has a safe
// fix at the cursor. bench_cost does the rest, with the product's own router.
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

const { TRIMTAB, BENCH_COST, BENCH_PLACE } = process.env;
const { encode } = createRequire(path.join(BENCH_PLACE, 'package.json'))('gpt-tokenizer/encoding/o200k_base');
const REQUESTS = 1000;
const LINES = 12; // around a cursor without a selection
const AT_A_TIME = os.availableParallelism?.() ?? 2;

const root = path.resolve(import.meta.dirname, '../..');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-cost-'));
const count = (text) => encode(text, { allowedSpecial: 'all' }).length;

/** A small generator of Numerical Recipes: the same thousand on every machine. */
function random(seed) {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return Number(state >> 11n) / 2 ** 53;
  };
}

function readTasks() {
  const data = path.join(root, 'tests/data/tasks');
  return fs.readdirSync(data).filter((name) => name.endsWith('.jsonl')).sort()
    .flatMap((name) => fs.readFileSync(path.join(data, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line)));
}

function trimtab(...args) {
  const env = { PATH: process.env.PATH, HOME: folder, TRIMTAB_CONFIG_DIR: folder, TRIMTAB_STATE_DIR: path.join(folder, 'state') };
  return new Promise((done, failed) => {
    execFile(TRIMTAB, args, { env, maxBuffer: 1 << 26 }, (error, stdout) => {
      // `check` ends with 1 where it finds something.
      if (error && error.code !== 1) failed(new Error(`trimtab ${args.join(' ')}: ${error.message}`));
      else done(JSON.parse(stdout));
    });
  });
}

/** The texts of a request to OpenAI: what is counted as its question. */
function question(request) {
  const body = JSON.parse(request.slice(request.indexOf('\n\n') + 2));
  return body.messages.map((m) => (typeof m.content === 'string' ? m.content : m.content.map((part) => part.text).join('')));
}

/** What an edit of these lines would look like. */
function answerTokens({ code, range }) {
  const lines = code.split('\n');
  const spare = Math.max(0, LINES - (range.end_line - range.start_line + 1));
  const from = Math.max(0, range.start_line - 1 - Math.floor(spare / 2));
  const text = lines.slice(from, range.end_line + Math.ceil(spare / 2)).join('\n');
  return 50 + Math.round(count(text) * 2.25);
}

async function measure(task, i) {
  const file = path.join(folder, String(i), task.path);
  const { start_line: start, end_line: end } = task.range;
  const place = `${file}:${start}-${end}`;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, task.code);
  const wish = task.instruction ?? 'Improve this code.';
  const { complexity } = await trimtab('task', '--json', place, ...(task.instruction ? [wish] : []));
  const { request } = await trimtab('edit', '--dry-run', '--json', '--model', 'gpt', place, wish);
  const { findings } = await trimtab('check', '--json', file);
  const offline = !task.instruction &&
    findings.some((f) => f.fix === 'safe' && f.range.start.line < end && f.range.end.line >= start - 1);
  const tokens = question(request).reduce((sum, text) => sum + count(text) + 4, 3);
  return [task.task, complexity, tokens, answerTokens(task), offline ? 1 : 0].join('\t');
}

async function main() {
  const tasks = readTasks();
  const rows = new Array(tasks.length);
  let next = 0;
  await Promise.all(Array.from({ length: AT_A_TIME }, async () => {
    while (next < tasks.length) {
      const i = next++;
      rows[i] = await measure(tasks[i], i);
    }
  }));
  const draw = random(20261128);
  const file = path.join(folder, 'requests.tsv');
  fs.writeFileSync(file, Array.from({ length: REQUESTS }, () => rows[Math.floor(draw() * rows.length)] + '\n').join(''));
  console.log(`${REQUESTS} requests drawn from ${tasks.length} labelled tasks; tokens by o200k.`);
  const { status } = spawnSync(BENCH_COST, ['--requests', file, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

try {
  await main();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
