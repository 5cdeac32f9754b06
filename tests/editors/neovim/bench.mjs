// bench.mjs -- what the plugin costs.
//
//   NVIM=... TRIMTAB=... node bench.mjs [ROUNDS]      (run --bench finds them)
//
// Start-up: what `--startuptime` says of our files; and whole starts with the plugin
// and with another server's configuration instead, by turns.  Menu: from the last key
// of `gra` until vim.ui.select has the entries, in a file of 10,000 lines, at rest and
// right after typing.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cleanEnv, program } from '../../lib/server.mjs';
import { Neovim, plugin } from './nvim.mjs';
import { KEYS } from './world.mjs';

const rounds = Number(process.argv[2] ?? 100);

const at = (values, part) => values.toSorted((a, b) => a - b)[Math.min(Math.floor(values.length * part), values.length - 1)];
const show = (what, values) =>
  console.log(`${what.padEnd(62)} p50 ${at(values, 0.5).toFixed(2)} ms, p99 ${at(values, 0.99).toFixed(2)} ms (${values.length})`);

// ---- start-up ---------------------------------------------------------------------------

function start(folder, init) {
  const log = path.join(folder, 'startup.log');
  fs.rmSync(log, { force: true });
  const { status, stderr } = spawnSync(
    process.env.NVIM,
    ['--headless', '-u', init, '--cmd', 'let g:loaded_python3_provider=0', '--startuptime', log, '-c', 'qa!'],
    { cwd: folder, env: cleanEnv(folder, { PATH: `${path.dirname(program)}:${process.env.PATH}` }), encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  const text = fs.readFileSync(log, 'utf8');
  // "clock  self+sourced  self: what", and for events "clock  elapsed: what"
  const ours = [...text.matchAll(/^\d+\.\d+ +\d+\.\d+ +(\d+\.\d+): (.*)$/gm)]
    .filter(([, , what]) => what.includes(plugin) || /require\('trimtab/.test(what))
    .reduce((sum, [, self]) => sum + Number(self), 0);
  const total = Math.max(...[...text.matchAll(/^(\d+\.\d+) .*--- NVIM STARTED ---/gm)].map(([, clock]) => Number(clock)));
  return { ours, total };
}

function startUp() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-bench-'));
  const write = (name, text) => {
    fs.writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };
  // Another server: what vim.lsp itself costs is not ours.
  const without = write('without.lua', "vim.lsp.config('other', { cmd = { 'other' }, filetypes = { 'other' } })\nvim.lsp.enable('other')\n");
  const enabled = write('enabled.lua', `vim.opt.runtimepath:append('${plugin}')\nvim.lsp.enable('trimtab')\n`);
  const set = write('setup.lua', `vim.opt.runtimepath:append('${plugin}')\nrequire('trimtab').setup({ view = 'float' })\n`);
  const times = { without: [], enabled: [], set: [] };
  const ours = { enabled: [], set: [] };
  for (let i = 0; i < rounds / 2; i++) {
    times.without.push(start(folder, without).total);
    for (const [name, init] of Object.entries({ enabled, set })) {
      const { ours: own, total } = start(folder, init);
      ours[name].push(own);
      times[name].push(total);
    }
  }
  show('start-up: our files, with vim.lsp.enable', ours.enabled);
  show('start-up: our files, with setup()', ours.set);
  show('whole start, another server enabled instead', times.without);
  show('whole start with vim.lsp.enable', times.enabled);
  show('whole start with setup()', times.set);
  fs.rmSync(folder, { recursive: true, force: true });
}

// ---- the menu -----------------------------------------------------------------------------

function large() {
  const parts = ['import requests\n\n\n'];
  for (let i = 0; parts.length < 1250; i++)
    parts.push(`def charge_${i}(order):\n    """Ask the payment service."""\n    url = f"{API}/orders/{order.id}"\n` +
      `    response = requests.post(url, json={"order": order.id, "n": ${i}})\n    return response.json()\n\n\n\n`);
  return parts.join('').split('\n').slice(0, 10_000).join('\n') + '\n';
}

async function menu() {
  const nvim = await Neovim.start({
    init: `vim.lsp.enable('trimtab') vim.o.cmdheight = 1 vim.o.ruler = false
      vim.ui.select = function(items, opts, done) -- what is drawn of it is a picker's own matter
        _G.selected_at = vim.uv.hrtime()
        done(nil)
      end`,
    env: KEYS,
    files: { 'large.py': large() },
  });
  await nvim.open('large.py');
  await nvim.until('return #vim.diagnostic.get(0) > 0', 'diagnostics');
  const lines = await nvim.lua("return vim.api.nvim_buf_line_count(0)");
  const times = { rest: [], typed: [] };
  for (const kind of ['rest', 'typed']) {
    for (let i = 0; i < rounds + 5; i++) {
      const row = 4 + 8 * ((i * 97) % 1200) + 3;
      await nvim.lua('_G.selected_at = nil vim.api.nvim_win_set_cursor(0, { ..., 4 }) vim.cmd.redraw()', row);
      await new Promise((done) => setTimeout(done, kind === 'rest' ? 60 : 300));
      if (kind === 'typed') await nvim.keys('A#<Esc>');
      if (kind === 'typed') await nvim.lua('return 1'); // the keys are through; what they changed may still wait
      const began = process.hrtime.bigint();
      await nvim.keys('gra');
      const { value: ended } = await nvim.until('return _G.selected_at and string.format("%d", _G.selected_at)', 'the menu');
      if (i >= 5) times[kind].push(Number(BigInt(ended) - began) / 1e6);
    }
  }
  show(`key to menu, ${lines} lines, at rest`, times.rest);
  show(`key to menu, ${lines} lines, right after typing`, times.typed);
  await nvim.stop();
}

startUp();
await menu();
