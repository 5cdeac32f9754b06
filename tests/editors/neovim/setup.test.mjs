// setup.test.mjs -- options, settings, :checkhealth, :help, and what start-up does.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { plainServer, settings } from '../../lib/model.mjs';
import { program } from '../../lib/server.mjs';
import { Neovim, plugin } from './nvim.mjs';
import { asLua, crash, KEYS, session, SOURCE } from './world.mjs';

/** Another way of enabling it; `enable` is Lua.  Both providers can be reached. */
async function enabled(enable, run, options = {}) {
  const config = { models: settings(options.url ?? 'http://127.0.0.1:9').models };
  const nvim = await Neovim.start({
    init: enable,
    files: { 'payments.py': SOURCE, '../config/config.json': JSON.stringify(config) },
    ...options,
  });
  try {
    await run(nvim);
  } finally {
    await nvim.stop();
  }
}

const ON = "vim.lsp.enable('trimtab')";

// ---- :checkhealth ------------------------------------------------------------------------

const health = async (nvim) => {
  await nvim.command('checkhealth trimtab');
  await nvim.until("return vim.bo.filetype == 'checkhealth'", 'the page of checkhealth');
  const page = await nvim.text();
  for (const key of Object.values(KEYS)) assert.ok(!page.includes(key), 'a key is on the page');
  return page;
};

test('checkhealth: nothing to complain about when a key is set, and the server runs', async () => {
  const { url, stop } = await plainServer((body, res) => res.end('{}'));
  for (const env of [KEYS, { OPENAI_API_KEY: KEYS.OPENAI_API_KEY }, { ANTHROPIC_API_KEY: KEYS.ANTHROPIC_API_KEY }])
    await enabled(ON, async (nvim) => {
      await nvim.open('payments.py');
      const page = await health(nvim);
      assert.doesNotMatch(page, /WARNING|ERROR/);
      assert.match(page, /OK 0\.12/);
      assert.match(page, /OK trimtab \d+\.\d+/);
      assert.match(page, /client \d+, folder .*work/);
      assert.match(page, /OK a model can be asked/);
      assert.match(page, /trimtab doctor/);
    }, { env, url });
  await stop();
});

test('checkhealth: a provider that cannot be reached matters only with its key', async () => {
  await enabled(ON, async (nvim) => {
    await nvim.open('payments.py');
    assert.match(await health(nvim), /ERROR provider: claude/);
  }, { env: KEYS });
  const { url, stop } = await plainServer((body, res) => res.end('{}'));
  const { models } = settings(url);
  models.claude.base_url = 'http://127.0.0.1:9';
  await enabled(ON, async (nvim) => {
    await nvim.open('payments.py');
    const page = await health(nvim);
    assert.match(page, /provider: claude/);
    assert.doesNotMatch(page, /WARNING|ERROR/);
  }, { env: { OPENAI_API_KEY: KEYS.OPENAI_API_KEY }, files: { 'payments.py': SOURCE, '../config/config.json': JSON.stringify({ models }) } });
  await stop();
});

test('checkhealth: no key, and the way to one', () =>
  enabled(ON, async (nvim) => {
    await nvim.open('payments.py');
    const page = await health(nvim);
    assert.match(page, /WARNING No model has a key[^]*ADVICE[^]*ANTHROPIC_API_KEY/);
  }));

test('checkhealth: not enabled; no program; a program that does not work', async () => {
  await enabled('', async (nvim) => {
    assert.match(await health(nvim), /WARNING It is not enabled[^]*vim\.lsp\.enable\('trimtab'\)/);
  });
  await enabled(`vim.lsp.config('trimtab', { cmd = { '/nowhere/trimtab', 'lsp' } }) ${ON}`, async (nvim) => {
    assert.match(await health(nvim), /ERROR The program `trimtab` was not found[^]*dev install/);
  });
  await enabled(`vim.lsp.config('trimtab', { cmd = { 'false', 'lsp' } }) ${ON}`, async (nvim) => {
    assert.match(await health(nvim), /ERROR `false --version` does not work/);
  });
});

test('checkhealth: a server that does not answer', () =>
  enabled(ON, async (nvim) => {
    await nvim.open('payments.py');
    await crash(nvim, 'sigstop');
    try {
      assert.match(await health(nvim), /ERROR It does not answer/);
    } finally {
      await crash(nvim, 'sigcont');
    }
  }));

// ---- options -------------------------------------------------------------------------------

test('options that are wrong are refused with what is right', () =>
  enabled('', async (nvim) => {
    const problem = (options) =>
      nvim.lua(`local ok, problem = pcall(require('trimtab').setup, ${options}) return not ok and problem`);
    assert.match(await problem('{ preveiw = 1 }'), /`preveiw` is not an option; there are: .*preview.*trimtab-options/);
    assert.match(await problem("{ preview = 'sometimes' }"), /`preview` is one of: always, held, never/);
    assert.match(await problem('{ restart = 1 }'), /`restart` must be a boolean/);
    assert.match(await problem("{ keys = { tkae = 'x' } }"), /`keys\.tkae` is not known; there are: .*take_all/);
    assert.match(await problem('{ keys = { take = 1 } }'), /`keys\.take` must be a string/);
    assert.match(await problem('{ keys = true }'), /table of keys, or false/);
    await nvim.lua("require('trimtab').setup({ cmd = { '/nowhere/trimtab', 'lsp' } })");
    await nvim.saying('/nowhere/trimtab. is not a program');
  }));

