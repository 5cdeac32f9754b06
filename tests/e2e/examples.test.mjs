// examples.test.mjs -- the messages of protocol/examples/ that a server sends have
// the shapes that all other tests demand of it; methods.json names each of them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { withClient } from '../lib/client.mjs';
import { lsp, mistake } from '../lib/lsp-types.mjs';
import { methods, paramsOf } from '../lib/our-types.mjs';
import { checkMessage } from '../lib/shapes.mjs';

const folder = new URL('../../protocol/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(`examples/${name}`, folder)));
const ENDS = new Set(['initialize', 'initialized', 'shutdown', 'exit', '$/cancelRequest']);
const rows = [...methods.methods, ...methods.commands.map((c) => ({ from: 'client', ...c }))];

const files = readdirSync(new URL('examples/', folder)).toSorted();

/** What a client sends: params of its own, or the result of what it was asked. */
function checkClientMessage(message, method) {
  const type = paramsOf(method) ? { params: paramsOf(method) } : lsp.messages[method];
  if (!type) return; // JSON-RPC's own
  const wrong = 'method' in message
    ? mistake(message.params, type.params ?? { is: 'undefined' }, 'params')
    : mistake(message.result ?? undefined, type.result, 'result');
  assert.ok(!wrong, wrong);
}

test('each row has examples, and each example belongs to a row', () => {
  for (const row of [...rows, ...methods.errors]) {
    if (row.from === 'server' && row.method === '$/cancelRequest') continue; // as the client's
    assert.ok(row.examples?.length, `${row.command ?? row.method ?? row.name} has no example`);
  }
  const named = rows.flatMap((row) => row.examples ?? []);
  assert.equal(new Set(named).size, named.length, 'none is named twice');
  const errors = methods.errors.flatMap((row) => row.examples);
  assert.deepEqual([...new Set([...named, ...errors])].toSorted(), files);
});

test('each error code has an answer with that code, for people', () => {
  for (const { code, name, examples } of methods.errors) {
    for (const { error } of examples.map(read)) {
      assert.equal(error.code, code, name);
      assert.ok(error.message.length > 10, name);
    }
  }
});

test('there is an example of every setting, and the server takes all of it', async () => {
  const schema = JSON.parse(readFileSync(new URL('config.schema.json', folder)));
  const { settings } = read('did-change-configuration-all.json').params;
  assert.deepEqual(Object.keys(settings.trimtab).toSorted(), Object.keys(schema.properties).toSorted());
  await withClient({ initializationOptions: settings.trimtab }, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', 'x = 1\n');
    await client.diagnostics(doc);
    await client.execute('trimtab.status');
    const said = client.received.filter((m) => /^window\/(showMessage|logMessage)$/.test(m.method ?? ''));
    const about = said.map((m) => m.params.message).filter((text) => !/the key of /.test(text));
    assert.deepEqual(about, []);
  });
});

test('a real server answers what a client sends in the examples, and goes on', async () => {
  await withClient({}, async (client) => {
    for (const row of rows.filter(({ from, method }) => from === 'client' && !ENDS.has(method))) {
      for (const { id, method, params } of (row.examples ?? []).map(read)) {
        if (!method) continue;
        // most of them are refused: no such document is open; what counts is that each is answered
        if (id !== undefined) await client.request(method, params).catch((error) => assert.ok(error.code, error));
        else await client.notify(method, params);
      }
    }
    const { version } = await client.execute('trimtab.status');
    assert.match(version, /\d/);
  });
});

test('what either side sends has the right shape', () => {
  for (const row of rows) {
    for (const name of row.examples ?? []) {
      const message = read(name);
      const method = row.command ? 'workspace/executeCommand' : row.method;
      const isAnswer = !('method' in message);
      try {
        if (isAnswer === (row.from === 'client')) checkMessage(message, method, row.command);
        else checkClientMessage(message, method);
      } catch (error) {
        assert.fail(`${name}: ${error.message}`);
      }
    }
  }
});

test('each example is of the method or command of its row', () => {
  for (const row of rows) {
    for (const name of row.examples ?? []) {
      const { method, params } = read(name);
      if (!method) continue;
      assert.equal(row.command ? params.command : method, row.command ?? row.method, name);
    }
  }
});
