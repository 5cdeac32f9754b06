// model.test.mjs -- asking a model: instructions and actions, shown, taken, left,
// cancelled, and everything that goes wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { block, plainServer, sleep, until } from '../../lib/model.mjs';
import {
  answering, ask, becomes, BOTH, FIXED, FIXED2, hidden, NEW, OLD, session, shown, SOURCE, TWO,
} from './world.mjs';

// ---- one change -----------------------------------------------------------------------

test('an instruction for a range: shown, taken by one key, undone by one', () =>
  session({}, async (nvim, mock) => {
    await ask(nvim);
    assert.equal(await nvim.text(), SOURCE, 'nothing is changed before it is taken');
    await nvim.sees(/order\.id}, timeout=10\)/);
    await nvim.sees(/1\/1 .*/);
    await nvim.saying('1 change in line 6, claude.*, \\$.* s (do take, dp leave)');
    const [request] = mock.requests();
    assert.match(JSON.stringify(request.body), /add a timeout to this call/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    assert.doesNotMatch(nvim.screen.text(), /1\/1/);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
  }));

test('an instruction for the symbol at the cursor, by the Lua function', () =>
  session({}, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.lua("require('trimtab').edit('add a timeout')");
    await shown(nvim);
    await nvim.keys('do');
    await becomes(nvim, FIXED);
  }));

test('gra with a model: the action is shown first', () =>
  session({}, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Add timeout and retry \(claude/);
    await shown(nvim);
    assert.equal(await nvim.text(), SOURCE);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
  }));

test('gra by codeAction/resolve, for those who set that delivery', () =>
  session({ config: { delivery: 'resolve' } }, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Add timeout and retry \(claude/);
    await becomes(nvim, FIXED);
  }));

test('left out: nothing changes, and the server knows', () =>
  session({}, async (nvim) => {
    await ask(nvim);
    await nvim.keys('dP');
    await hidden(nvim);
    await nvim.until(`for _, event in ipairs(_G.events) do
      if event.name == 'TrimtabDecided' then return event.data.accept == 'none' end end`, 'the decision');
    assert.equal(await nvim.text(), SOURCE);
    assert.doesNotMatch(nvim.screen.text(), /timeout=10/);
  }));

// ---- several changes --------------------------------------------------------------------

const askTwo = async (nvim) => {
  await nvim.command('1,14LspTrimtabEdit add a timeout and log');
  await shown(nvim);
  await nvim.sees(/1\/2[^]*2\/2/);
};

test('two changes: each by itself, the rest left, one step of undo', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.cursor('PAYMENT_URL');
    await nvim.keys('dp');
    await nvim.sees(/1\/2 \[left/);
    assert.equal((await nvim.lua('return vim.fn.line(".")')), 14, 'the cursor goes to the next');
    await nvim.keys('do');
    await becomes(nvim, FIXED2);
    await hidden(nvim);
  }));

test('two changes: both taken one by one are one step of undo', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.keys('Gdo');
    await nvim.sees(/2\/2 \[tak/);
    assert.equal(await nvim.text(), SOURCE);
    await nvim.keys('do');
    await becomes(nvim, BOTH);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
  }));

test('two changes: the rest at once', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.keys('gg]c');
    assert.equal(await nvim.lua('return vim.fn.line(".")'), 6);
    await nvim.keys(']c');
    assert.equal(await nvim.lua('return vim.fn.line(".")'), 14);
    await nvim.keys('[cdpdO');
    await becomes(nvim, FIXED2);
  }));

test('two changes: one taken, the rest left out', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.keys('gg]cdodP');
    await becomes(nvim, FIXED);
  }));

test('typing while a proposal is shown: it moves along', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.keys('ggO# typed 漢字<CR># two lines<Esc>');
    await nvim.sees(/two lines[^]*timeout=10/);
    await nvim.keys('dO');
    await becomes(nvim, `# typed 漢字\n# two lines\n${BOTH}`);
    await nvim.keys('u');
    await becomes(nvim, `# typed 漢字\n# two lines\n${SOURCE}`);
  }));

test('typing into a shown change takes it out and says so', () =>
  session({ rules: answering(TWO) }, async (nvim) => {
    await askTwo(nvim);
    await nvim.cursor('return 1.0');
    await nvim.keys('C2.0<Esc>');
    await nvim.saying('that change was taken out');
    await nvim.sees(/1\/1/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED.replace('return 1.0', '2.0'));
  }));

