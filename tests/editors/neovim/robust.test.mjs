// robust.test.mjs -- what goes away, moves, or is larger than usual while something
// is asked or shown.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block, plainServer, until } from '../../lib/model.mjs';
import { program } from '../../lib/server.mjs';
import {
  answering, ask, becomes, BOTH, crash, FIXED, GOOD, hidden, idle, NEW, OLD, session, shown, SLOW, SOURCE, TWO,
} from './world.mjs';

/** Nothing that Neovim calls an error was said. */
const clean = async (nvim) =>
  assert.doesNotMatch(await nvim.lua("return vim.fn.execute('messages')"), /E\d+:|Error|stack traceback/);

// ---- while an answer comes ------------------------------------------------------------

test('what there is of an answer is seen, and is not applied', () =>
  session({ rules: answering(SLOW + TWO, 40) }, async (nvim) => {
    await nvim.command('1,14LspTrimtabEdit add a timeout and log');
    await nvim.sees(/timeout=10\)\n *still coming/);
    assert.equal(await nvim.text(), SOURCE);
    await nvim.command('LspTrimtabCancel');
    await nvim.saying('Cancelled');
    await idle(nvim);
    assert.doesNotMatch(nvim.screen.text(), /still coming/);
    assert.deepEqual((await nvim.said()).filter((text) => !/Cancelled/.test(text)), [], 'cancelling is no error');
  }));

test('the server crashes while it is asked, and while a proposal is shown', () =>
  session({ rules: [[{ userMessage: /slowly/ }, { content: SLOW + TWO }, { chunkSize: 8, latency: 40 }], ...answering(TWO)] },
    async (nvim) => {
      await nvim.command('1,14LspTrimtabEdit slowly');
      await nvim.sees(/still coming/);
      await crash(nvim);
      await nvim.saying('crashed and is started again');
      await nvim.attached();
      assert.doesNotMatch(nvim.screen.text(), /still coming/);
      await nvim.command('1,14LspTrimtabEdit add a timeout and log');
      await shown(nvim);
      await nvim.lua('_G.said = {}');
      await crash(nvim);
      await nvim.saying('crashed and is started again');
      await hidden(nvim);
      assert.equal(await nvim.lua("return vim.fn.maparg('do', 'n')"), '', 'the keys are gone as well');
      await nvim.attached();
      await nvim.command('1,14LspTrimtabEdit add a timeout and log');
      await shown(nvim);
      await nvim.keys('dO');
      await becomes(nvim, BOTH);
      await clean(nvim);
    }));

test('the buffer is wiped, reloaded, or out of sight when the answer comes', async () => {
  const late = { rules: answering(GOOD, 40), files: { 'other.py': 'x = 1\n' } };
  await session(late, async (nvim, mock) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await until(() => mock.requests().length, 'the request');
    await nvim.command('edit other.py | bwipeout! #');
    await nvim.attached();
    await idle(nvim);
    await nvim.command('1LspTrimtabExplain');
    await nvim.sees(/Task /);
    assert.equal(await nvim.lua("return vim.fn.bufexists('payments.py')"), 0, 'it does not come back');
    assert.deepEqual((await nvim.said()).filter((text) => /not open/.test(text)), []);
    await clean(nvim);
  });
  await session(late, async (nvim, mock) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await until(() => mock.requests().length, 'the request');
    await nvim.lua("vim.fn.writefile({ 'x = 2' }, 'payments.py') vim.cmd('edit!')");
    await nvim.until('return #_G.said > 0', 'a message');
    assert.equal(await nvim.text(), 'x = 2\n');
    await clean(nvim);
  });
  await session(late, async (nvim) => {
    await nvim.command('set hidden | 6LspTrimtabEdit add a timeout');
    await nvim.command('edit other.py');
    await nvim.until(`return require('trimtab.preview').of(vim.fn.bufnr('payments.py')) ~= nil`, 'a proposal');
    await nvim.command('buffer payments.py');
    await nvim.sees(/timeout=10/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  });
});

test('the text is reloaded while a proposal is shown', () =>
  session({}, async (nvim) => {
    await ask(nvim);
    await nvim.lua("vim.fn.writefile({ 'x = 2' }, 'payments.py') vim.cmd('edit!')");
    await hidden(nvim);
    await idle(nvim);
    assert.equal(await nvim.text(), 'x = 2\n');
    assert.equal(await nvim.lua("return vim.fn.maparg('do', 'n')"), '');
    await clean(nvim);
  }));