test('settings by setup and by vim.lsp.config reach the server before its first answer', async () => {
  const off = asLua({ ...settings('http://127.0.0.1:9'), rules: { '*': 'off', 'py-bare-except': 'hint' } });
  for (const enable of [
    `require('trimtab').setup({ settings = ${off} })`,
    `vim.lsp.config('trimtab', { settings = { trimtab = ${off} } }) ${ON}`,
    `vim.lsp.config('trimtab', { init_options = ${off} }) ${ON}`,
  ])
    await enabled(enable, async (nvim) => {
      await nvim.open('payments.py');
      await nvim.until('return #vim.diagnostic.get(0) > 0', 'a finding');
      const found = await nvim.lua('return vim.tbl_map(function(d) return { d.code, d.severity } end, vim.diagnostic.get(0))');
      assert.deepEqual(found, [['py-bare-except', 4]]);
    });
});

test('settings go with the first message: the first menu knows them', () =>
  enabled(`vim.lsp.config('trimtab', {
      settings = { trimtab = { policy = 'economy' } },
      init_options = { routing = 'off' },
      cmd = function()
        return {
          request = function(method, params)
            if method == 'initialize' then _G.first = params.initializationOptions end
            return true, 1
          end,
          notify = function() return true end,
          is_closing = function() return false end,
          terminate = function() end,
        }
      end,
    }) ${ON}`, async (nvim) => {
    await nvim.open('payments.py', { attached: false });
    await nvim.until('return _G.first ~= nil', 'the first message');
    assert.deepEqual(await nvim.lua('return _G.first'), { policy: 'economy', routing: 'off' });
  }));

test('filetypes of setup', () =>
  enabled("require('trimtab').setup({ filetypes = { 'go' } })", async (nvim) => {
    await nvim.open('payments.py', { attached: false });
    await nvim.lua("vim.fn.writefile({ 'package a' }, 'a.go')");
    await nvim.open('a.go');
    await nvim.command('buffer payments.py');
    assert.equal(await nvim.lua('return #vim.lsp.get_clients({ bufnr = 0 })'), 0);
  }));

test('restart false: a crash is said, and :edit starts it', () =>
  enabled("require('trimtab').setup({ restart = false })", async (nvim) => {
    await nvim.open('payments.py');
    await crash(nvim);
    await nvim.saying('The server crashed. Open the file again');
    assert.equal(await nvim.lua("return #vim.lsp.get_clients({ name = 'trimtab' })"), 0);
    await nvim.command('edit');
    await nvim.attached();
  }));

test('progress false: no message of what runs', () =>
  session({ setup: '{ progress = false }', init: `_G.progress = 0
    vim.api.nvim_create_autocmd('Progress', { callback = function() _G.progress = _G.progress + 1 end })` },
  async (nvim) => {
    await nvim.command('6LspTrimtabEdit add a timeout');
    await nvim.saying('1 change');
    assert.equal(await nvim.lua('return _G.progress'), 0);
  }));

// ---- the rest of what a user meets first ------------------------------------------------------

test('two files of one project share a server; a file of another has its own', () =>
  enabled(ON, async (nvim) => {
    await nvim.lua(`vim.fn.mkdir('other/.git', 'p') vim.fn.writefile({ 'x = 1' }, 'other/o.py')
      vim.fn.writefile({ 'x = 1' }, 'b.py')`);
    for (const name of ['payments.py', 'b.py', 'other/o.py']) await nvim.open(name);
    const roots = await nvim.lua(`return vim.tbl_map(function(client)
      return vim.fs.basename(client.root_dir) end, vim.lsp.get_clients({ name = 'trimtab' }))`);
    assert.deepEqual(roots.sort(), ['other', 'work']);
  }));

test(':help finds every tag', () =>
  enabled('', async (nvim) => {
    const tags = fs.readFileSync(path.join(plugin, 'doc/tags'), 'utf8').trim().split('\n').map((line) => line.split('\t')[0]);
    await nvim.command('silent! help trimtab'); // this Neovim has no parser of help: said once
    const missing = await nvim.lua(`return vim.tbl_filter(function(tag)
      return not pcall(vim.cmd.help, { args = { tag } }) or vim.fn.expand('%:t') ~= 'trimtab.txt'
    end, ...)`, tags);
    assert.deepEqual(missing, []);
    const fresh = path.join(nvim.folder, 'doc');
    fs.cpSync(path.join(plugin, 'doc'), fresh, { recursive: true });
    await nvim.command(`helptags ${fresh}`);
    assert.equal(fs.readFileSync(path.join(fresh, 'tags'), 'utf8'), fs.readFileSync(path.join(plugin, 'doc/tags'), 'utf8'));
  }));

test('nothing is loaded before a file of a language that it knows is open', () =>
  enabled(ON, async (nvim) => {
    const loaded = () => nvim.lua("return vim.tbl_filter(function(name) return name:match('^trimtab') end, vim.tbl_keys(package.loaded))");
    assert.deepEqual(await loaded(), ['trimtab.server']);
    await nvim.open('payments.py');
    assert.ok((await loaded()).includes('trimtab.attach'));
    assert.ok(!(await loaded()).includes('trimtab.preview'), 'what is not needed yet');
    assert.equal(await nvim.lua("return vim.lsp.get_clients({ name = 'trimtab' })[1].config.cmd[1]"), program);
  }));
