// lifecycle.test.mjs -- from the first byte to the exit code, in every order.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Client, capabilities, pulling, withClient } from '../lib/client.mjs';
import { Raw, frame, withRaw } from '../lib/raw.mjs';
import { program } from '../lib/server.mjs';

const NOT_INITIALIZED = -32002;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;

async function withFresh(body, options) {
  const raw = new Raw(options);
  try {
    await body(raw);
  } finally {
    raw.kill();
  }
}

test('initialize says what the server does', () =>
  withClient({}, async (client) => {
    const caps = client.serverCapabilities;
    assert.equal(caps.positionEncoding, 'utf-16');
    assert.equal(caps.textDocumentSync.openClose, true);
    assert.equal(caps.textDocumentSync.change, 2);
    assert.equal(caps.codeActionProvider.resolveProvider, true);
    for (const kind of caps.codeActionProvider.codeActionKinds) {
      assert.match(kind, /^(quickfix|refactor|source)\b.*\btrimtab\b/);
    }
    assert.ok(caps.codeActionProvider.codeActionKinds.includes('source.fixAll.trimtab'));
    assert.ok(caps.executeCommandProvider.commands.includes('trimtab.edit'));
    assert.equal(caps.workspace.workspaceFolders.supported, true);
    assert.equal(caps.diagnosticProvider, undefined, 'this client does not pull');
  }));

test('diagnostics can be pulled by a client that pulls', () =>
  withClient({ capabilities: pulling() }, async (client) => {
    assert.equal(client.serverCapabilities.diagnosticProvider.interFileDependencies, false);
  }));

const offers = [
  [['utf-8', 'utf-16', 'utf-32'], 'utf-8'],
  [['utf-16', 'utf-8'], 'utf-8'],
  [['utf-16'], 'utf-16'],
  [['utf-32', 'utf-16'], 'utf-16'],
  [['utf-32'], 'utf-32'],
  [undefined, 'utf-16'],
];

for (const [offered, chosen] of offers) {
  test(`of the encodings ${offered ?? '(none said)'} the server takes ${chosen}`, () =>
    withClient({ capabilities: capabilities(offered) }, async (client) => {
      assert.equal(client.encoding, chosen);
    }));
}

test('a client that says nothing about itself is served', () =>
  withClient({ capabilities: {} }, async (client) => {
    assert.equal(client.encoding, 'utf-16');
    assert.equal(client.serverCapabilities.codeActionProvider, true, 'no literals, no options');
  }));

test('requests before initialize are refused, notifications dropped', () =>
  withFresh(async (raw) => {
    raw.notify('textDocument/didOpen', {
      textDocument: { uri: 'file:///a.py', languageId: 'python', version: 1, text: '' },
    });
    for (const method of ['textDocument/codeAction', 'shutdown', 'no/such']) {
      const { error } = await raw.request(method, {});
      assert.equal(error.code, NOT_INITIALIZED, method);
    }
    await raw.initialize();
    await raw.stillWorks();
    await raw.stop();
  }));

test('a second initialize is refused and changes nothing', () =>
  withRaw(async (raw) => {
    const { error } = await raw.request('initialize', { processId: null, capabilities: {} });
    assert.equal(error.code, INVALID_REQUEST);
    await raw.stillWorks();
  }));

test('a client that never sends initialized is served', () =>
  withFresh(async (raw) => {
    await raw.request('initialize', { processId: null, rootUri: null, capabilities: {} });
    await raw.stillWorks();
    await raw.stop();
  }));

test('after shutdown every request is refused, exit ends with 0', () =>
  withFresh(async (raw) => {
    await raw.initialize();
    assert.equal((await raw.request('shutdown')).result, null);
    for (const method of ['textDocument/codeAction', 'shutdown', 'initialize']) {
      const { error } = await raw.request(method, {});
      assert.equal(error.code, INVALID_REQUEST, method);
    }
    raw.notify('textDocument/didOpen', {});
    raw.notify('exit');
    assert.equal(await raw.server.ended(), 0);
  }));

test('shutdown with params of its own is fine', () =>
  withFresh(async (raw) => {
    await raw.initialize();
    assert.equal((await raw.request('shutdown', null)).result, null);
    raw.json({ method: 'exit', params: null });
    assert.equal(await raw.server.ended(), 0);
  }));

test('exit without shutdown ends with 1', () =>
  withFresh(async (raw) => {
    await raw.initialize();
    raw.notify('exit');
    assert.equal(await raw.server.ended(), 1);
  }));

test('exit before initialize ends with 1', () =>
  withFresh(async (raw) => {
    raw.notify('exit');
    assert.equal(await raw.server.ended(), 1);
  }));

test('bytes behind exit are not read', () =>
  withFresh(async (raw) => {
    await raw.initialize();
    await raw.request('shutdown');
    raw.send(
      Buffer.concat([
        frame('{"jsonrpc":"2.0","method":"exit"}'),
        frame('{"jsonrpc":"2.0","id":77,"method":"shutdown"}'),
      ]),
    );
    assert.equal(await raw.server.ended(), 0);
    assert.ok(!raw.received.some((m) => m.id === 77));
  }));

