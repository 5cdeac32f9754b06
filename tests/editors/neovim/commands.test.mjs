// commands.test.mjs -- every other command and every mapping.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { block, plainServer, until } from '../../lib/model.mjs';
import { plugin } from './nvim.mjs';
import { answering, ask, becomes, FIXED, NEW, OLD, session, shown, SOURCE, TWO } from './world.mjs';

const asked = (mock) => mock.requests().map(({ body }) => JSON.stringify(body));

/** The lines that each request lets a model change. */
const targets = (mock) => asked(mock).map((body) => /target lines=\\"([\d-]+)/.exec(body)?.[1]);

/** The text of the buffer named so, once it is shown. */
const page = async (nvim, name) =>
  (await nvim.until(
    `for _, win in ipairs(vim.api.nvim_list_wins()) do
       local buf = vim.api.nvim_win_get_buf(win)
       if vim.api.nvim_buf_get_name(buf):find(..., 1, true) then
         return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), '\\n')
       end
     end`,
    `the page ${name}`,
    name,
  )).value;

// ---- asking again -----------------------------------------------------------------------

test('LspTrimtabEdit asks for the instruction, at the cursor and for a range', () =>
  session({}, async (nvim, mock) => {
    await nvim.cursor('requests.post');
    await nvim.keys(':LspTrimtabEdit<CR>');
    await nvim.sees(/What should be changed\?/);
    await nvim.keys('add a timeout, please<CR>');
    await shown(nvim);
    await nvim.keys('dP');
    await nvim.keys('6GV:LspTrimtabEdit<CR>');
    await nvim.sees(/What should be changed\?/);
    await nvim.keys('only this line<CR>');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    const [first, second] = asked(mock);
    assert.match(first, /add a timeout, please/);
    assert.match(second, /only this line/);
    assert.deepEqual(targets(mock), ['4-7', '6-6'], 'the function, the line');
    await nvim.keys(':LspTrimtabEdit<CR>');
    await nvim.sees(/What should be changed\?/);
    await nvim.keys('<Esc>');
    assert.equal(mock.requests().length, 2, 'given up: nothing is asked');
  }));

test('LspTrimtabAgain: the last instruction, here', () =>
  session({}, async (nvim, mock) => {
    await nvim.command('LspTrimtabAgain');
    await nvim.saying('There is no instruction yet');
    await ask(nvim, 'once said');
    await nvim.keys('dP');
    await nvim.command('6,7LspTrimtabAgain');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    assert.equal(asked(mock).filter((body) => body.includes('once said')).length, 2);
  }));

test('LspTrimtabRetry: the other model, or the one that is named', () =>
  session({}, async (nvim, mock) => {
    await nvim.command('LspTrimtabRetry');
    await nvim.saying('Nothing was asked');
    await ask(nvim);
    await nvim.command('LspTrimtabRetry');
    await until(() => mock.requests().length === 2, 'the second request');
    await shown(nvim);
    await nvim.keys('dP');
    await nvim.command('LspTrimtabRetry claude');
    await until(() => mock.requests().length === 3, 'the third request');
    await shown(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    const paths = mock.requests().map((request) => request.path);
    assert.notEqual(paths[0], paths[1], 'another model');
    assert.match(paths[2], /messages/);
    await nvim.command('LspTrimtabRetry nobody');
    await nvim.saying('nobody');
  }));

test('LspTrimtabRefine: what is shown, and what was applied', () =>
  session({ rules: [
    [{ userMessage: /30 seconds/ }, { content: block(NEW, NEW.replace('10', '30')) }],
    [{ userMessage: /5 seconds/ }, { content: block(OLD, NEW.replace('10', '5')) }],
    ...answering(block(OLD, NEW)),
  ] }, async (nvim) => {
    await nvim.command('LspTrimtabRefine faster');
    await nvim.saying('No edit of trimtab was applied');
    await ask(nvim);
    await nvim.command('LspTrimtabRefine make it 5 seconds');
    await nvim.sees(/timeout=5/);
    await nvim.keys('dP');
    await ask(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    await nvim.keys(':LspTrimtabRefine<CR>');
    await nvim.sees(/What should be different\?/);
    await nvim.keys('make it 30 seconds<CR>');
    await nvim.sees(/timeout=30/);
    await nvim.keys('dO');
    await becomes(nvim, FIXED.replace('10', '30'));
  }));

// ---- the duel -------------------------------------------------------------------------------

const A = block(OLD, NEW);
const B = block(OLD, NEW.replace('10', '(3, 10)'));

/** Which answer is on which side is the server's draw: `run` is told. */
const duel = (run, options = {}) =>
  session({
    rules: [
      [{ model: /claude/, userMessage: /./ }, { content: A }],
      [{ model: /gpt/, userMessage: /./ }, { content: B }],
    ],
    ...options,
  }, async (nvim, mock) => {
    await nvim.command('6LspTrimtabCompare add a timeout to this call');
    await nvim.sees(/Answer 1[^]*Answer 2/);
    const [left, right] = await nvim.lua(`return vim.tbl_map(function(win)
      return table.concat(vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(win), 0, -1, false), '\\n')
    end, vim.api.nvim_tabpage_list_wins(0))`);
    const seen = nvim.screen.text().split('\n').slice(0, 24).join('\n');
    assert.doesNotMatch(seen, /claude|gpt/, 'blind');
    await run(nvim, { left, right, mock });
  });

const textOf = (diff) => (/\(3, 10\)/.test(diff) ? FIXED.replace('timeout=10', 'timeout=(3, 10)') : FIXED);
const modelOf = (diff) => (/\(3, 10\)/.test(diff) ? 'gpt' : 'claude');

for (const [key, side] of [['1', 'left'], ['2', 'right']]) {
  test(`a duel: ${key} takes the answer on the ${side}, and the models are said`, () =>
    duel(async (nvim, sides) => {
      assert.notEqual(sides.left, sides.right);
      await nvim.keys(key);
      await nvim.saying(`You took the answer of ${modelOf(sides[side])}.*; the other was`);
      await becomes(nvim, textOf(sides[side]));
      assert.equal(await nvim.lua('return #vim.api.nvim_list_tabpages()'), 1);
      await nvim.keys('u');
      await becomes(nvim, SOURCE);
    }));
}

test('a duel: neither, and closing the window is neither', async () => {
  await duel(async (nvim) => {
    await nvim.keys('n');
    await nvim.saying('Answer 1 was from .*, answer 2 from .*Nothing was changed');
    assert.equal(await nvim.text(), SOURCE);
  });
  await duel(async (nvim) => {
    await nvim.command('tabclose');
    await nvim.saying('Answer 1 was from');
  });
});

test('gra with a trial: both are asked, shown, judged, and it is not offered again that day', () =>
  session({
    config: { trial: true },
    rules: [[{ model: /claude/, userMessage: /./ }, { content: A }], [{ model: /gpt/, userMessage: /./ }, { content: B }]],
  }, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Add timeout and retry \((trial: )?both.*\$0\.\d+\)/);
    await nvim.sees(/Answer 1[^]*Answer 2/);
    await nvim.keys('n');
    await nvim.saying('Nothing was changed');
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Add timeout and retry \((claude|gpt)/);
    await shown(nvim);
  }));

test('a duel in which neither answer can be used is a message', () =>
  session({ rules: answering(block('nothing like it\n', 'x\n')) }, async (nvim) => {
    await nvim.command('6LspTrimtabCompare add a timeout');
    await nvim.saying('Neither answer can be used: ');
    assert.equal(await nvim.lua('return #vim.api.nvim_list_tabpages()'), 1);
  }));

test('a duel in which one answer cannot be used', () =>
  duel(async (nvim, { left }) => {
    const [good, bad] = left.includes('timeout') ? ['1', '2'] : ['2', '1'];
    await nvim.keys(bad);
    await nvim.saying('That answer cannot be applied');
    await nvim.keys(good);
    await becomes(nvim, FIXED);
  }, {
    rules: [
      [{ model: /claude/, userMessage: /./ }, { content: A }],
      [{ model: /gpt/, userMessage: /./ }, { content: block('nothing like it\n', 'x\n') }],
    ],
  }));

// ---- pages ----------------------------------------------------------------------------------------

test('LspTrimtabExplain: task, model, price and reason; nothing is asked', () =>
  session({}, async (nvim, mock) => {
    await nvim.command('6LspTrimtabExplain');
    await nvim.sees(/Task +ERR-2/);
    await nvim.sees(/Model +claude-sonnet-4-5[^]*\* claude .*~\$0\.0/);
    await nvim.sees(/gpt +gpt-4o +~\$0\.0/);
    await nvim.keys('q');
    assert.equal(await nvim.lua('return #vim.api.nvim_list_wins()'), 1);
    assert.equal(mock.requests().length, 0);
  }));

test('LspTrimtabStats and LspTrimtabLog: what became of edits, receipts, refused answers', () =>
  session({ rules: [
    [{ userMessage: /add a timeout/ }, { content: block(OLD, NEW) }],
    ...answering(block('nothing like it\n', 'x\n')),
  ] }, async (nvim) => {
    await ask(nvim);
    await nvim.keys('dO');
    await becomes(nvim, FIXED);
    await nvim.command('7LspTrimtabEdit nonsense');
    await nvim.saying('\\cnothing was changed');
    await nvim.command('LspTrimtabLog');
    const log = await page(nvim, 'trimtab://log');
    assert.match(log, /claude-sonnet-4-5/);
    const id = /e[0-9a-f]{8}-\d+/.exec(log)?.[0];
    assert.ok(id, log);
    await nvim.keys('q');
    const ids = await nvim.lua("return vim.fn.getcompletion('LspTrimtabLog e', 'cmdline')");
    assert.ok(ids.includes(id), ids.join());
    const refused = /(e[0-9a-f]{8}-\d+)[^\n]*no_match/.exec(log)?.[1] ?? ids.at(-1);
    await nvim.command(`LspTrimtabLog ${refused}`);
    assert.match(await page(nvim, `trimtab://answer/${refused}`), /nothing like it/);
    await nvim.keys('q');
    await nvim.command('LspTrimtabStats');
    const stats = await page(nvim, 'trimtab://stats');
    assert.match(stats, /Spent today \$0\.0/);
    assert.match(stats, /Since the server started: \$0\.0/);
    await nvim.command('1wincmd w | LspTrimtabStats');
    await nvim.until('return #vim.api.nvim_list_wins() == 2', 'the same window again');
  }));

// ---- completion ---------------------------------------------------------------------------------------

test('completion: earlier instructions and the names of models', () =>
  session({}, async (nvim) => {
    await ask(nvim, 'once said');
    const complete = (line) => nvim.lua("return vim.fn.getcompletion(..., 'cmdline')", line);
    for (const name of ['Edit', 'Refine', 'Compare'])
      assert.deepEqual(await complete(`LspTrimtab${name} on`), ['once said']);
    assert.deepEqual(await complete('LspTrimtabEdit once s'), ['said'], 'the rest, after what is typed');
    assert.deepEqual(await complete('6,7LspTrimtabEdit twice s'), []);
    await nvim.until("return #vim.fn.getcompletion('LspTrimtabRetry ', 'cmdline') == 2", 'the models');
    assert.deepEqual(await complete('LspTrimtabRetry c'), ['claude']);
  }));

test('the commands are those of the buffer, and each says what it does', () =>
  session({ files: { 'other.txt': 'x\n' } }, async (nvim) => {
    const commands = await nvim.lua(`local found = {}
      for name, command in pairs(vim.api.nvim_buf_get_commands(0, {})) do found[name] = command.definition end
      return found`);
    const names = await nvim.lua("return require('trimtab.attach').names");
    assert.deepEqual(Object.keys(commands).sort(), names.map((name) => `LspTrimtab${name}`).sort());
    for (const text of Object.values(commands)) assert.ok(text.length > 10, text);
    await nvim.open('other.txt', { attached: false });
    assert.equal(await nvim.lua("return vim.fn.exists(':LspTrimtabEdit')"), 0);
  }));

// ---- mappings ------------------------------------------------------------------------------------------

const map = (left, right, mode = "'n'") =>
  `vim.keymap.set(${mode}, '${left}', '<Plug>(trimtab-${right})')\n`;

test('<Plug>(trimtab-edit), -again, -explain, -compare: normal and visual mode', () =>
  session({
    init: map('ze', 'edit', "{ 'n', 'x' }") + map('za', 'again', "{ 'n', 'x' }") +
      map('zx', 'explain', "{ 'n', 'x' }") + map('zc', 'compare', "{ 'n', 'x' }"),
  }, async (nvim, mock) => {
    const give = async (words) => {
      await nvim.sees(/What should [^?]*\?/);
      await nvim.keys(`${words}<CR>`);
    };
    await nvim.cursor('requests.post');
    await nvim.keys('ze');
    await give('from normal mode');
    await shown(nvim);
    await nvim.keys('dP');
    await nvim.keys('6GVze');
    await give('from visual mode');
    await shown(nvim);
    await nvim.keys('dP');
    for (const keys of ['6Gza', '6GVza']) {
      const before = mock.requests().length;
      await nvim.keys(keys);
      await until(() => mock.requests().length > before, keys);
      await shown(nvim);
      await nvim.keys('dP');
    }
    assert.equal(asked(mock).filter((body) => body.includes('from visual mode')).length, 3);
    assert.deepEqual(targets(mock), ['4-7', '6-6', '4-7', '6-6']);
    for (const keys of ['6Gzx', '6GVzx']) {
      await nvim.keys(keys);
      await nvim.sees(/Task /);
      await nvim.keys('q');
      await nvim.until('return #vim.api.nvim_list_wins() == 1', 'the end of the page');
    }
    for (const keys of ['6Gzc', '6GVzc']) {
      await nvim.keys(keys);
      await give('the duel');
      await nvim.sees(/Answer 1[^]*Answer 2/);
      await nvim.keys('n');
      await nvim.until('return #vim.api.nvim_list_tabpages() == 1', 'the end of the duel');
    }
  }));

test('<Plug>(trimtab-retry), -refine, -stats, -log', () =>
  session({ init: map('zr', 'retry') + map('zf', 'refine') + map('zs', 'stats') + map('zl', 'log') },
    async (nvim, mock) => {
      await ask(nvim);
      await nvim.keys('zr');
      await until(() => mock.requests().length === 2, 'the retry');
      await shown(nvim);
      await nvim.keys('zf');
      await nvim.sees(/What should be different\?/);
      await nvim.keys('<Esc>zl');
      await page(nvim, 'trimtab://log');
      await nvim.keys('qzs');
      await page(nvim, 'trimtab://stats');
    }));

test('<Plug>(trimtab-cancel)', async () => {
  const silent = await plainServer(() => {});
  await session({ models: silent, init: map('zk', 'cancel') }, async (nvim) => {
    await nvim.command('6LspTrimtabEdit x');
    await until(() => silent.asked.length, 'the request');
    await nvim.keys('zk');
    await until(() => silent.asked[0].closed, 'the end of the transfer');
  });
});

test('<Plug> mappings of the preview, without its own keys', () =>
  session({
    rules: answering(TWO),
    setup: '{ keys = false }',
    init: ['take', 'leave', 'take-all', 'leave-all', 'next', 'previous']
      .map((name, i) => map(`z${i + 1}`, name)).join(''),
  }, async (nvim) => {
    const askTwo = async () => {
      await nvim.command('1,14LspTrimtabEdit add a timeout and log');
      await shown(nvim);
    };
    await nvim.keys('z1');
    await nvim.saying('No proposal is shown');
    await askTwo();
    await nvim.keys('ggz5');
    assert.equal(await nvim.lua('return vim.fn.line(".")'), 6);
    await nvim.keys('z5z6');
    assert.equal(await nvim.lua('return vim.fn.line(".")'), 6);
    await nvim.keys('z1z2');
    await becomes(nvim, FIXED);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
    await askTwo();
    await nvim.keys('z4');
    await nvim.until("return require('trimtab.preview').of(0) == nil", 'the end of the preview');
    assert.equal(await nvim.text(), SOURCE);
    await askTwo();
    await nvim.keys('ggz5z2z3');
    await nvim.until("return vim.fn.getline(14):match('log.warning') ~= nil", 'the second change');
  }));

test('every <Plug> mapping and every command is documented, and nothing else', async () => {
  const doc = fs.readFileSync(path.join(plugin, 'doc/trimtab.txt'), 'utf8');
  await session({}, async (nvim) => {
    const plugs = await nvim.lua(`local found = {}
      for _, mode in ipairs({ 'n', 'x' }) do
        for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
          if map.lhs:match('^<Plug>%(trimtab') then
            found[map.lhs] = map.desc
          end
        end
      end
      return found`);
    const documented = [...doc.matchAll(/\*(<Plug>\(trimtab-[a-z-]+\))\*/g)].map((match) => match[1]);
    assert.deepEqual(documented.sort(), Object.keys(plugs).sort());
    const names = await nvim.lua("return require('trimtab.attach').names");
    const commands = [...doc.matchAll(/\*:LspTrimtab(\w+)\*/g)].map((match) => match[1]);
    assert.deepEqual(commands.sort(), names.sort());
    const options = await nvim.lua(`local _, problem = pcall(require('trimtab').setup, { no_such = 1 })
      return problem`);
    for (const name of /there are: ([a-z_, ]+)\./.exec(options)[1].split(', '))
      assert.ok(doc.includes(`*trimtab-option-${name}*`), name);
    const code = fs.readdirSync(path.join(plugin, 'lua/trimtab'))
      .map((name) => fs.readFileSync(path.join(plugin, 'lua/trimtab', name), 'utf8')).join();
    const unique = (matches) => [...new Set([...matches].map((match) => match[1]))].sort();
    assert.deepEqual(unique(doc.matchAll(/\*(Trimtab\w+)\*/g)), unique(code.matchAll(/event\(\s*'(Trimtab\w+)'/g)));
    assert.deepEqual(unique(doc.matchAll(/\*hl-(\w+)\*/g)), unique(code.matchAll(/^ {2}(Trimtab\w+) = /gm)));
    assert.deepEqual(
      unique(doc.matchAll(/\*trimtab\.(\w+)\(\)\*/g)),
      Object.keys(await nvim.lua("return vim.tbl_map(function() return 1 end, require('trimtab'))")).sort(),
    );
    const mine = await nvim.lua(`local found = {}
      for _, mode in ipairs({ 'n', 'x', 'i', 'o' }) do
        for _, map in ipairs(vim.api.nvim_get_keymap(mode)) do
          if (map.desc or ''):match('^trimtab') and not map.lhs:match('^<Plug>') then
            table.insert(found, map.lhs)
          end
        end
      end
      return found`);
    assert.deepEqual(mine, [], 'no keys of our own');
  });
});