test('undo and redo while a proposal is shown: it stays where it belongs', () =>
  session({}, async (nvim) => {
    await nvim.keys('ggO# one<CR># two<Esc>');
    await nvim.command('8LspTrimtabEdit add a timeout to this call');
    await shown(nvim);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
    await nvim.keys('<C-r>');
    await becomes(nvim, `# one\n# two\n${SOURCE}`);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    await clean(nvim);
  }));

test('what is shown stays until something better comes', () =>
  session({ rules: [[{ userMessage: /to this call/ }, { content: GOOD }], ...answering(block('nothing like it\n', 'x\n'))] },
    async (nvim) => {
      await ask(nvim);
      await nvim.command('LspTrimtabRefine nonsense');
      await nvim.saying('\\cnothing was changed');
      await nvim.sees(/timeout=10/);
      await nvim.keys('dO');
      await becomes(nvim, FIXED);
    }));

test('two buffers, a proposal each', () =>
  session({ files: { 'other.py': SOURCE } }, async (nvim) => {
    await ask(nvim);
    await nvim.command('split other.py');
    await nvim.attached();
    await ask(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    await nvim.command('wincmd p');
    await nvim.sees(/1\/1/);
    assert.equal(await nvim.text(), SOURCE);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

test('the cursor moves while the instruction is typed: it is about where it was asked', () =>
  session({ init: "vim.ui.input = function(_, done) vim.cmd('1') done('add a timeout to this call') end" }, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.command('LspTrimtabEdit');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

// ---- a duel ---------------------------------------------------------------------------------

const duel = { rules: [[{ model: /gpt/, userMessage: /./ }, { content: block(OLD, NEW.replace('10', '5')) }], ...answering(GOOD, 20)] };

test('a duel waits for who types, and goes back to where it came from', () =>
  session({ ...duel, files: { 'other.py': 'x = 1\n' } }, async (nvim) => {
    await nvim.command('tabnew other.py | tabprevious');
    await nvim.command('6LspTrimtabCompare add a timeout');
    await nvim.keys('Go<C-u># 1 2 n q');
    await nvim.saying('back in normal mode');
    await nvim.keys(' 12nq<Esc>');
    await nvim.sees(/Answer 1[^]*Answer 2/);
    await nvim.keys('1');
    await nvim.saying('You took the answer');
    await nvim.until("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):match('timeout=') ~= nil", 'the edit');
    assert.match(await nvim.text(), /# 1 2 n q 12nq\n$/);
    assert.match(await nvim.lua("return vim.fn.expand('%')"), /payments/);
    assert.equal(await nvim.lua('return #vim.api.nvim_list_tabpages()'), 2);
  }));

test('a duel about lines that moved meanwhile shows the right lines', () =>
  session(duel, async (nvim, mock) => {
    await nvim.command('6LspTrimtabCompare add a timeout');
    await until(() => mock.requests().length, 'the request');
    await nvim.keys('ggO# above 💳<CR># again<Esc>');
    await nvim.sees(/Answer 1[^]*Answer 2/);
    await nvim.sees(/-    response = requests.post[^]*\+    response = requests.post/);
    await nvim.keys('2');
    await nvim.until("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):match('timeout=') ~= nil", 'the edit');
    assert.match(await nvim.text(), /^# above 💳\n# again\nimport requests\n/);
  }));

// ---- text and windows of every kind ---------------------------------------------------------------

const WIDE = `def names():\n    return {"💳💳": "漢字", "é": f("前", 1), "b": g(2)}\n`;
const WIDER = {
  'half of a character': WIDE.replace('"漢字"', '"漢学"').replace('g(2)', 'g(3)'),
  'one word behind them': WIDE.replace('g(2)', 'g(3)'),
};
const LINE = (text) => `${text.split('\n')[1]}\n`;

for (const encoding of ['utf-8', 'utf-16', 'utf-32'])
  for (const [what, wider] of Object.entries(WIDER))
    test(`characters of several bytes, in ${encoding}: ${what}`, () =>
      session({
        file: 'wide.py',
        source: WIDE,
        rules: answering(block(LINE(WIDE), LINE(wider))),
        init: `local capabilities = vim.lsp.protocol.make_client_capabilities()
          capabilities.general.positionEncodings = { '${encoding}' }
          vim.lsp.config('*', { capabilities = capabilities })`,
      }, async (nvim) => {
        assert.equal(await nvim.lua("return vim.lsp.get_clients({ name = 'trimtab' })[1].offset_encoding"), encoding);
        await nvim.lua(`vim.api.nvim_win_set_cursor(0, { 2, #vim.fn.getline(2) - 1 })
          vim.cmd('LspTrimtabEdit other names')`);
        await shown(nvim);
        await nvim.sees(/1\/1/);
        assert.ok(nvim.screen.text().includes(LINE(wider)), nvim.screen.text());
        assert.doesNotMatch(nvim.screen.text(), /<[0-9a-f]{2}>|�/, 'no half of a character');
        await nvim.keys('dO');
        await becomes(nvim, wider);
        await nvim.keys('u');
        await becomes(nvim, WIDE);
      }));

test('columns of every encoding, there and back', () =>
  session({ file: 'wide.py', source: WIDE }, async (nvim) => {
    const line = WIDE.split('\n')[1];
    for (const [at, char] of [...line].entries()) {
      const before = [...line].slice(0, at).join('');
      const bytes = Buffer.byteLength(before);
      for (const [encoding, column] of Object.entries({ 'utf-8': bytes, 'utf-16': before.length, 'utf-32': at })) {
        const place = { line: 1, character: column };
        const found = await nvim.lua(`local encoding, place, bytes = ...
          local hunks = require('trimtab.hunks')
          local at = hunks.locate(0, { range = { start = place, ['end'] = place }, newText = '' }, encoding)
          return { at.row, at.col, hunks.character(vim.fn.getline(2), bytes, encoding) }`, encoding, place, bytes);
        assert.deepEqual(found, [1, bytes, column], `${char} in ${encoding}`);
      }
    }
  }));

const LONG = `value = make(${Array.from({ length: 30 }, (_, i) => `"argument ${i}"`).join(', ')})\n`;

test('a line longer than the window is shown to its end, also when the window changes', () =>
  session({ file: 'long.py', source: LONG, rules: answering(block(LONG, LONG.replace('29"', 'X"'))) },
    async (nvim) => {
      await nvim.command('1LspTrimtabEdit name the last');
      await shown(nvim);
      await nvim.sees(/X/);
      await nvim.command('vsplit');
      await nvim.sees(/X/);
      await nvim.keys('dO');
      await becomes(nvim, LONG.replace('29"', 'X"'));
    }));

test('tabs, and lines that go without others', () =>
  session({
    file: 'main.go',
    source: 'package main\n\nfunc f() {\n\ta()\n\tb()\n\tc()\n}\n',
    rules: answering(block('\ta()\n\tb()\n\tc()\n', '\ta()\n\tc()\n')),
  }, async (nvim) => {
    await nvim.command('3,7LspTrimtabEdit drop b');
    await shown(nvim);
    await nvim.sees(/ {8}b\(\)\n *1\/1/);
    await nvim.keys('do');
    await becomes(nvim, 'package main\n\nfunc f() {\n\ta()\n\tc()\n}\n');
  }));

test('a change in a closed fold is seen', () =>
  session({ init: "vim.o.foldmethod = 'indent'\nvim.o.foldlevel = 0" }, async (nvim) => {
    await nvim.lua("assert(vim.fn.foldclosed(6) ~= -1, 'no fold')");
    await ask(nvim);
    await nvim.sees(/timeout=10/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

test('a change below the window is scrolled to, where the cursor can stay', () =>
  session({ rules: answering(block('        return 1.0\n', '        return 2.0\n')) }, async (nvim) => {
    await nvim.call('nvim_ui_try_resize', 110, 20); // 12 lines of text
    await nvim.until("return vim.fn.line('w$') < 14", 'a small window');
    await nvim.cursor('def rate');
    await nvim.command('LspTrimtabEdit another default');
    await nvim.sees(/return 2\.0\n *1\/1/);
    assert.equal(await nvim.lua("return vim.fn.line('.')"), 10);
    await nvim.keys('dPgg');
    await nvim.command('10,14LspTrimtabEdit another default');
    await nvim.keys('gg');
    await shown(nvim);
    assert.equal(await nvim.lua("return vim.fn.line('.')"), 1);
    await nvim.keys(']c');
    assert.equal(await nvim.lua("return vim.fn.line('.')"), 14);
  }));

test('a text without a name is worked on, or refused in words', () =>
  session({}, async (nvim) => {
    await nvim.command('enew | setfiletype python');
    await nvim.keys('iimport os<Esc>');
    if (await nvim.lua("return vim.fn.exists(':LspTrimtabEdit') == 2")) {
      await nvim.command('1LspTrimtabEdit add a line');
      await nvim.until('return #_G.said > 0', 'a message');
    }
    assert.equal(await nvim.text(), 'import os\n');
    await clean(nvim);
  }));

test('a text that may not be changed', () =>
  session({}, async (nvim) => {
    await nvim.lua('vim.bo.modifiable = false');
    await ask(nvim);
    await nvim.keys('dO');
    await nvim.until("return #_G.said > 1", 'a message');
    assert.equal(await nvim.text(), SOURCE);
  }));

test('a very small window', () =>
  session({ rules: answering(TWO), setup: "{ view = 'float' }" }, async (nvim) => {
    await nvim.call('nvim_ui_try_resize', 12, 14);
    await nvim.command('1,14LspTrimtabEdit add a timeout and log');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, BOTH);
  }));

// ---- other clients, other commands, other ways of installing -----------------------------------------

test('another server goes: ours stays, with its commands and what it shows', () =>
  session({
    init: `vim.lsp.config('other', { filetypes = { 'python' }, cmd = { 'sh', '-c', 'sleep 0.7; exit 3' } })
      vim.lsp.enable('other')`,
  }, async (nvim) => {
    await ask(nvim);
    await nvim.until("return #vim.lsp.get_clients({ name = 'other' }) == 0", 'the end of the other');
    assert.equal(await nvim.lua("return vim.fn.exists(':LspTrimtabEdit')"), 2);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

test('restarted or stopped by the user: no word of a crash', () =>
  session({}, async (nvim) => {
    const id = await nvim.lua("return vim.lsp.get_clients({ name = 'trimtab' })[1].id");
    await nvim.command('lsp restart trimtab');
    await nvim.until("local c = vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 })[1] return c and c.id ~= ... and c.initialized", 'a new one', id);
    await ask(nvim);
    await nvim.command('lsp stop trimtab');
    await nvim.until("return #vim.lsp.get_clients({ name = 'trimtab' }) == 0", 'its end');
    assert.ok(!(await nvim.said()).some((text) => /crashed/.test(text)), (await nvim.said()).join());
    await clean(nvim);
  }));

test('a wrapper before the program is kept for its other commands', () =>
  session({ setup: `{ cmd = { 'env', 'TRIMTAB_STATE_DIR=' .. vim.fn.stdpath('data') .. '/elsewhere', '${program}', 'lsp' } }` },
    async (nvim) => {
      await ask(nvim);
      await nvim.keys('dO');
      await becomes(nvim, FIXED);
      await nvim.until("return vim.fn.filereadable(vim.fn.stdpath('data') .. '/elsewhere/receipts.jsonl') == 1", 'a receipt');
      await nvim.command('LspTrimtabLog');
      await nvim.until("return table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):match('claude%-sonnet') ~= nil", 'the log');
    }));

test('a folder that joins the runtimepath after start-up works as well', () =>
  session({ rtp: false, late: true }, async (nvim) => {
    assert.match(await nvim.lua("return vim.fn.maparg('<Plug>(trimtab-edit)', 'n')"), /plug\('Edit'/);
    await ask(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

test('a mapping where the server is not attached says so', () =>
  session({ files: { 'notes.txt': 'x\n' }, init: "vim.keymap.set({ 'n', 'x' }, 'ze', '<Plug>(trimtab-edit)')" }, async (nvim) => {
    await nvim.open('notes.txt', { attached: false });
    await nvim.keys('Vze');
    await nvim.saying('not attached');
    await clean(nvim);
  }));

test('what runs is in progress_status and the statusline, and what it cost stays', async () => {
  const silent = await plainServer(() => {});
  await session({ models: silent }, async (nvim) => {
    await nvim.lua('vim.ui.progress_status()');
    await nvim.command('6LspTrimtabEdit add a timeout to this call');
    await nvim.until("return vim.ui.progress_status() ~= '' and require('trimtab').statusline():match('claude') ~= nil", 'busy');
    await nvim.command('LspTrimtabCancel');
    await nvim.until("return vim.ui.progress_status() == ''", 'the end');
  });
  await session({}, async (nvim) => {
    await ask(nvim);
    await nvim.sees(/trimtab: 1 change in line 6, claude.*do take/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    await nvim.until("return require('trimtab').statusline():match('trimtab %$0%.0') ~= nil", 'the price of today');
    const names = await nvim.lua('return vim.tbl_map(function(event) return event.name end, _G.events)');
    for (const name of ['TrimtabStatus', 'TrimtabProposal', 'TrimtabDecided', 'TrimtabApplied'])
      assert.ok(names.includes(name), `${name} in ${names}`);
    assert.equal(await nvim.lua("return require('trimtab').statusline(vim.api.nvim_create_buf(true, false))"), '');
  });
});