for (const [when, prepare] of [
  ['before initialize', async () => {}],
  ['while it runs', (raw) => raw.initialize()],
  [
    'in the middle of a frame',
    async (raw) => {
      await raw.initialize();
      raw.send('Content-Length: 100\r\n\r\n{"jsonrpc"');
    },
  ],
  [
    'after shutdown',
    async (raw) => {
      await raw.initialize();
      await raw.request('shutdown');
    },
  ],
]) {
  test(`it ends when its input ends ${when}`, () =>
    withFresh(async (raw) => {
      await prepare(raw);
      raw.server.process.stdin.end();
      await raw.server.ended();
    }));
}

test('it ends when the process that initialize names is gone', () =>
  withFresh(async (raw) => {
    const parent = spawn('sleep', ['600']);
    await raw.request('initialize', { processId: parent.pid, capabilities: {} });
    raw.notify('initialized', {});
    await raw.stillWorks();
    parent.kill('SIGKILL');
    await raw.server.ended(30_000);
  }));

test('it takes the flags that clients pass', async () => {
  for (const args of [['lsp', '--stdio'], ['lsp', `--clientProcessId=${process.pid}`, '--stdio']]) {
    await withFresh(
      async (raw) => {
        await raw.initialize();
        await raw.stop();
      },
      { args },
    );
  }
});

test('unknown requests are answered, unknown notifications are not', () =>
  withRaw(async (raw) => {
    for (const method of ['textDocument/hover', '$/unknown', 'workspace/symbol']) {
      const { error } = await raw.request(method, {});
      assert.equal(error.code, METHOD_NOT_FOUND, method);
      assert.match(error.message, new RegExp(method.replace('$', '\\$')));
    }
    raw.notify('$/unknown', {});
    raw.notify('no/such', { a: 1 });
    raw.notify('$/cancelRequest', { id: 4711 });
    raw.notify('$/cancelRequest', {});
    raw.notify('$/setTrace', { value: 'verbose' });
    raw.notify('$/setTrace', { value: 'off' });
    raw.notify('window/workDoneProgress/cancel', { token: 'nobody' });
    raw.json({ id: 4711, result: {} });
    raw.json({ id: 'x', error: { code: 1, message: 'y' } });
    await raw.stillWorks();
    assert.ok(!raw.received.some((m) => m.id === 4711 || m.id === 'x'));
  }));

test('ids come back as they were sent', () =>
  withRaw(async (raw) => {
    for (const id of [0, -5, 2 ** 40, 'abc', '', 'a"\\\n€😀']) {
      const { error } = await raw.request('no/such', {}, id);
      assert.equal(error.code, METHOD_NOT_FOUND);
    }
  }));

test('the methods of protocol/methods.json are known, and no others', () =>
  withRaw(async (raw) => {
    const methods = JSON.parse(readFileSync(new URL('../../protocol/methods.json', import.meta.url)));
    for (const { method, kind, from } of methods.methods) {
      if (from !== 'client' || kind !== 'request' || method === 'shutdown') continue;
      const { error } = await raw.request(method, {});
      assert.notEqual(error?.code, METHOD_NOT_FOUND, method);
    }
    const { error } = await raw.request('trimtab/no-such', {});
    assert.equal(error.code, METHOD_NOT_FOUND);
  }));

test('the commands that are announced are those of protocol/methods.json', () =>
  withClient({}, async (client) => {
    const methods = JSON.parse(readFileSync(new URL('../../protocol/methods.json', import.meta.url)));
    assert.deepEqual(
      client.serverCapabilities.executeCommandProvider.commands.toSorted(),
      methods.commands.map((c) => c.command).toSorted(),
    );
  }));

test('two clients, two servers: nothing is shared', async () => {
  const clients = [new Client(), new Client()];
  try {
    await Promise.all(clients.map((c) => c.initialize()));
    await Promise.all(clients.map((c) => c.stop()));
  } finally {
    clients.forEach((c) => c.kill());
  }
});

test('no key and no text of a document stands on the command line or in the log', async () => {
  const client = new Client({ env: { ANTHROPIC_API_KEY: 'sk-ant-secret-of-the-test' } });
  try {
    await client.initialize();
    const args = readFileSync(`/proc/${client.server.process.pid}/cmdline`, 'utf8');
    assert.ok(args.startsWith(program) && !args.includes('secret-of-the-test'));
    await client.notify('trimtab/setKeys', { keys: { claude: 'sk-ant-another-secret' } });
    const doc = await client.open('file:///w/a.py', 'python', 'private_words = 1\n');
    await client.actions(doc, doc.range(0));
    await client.stop();
    const said = client.server.stderr + JSON.stringify(client.received);
    assert.ok(!/secret-of-the-test|another-secret|private_words/.test(said), said);
  } finally {
    client.kill();
  }
});
