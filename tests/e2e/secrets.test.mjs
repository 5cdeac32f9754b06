// secrets.test.mjs -- after a full run with keys from everywhere, at the highest
// level of logs and traces: no key in anything that others can read.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, capabilities } from '../lib/client.mjs';
import { block, until } from '../lib/model.mjs';
import { Peer, Proxy, anthropic, openai, reply, whole } from '../lib/peer.mjs';
import { cleanEnv, program } from '../lib/server.mjs';

const OLD = '    return requests.get(url)\n';
const NEW = '    return requests.get(url, timeout=10)\n';
const SOURCE = `import requests\n\n\ndef fetch(url):\n${OLD}`;
const KEYS = {
  env: 'sk-ant-in-the-environment-41c7',
  command: 'sk-printed-by-a-command-52d8',
  file: 'sk-kept-in-a-file-63e9',
  editor: 'sk-handed-over-by-the-editor-74fa',
};
const PASSWORD = 'password-of-the-proxy-850b';

/** Everything under /proc/PID that a user may read of their own process. */
function seen(pid) {
  const parts = {};
  for (const name of ['cmdline', 'comm', 'status', 'maps', 'limits', 'mountinfo']) {
    try {
      parts[name] = fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
    } catch {
      parts[name] = ''; // not this system, or not allowed
    }
  }
  return parts;
}

/** The command lines of all processes whose parent is `pid`, now. */
function children(pid) {
  const found = [];
  for (const entry of fs.existsSync('/proc') ? fs.readdirSync('/proc') : []) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const [, parent] = /\) \S+ (\d+)/.exec(fs.readFileSync(`/proc/${entry}/stat`, 'latin1'));
      if (Number(parent) === pid) found.push(fs.readFileSync(`/proc/${entry}/cmdline`, 'latin1'));
    } catch {} // it has ended meanwhile
  }
  return found;
}

function written(folder) {
  return fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter((e) => e.isFile())
    .map((e) => [path.join(e.parentPath ?? e.path, e.name)])
    .map(([file]) => [file, fs.readFileSync(file, 'latin1')]);
}

