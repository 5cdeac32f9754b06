// examples.test.mjs -- the messages of protocol/examples/, both ways: what a server sends is
// given to the plugin by a server in Lua that says just that, and what the plugin sends has
// the shape of the examples.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Neovim } from './nvim.mjs';

const protocol = new URL('../../../protocol/', import.meta.url);
const { methods, commands, errors } = JSON.parse(readFileSync(new URL('methods.json', protocol)));
const read = (name) => JSON.parse(readFileSync(new URL(`examples/${name}`, protocol)));
const URI = 'file:///home/ana/shop/orders.py';
const TEXT = Array.from({ length: 60 }, (_, i) => `    line_${i} = "${'x'.repeat(60)}"  # 💳`).join('\n');

/** A server that answers a command with what stands in _G.answer for it. */
const SERVER = `
_G.sent, _G.answers, _G.dispatch = {}, {}, nil
local function server(dispatchers)
  _G.dispatch = dispatchers
  local id = 0
  return {
    request = function(method, params, callback)
      table.insert(_G.sent, vim.json.decode(vim.json.encode({ method = method, params = params })))
      id = id + 1
      local answer = { result = vim.NIL }
      if method == 'initialize' then
        answer = { result = { capabilities = { textDocumentSync = 2, codeActionProvider = true, executeCommandProvider = { commands = {} } } } }
      elseif method == 'workspace/executeCommand' then
        answer = _G.answers[params.command] or answer
      end
      local result = answer.result
      if result == vim.NIL then result = nil end
      vim.schedule(function() callback(answer.error, result) end)
      return true, id
    end,
    notify = function(method, params)
      table.insert(_G.sent, vim.json.decode(vim.json.encode({ method = method, params = params })))
      return true
    end,
    is_closing = function() return false end,
    terminate = function() end,
  }
end
vim.lsp.config('trimtab', { cmd = server, root_dir = function(_, on_dir) on_dir('/home/ana/shop') end })
require('trimtab').setup({ preview = 'always' })`;

let nvim;
const start = async () => {
  await nvim?.stop();
  nvim = await Neovim.start({ env: {}, files: {}, init: SERVER });
};
before(start);
after(() => nvim?.stop());

/** A fresh buffer of the examples' document, with the server attached. */
async function document() {
  await nvim.lua(`vim.cmd('silent! tabonly! | silent! only! | silent! %bwipeout!')
    vim.cmd.edit('/home/ana/shop/orders.py')
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(..., '\\n'))
    vim.bo.filetype = 'python'
    _G.sent, _G.said = {}, {}
    vim.v.errmsg = ''`, TEXT);
  await nvim.attached();
}

const noError = async (name) => assert.equal(await nvim.lua('return vim.v.errmsg'), '', name);

/** As if the server said it, with the version that the buffer has. */
async function say(message) {
  const params = JSON.parse(JSON.stringify(message.params ?? null), (key, value) => (key === 'version' && value ? 0 : value));
  return nvim.lua(
    `local method, params, is_request = ...
     local version = vim.lsp.util.buf_versions[vim.api.nvim_get_current_buf()]
     local function fill(value)
       if type(value) ~= 'table' then return end
       if value.version == 0 then value.version = version end
       for _, child in pairs(value) do fill(child) end
     end
     fill(params)
     if params == vim.NIL then params = nil end
     if is_request then
       local result, err = _G.dispatch.server_request(method, params)
       return { result = result, err = err }
     end
     _G.dispatch.notification(method, params)`,
    message.method, params, message.id !== undefined,
  );
}

const seen = {
  'trimtab/status': (name, { params }) => nvim.until(`return require('trimtab').statusline():match(...) ~= nil`, name, params.running ? '%.%.%.' : '^trimtab'),
  'textDocument/publishDiagnostics': (name, { params }) => nvim.until('return #vim.diagnostic.get(0) == ...', name, params.diagnostics.length),
  'window/showMessage': (name, { params }) => nvim.until("return (vim.fn.execute('messages') .. vim.inspect(_G.said)):find(..., 1, true) ~= nil", name, params.message.slice(0, 30)),
};

