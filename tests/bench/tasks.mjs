// tasks.mjs -- how often `trimtab task` says what the labelled set says.
//
//     node tests/bench/tasks.mjs PROGRAM [--misses]
//
// The half "held" is for measuring only: of it nothing but totals is printed, and
// --misses names cases of the half "tune" alone (tests/data/tasks/README.md).
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const [program, option] = process.argv.slice(2);
const data = new URL('../data/tasks/', import.meta.url).pathname;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-tasks-'));
const env = { ...process.env, TRIMTAB_CONFIG_DIR: path.join(folder, 'c'), TRIMTAB_STATE_DIR: path.join(folder, 's') };
const totals = new Map();
const pairs = new Map();

function classify({ path: file, code, range, instruction }) {
  const cwd = fs.mkdtempSync(path.join(folder, 'w-'));
  fs.mkdirSync(path.dirname(path.join(cwd, file)), { recursive: true });
  fs.writeFileSync(path.join(cwd, file), code);
  const args = ['task', `${file}:${range.start_line}-${range.end_line}`, ...(instruction ? [instruction] : []), '--json'];
  const { stdout, stderr } = spawnSync(path.resolve(program), args, { cwd, env, encoding: 'utf8' });
  if (!stdout) throw new Error(`${file}: ${stderr}`);
  return JSON.parse(stdout).task;
}

try {
  for (const name of fs.readdirSync(data).filter((file) => file.endsWith('.jsonl')).sort())
    for (const line of fs.readFileSync(data + name, 'utf8').trim().split('\n')) {
      const one = JSON.parse(line);
      const said = classify(one);
      const accepted = said === one.task || (one.also ?? []).includes(said);
      const key = `${one.half}, ${one.instruction ? 'with' : 'without'} an instruction`;
      const sum = totals.get(key) ?? { n: 0, strict: 0, accepted: 0 };
      totals.set(key, { n: sum.n + 1, strict: sum.strict + (said === one.task), accepted: sum.accepted + accepted });
      if (accepted || one.half !== 'tune') continue;
      pairs.set(`${one.task} taken for ${said}`, (pairs.get(`${one.task} taken for ${said}`) ?? 0) + 1);
      if (option === '--misses') console.log(`${one.id}: ${one.task} taken for ${said}  ${one.path}  ${one.instruction ?? ''}`);
    }
  const percent = (part, n) => `${((100 * part) / n).toFixed(1)} %`;
  for (const [key, { n, strict, accepted }] of [...totals].sort())
    console.log(`${key}: ${n} cases, the label ${percent(strict, n)}, or one that is also right ${percent(accepted, n)}`);
  console.log([...pairs].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([pair, n]) => `${n} x ${pair}`).join('; '));
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