test('the keys of the buffer come back', () =>
  session({}, async (nvim) => {
    await nvim.lua("vim.keymap.set('n', 'do', 'iMINE<Esc>', { buffer = true })");
    await ask(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    assert.equal(await nvim.lua("return vim.fn.maparg('dO', 'n')"), '');
    await nvim.keys('gg0do');
    await becomes(nvim, `MINE${FIXED}`);
  }));

test('other keys, and none', async () => {
  await session({ setup: "{ keys = { take_all = 'gy' } }" }, async (nvim) => {
    await ask(nvim);
    await nvim.keys('gy');
    await becomes(nvim, FIXED);
  });
  await session({ setup: '{ keys = false }' }, async (nvim) => {
    await ask(nvim);
    assert.equal(await nvim.lua("return vim.fn.maparg('do', 'n')"), '');
    await nvim.lua("require('trimtab.preview').act('take')");
    await becomes(nvim, FIXED);
  });
});

// ---- in a floating window ------------------------------------------------------------------

test('in a floating window: each change by itself', () =>
  session({ rules: answering(TWO), setup: "{ view = 'float' }" }, async (nvim) => {
    await askTwo(nvim);
    await nvim.sees(/@@ line 6 @@ 1\/2[^]*-  *response = [^]*\+  *response = .*timeout=10/);
    await nvim.keys(']cdp');
    await nvim.sees(/2\/2 \[left out\]/);
    await nvim.keys('do');
    await becomes(nvim, FIXED);
    assert.equal(await nvim.lua('return #vim.api.nvim_list_wins()'), 1);
  }));

test('in a floating window: closing it leaves all out', () =>
  session({ setup: "{ view = 'float' }" }, async (nvim) => {
    await ask(nvim);
    await nvim.keys('q');
    await nvim.until("return #_G.events > 0 and _G.events[#_G.events].name == 'TrimtabDecided'", 'the decision');
    assert.equal(await nvim.text(), SOURCE);
  }));

// ---- when it is shown --------------------------------------------------------------------------

test("preview 'never' applies at once, in one step of undo of its own", () =>
  session({ setup: "{ preview = 'never' }" }, async (nvim) => {
    await nvim.keys('Go<C-u># mine<Esc>');
    await nvim.until("return vim.fn.getline('$') == '# mine'", 'typing');
    await nvim.command('6LspTrimtabEdit add a timeout');
    await becomes(nvim, `${FIXED}# mine\n`);
    await nvim.keys('u');
    await becomes(nvim, `${SOURCE}# mine\n`);
  }));

// It does not parse: the server asks once more, and then holds it.
const RISKY = '        return (1.0\n';
const risky = { rules: answering(block('        return 1.0\n', RISKY)) };

test("preview 'held' shows only what something speaks against", async () => {
  await session({ setup: "{ preview = 'held' }" }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await becomes(nvim, FIXED);
  });
  await session({ ...risky, setup: "{ preview = 'held' }" }, async (nvim) => {
    await nvim.command('14LspTrimtabEdit check the sign');
    await shown(nvim);
    const said = await nvim.saying('Look before you take it');
    assert.equal(said.level, 3);
    assert.equal(await nvim.text(), SOURCE);
    await nvim.keys('dO');
    await becomes(nvim, SOURCE.replace('        return 1.0\n', RISKY));
  });
});

test("preview 'never' refuses what something speaks against", () =>
  session({ ...risky, setup: "{ preview = 'never' }" }, async (nvim) => {
    await nvim.command('14LspTrimtabEdit check the sign');
    await nvim.saying('\\cnothing was changed');
    assert.equal(await nvim.text(), SOURCE);
  }));

// ---- while the model works -----------------------------------------------------------------------

test('typing elsewhere while the answer comes', () =>
  session({ rules: answering(GOOD_SLOW, 20) }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await nvim.until("return require('trimtab').statusline():match('%.%.%.') ~= nil", 'busy');
    await nvim.keys('ggO# above 💳<Esc>Go<C-u># below<Esc>');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, `# above 💳\n${FIXED}# below\n`);
  }));

