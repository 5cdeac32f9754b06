// commands.test.mjs -- workspace/executeCommand without a model: what is refused,
// and in which words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClient } from '../lib/client.mjs';

const TEXT = 'def f():\n    return 1\n';
const INVALID_PARAMS = -32602;
const REQUEST_FAILED = -32803;

function refused(client, command, args) {
  return client.refused('workspace/executeCommand', { command, arguments: [args] });
}

test('trimtab.status says what there is', () =>
  withClient({}, async (client) => {
    const status = await client.execute('trimtab.status');
    assert.equal(typeof status.version, 'string');
    assert.equal(status.documents, 0);
    assert.deepEqual(status.running, []);
    for (const model of status.models) {
      assert.ok(model.name && model.model);
      assert.ok(['present', 'absent', 'unknown'].includes(model.key));
    }
    await client.open('file:///w/a.py', 'python', TEXT);
    assert.equal((await client.execute('trimtab.status')).documents, 1);
    assert.ok(!JSON.stringify(status).includes('sk-'));
  }));

test('trimtab.cancel without anything to cancel is no error', () =>
  withClient({}, async (client) => {
    await client.execute('trimtab.cancel');
    await client.execute('trimtab.cancel', {});
  }));

test('trimtab.edit of a document that is not open', () =>
  withClient({}, async (client) => {
    const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
    const args = { uri: 'file:///w/nobody.py', range, instruction: 'x' };
    const error = await refused(client, 'trimtab.edit', args);
    assert.equal(error.code, REQUEST_FAILED);
    assert.match(error.message, /nobody\.py.*not open/);
  }));

test('trimtab.edit without a key names the way to one', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const args = { uri: doc.uri, range: doc.range(0, doc.text.length), instruction: 'add types' };
    for (const apply of [true, false]) {
      const error = await refused(client, 'trimtab.edit', { ...args, apply });
      assert.equal(error.code, REQUEST_FAILED);
      assert.match(error.message, /key|ANTHROPIC_API_KEY|OPENAI_API_KEY/i);
    }
    assert.equal(doc.text, TEXT);
  }));

test('a range of another version is refused', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const args = { uri: doc.uri, range: doc.range(0, 3), version: 1, instruction: 'x' };
    await doc.type(0, 0, '#\n');
    const error = await refused(client, 'trimtab.edit', args);
    assert.equal(error.code, REQUEST_FAILED);
    assert.match(error.message, /changed/);
  }));

test('ids that nobody has', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    for (const [command, args] of [
      ['trimtab.decide', { id: '999', accept: 'all' }],
      ['trimtab.retry', { id: '999' }],
      ['trimtab.refine', { id: '999', instruction: 'x' }],
      ['trimtab.explain', { id: '999' }],
      ['trimtab.cancel', { id: '999' }],
      ['trimtab.refine', { uri: doc.uri, instruction: 'x' }],
    ]) {
      const error = await refused(client, command, args);
      assert.equal(error.code, REQUEST_FAILED, command);
      assert.ok(error.message.length > 20, error.message);
    }
  }));

test('arguments that make no sense', () =>
  withClient({}, async (client) => {
    for (const [command, args, words] of [
      ['trimtab.edit', {}, /uri/],
      ['trimtab.edit', { uri: 'file:///w/a.py' }, /instruction/],
      ['trimtab.edit', { uri: 'file:///w/a.py', instruction: 'x', scope: 'galaxy' }, /scope/],
      ['trimtab.edit', 'x', /object/],
      ['trimtab.decide', { id: '1' }, /accept/],
      ['trimtab.decide', { id: '1', accept: 'maybe' }, /accept/],
      ['trimtab.rate', { id: '1', winner: 'c' }, /winner/],
      ['trimtab.unknown', {}, /trimtab\.unknown/],
    ]) {
      const error = await refused(client, command, args);
      assert.equal(error.code, INVALID_PARAMS, `${command} ${error.message}`);
      assert.match(error.message, words);
    }
  }));

test('trimtab.explain says the route and its reason, without a request', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', `import requests\n\nrequests.get("x")\n`);
    const decision = await client.execute('trimtab.explain', {
      uri: doc.uri,
      range: doc.where('requests.get'),
    });
    assert.equal(typeof decision.task, 'string');
    assert.ok(decision.reason.length > 10);
    assert.ok(Array.isArray(decision.candidates));
  }));

test('an action whose name nobody knows', () =>
  withClient({}, async (client) => {
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const error = await refused(client, 'trimtab.edit', { uri: doc.uri, action: 'no-such-action' });
    assert.equal(error.code, INVALID_PARAMS);
    assert.match(error.message, /no-such-action/);
  }));

test('a command right after didOpen is decided by the tree, as one later is', async () => {
  const line = (i) => `def f${i}(user):\n    return requests.get(f"https://api.example/{user}/${i}")\n\n\n`;
  const text = `import requests\n\n\n${Array.from({ length: 4000 }, (_, i) => line(i)).join('')}`;
  await withClient({}, async (client) => {
    const doc = await client.open('file:///w/large.py', 'python', text);
    const argument = { uri: doc.uri, range: doc.where('requests.get', 2000) };
    const [first, cancelled] = await Promise.all([
      client.execute('trimtab.explain', argument),
      client.execute('trimtab.cancel').then(() => 'cancelled'),
    ]).catch((error) => [error, 'cancelled']);
    assert.equal(cancelled, 'cancelled');
    await client.diagnostics(doc);
    const later = await client.execute('trimtab.explain', argument);
    if (!(first instanceof Error)) assert.deepEqual(first.candidates, later.candidates);
    else assert.match(first.message, /cancelled/);

    await doc.replace(`\n${text}`); // parsed anew
    const soon = await client.execute('trimtab.explain', { ...argument, range: doc.where('requests.get', 2000) });
    assert.equal(soon.task, later.task);
    assert.deepEqual(
      soon.candidates.map((c) => c.tokens_in),
      later.candidates.map((c) => c.tokens_in),
    );
  });
});