/** What each request of the server is answered, by the plugin or by Neovim. */
const answered = {
  'workspace/applyEdit'(name, { result }) {
    assert.equal(result.applied, true, name);
  },
  'workspace/configuration'(name, { result }) {
    assert.ok(Array.isArray(result), name);
  },
  'window/workDoneProgress/create'() {},
  'client/registerCapability'() {},
  'workspace/diagnostic/refresh'() {},
};

for (const row of methods.filter((m) => m.from === 'server')) {
  for (const name of row.examples ?? []) {
    const message = read(name);
    if (!message.method || row.method === 'window/showMessageRequest') continue; // that one waits for its user
    test(`${name} is understood`, async () => {
      await document();
      const answer = await say(message);
      if (message.id !== undefined) {
        assert.ok(!answer.err, `${name}: ${JSON.stringify(answer.err)}`);
        answered[row.method](name, answer);
      } else {
        await seen[row.method]?.(name, message);
      }
      await noError(name);
      if (name === 'apply-edit.json') {
        const [edit] = message.params.edit.documentChanges[0].edits;
        assert.ok((await nvim.text()).includes(edit.newText.trim()), 'the edit is applied');
      }
    });
  }
}

test('preview.json is drawn, and preview-done.json takes it away', async () => {
  await document();
  const marks = () => nvim.lua(`local ns = vim.api.nvim_get_namespaces()['trimtab.stream']
    return ns and #vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, {}) or 0`);
  await say(read('preview.json'));
  assert.ok((await marks()) > 0);
  await say(read('preview-done.json'));
  assert.equal(await marks(), 0);
});

// ---- what commands answer ------------------------------------------------------------------------

/** [command of ours, how the plugin sends it, the example that answers, what is seen then] */
const PROPOSAL = read('proposal-result.json').result;
const asked = [
  ['trimtab.edit', '3,4LspTrimtabEdit add a timeout', 'proposal-result.json', () => nvim.until('return require("trimtab.preview").of(0) ~= nil', 'the preview')],
  ['trimtab.edit', 'LspTrimtabEdit add a timeout', 'proposal-result-refused.json', ({ reason }) => nvim.saying(`\\V${reason.slice(0, 30)}`)],
  ['trimtab.edit', '3,4LspTrimtabEdit add a timeout', 'proposal-result-warning.json', ({ warning }) => nvim.saying(`\\V${warning.slice(0, 30)}`)],
  ['trimtab.edit', 'LspTrimtabEdit write tests', 'proposal-result-new-file.json', () => nvim.sees(/test_orders\.py|new file/)],
  ['trimtab.edit', 'LspTrimtabEdit add a timeout', 'execute-error-not-open.json', ({ message }) => nvim.saying(`\\V${message.slice(0, 30)}`)],
  ['trimtab.compare', '3LspTrimtabCompare add a timeout', 'compare-result.json', () => nvim.sees(/Answer 1[^]*Answer 2/)],
  ['trimtab.refine', 'LspTrimtabRefine shorter', 'proposal-result.json', () => nvim.until('return require("trimtab.preview").of(0) ~= nil', 'the preview')],
  ['trimtab.cancel', 'LspTrimtabCancel', 'execute-result-null.json', () => nvim.saying('Cancelled'), { 'trimtab.status': 'execute-status-result.json' }],
  ['trimtab.explain', '3LspTrimtabExplain', 'explain-result.json', ({ choice, reason }) => nvim.sees(new RegExp(`Why +${reason.slice(0, 12)}[^]*\\* ${choice.name} `))],
  ['trimtab.status', 'LspTrimtabStats', 'execute-status-result.json', () => nvim.sees(/Since the server started: \$0\.02/)],
];

/** Where `sent` has a field, one of the examples has it, of the same type; and none is needed that is not there. */
function sameShape(sent, row, at = row.command) {
  const known = row.examples.map(read).filter((m) => m.method).map((m) => m.params.arguments?.[0] ?? {});
  for (const name of row.required) assert.ok(name in sent, `${at} without ${name}`);
  for (const [key, value] of Object.entries(sent)) {
    assert.ok([...row.required, ...row.optional].includes(key), `${at}.${key} is not in methods.json`);
    const same = known.filter((example) => key in example).map((example) => shape(example[key]));
    if (same.length) assert.ok(same.includes(shape(value)), `${at}.${key} is ${shape(value)}, in the examples ${same}`);
  }
}

