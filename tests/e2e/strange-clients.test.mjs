// strange-clients.test.mjs -- clients that lack something, count their versions oddly,
// skip a step of the protocol, or never answer: nothing lands in a wrong place, nothing
// is paid for in vain, and nothing waits for ever.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, capabilities, withClient } from '../lib/client.mjs';
import { block, mockModels, settings, until } from '../lib/model.mjs';
import { Raw } from '../lib/raw.mjs';

const URI = 'file:///w/a.py';
const CALL = '    return requests.get(u)\n';
const FIXED = '    return requests.get(u, timeout=10)\n';
const TEXT = `import requests\n\n\ndef f(u):\n${CALL}`;
const BARE = 'try:\n    load()\nexcept:\n    log()\n';
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' };

function without(...paths) {
  const caps = capabilities();
  for (const name of paths) {
    const parts = name.split('.');
    delete parts.slice(0, -1).reduce((at, key) => at[key], caps)[parts.at(-1)];
  }
  return caps;
}

/** A session with a model that mends CALL. */
async function withModel({ config, slow, ...options }, run) {
  const mock = await mockModels([{ userMessage: /./ }, { content: block(CALL, FIXED) }, slow && { chunkSize: 6, latency: 25 }]);
  try {
    await withClient({ env: KEYS, initializationOptions: settings(mock.url, config), ...options }, async (client) => {
      await client.execute('trimtab.status', { flush: true });
      await run(client, mock);
    });
  } finally {
    await mock.stop();
  }
}

const ask = (client, doc, more = {}) =>
  client.execute('trimtab.edit', { uri: doc.uri, range: doc.where('requests.get(u)'), instruction: 'add a timeout', ...more });
const timeoutAction = async (client, doc) =>
  (await client.actions(doc, doc.where('requests.get'))).find((a) => /timeout/.test(a.title));
const running = async (client) => (await client.execute('trimtab.status')).running;
const shown = (client) => client.received.filter((m) => m.method === 'window/showMessage').map((m) => m.params.message);
const ends = (client) => client.received.filter((m) => m.method === '$/progress' && m.params.value.kind === 'end');

// ---- versions -----------------------------------------------------------------------

for (const [name, first, second] of [
  ['that are never said', undefined, undefined],
  ['that are null', null, null],
  ['that stay the same', 5, 5],
  ['that go back', 5, 3],
]) {
  test(`versions ${name}: a menu of before is not carried out on another text`, () =>
    withModel({ config: { delivery: 'resolve' } }, async (client, mock) => {
      const doc = await client.open(URI, 'python', TEXT, first);
      const lazy = await timeoutAction(client, doc);
      assert.ok(lazy.data && !lazy.command);
      doc.text = `# a line more\n${TEXT}`;
      await client.notify('textDocument/didChange', {
        textDocument: { uri: URI, version: second },
        contentChanges: [{ range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } }, text: '# a line more\n' }],
      });
      doc.version = second ?? null;
      await assert.rejects(client.request('codeAction/resolve', lazy), /has changed since/);
      await assert.rejects(client.execute('trimtab.edit', lazy.data), /has changed since/);
      assert.equal(mock.requests().length, 0);
      const again = await client.request('codeAction/resolve', await timeoutAction(client, doc));
      assert.equal(again.edit.documentChanges[0].textDocument.version, second ?? null);
      assert.equal(client.preview(doc, again.edit), `# a line more\n${TEXT.replace(CALL, FIXED)}`);
    }));
}

// ---- steps of the protocol ---------------------------------------------------------------

test('a client that never says initialized: its settings are asked for, the project is read', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-strange-'));
  fs.writeFileSync(path.join(folder, '.trimtab.json'), '{"rules": {"py-bare-except": "off"}}');
  const raw = new Raw();
  try {
    await raw.request('initialize', { processId: process.pid, rootUri: `file://${folder}`, capabilities: capabilities() });
    const uri = `file://${folder}/a.py`;
    raw.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text: BARE } });
    const asked = await raw.message((m) => m.method === 'workspace/configuration', 'question for the settings');
    raw.json({ id: asked.id, result: [null] });
    const codes = (message) => message.params.diagnostics.map((d) => d.code);
    await raw.message((m) => m.method === 'textDocument/publishDiagnostics' && !codes(m).includes('py-bare-except'), 'what the project wants');
    raw.notify('initialized', {}); // late after all: nothing is done twice
    await raw.stillWorks();
    assert.equal(raw.received.filter((m) => m.method === 'workspace/configuration').length, 1);
    for (const m of raw.received.filter(({ method, id }) => method && id !== undefined && method !== 'workspace/configuration'))
      raw.json({ id: m.id, result: null });
    await raw.stop();
  } finally {
    raw.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});

