// status.test.mjs -- what a status bar is told, and that another key counts at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClient } from '../lib/client.mjs';
import { plainServer, settings } from '../lib/model.mjs';

const URI = 'file:///w/rates.py';
const TEXT = 'def rates():\n    return 1\n';
const REQUEST_FAILED = -32803;

/** A provider that knows one key, and says nothing else. */
const provider = () =>
  plainServer((_, response) => {
    const known = response.req.headers['x-api-key'] === 'right';
    const error = { type: known ? 'overloaded_error' : 'authentication_error', message: known ? 'not now' : 'invalid x-api-key' };
    response.writeHead(known ? 529 : 401, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ type: 'error', error }));
  });

const states = (client) =>
  client.received.filter(({ method }) => method === 'trimtab/status').map(({ params }) => params);

test('a refused key: the bar warns and says why, the menu too; another key is tried at once', async () => {
  const model = await provider();
  try {
    await withClient({ initializationOptions: settings(model.url) }, async (client) => {
      const doc = await client.open(URI, 'python', TEXT);
      const ask = { uri: URI, range: doc.where('return 1'), instruction: 'x', model: 'claude', apply: false };
      const refuse = () => client.refused('workspace/executeCommand', { command: 'trimtab.edit', arguments: [ask] });
      await client.notify('trimtab/setKeys', { keys: { claude: 'wrong', gpt: 'g' } });
      assert.match((await refuse()).message, /did not accept the key: HTTP 401.*Give the editor a valid key for it/);
      const { message } = await client.notification('trimtab/status', ({ state }) => state === 'warning');
      assert.match(message, /did not accept the key/);
      const error = await refuse();
      assert.equal(error.code, REQUEST_FAILED);
      assert.match(error.message, /refused its key or account/);
      assert.equal(model.asked.length, 1);

      await client.notify('trimtab/setKeys', { keys: { claude: 'right', gpt: 'g' } });
      assert.match((await refuse()).message, /overloaded/);
      assert.equal(model.asked[1].headers['x-api-key'], 'right');
      assert.ok(states(client).some(({ state, message }) => state === 'idle' && !message));
    });
  } finally {
    await model.stop();
  }
});

test('switched off, the bar is told so, and when it is on again', () =>
  withClient({ initializationOptions: { enabled: false } }, async (client) => {
    await client.notification('trimtab/status', ({ state }) => state === 'off');
    client.options.settings = { enabled: true };
    await client.notify('workspace/didChangeConfiguration', { settings: null });
    await client.notification('trimtab/status', ({ state }) => state === 'idle');
    assert.deepEqual(states(client).map(({ state }) => state), ['off', 'idle']);
  }));
