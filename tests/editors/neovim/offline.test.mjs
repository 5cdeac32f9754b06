// offline.test.mjs -- the plugin and the server without any model.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Neovim, plugin } from './nvim.mjs';
import { becomes, SOURCE } from './world.mjs';

async function offline(options, run) {
  const nvim = await Neovim.start({
    init: "vim.lsp.enable('trimtab')",
    files: { 'payments.py': SOURCE },
    ...options,
  });
  try {
    if (options.open !== false) {
      await nvim.open('payments.py');
      await nvim.until('return #vim.diagnostic.get(0) > 1', 'diagnostics');
    }
    await run(nvim);
  } finally {
    await nvim.stop();
  }
}

const copied = {
  rtp: false,
  init: `vim.fn.system({ 'cp', '-r', '${plugin}/lsp', '${plugin}/plugin', '${plugin}/lua', vim.fn.stdpath('config') })
    vim.lsp.enable('trimtab')`,
};

const MENDED = SOURCE.replace('except:', 'except Exception:');

test('gra applies a rewrite that needs no model, in one step of undo', () =>
  offline({}, async (nvim) => {
    await nvim.cursor('except:');
    await nvim.keys('gra');
    await nvim.choose(/Catch Exception/);
    await becomes(nvim, MENDED);
    await nvim.keys('u');
    await becomes(nvim, SOURCE);
    await nvim.keys('<C-r>');
    await becomes(nvim, MENDED);
  }));

const LOSING = `def load(path):
    try:
        return read(path)
    except OSError as error:
        raise RuntimeError("cannot load")


def risky():
    try:
        return 1
    except:
        return 2
`;

test('a menu of one kind only: all that is safe in the file', () =>
  offline({ files: { 'payments.py': LOSING } }, async (nvim) => {
    await nvim.lua(`vim.lsp.buf.code_action({ context = { only = { 'source.fixAll.trimtab' } }, apply = true })`);
    await becomes(nvim, LOSING.replace('("cannot load")', '("cannot load") from error'));
  }));

test('without a key, model actions are there, disabled, and say why', () =>
  offline({}, async (nvim) => {
    await nvim.cursor('requests.post');
    await nvim.keys('gra');
    await nvim.choose(/Add timeout and retry .*\(disabled\)/);
    await nvim.sees(/set the environment variable ANTHROPIC_API_KEY/);
    await nvim.keys('<CR>');
    assert.equal(await nvim.text(), SOURCE);
  }));

test('without a key, an instruction names the way to one', () =>
  offline({}, async (nvim) => {
    await nvim.command('LspTrimtabEdit add types');
    const said = await nvim.saying('_API_KEY');
    assert.match(said.message, /^trimtab: /);
    assert.equal(said.level, 4);
    assert.equal(await nvim.text(), SOURCE);
  }));

test('the server comes back after a crash, and knows the text', () =>
  offline({}, async (nvim) => {
    await nvim.keys('ggO# typed before<Esc>');
    const id = await nvim.lua(`local client = vim.lsp.get_clients({ name = 'trimtab' })[1]
      client:request_sync('workspace/executeCommand', { command = 'trimtab.status' }, 5000, 0)
      local pid = tonumber(vim.trim(vim.fn.system({ 'pgrep', '-P', tostring(vim.uv.os_getpid()), 'trimtab' })))
      vim.uv.kill(pid, 'sigsegv')
      return client.id`);
    await nvim.saying('crashed and is started again');
    await nvim.until(
      `local client = vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 })[1]
       return client and client.id ~= ... and client.initialized`, 'a new client', id);
    await nvim.cursor('except:');
    await nvim.keys('gra');
    await nvim.choose(/Catch Exception/);
    await becomes(nvim, `# typed before\n${MENDED}`);
    assert.equal(await nvim.lua('return vim.fn.exists(":LspTrimtabEdit")'), 2);
  }));