function shape(value) {
  if (Array.isArray(value)) return `[${value.length ? shape(value[0]) : ''}]`;
  if (typeof value !== 'object' || value === null) return typeof value;
  return `{${Object.keys(value).toSorted().map((key) => `${key}:${shape(value[key])}`)}}`;
}

async function sentCommand(command) {
  const { value } = await nvim.until(`for i = #_G.sent, 1, -1 do
      local m = _G.sent[i]
      if m.method == 'workspace/executeCommand' and m.params.command == ... then return m end
    end`, command, command);
  return value.params.arguments?.[0] ?? {};
}

const answerWith = (command, name) => nvim.lua('local command, answer = ... _G.answers[command] = answer', command, read(name));

for (const [command, typed, name, then, others = {}] of asked) {
  test(`:${typed} sends ${command} as in the examples, and takes ${name}`, async () => {
    await start();
    await document();
    await answerWith(command, name);
    for (const [other, file] of Object.entries(others)) await answerWith(other, file);
    await nvim.command(typed);
    sameShape(await sentCommand(command), commands.find((c) => c.command === command));
    const { result, error } = read(name);
    await then(error ?? result);
    if (!error && result?.verdict !== 'no_match') await noError(name); // what is refused is said as an error
  });
}

test('each error of the examples is said in its words', async () => {
  for (const { code, examples } of errors) {
    if (code === -32800) continue; // whoever cancels knows it
    for (const name of examples) {
      await start();
      await document();
      await answerWith('trimtab.edit', name);
      await nvim.command('LspTrimtabEdit add a timeout');
      await nvim.saying(`\\V${read(name).error.message.slice(0, 30)}`);
    }
  }
});

test('a proposal is decided, retried and explained as in the examples; a duel is rated', async () => {
  const row = (command) => commands.find((c) => c.command === command);
  await start();
  await document();
  await answerWith('trimtab.edit', 'proposal-result.json');
  await nvim.command('LspTrimtabEdit add a timeout');
  await nvim.until('return require("trimtab.preview").of(0) ~= nil', 'the preview');
  await nvim.command('LspTrimtabRetry claude');
  const retried = await sentCommand('trimtab.retry');
  sameShape(retried, row('trimtab.retry'));
  assert.equal(retried.id, PROPOSAL.id);
  await nvim.keys('dO');
  const decided = await sentCommand('trimtab.decide');
  sameShape(decided, row('trimtab.decide'));
  assert.equal(decided.id, PROPOSAL.id);
  await nvim.command('3LspTrimtabExplain');
  sameShape(await sentCommand('trimtab.explain'), row('trimtab.explain'));

  await start();
  await document();
  await answerWith('trimtab.compare', 'compare-result.json');
  await answerWith('trimtab.rate', 'rate-result.json');
  await nvim.command('3LspTrimtabCompare add a timeout');
  await nvim.sees(/Answer 1[^]*Answer 2/);
  await nvim.keys('n');
  const rated = await sentCommand('trimtab.rate');
  sameShape(rated, row('trimtab.rate'));
  await nvim.saying(read('rate-result.json').result.a.model);
  await noError('a duel');
});

test('the actions of code-action-result.json come as the command that they name', async () => {
  await document();
  const [action] = read('code-action-result.json').result.filter((a) => a.command?.command === 'trimtab.edit' || a.data);
  await answerWith('trimtab.edit', 'proposal-result.json');
  const command = action.command ?? { title: action.title, command: 'trimtab.edit', arguments: [action.data] };
  await nvim.lua(`local client = vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 })[1]
    client:exec_cmd(..., { bufnr = vim.api.nvim_get_current_buf() })`, command);
  const sent = await sentCommand('trimtab.edit');
  assert.equal(sent.apply, false);
  assert.deepEqual({ ...sent, apply: undefined }, { ...command.arguments[0], apply: undefined });
  await nvim.until('return require("trimtab.preview").of(0) ~= nil', 'the preview');
});

test('initialize says what initialize.json says of the plugin', async () => {
  await document();
  const first = await nvim.lua(`local client = vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 })[1]
    return client.capabilities and client.capabilities.experimental`);
  assert.deepEqual(first, { trimtab: { preview: true, compare: true } });
});
