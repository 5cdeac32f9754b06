// reload.test.mjs -- settings, ignore lists, prompts and trust are read again while the
// server runs, by its own watch: the editor tells nothing of files here.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, capabilities } from '../lib/client.mjs';
import { block, until } from '../lib/model.mjs';
import { Peer, openai, whole } from '../lib/peer.mjs';
import { program } from '../lib/server.mjs';

const OLD = '    return requests.get(url)\n';
const NEW = '    return requests.get(url, timeout=10)\n';
const SOURCE = `import requests\n\n\ndef fetch(url):\n${OLD}`;
const PATIENCE = 60_000; // a slow machine may take long to tell of a change

/** A workspace with a running server over it, whose model is a peer of ours. */
async function world(run) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-reload-'));
  const at = (name) => path.join(folder, name);
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(at(name)), { recursive: true });
    fs.writeFileSync(at(name), typeof text === 'string' ? text : JSON.stringify(text));
  };
  fs.mkdirSync(at('w'));
  const peer = new Peer();
  const url = await peer.plain();
  peer.on('gpt', whole(openai, block(OLD, NEW)));
  const caps = capabilities();
  delete caps.workspace.didChangeWatchedFiles;
  const env = { OPENAI_API_KEY: 'sk-reload-1', TRIMTAB_CONFIG_DIR: at('config/trimtab'), TRIMTAB_STATE_DIR: at('state/trimtab') };
  const client = new Client({
    env, capabilities: caps, folders: [{ uri: `file://${at('w')}`, name: 'w' }],
    initializationOptions: {
      delivery: 'command',
      models: { gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/c/gpt/v1` } },
    },
  });
  try {
    await client.initialize();
    await client.execute('trimtab.status');
    const document = await client.open(`file://${at('w/fetch.py')}`, 'python', SOURCE);
    await client.diagnostics(document);
    await run({ client, document, write, at, env, peer });
    await client.stop();
  } finally {
    client.kill();
    await peer.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

const shown = (client, from = 0) =>
  client.received.slice(from).filter((m) => m.method === 'window/showMessage').map((m) => m.params.message);
const titles = async (client, doc) => (await client.actions(doc, doc.where('requests.get'))).map((a) => a.title);
const OWN = { 'log-it': { title: 'Log each call', prompt: 'Log it.', scope: 'symbol' } };
const offersOwn = async (client, doc) => (await titles(client, doc)).some((t) => t.startsWith('Log each call'));

/** What the model was asked, and then the document as before. */
async function question({ client, document, peer }, model = 'gpt') {
  const before = peer.asked.length;
  const { id } = await client.execute('trimtab.edit', {
    uri: document.uri, range: document.where('requests.get'), instruction: 'add a timeout and retry', model,
  });
  await until(async () => !(await client.execute('trimtab.status')).running.includes(id), 'the end', PATIENCE);
  await document.replace(SOURCE);
  assert.ok(peer.asked.length > before, shown(client).join('\n'));
  return peer.asked.at(-1).body;
}

test("the user's settings: made, broken and mended while the server runs", () =>
  world(async ({ client, document, write }) => {
    assert.ok(!(await offersOwn(client, document)));
    write('config/trimtab/config.json', { actions: OWN }); // its folder was not there either
    await until(() => offersOwn(client, document), 'the action', PATIENCE);

    let from = client.received.length;
    write('config/trimtab/config.json', '{\n  // mine\n  "actoins": {},\n}\n');
    await until(() => shown(client, from).length, 'what is wrong', PATIENCE);
    assert.match(shown(client, from)[0], /config\.json:3:3: .*"actoins".*did you mean "actions"/);
    assert.ok(!(await offersOwn(client, document)), 'the rest counts');

    from = client.received.length;
    write('config/trimtab/config.json', '{ "actions": ');
    await until(() => shown(client, from).length, 'what is wrong', PATIENCE);
    assert.match(shown(client, from)[0], /config\.json:1:\d+/);

    from = client.received.length;
    write('config/trimtab/config.json', { actions: OWN });
    await until(() => offersOwn(client, document), 'the action again', PATIENCE);
    assert.deepEqual(shown(client, from), []);
  }));

test("the project's settings: only what is harmless, and where it says more", () =>
  world(async ({ client, document, write, at }) => {
    const model = async () => (await client.actions(document, document.where('requests.get'))).some((a) => a.tags?.includes(1));
    assert.ok(await model());
    write('w/.trimtab.json', { languages: { python: false } });
    await until(async () => !(await model()), 'no model action', PATIENCE);

    const from = client.received.length;
    write('w/.trimtab.json', '{\n  "proxy": "http://thief.test",\n  "enabled": true\n}\n');
    await until(() => shown(client, from).length, 'what is wrong', PATIENCE);
    assert.match(shown(client, from)[0], /\.trimtab\.json:2:3: .*"proxy".*may not set this/);
    await until(model, 'model actions', PATIENCE);
    write('w/.trimtab.json', { enabled: false });
    await until(async () => !(await model()), 'no model action', PATIENCE);
    fs.rmSync(at('w/.trimtab.json'));
    await until(model, 'model actions', PATIENCE);
  }));

test('an ignore list that comes later counts from then on', () =>
  world(async ({ client, document, write, peer }) => {
    await question({ client, document, peer });
    write('w/.trimtabignore', 'fetch.py\n');
    const ask = () => client.execute('trimtab.edit', { uri: document.uri, range: document.where('requests.get'), instruction: 'x', apply: false });
    await until(() => ask().then(() => document.replace(SOURCE) && false, (error) => /never sent/.test(error.message)), 'the refusal', PATIENCE);
    const asked = peer.asked.length;
    await assert.rejects(ask(), /ignore list: it is never sent/);
    assert.equal(peer.asked.length, asked);
  }));

test("prompts and trust: the user's at once, the project's after trimtab trust", () =>
  world(async (all) => {
    const { write, at, env } = all;
    const holds = (words) => async () => (await question(all)).includes(words);
    write('w/AGENTS.md', 'House rule: log with structlog.\n');
    write('w/.trimtab/prompts/system.md', 'You are the house assistant.\n');
    assert.ok(!(await holds('structlog')()));
    write('config/trimtab/prompts/tasks/resilience.md', 'The word of the user.\n');
    await until(holds('The word of the user'), "the user's prompt", PATIENCE);
    write('config/trimtab/prompts/tasks/resilience.md', 'Another word.\n');
    await until(holds('Another word'), 'its change', PATIENCE);

    const trust = (...args) => execFileSync(program, ['trust', at('w'), ...args], { env: { ...process.env, ...env } });
    trust();
    await until(holds('structlog'), "the project's rules", PATIENCE);
    assert.ok(await holds('You are the house assistant')());
    write('w/.trimtab/prompts/tasks/resilience.md', 'The word of the project.\n');
    await until(holds('The word of the project'), 'it comes before the user\'s', PATIENCE);
    trust('--remove');
    await until(async () => !(await holds('structlog')()), 'no rules', PATIENCE);
    assert.ok(await holds('Another word')());
  }));