test('a key is nowhere to be found after a run with keys from everywhere', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-secrets-'));
  const state = path.join(folder, 'state');
  const keyFile = path.join(folder, 'key');
  const printer = path.join(folder, 'print-key');
  fs.writeFileSync(keyFile, `${KEYS.file}\n`, { mode: 0o600 });
  fs.writeFileSync(printer, `#!/bin/sh\nsleep 0.3\necho ${KEYS.command}\n`, { mode: 0o700 });

  const peer = new Peer();
  const url = await peer.plain();
  const proxy = await new Proxy(() => peer.port, { login: `me:${PASSWORD}` }).start();
  peer.on('env', whole(anthropic, block(OLD, NEW)));
  peer.on('command', whole(openai, block(OLD, NEW)));
  peer.on('file', whole(openai, block(OLD, NEW)));
  peer.on('editor', whole(openai, block(OLD, NEW)));
  peer.on('proxied', whole(openai, block(OLD, NEW)));
  // a provider that repeats the key in its error, as some do
  peer.on('echo', (request) => [reply(401, openai.body('invalid_api_key',
    `Incorrect API key provided: ${request.headers.authorization.slice(7)}`), { 'x-request-id': 'req_1' })]);
  const entry = (name, more = {}) => ({
    provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/c/${name}/v1`, ...more,
  });
  const client = new Client({
    args: ['lsp', '--log-level', 'trace'],
    env: { TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state, ANTHROPIC_API_KEY: KEYS.env, OTHER_KEY: KEYS.env },
    capabilities: capabilities(),
    initializationOptions: {
      delivery: 'command',
      proxy: `http://me:${PASSWORD}@${proxy.host}`,
      models: {
        claude: { provider: 'anthropic', family: 'claude', model: 'claude-sonnet-4-5', base_url: `${url}/c/env` },
        command: entry('command', { api_key_command: [printer] }),
        file: entry('file', { api_key_file: keyFile }),
        editor: entry('editor', { api_key_env: 'NOT_SET_ANYWHERE' }),
        echo: entry('echo', { api_key_env: 'OTHER_KEY' }),
        proxied: { ...entry('proxied', { api_key_file: keyFile }), base_url: 'http://models.test/c/proxied/v1' },
        gpt: entry('gone', { api_key_env: 'OTHER_KEY', base_url: 'http://127.0.0.1:1/v1' }),
      },
    },
  });
  const parts = [];
  try {
    await client.initialize({ trace: 'verbose' });
    await client.notify('$/setTrace', { value: 'verbose' });
    await client.notify('trimtab/setKeys', { keys: { editor: KEYS.editor } });
    const pid = client.server.process.pid;
    for (const model of ['claude', 'command', 'file', 'editor', 'echo', 'proxied', 'gpt']) {
      const document = await client.open(`file:///w/${model}.py`, 'python', SOURCE);
      const from = client.received.length;
      await client.execute('trimtab.edit', {
        uri: document.uri, range: document.where('requests.get'), instruction: 'add a timeout', model,
      });
      if (model === 'command') parts.push(...children(pid));
      const rest = () => client.received.slice(from).some((m) => m.method === 'trimtab/status' && m.params.state !== 'busy');
      await until(rest, `the end with ${model}`, 20_000);
      const works = !['echo', 'gpt'].includes(model);
      assert.equal(document.text, works ? SOURCE.replace(OLD, NEW) : SOURCE, model);
    }
    // each key reached its own server, and only there
    const sent = (name) => peer.of(name)[0].headers;
    assert.equal(sent('env')['x-api-key'], KEYS.env);
    assert.equal(sent('command').authorization, `Bearer ${KEYS.command}`);
    assert.equal(sent('file').authorization, `Bearer ${KEYS.file}`);
    assert.equal(sent('editor').authorization, `Bearer ${KEYS.editor}`);
    assert.equal(sent('proxied').authorization, `Bearer ${KEYS.file}`);
    await client.execute('trimtab.status');
    const own = seen(pid);
    // (the environment that we were started with is the user's own and stays)
    parts.push(...Object.values(own));
    if (own.limits) assert.match(own.limits, /Max core file size\s+0\s+0/);
    await client.stop();
  } finally {
    client.kill();
    await Promise.all([peer.stop(), proxy.stop()]);
  }
  assert.match(client.server.stderr, /trimtab (trace|debug|info|warn): /, 'the log was on');
  const places = [
    ['the messages to the editor', JSON.stringify(client.received)],
    ['the log', client.server.stderr],
    ...parts.map((text, i) => [`/proc, part ${i}`, text]),
    ...written(state),
    ...peer.asked.map((entry) => [`the question to ${entry.name}`, entry.body + entry.path]),
  ];
  assert.ok(places.some(([name]) => name.endsWith('receipts.jsonl')));
  for (const secret of [...Object.values(KEYS), PASSWORD]) {
    for (const [name, text] of places) {
      assert.ok(!text.includes(secret), `${secret} in ${name}: ${text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 80)}`);
    }
  }
  assert.match(JSON.stringify(client.received), /\[key\]/, 'the repeated key is masked');
  fs.rmSync(folder, { recursive: true, force: true });
});

/** A process of the program that waits for its editor; `uid` for whom, if that may be set. */
function start(file, folder, uid) {
  return spawn(file, ['lsp'], {
    cwd: folder, env: cleanEnv(folder), stdio: ['pipe', 'ignore', 'ignore'],
    ...(uid !== undefined && { uid, gid: uid }),
  });
}

for (const [name, file] of Object.entries({ debug: program, release: process.env.TRIMTAB_RELEASE })) {
  const skip = !file ? 'no release build here' : process.platform !== 'linux' ? 'Linux only' : false;
  test(`the ${name} program leaves no core file`, { skip }, async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-core-'));
    const copy = path.join(folder, 'trimtab');
    const uid = process.getuid() === 0 ? 65534 : undefined; // root may look at everything
    fs.copyFileSync(file, copy);
    fs.chmodSync(copy, 0o755);
    fs.chmodSync(folder, 0o777);
    const child = start(copy, folder, uid);
    const over = new Promise((done) => child.on('exit', (code, signal) => done({ code, signal })));
    try {
      const limits = () => {
        try {
          return fs.readFileSync(`/proc/${child.pid}/limits`, 'utf8');
        } catch {
          return '';
        }
      };
      await until(() => /Max core file size\s+0\s+0/.test(limits()), 'no core file allowed');
      if (name === 'release') {
        // what belongs to a process that may not be dumped belongs to root
        await until(() => fs.statSync(`/proc/${child.pid}/environ`).uid === 0, 'not dumpable');
      }
      child.kill('SIGABRT');
      const { signal } = await over;
      if (name === 'release') assert.equal(signal, 'SIGABRT');
      assert.deepEqual(fs.readdirSync(folder).filter((f) => /core/.test(f)), []);
    } finally {
      child.kill('SIGKILL');
      fs.rmSync(folder, { recursive: true, force: true });
    }
  });
}