for (const [name, answer, off] of [
  ['with an error beside it that is null', (id) => ({ id, result: [{ rules: { 'py-bare-except': 'off' } }], error: null }), true],
  ['with a result beside the error', (id) => ({ id, result: null, error: { code: 1, message: 'no' } }), false],
  ['with neither result nor error', (id) => ({ id }), false],
  ['with more than was asked', (id) => ({ id, result: [{ rules: { 'py-bare-except': 'off' } }, null, {}] }), true],
  ['with an empty list', (id) => ({ id, result: [] }), false],
  ['without the list around it', (id) => ({ id, result: { rules: { 'py-bare-except': 'off' } } }), true],
  ['with the id as a string', (id) => ({ id: `${id}`, result: [{ rules: { 'py-bare-except': 'off' } }] }), true],
  ['never', () => undefined, false],
]) {
  test(`workspace/configuration answered ${name}`, async () => {
    const raw = new Raw();
    try {
      await raw.initialize(capabilities());
      const { id } = await raw.message((m) => m.method === 'workspace/configuration', 'question');
      const response = answer(id);
      if (response) raw.json(response);
      raw.notify('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'python', version: 1, text: BARE } });
      const { params } = await raw.message((m) => m.method === 'textDocument/publishDiagnostics', 'diagnostics');
      assert.equal(params.diagnostics.length, off ? 0 : 1);
      await raw.stop();
    } finally {
      raw.kill();
    }
  });
}

// ---- capabilities that are not there ---------------------------------------------------------

test('without workspace/applyEdit: what can be resolved is offered, whatever `delivery` says', () =>
  withModel({ capabilities: without('workspace.applyEdit') }, async (client, mock) => {
    const doc = await client.open(URI, 'python', TEXT);
    const action = await timeoutAction(client, doc);
    assert.ok(!action.command && !action.disabled);
    assert.equal(client.preview(doc, (await client.request('codeAction/resolve', action)).edit), TEXT.replace(CALL, FIXED));
    const before = mock.requests().length;
    await assert.rejects(ask(client, doc), /does not apply edits/);
    const proposal = await ask(client, doc, { apply: false });
    assert.equal(proposal.verdict, 'ready');
    await assert.rejects(client.execute('trimtab.decide', { id: proposal.id, accept: 'all' }), /does not apply edits/);
    assert.equal(mock.requests().length, before + 1, 'what was refused was not asked');
    assert.ok(!client.received.some((m) => m.method === 'workspace/applyEdit'));
  }));

test('with neither applyEdit nor resolve: shown as not possible, with the reason', () =>
  withModel({ capabilities: without('workspace.applyEdit', 'textDocument.codeAction.resolveSupport') }, async (client) => {
    const doc = await client.open(URI, 'python', TEXT);
    const action = await timeoutAction(client, doc);
    assert.match(action.disabled.reason, /does not apply edits/);
    assert.ok(!action.command);
  }));

test('without code action literals: rewrites are commands, carried out by the editor', () =>
  withModel({ capabilities: without('textDocument.codeAction.codeActionLiteralSupport') }, async (client, mock) => {
    const doc = await client.open('file:///w/b.py', 'python', BARE);
    const all = await client.actions(doc, doc.where('except:'));
    const fix = all.find((a) => a.command === 'trimtab.fix');
    assert.equal(fix.title, 'Catch Exception instead of everything');
    await client.execute(fix.command, ...fix.arguments);
    await until(() => doc.text === BARE.replace('except:', 'except Exception:'), 'the rewrite');
    await assert.rejects(client.execute(fix.command, ...fix.arguments), /has changed since/);
    await assert.rejects(client.execute('trimtab.fix', { uri: doc.uri }), /nothing here/);
    await assert.rejects(client.execute('trimtab.fix', { uri: doc.uri, rule: 'nope' }), /nothing here/);
    assert.equal(mock.requests().length, 0);
  }));

test('a rewrite that the editor does not apply is said', () =>
  withModel({}, async (client) => {
    const doc = await client.open('file:///w/b.py', 'python', BARE);
    client.applyEdit = () => false;
    await client.execute('trimtab.fix', { uri: doc.uri, range: doc.where('except:'), rule: 'py-bare-except' });
    await until(() => shown(client).length, 'a message');
    assert.match(shown(client)[0], /did not apply the rewrite/);
    assert.equal(doc.text, BARE);
  }));

// ---- edits that the editor does not answer, or not well ---------------------------------------

test('workspace/applyEdit is never answered: a cancel ends it, and the server goes on', () =>
  withModel({}, async (client) => {
    const doc = await client.open(URI, 'python', TEXT);
    client.applyEdit = () => new Promise(() => {});
    const { id } = await ask(client, doc);
    await until(() => client.received.some((m) => m.method === 'workspace/applyEdit'), 'the edit');
    assert.deepEqual(await running(client), [id]);
    await client.execute('trimtab.cancel', { id });
    await until(async () => (await running(client)).length === 0, 'the end');
    assert.equal(ends(client).length, 1);
  }));

test('workspace/applyEdit is answered with an error, or an applied that is no boolean: said once', async () => {
  for (const answer of [{ error: { code: -32603, message: 'no such buffer' } }, { result: null }, { result: { applied: 'yes' } }, { result: [] }]) {
    await withModel({}, async (client) => {
      const doc = await client.open(URI, 'python', TEXT);
      client.connection.onRequest('workspace/applyEdit', () => {
        if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
        return answer.result;
      });
      await ask(client, doc);
      await until(() => ends(client).length === 1, 'the end');
      assert.equal(shown(client).length, 1, shown(client).join());
      assert.match(shown(client)[0], /did not apply the edit \(.*ask again/);
      assert.equal(doc.text, TEXT);
    });
  }
});

// ---- documents that come and go while an answer streams -------------------------------------------

for (const [name, act, says] of [
  ['closed', (client, doc) => doc.close(), /was closed before the answer came/],
  ['closed and opened again', async (client, doc) => {
    await doc.close();
    await client.open(URI, 'python', TEXT);
  }, /was closed and opened again while the model answered/],
  ['emptied', (client, doc) => doc.replace(''), /was edited while the model answered/],
]) {
  for (const apply of [true, false]) {
    test(`a document that is ${name} while an answer streams (${apply ? 'to be applied' : 'as a proposal'})`, () =>
      withModel({ slow: true }, async (client) => {
        const doc = await client.open(URI, 'python', TEXT);
        const answer = ask(client, doc, { apply });
        await until(() => client.received.some((m) => m.method === '$/progress' && /tokens/.test(m.params.value.message)), 'the first words');
        await act(client, doc);
        const { verdict, reason } = await answer;
        await until(() => ends(client).length === 1, 'the end');
        if (apply) assert.match(shown(client).join(), says);
        else assert.equal(verdict, 'stale');
        if (!apply) assert.match(reason, says);
        assert.ok(!client.received.some((m) => m.method === 'workspace/applyEdit'));
      }));
  }
}

test('the whole text is sent again while an answer streams, with a line more: the edit moves', () =>
  withModel({ slow: true }, async (client) => {
    const doc = await client.open(URI, 'python', TEXT);
    await ask(client, doc);
    await until(() => client.received.some((m) => m.method === '$/progress' && /tokens/.test(m.params.value.message)), 'the first words');
    await doc.replace(`# above\n${TEXT}`);
    await until(() => doc.text === `# above\n${TEXT.replace(CALL, FIXED)}`, 'the edit');
  }));

// ---- where documents live ---------------------------------------------------------------------

for (const uri of [
  'untitled:Untitled-1',
  'vscode-notebook-cell:/w/a.ipynb#W0sZmlsZQ%3D%3D',
  'git:/w/a.py?%7B%22path%22%3A%22%2Fw%2Fa.py%22%2C%22ref%22%3A%22~%22%7D',
  'file:///C%3A/Users/x%20y/a%2Bb.py',
  'C:\\w\\a.py',
  'file:///w/%E6%97%A5%E6%9C%AC/%2B.py',
  'file:///w/a%25b.py',
  'file://server/share/a.py',
  'vscode-remote://wsl%2Bubuntu/home/x/a.py',
  'jar:file:///x.jar!/a.py',
  'file:///w/a.py?x=1#frag',
]) {
  test(`a model edits ${uri}`, () =>
    withModel({ folders: [{ uri: 'file:///w', name: 'w' }] }, async (client) => {
      const doc = await client.open(uri, 'python', TEXT);
      await ask(client, doc);
      await until(() => doc.text === TEXT.replace(CALL, FIXED), 'the edit');
      assert.deepEqual(shown(client), []);
    }));
}

test('several at a time: on disjoint ranges of one document, and on another one', async () => {
  const G = '    return requests.get(v)\n';
  const both = `${TEXT}\n\ndef g(v):\n${G}`;
  const slowly = { chunkSize: 6, latency: 15 };
  const mock = await mockModels(
    [{ userMessage: /of g please/ }, { content: block(G, G.replace('(v)', '(v, timeout=20)')) }, slowly],
    [{ userMessage: /./ }, { content: block(CALL, FIXED) }, slowly],
  );
  try {
    await withClient({ env: KEYS, initializationOptions: settings(mock.url) }, async (client) => {
      const doc = await client.open(URI, 'python', both);
      const other = await client.open('file:///w/b.py', 'python', TEXT);
      await Promise.all([
        ask(client, doc),
        ask(client, doc, { range: doc.where('requests.get(v)'), instruction: 'the timeout of g please' }),
        ask(client, other),
      ]);
      const want = both.replace(CALL, FIXED).replace('(v)\n', '(v, timeout=20)\n');
      await until(() => doc.text.includes('timeout=10') && doc.text.includes('timeout=20'), 'both edits of one document');
      await until(() => other.text === TEXT.replace(CALL, FIXED), 'that of the other');
      assert.equal(doc.text, want);
      assert.deepEqual(shown(client), []);
    });
  } finally {
    await mock.stop();
  }
});

// ---- progress ------------------------------------------------------------------------------

test("progress is on the client's token only while its request waits", () =>
  withModel({}, async (client) => {
    const doc = await client.open(URI, 'python', TEXT);
    const send = (token, more) =>
      client.request('workspace/executeCommand', {
        command: 'trimtab.edit',
        workDoneToken: token,
        arguments: [{ uri: URI, range: doc.where('requests.get(u)'), instruction: 'add a timeout', ...more }],
      });
    await send('mine', { apply: false });
    await send('over', {});
    await until(() => doc.text.includes('timeout=10'), 'the edit');
    const tokens = new Set(client.received.filter((m) => m.method === '$/progress').map((m) => m.params.token));
    assert.ok(tokens.has('mine') && !tokens.has('over'), [...tokens].join());
    const answered = client.received.findIndex((m) => m.result?.verdict);
    assert.ok(client.received.slice(answered).every((m) => m.params?.token !== 'mine'));
  }));

// ---- arguments that make no sense ---------------------------------------------------------------

test('arguments that make no sense are refused in words, before anything is asked', () =>
  withModel({}, async (client, mock) => {
    const doc = await client.open(URI, 'python', TEXT);
    const place = { uri: URI, range: doc.where('requests.get(u)') };
    for (const [command, args, says] of [
      ['edit', { ...place, action: 'nope' }, /There is no action `nope`/],
      ['compare', { ...place, action: 'nope' }, /There is no action `nope`/],
      ['edit', { ...place, action: 'diagnostic' }, /needs a `diagnostic`/],
      ['edit', { ...place, instruction: ' \n\t' }, /needs instruction/],
      ['compare', { ...place, instruction: ' ' }, /needs instruction/],
      ['refine', { uri: URI, instruction: '  ' }, /needs instruction/],
      ['edit', { ...place, instruction: 'x', model: 'nope' }, /no model "nope".*claude, gpt/],
      ['edit', { ...place, instruction: 'x', scope: 'galaxy' }, /scope is none of/],
      ['edit', { ...place, instruction: 'x', uri: 'file:///w/other.py' }, /other\.py is not open/],
      ['edit', { ...place, instruction: 'x', version: 7 }, /has changed since/],
      ['decide', { id: 'nope', accept: 'all' }, /no request nope/],
      ['rate', { id: 'nope', winner: 'a' }, /no comparison nope/],
    ]) {
      await assert.rejects(client.execute(`trimtab.${command}`, args), says, JSON.stringify(args));
    }
    assert.equal(mock.requests().length, 0);
  }));

// ---- settings ----------------------------------------------------------------------------------

test('other settings do not run the command of a key again, nor say again that there is none', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-strange-'));
  const ran = path.join(folder, 'ran');
  const script = path.join(folder, 'key.sh');
  fs.writeFileSync(script, `#!/bin/sh\necho once >>'${ran}'\necho sk-ant-from-a-command\n`, { mode: 0o755 });
  const config = settings('http://127.0.0.1:9', {});
  config.models.claude.api_key_command = [script];
  const client = new Client({ initializationOptions: config, capabilities: without('workspace.configuration') });
  try {
    await client.initialize();
    const doc = await client.open(URI, 'python', TEXT);
    const edit = () => ask(client, doc, { model: 'claude', apply: false }).catch((error) => error);
    await edit();
    for (const max_model_actions of [1, 2, 3]) {
      await client.notify('workspace/didChangeConfiguration', { settings: { trimtab: { max_model_actions } } });
      await edit();
    }
    assert.equal(fs.readFileSync(ran, 'utf8'), 'once\n');
    const said = client.received.filter((m) => /key of gpt/.test(m.params?.message));
    assert.equal(said.length, 1);
    await client.stop();
  } finally {
    client.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
