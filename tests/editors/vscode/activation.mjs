// activation.mjs [ROUNDS] -- how long the extension keeps an editor busy that starts.
//
//     tests/editors/vscode/run --activation 15
//
// Each round is a window, and with it an extension host, of its own. Two clocks: the
// editor's, as its "Startup Performance" says it (reading the bundle, and the call of
// activate()), and the extension's, from its log (activate() up to the start of the
// server, and the server up to the end of `initialize`). The editor's are by the wall:
// what else starts just then is in them. So the same is said of a peer in the same
// windows, Microsoft's Markdown, a client of a language server by the same library. Who
// comes first alternates.
import path from 'node:path';
import { until } from '../../lib/model.mjs';
import { PAYMENTS } from './code.mjs';
import { out, World } from './world.mjs';

const BAR_MS = 50;
const OURS = 'trimtab.trimtab';
const PEER = 'vscode.markdown-language-features';
const rounds = Number(process.argv[2] ?? 15);
if (!(rounds > 0)) {
  console.error('usage: run --activation [ROUNDS]');
  process.exit(2);
}

/** What the extension logged of each of its starts so far: [activated, server], in ms. */
const logged = (world) =>
  [...world.log().matchAll(/activated in ([\d.]+) ms, server started in ([\d.]+) ms/g)].map(
    ([, activated, server]) => [Number(activated), Number(server)],
  );

/** What the editor's report says now: {extension: {load, call, both}}, in ms. */
async function report(window) {
  const { page, keys } = window;
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await keys.press('F1');
  await window.answer('>Developer: Startup Performance');
  await window.tab('Startup Performance').waitFor();
  await page.locator('.editor-instance .view-line').first().click();
  await keys.press('Control+a');
  await keys.press('Control+c');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const rows = {};
  // | Extension | Eager | Load Code | Call Activate | Finish Activate | Event | By |
  for (const [, name, load, call] of text.matchAll(/^\| (\S+) +\| \w+ +\| (\d+) +\| (\d+) +\|/gm))
    rows[name] = { load: Number(load), call: Number(call), both: Number(load) + Number(call) };
  return rows;
}

async function measure(world, files) {
  const before = logged(world).length;
  const window = await world.open({ 'payments.py': PAYMENTS, 'notes.md': '# Notes\n' });
  try {
    for (const file of files) await window.openFile(file);
    await until(() => logged(world).length > before, 'a line in the log', 60_000);
    let rows;
    await until(
      async () => {
        rows = await report(window);
        return rows[OURS] && rows[PEER];
      },
      `${OURS} and ${PEER} in the editor's report`,
      60_000,
    );
    const [activated, server] = logged(world).at(-1);
    return { ours: rows[OURS], peer: rows[PEER], activated, server };
  } finally {
    await window.close();
  }
}

const median = (sorted) => (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;

function line(name, samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const [middle, most] = [median(sorted), sorted.at(-1)];
  console.log(`${name.padEnd(42)} median ${middle.toFixed(1).padStart(7)} ms   max ${most.toFixed(1).padStart(7)} ms`);
  return middle;
}

const world = new World();
try {
  await world.start(path.join(out, 'trimtab-linux-x64.vsix'));
  const samples = [];
  const files = ['payments.py', 'notes.md'];
  for (let i = 0; i < rounds; i++) samples.push(await measure(world, i % 2 ? files.toReversed() : files));
  console.log(`activation in a real VS Code, ${rounds} windows`);
  const both = {};
  for (const [who, name] of [['ours', 'trimtab'], ['peer', 'Markdown']]) {
    line(`editor: ${name}, reading the bundle`, samples.map((s) => s[who].load));
    line(`editor: ${name}, the call of activate()`, samples.map((s) => s[who].call));
    both[who] = line(`editor: ${name}, both`, samples.map((s) => s[who].both));
  }
  line('log: activate() up to the server', samples.map(({ activated }) => activated));
  line('log: server, up to initialized', samples.map(({ server }) => server));
  console.log(`to the peer: ${(both.ours / both.peer).toFixed(2)}`);
  console.log(`bar, ${BAR_MS} ms: ${both.ours <= BAR_MS ? 'kept' : `missed by ${(both.ours - BAR_MS).toFixed(1)} ms`}`);
} finally {
  await world.stop();
}
