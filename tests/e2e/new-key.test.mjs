// new-key.test.mjs -- a key that is replaced while the server runs: a 401 makes its
// command (or file) be asked once more, and only another key is tried, once.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { block, until } from '../lib/model.mjs';
import { Peer, openai, reply, whole } from '../lib/peer.mjs';

const OLD = '    return requests.get(url)\n';
const NEW = '    return requests.get(url, timeout=10)\n';
const SOURCE = `import requests\n\n\ndef fetch(url):\n${OLD}`;
const [FIRST, SECOND, THIRD] = ['sk-first-key-91a3', 'sk-second-key-2be7', 'sk-third-key-c05d'];

/** A provider that takes the keys of `vault.valid`; a command that prints `vault.key`. */
async function world(body, { source = 'command', env = {} } = {}) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-new-key-'));
  const at = (name) => path.join(folder, name);
  fs.writeFileSync(at('print'), `#!/bin/sh\necho x >> ${at('runs')}\nsleep "$(cat ${at('pause')})"\ncat ${at('key')}\n`, { mode: 0o700 });
  const vault = {
    valid: new Set([FIRST]),
    put: (key) => fs.writeFileSync(at('key'), key && `${key}\n`, { mode: 0o600 }),
    pause: (seconds) => fs.writeFileSync(at('pause'), `${seconds}`),
    runs: () => (fs.existsSync(at('runs')) ? fs.readFileSync(at('runs'), 'utf8').length / 2 : 0),
  };
  vault.put(FIRST);
  vault.pause(0);
  const peer = new Peer();
  const url = await peer.plain();
  const keyOf = ({ headers }) => headers.authorization.slice('Bearer '.length);
  peer.on('gpt', (request) =>
    vault.valid.has(keyOf(request))
      ? whole(openai, block(OLD, NEW))
      : [{ wait: 50 }, reply(401, openai.body('invalid_api_key', `Incorrect API key provided: ${keyOf(request)}`))]);
  const from = { command: { api_key_command: [at('print')] }, file: { api_key_file: at('key') }, env: { api_key_env: 'THE_KEY' } };
  const client = new Client({
    env: { TRIMTAB_STATE_DIR: at('state'), TRIMTAB_CONFIG_DIR: at('none'), ...env },
    initializationOptions: {
      delivery: 'command',
      models: { claude: { enabled: false }, gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/c/gpt/v1`, ...from[source] } },
    },
  });
  let count = 0;
  const ask = async () => {
    const document = await client.open(`file:///w/k${++count}.py`, 'python', SOURCE);
    const { id } = await client.execute('trimtab.edit', {
      uri: document.uri, range: document.where('requests.get'), instruction: 'add a timeout', model: 'gpt',
    });
    const running = async () => (await client.execute('trimtab.status')).running.includes(id);
    const end = () => until(async () => !(await running()), 'the end');
    return { id, document, end, fixed: async () => (await end(), document.text.includes('timeout=10')) };
  };
  const shown = () => client.received.filter((m) => m.method === 'window/showMessage').map((m) => m.params.message);
  try {
    await client.initialize();
    await body({ client, vault, ask, shown, keys: () => peer.of('gpt').map(keyOf) });
    await client.execute('trimtab.status', { flush: true });
    await client.stop();
    const kept = fs.existsSync(at('state')) ? fs.readdirSync(at('state')).map((name) => fs.readFileSync(path.join(at('state'), name), 'latin1')) : [];
    const said = JSON.stringify(client.received) + client.server.stderr + kept.join();
    for (const key of [FIRST, SECOND, THIRD]) assert.ok(!said.includes(key), `${key} was written somewhere`);
  } finally {
    client.kill();
    await peer.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

for (const source of ['command', 'file']) {
  test(`a key that was replaced is fetched again from its ${source}, and nobody notices`, () =>
    world(async ({ vault, ask, shown, keys }) => {
      assert.ok(await (await ask()).fixed());
      vault.put(SECOND);
      vault.valid = new Set([SECOND]);
      assert.ok(await (await ask()).fixed());
      assert.ok(await (await ask()).fixed());
      assert.deepEqual(keys(), [FIRST, FIRST, SECOND, SECOND]);
      if (source === 'command') assert.equal(vault.runs(), 2);
      assert.deepEqual(shown(), []);
    }, { source }));
}

test('the same key again is not tried again, and the refusal is said once', () =>
  world(async ({ vault, ask, shown, keys }) => {
    vault.valid = new Set();
    assert.ok(!(await (await ask()).fixed()));
    assert.deepEqual(keys(), [FIRST]);
    assert.equal(vault.runs(), 2);
    assert.equal(shown().length, 1);
    assert.match(shown()[0], /did not accept the key: HTTP 401/);
  }));

test('a new key that is refused too ends it: no third', () =>
  world(async ({ client, vault, ask, shown, keys }) => {
    vault.pause(0.3); // the first run; meanwhile nothing is sent
    const question = await ask();
    await until(() => vault.runs() === 1, 'the command');
    await until(() => keys().length === 1, 'the first request');
    assert.ok(await question.fixed());
    vault.valid = new Set([THIRD]);
    vault.put(SECOND);
    assert.ok(!(await (await ask()).fixed()));
    assert.deepEqual(keys(), [FIRST, FIRST, SECOND]);
    assert.equal(vault.runs(), 2);
    assert.match(shown().join(), /did not accept the key/);
    // the model rests then; other settings end that, and look for the key anew
    await assert.rejects(ask(), /cannot be used/);
    vault.put(THIRD);
    client.options.settings = { max_model_actions: 3 };
    await client.notify('workspace/didChangeConfiguration', { settings: {} });
    await client.message((m) => m.method === 'workspace/configuration', 'a question for settings', { from: client.received.length });
    assert.ok(await (await ask()).fixed());
    assert.deepEqual(keys().slice(3), [THIRD]);
  }));

test('a command that gives no key any more: the refusal is said', () =>
  world(async ({ vault, ask, shown, keys }) => {
    vault.valid = new Set([SECOND]);
    const question = await ask();
    await until(() => vault.runs() === 1, 'the command');
    vault.put('');
    assert.ok(!(await question.fixed()));
    assert.ok(keys().length <= 1);
    assert.equal(shown().length, 1, shown().join('\n'));
    assert.match(shown()[0], /did not accept the key: HTTP 401|There is no API key/);
  }));

test('two questions at once run the command once more, not twice', () =>
  world(async ({ vault, ask, keys }) => {
    assert.ok(await (await ask()).fixed());
    vault.put(SECOND);
    vault.valid = new Set([SECOND]);
    vault.pause(0.2);
    const both = [await ask(), await ask()];
    for (const question of both) assert.ok(await question.fixed());
    assert.equal(vault.runs(), 2);
    assert.deepEqual(keys().toSorted(), [FIRST, FIRST, FIRST, SECOND, SECOND]);
  }));

test('cancelled while the command runs once more, nothing more is asked', () =>
  world(async ({ client, vault, ask, shown, keys }) => {
    assert.ok(await (await ask()).fixed());
    vault.put(SECOND);
    vault.valid = new Set([SECOND]);
    vault.pause(0.5);
    const question = await ask();
    await until(() => vault.runs() === 2, 'the second run');
    await client.execute('trimtab.cancel', { id: question.id });
    assert.ok(!(await question.fixed()));
    await new Promise((done) => setTimeout(done, 700));
    assert.deepEqual(keys(), [FIRST, FIRST]);
    assert.deepEqual(shown(), []);
    assert.ok(await (await ask()).fixed(), 'and the next one has the new key');
    assert.equal(keys().at(-1), SECOND);
    assert.equal(vault.runs(), 2);
  }));

test('a key of the environment cannot have changed: one request', () =>
  world(async ({ vault, ask, shown, keys }) => {
    vault.valid = new Set();
    assert.ok(!(await (await ask()).fixed()));
    assert.deepEqual(keys(), [FIRST]);
    assert.match(shown()[0], /THE_KEY/);
  }, { source: 'env', env: { THE_KEY: FIRST } }));