test('a server that crashes again and again stays off and says so', () =>
  offline({}, async (nvim) => {
    for (let i = 0; i < 4; i++) {
      await nvim.attached();
      await nvim.lua(`_G.said = {}
        vim.uv.kill(tonumber(vim.trim(vim.fn.system({ 'pgrep', '-P', tostring(vim.uv.os_getpid()), 'trimtab' }))), 'sigkill')`);
      await nvim.saying(i < 3 ? 'is started again' : 'more than 3 times');
    }
    assert.equal(await nvim.lua("return #vim.lsp.get_clients({ name = 'trimtab' })"), 0);
    await nvim.command('edit');
    await nvim.attached();
  }));

test('stopped by the user, it is not started again', () =>
  offline({}, async (nvim) => {
    await nvim.lua("vim.lsp.enable('trimtab', false)");
    await nvim.until("return #vim.lsp.get_clients({ name = 'trimtab' }) == 0", 'the end of the client');
    await nvim.until("return vim.fn.exists(':LspTrimtabEdit') == 0", 'no commands of ours');
    assert.ok(!(await nvim.said()).some((message) => /crashed/.test(message)));
  }));

test('a missing program is said once, with the way to it', () =>
  offline({ ...copied, open: false, env: { PATH: '/usr/bin:/bin' } }, async (nvim) => {
    await nvim.open('payments.py', { attached: false });
    await nvim.saying('was not found');
    await nvim.command('enew | edit payments.py');
    const said = (await nvim.said()).filter((message) => /not found/.test(message));
    assert.equal(said.length, 1);
    assert.match(said[0], /\.\/dev install/);
  }));

test('the program of the checkout is found when the PATH has none', () =>
  offline({ open: false, env: { PATH: '/usr/bin:/bin' } }, async (nvim) => {
    const found = await nvim.lua("return require('trimtab.server').find()");
    assert.match(found ?? '', /build\/release\/trimtab$/);
  }));

test('another server beside it: both answer the menu, and only ours is asked', () =>
  offline({
    init: `vim.lsp.enable('trimtab')
      vim.lsp.config('other', { filetypes = { 'python' }, cmd = function()
        return {
          request = function(method, _, done)
            local results = {
              initialize = { capabilities = { codeActionProvider = true } },
              ['textDocument/codeAction'] = { { title = 'Theirs', kind = 'quickfix' } },
            }
            vim.schedule(function() done(nil, results[method]) end)
            return true, 1
          end,
          notify = function() return true end,
          is_closing = function() return false end,
          terminate = function() end,
        }
      end })
      vim.lsp.enable('other')`,
  }, async (nvim) => {
    await nvim.until('return #vim.lsp.get_clients({ bufnr = 0 }) == 2', 'both');
    await nvim.cursor('except:');
    await nvim.keys('gra');
    await nvim.sees(/Theirs \[other\]/);
    await nvim.choose(/Catch Exception.* \[trimtab\]/);
    await becomes(nvim, MENDED);
    await nvim.lua("vim.lsp.buf_detach_client(0, vim.lsp.get_clients({ name = 'other' })[1].id)");
    assert.equal(await nvim.lua('return vim.fn.exists(":LspTrimtabEdit")'), 2);
  }));

test('copied into the configuration it works as well', () =>
  offline(copied, async (nvim) => {
    await nvim.until('return vim.fn.exists(":LspTrimtabEdit") == 2', 'the commands');
  }));

test('nothing of the project is run: no exrc, no settings of our own', () =>
  offline({
    files: {
      'payments.py': SOURCE,
      ...Object.fromEntries(
        ['.nvim.lua', '.nvimrc', '.exrc', '.trimtab.lua', 'lsp/trimtab.lua', 'plugin/trimtab.lua'].map((name) => [
          name,
          /rc$/.test(name) ? "call writefile(['x'], 'ran')" : "vim.fn.writefile({ 'x' }, 'ran')",
        ]),
      ),
    },
  }, async (nvim) => {
    await nvim.command('LspTrimtabExplain');
    await nvim.sees(/Task /);
    assert.equal(await nvim.lua("return vim.fn.filereadable('ran')"), 0);
  }));