test('typing in insert mode goes on while an edit is applied', () =>
  session({ rules: answering(GOOD_SLOW, 20), setup: "{ preview = 'never' }" }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await nvim.keys('Go<C-u># ');
    for (let i = 0; i < 400 && !(await nvim.text()).includes('timeout=10'); i++) {
      await nvim.keys(String(i % 10));
      await sleep(5);
    }
    await nvim.keys('ab<Esc>');
    await nvim.until("return not vim.api.nvim_get_mode().mode:match('i')", 'normal mode');
    const text = await nvim.text();
    assert.ok(text.startsWith(FIXED), text);
    assert.match(text, /# (0123456789)*[0-9]*ab\n$/);
    await nvim.keys('uu'); // what was typed after, and the edit
    await nvim.until("return not table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false)):match('timeout=10')", 'undo');
    assert.match(await nvim.text(), /# 01/, 'what was typed before the edit stays');
  }));

test('typing into the code that was asked about while the answer comes', () =>
  session({ rules: answering(GOOD_SLOW, 20) }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await nvim.until("return require('trimtab').statusline():match('%.%.%.') ~= nil", 'busy');
    await nvim.cursor('json=');
    await nvim.keys('iverify=True, <Esc>');
    const mine = SOURCE.replace('json=', 'verify=True, json=');
    await nvim.saying('\\cchanged');
    assert.equal(await nvim.text(), mine);
  }));

test('cancelling ends the transfer', async () => {
  const silent = await plainServer(() => {}); // never answers
  await session({ models: silent }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await until(() => silent.asked.length, 'the request');
    await nvim.command('LspTrimtabCancel');
    await nvim.saying('Cancelled');
    await until(() => silent.asked[0].closed, 'the end of the transfer');
    await nvim.until("return require('trimtab').statusline() == 'trimtab'", 'idle');
    assert.equal(await nvim.text(), SOURCE);
    await nvim.command('LspTrimtabCancel');
    await nvim.saying('Nothing runs');
  });
});

test('a wrong key', async () => {
  const refusing = await plainServer((body, res) => {
    res.writeHead(401, { 'content-type': 'application/json' });
    res.end('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
  });
  await session({ models: refusing }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    const said = await nvim.saying('\\ckey');
    assert.equal(said.level, 4);
    assert.equal(await nvim.text(), SOURCE);
  });
});

test('an answer that does not fit is refused with its reason, and kept', () =>
  session({ rules: answering(block('    nothing like it\n', '    x\n')) }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    const said = await nvim.saying('\\cnothing was changed');
    assert.equal(said.level, 4);
    assert.equal(await nvim.text(), SOURCE);
  }));

test('nothing to change is no error', () =>
  session({ rules: answering(block(OLD, OLD)) }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await nvim.until('return #_G.said > 0', 'a message');
    const said = await nvim.said();
    assert.equal(await nvim.text(), SOURCE);
    assert.doesNotMatch(said.join(), /timeout=10/);
  }));

// ---- text that is not simple --------------------------------------------------------------------

test('no newline at the end, and lines after the last', () =>
  session(
    { source: 'a = 1', file: 'a.py', rules: answering(block('a = 1\n', 'a = 1\nb = 2\n')) },
    async (nvim) => {
      await nvim.command('1LspTrimtabEdit add b');
      await shown(nvim);
      await nvim.sees(/a = 1\n *b = 2/);
      await nvim.keys('dO');
      await becomes(nvim, 'a = 1\nb = 2\n');
    },
  ));

test('an import above the first line is seen, and a text of DOS stays one', () =>
  session(
    {
      file: 'dos.py',
      source: 'def f():\r\n    return 1\r\n',
      rules: answering(block('def f():\n    return 1\n', 'import time\n\n\ndef f():\n    return time.time()\n')),
    },
    async (nvim) => {
      await nvim.command('%LspTrimtabEdit the time');
      await shown(nvim);
      await nvim.sees(/import time[^]*time\.time\(\)/);
      await nvim.keys('dO');
      await becomes(nvim, 'import time\n\n\ndef f():\n    return time.time()\n');
      assert.equal(await nvim.lua('return vim.bo.fileformat'), 'dos');
    },
  ));

const GOOD_SLOW = block(OLD, NEW, 'Here is the smallest change, and some words so that it takes a while. '.repeat(4));

test('a new file is shown, and created when it is wanted', () =>
  session({ rules: answering('One test.\n\n```python\ndef test_it():\n    assert True\n```\n') }, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Write tests with edge cases \(/);
    await nvim.sees(/def test_it\(\):/);
    await nvim.choose(/Create it/);
    await until(async () => /test_/.test(JSON.stringify(await nvim.lua('return vim.tbl_map(vim.api.nvim_buf_get_name, vim.api.nvim_list_bufs())'))), 'the new file');
    assert.equal(await nvim.text(), SOURCE);
  }));
