// network.test.mjs -- proxies with a login, NO_PROXY, an authority of one's own,
// HTTP/2, kept connections and TLS sessions, compression, slowness and size; and
// that a stopped request is over at once, wherever it was.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import zlib from 'node:zlib';
import { authority } from '../lib/certificates.mjs';
import { Client } from '../lib/client.mjs';
import { block, until } from '../lib/model.mjs';
import { Peer, Proxy, anthropic, chunk, lastChunk, openai, reply, streamHead, whole } from '../lib/peer.mjs';

const OLD = '    return requests.get(url)\n';
const NEW = '    return requests.get(url, timeout=10)\n';
const SOURCE = `import requests\n\n\ndef fetch(url):\n${OLD}`;
const FIXED = SOURCE.replace(OLD, NEW);
const GOOD = block(OLD, NEW);
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-network-1', OPENAI_API_KEY: 'sk-network-2' };

const ca = authority();
const shared = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-ca-'));
const caFile = path.join(shared, 'ca.pem');
fs.writeFileSync(caFile, ca.pem);
after(() => fs.rmSync(shared, { recursive: true }));
const NO_CA = { SSL_CERT_FILE: '', CURL_CA_BUNDLE: '', NODE_EXTRA_CA_CERTS: '' };

/** A world: a peer, a folder, a server of ours with `settings`; all ended after `run`. */
async function world({ env = {}, settings = {}, base, folders, files = {}, ...more }, run) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-net-'));
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(path.join(folder, name), text);
  const { peer } = more;
  const url = base ?? peer.url;
  const client = new Client({
    env: { TRIMTAB_STATE_DIR: path.join(folder, 'state'), TRIMTAB_CONFIG_DIR: path.join(folder, 'none'), ...KEYS, ...NO_CA, ...env },
    folders: folders && [{ uri: `file://${folder}`, name: 'w' }],
    initializationOptions: {
      delivery: 'command',
      models: {
        claude: { provider: 'anthropic', family: 'claude', model: 'claude-sonnet-4-5', base_url: `${url}/c/claude` },
        gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/c/gpt/v1` },
      },
      ...settings,
    },
  });
  try {
    await client.initialize();
    await run({ client, folder });
    await client.stop();
  } finally {
    client.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

let count = 0;

/** One question; what came of it. */
async function ask(client, { model = 'gpt', wait = true } = {}) {
  const document = await client.open(`file:///w/n${++count}.py`, 'python', SOURCE);
  const from = client.received.length;
  const mine = () => client.received.slice(from);
  const { id } = await client.execute('trimtab.edit', {
    uri: document.uri, range: document.where('requests.get'), instruction: 'add a timeout', model,
  });
  const rest = async () => !(await client.execute('trimtab.status')).running.includes(id);
  const result = {
    id, document, rest: (ms = 20_000) => until(rest, 'the end', ms),
    said: () => mine().filter((m) => m.method === 'window/showMessage').map((m) => m.params.message).join('\n'),
  };
  if (wait) await result.rest();
  return result;
}

async function withPeer(run, identity) {
  const peer = new Peer();
  peer.url = identity ? (await peer.secure(identity)).url : await peer.plain();
  peer.on('claude', whole(anthropic, GOOD));
  peer.on('gpt', whole(openai, GOOD));
  try {
    await run(peer);
  } finally {
    await peer.stop();
  }
}

// ---- proxies ----

test('a proxy with a login, by the setting and by the environment, for both schemes', () =>
  withPeer(async (peer) => {
    const { port: securePort } = await peer.secure(ca.issue(['models.test']));
    const proxy = await new Proxy((host, port) => (port === 443 ? securePort : Number(new URL(peer.url).port)), { login: 'me:pass%word' }).start();
    const address = `http://me:pass%25word@${proxy.host}`;
    for (const scheme of ['http', 'https']) {
      for (const how of ['setting', 'environment']) {
        const before = proxy.asked.length;
        const env = how === 'environment' ? { [`${scheme}_proxy`]: address } : {};
        const settings = how === 'setting' ? { proxy: address } : {};
        await world({ peer, base: `${scheme}://models.test`, env, settings: { ca_file: caFile, ...settings } }, async ({ client }) => {
          const { document, said } = await ask(client);
          assert.equal(document.text, FIXED, `${scheme} by ${how}: ${said()}`);
        });
        const last = proxy.asked.slice(before).at(-1);
        assert.equal(last.method, scheme === 'https' ? 'CONNECT' : 'POST');
        assert.ok(last.allowed);
        if (scheme === 'https') assert.ok(!JSON.stringify(last).includes('sk-'), 'the proxy saw a key');
      }
    }
    await proxy.stop();
  }));

test('NO_PROXY and loopback go around the proxy', () =>
  withPeer(async (peer) => {
    const proxy = await new Proxy(() => Number(new URL(peer.url).port)).start();
    const env = { http_proxy: `http://${proxy.host}`, all_proxy: `http://${proxy.host}` };
    await world({ peer, env }, async ({ client }) => {
      const { document } = await ask(client);
      assert.equal(document.text, FIXED);
    });
    assert.equal(proxy.asked.length, 0, 'loopback went through the proxy');
    await world({ peer, base: 'http://a.models.invalid', env: { ...env, no_proxy: 'other.test,models.invalid' }, settings: { timeouts: { connect_ms: 500 } } },
      async ({ client }) => {
        const { said } = await ask(client);
        assert.match(said(), /could not be (found|reached)/);
      });
    assert.equal(proxy.asked.length, 0, 'NO_PROXY was not heeded');
    await world({ peer, base: 'http://a.models.invalid', env: { ...env, no_proxy: 'other.test' } }, async ({ client }) => {
      const { document } = await ask(client);
      assert.equal(document.text, FIXED);
    });
    assert.equal(proxy.asked.length, 1);
    await proxy.stop();
  }));

// ---- trust ----

test('an authority of one\'s own: by the setting and by the usual variables', () =>
  withPeer(async (peer) => {
    const ways = [{ settings: { ca_file: caFile } },
      ...['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'].map((name) => ({ env: { [name]: caFile } }))];
    for (const way of ways) {
      await world({ peer, ...way }, async ({ client }) => {
        const { document, said } = await ask(client);
        assert.equal(document.text, FIXED, `${JSON.stringify(way)}: ${said()}`);
      });
    }
    const asked = peer.asked.length;
    await world({ peer }, async ({ client }) => {
      const { document, said } = await ask(client);
      assert.equal(document.text, SOURCE);
      assert.match(said(), /certificate was not accepted.*(self.signed|issuer|unable).*ca_file/i);
    });
    await world({ peer, settings: { ca_file: '/no/such/file.pem' } }, async ({ client }) => {
      const { said } = await ask(client);
      assert.match(said(), /\/no\/such\/file\.pem.*ca_file/, 'the file that cannot be read is named');
    });
    assert.equal(peer.asked.length, asked, 'a key went to somebody who is not trusted');
  }, ca.issue(['127.0.0.1'])));

test('a project cannot switch verification off, nor choose an authority or a proxy', () =>
  withPeer(async (peer) => {
    const thief = await new Proxy(() => 0).start();
    const tries = [
      { verify: false }, { tls_verify: false }, { insecure: true }, { ca_file: 'ca.pem' },
      { proxy: `http://${thief.host}` }, { models: { gpt: { base_url: `${peer.url}/c/stolen/v1` } } },
    ];
    for (const project of tries) {
      const files = { '.trimtab.json': JSON.stringify(project), 'ca.pem': ca.pem };
      await world({ peer, files, folders: true }, async ({ client }) => {
        const { document, said } = await ask(client);
        assert.equal(document.text, SOURCE, JSON.stringify(project));
        assert.match(said(), /certificate was not accepted/, JSON.stringify(project));
      });
    }
    assert.equal(peer.asked.length, 0);
    assert.equal(thief.asked.length, 0);
    await thief.stop();
  }, ca.issue(['127.0.0.1'])));

// ---- connections ----

test('HTTP/2: several at once on one connection, a reset stream, a connection that says goodbye', async () => {
  const peer = new Peer();
  const answers = [];
  peer.url = await peer.h2(ca.issue(['127.0.0.1']), ({ stream, session, entry }) => {
    const wire = entry.name === 'claude' ? anthropic : openai;
    const kind = answers.shift();
    stream.respond({ ':status': 200, 'content-type': 'text/event-stream' });
    stream.write(wire.start + wire.text(GOOD));
    if (kind === 'reset') stream.close(2);
    else if (kind === 'goodbye') session.goaway(0, stream.id), stream.end(wire.stopText + wire.end());
    else setTimeout(() => stream.end(wire.stopText + wire.end()), 200);
  });
  const run = async ({ client }) => {
    assert.equal((await ask(client)).document.text, FIXED);
    const four = await Promise.all(['gpt', 'claude', 'gpt', 'claude'].map((model) => ask(client, { model, wait: false })));
    await until(() => four.every(({ document }) => document.text === FIXED), 'four answers');
    assert.equal(peer.connections, 1, 'one connection carries all');
    answers.push('reset');
    const broken = await ask(client);
    assert.equal(broken.document.text, SOURCE);
    assert.match(broken.said(), /stopped before its answer was complete/);
    answers.push('goodbye');
    assert.equal((await ask(client)).document.text, FIXED);
    assert.equal((await ask(client)).document.text, FIXED, 'after the goodbye, on a new connection');
  };
  try {
    await world({ peer, settings: { ca_file: caFile } }, run);
  } finally {
    await peer.stop();
  }
});

test('connections are kept, and TLS sessions are taken up again', () =>
  withPeer(async (peer) => {
    await world({ peer, settings: { ca_file: caFile } }, async ({ client }) => {
      for (let i = 0; i < 3; i++) assert.equal((await ask(client)).document.text, FIXED);
      assert.equal(peer.connections, 1, 'the connection is kept');
      for (const socket of peer.sockets) socket.destroy();
      assert.equal((await ask(client)).document.text, FIXED);
      assert.equal(peer.connections, 2);
      assert.equal(peer.sessionsReused, 1, 'the TLS session is taken up again');
    });
  }, ca.issue(['127.0.0.1'])));

// ---- shapes of bodies ----

const body = openai.start + openai.text(GOOD) + openai.end();
const shapes = {
  'one byte at a time': [{ slow: [streamHead(), chunk(body), lastChunk].join('') }],
  'one byte a chunk': [streamHead(), [...Buffer.from(body)].map((b) => `1\r\n${String.fromCharCode(b)}\r\n`).join(''), lastChunk],
  'pings and comments in between': [streamHead(), chunk(`: hello\n\n${openai.start}: still here\n\n`), chunk(openai.text(GOOD)), chunk(': and on\n\n'), chunk(openai.end()), lastChunk],
  'CRLF': [streamHead(), chunk(body.replaceAll('\n', '\r\n')), lastChunk],
  'a length, and no chunks': [reply(200, body, { 'content-type': 'text/event-stream' })],
  'until the connection ends': ['HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n', body, { end: true }],
  'no content type': ['HTTP/1.1 200 OK\r\n\r\n', body, { end: true }],
  'the wrong content type': [reply(200, body, { 'content-type': 'text/plain' })],
  '100 and 103 before it': ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n', streamHead(), chunk(body), lastChunk],
  'no stream at all': [reply(200, { id: 'c', object: 'chat.completion', model: 'gpt-4o', choices: [{ index: 0, message: { role: 'assistant', content: GOOD }, finish_reason: 'stop' }], usage: { prompt_tokens: 1, completion_tokens: 1 } })],
};

test('one answer in many shapes', () =>
  withPeer(async (peer) => {
    await world({ peer }, async ({ client }) => {
      for (const [name, script] of Object.entries(shapes)) {
        peer.on('gpt', script);
        const { document, said } = await ask(client);
        assert.equal(document.text, FIXED, `${name}: ${said()}`);
      }
      const packed = zlib.gzipSync(body);
      const head = `HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`;
      peer.on('gpt', [head, packed]);
      assert.equal((await ask(client)).document.text, FIXED, 'compressed, though not asked for');
      peer.on('gpt', [head, packed.subarray(0, packed.length - 30), { end: true }]);
      assert.equal((await ask(client)).document.text, SOURCE, 'compressed and cut');
    });
  }));

test('a hundred megabytes are not kept, and the editor is answered meanwhile', () =>
  withPeer(async (peer) => {
    const megabyte = chunk(openai.text('x'.repeat(1 << 20)));
    peer.on('gpt', [streamHead(), chunk(openai.start), ...Array(100).fill(megabyte), chunk(openai.end()), lastChunk]);
    peer.on('claude', [streamHead(), ...Array(100).fill(chunk(`: ${'x'.repeat(1 << 20)}\n`)), { end: true }]);
    await world({ peer }, async ({ client }) => {
      for (const model of ['gpt', 'claude']) {
        const question = await ask(client, { model, wait: false });
        const other = await client.open(`file:///w/other-${model}.py`, 'python', SOURCE);
        assert.ok(await client.actions(other, other.where('requests.get')));
        await question.rest(60_000);
        assert.equal(question.document.text, SOURCE);
        assert.ok(question.said().length > 0);
        await until(() => peer.asked.every((entry) => entry.closed), 'the end of the transfer');
      }
      if (fs.existsSync('/proc/self/status') && !/asan|debug/.test(process.env.TRIMTAB ?? 'debug')) {
        const peak = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${client.server.process.pid}/status`, 'utf8'));
        assert.ok(Number(peak[1]) < 200_000, `${peak[1]} KiB`);
      }
    });
  }));

// ---- stopping ----

const stages = {
  queued: { script: [{ hang: true }], until: () => true },
  connecting: { base: async (peer) => `https://127.0.0.1:${await peer.raw(() => {})}`, settings: { timeouts: { connect_ms: 1000 } }, until: (peer) => peer.sockets.size > 0 },
  asking: { script: [{ hang: true }], until: (peer) => peer.asked.length > 0 },
  streaming: { script: [streamHead(), chunk(openai.start), chunk(openai.text(GOOD.slice(0, 80))), { hang: true }], until: (peer, client) => client.received.some((m) => m.method === 'trimtab/status' && m.params.tokens > 0), used: true },
  'backing off': { script: [reply(429, openai.body('rate_limit_error', 'slow'), { 'retry-after': '4' })], until: (peer, client) => peer.asked.length === 1 && client.received.some((m) => m.method === '$/progress' && /trying again/.test(m.params.value.message)) },
};

for (const [stage, how] of Object.entries(stages)) {
  test(`stopped while ${stage}: over at once, and what was used is counted`, () =>
    withPeer(async (peer) => {
      if (how.script) peer.on('gpt', how.script);
      await world({ peer, base: await how.base?.(peer), settings: how.settings }, async ({ client, folder }) => {
        const question = await ask(client, { wait: false });
        await until(() => how.until(peer, client), stage);
        await client.execute('trimtab.cancel', { id: question.id });
        await question.rest();
        if (how.until !== stages.queued.until) {
          await until(() => peer.asked.every((e) => e.closed) || stage === 'backing off', 'the end of the transfer');
          if (stage === 'connecting') await until(() => peer.sockets.size === 0, 'the end of the connection');
        }
        assert.equal(question.document.text, SOURCE);
        assert.deepEqual((await client.execute('trimtab.status')).running, []);
        const file = path.join(folder, 'state', 'receipts.jsonl');
        const text = await until(() => fs.existsSync(file) && fs.readFileSync(file, 'utf8').endsWith('\n') && fs.readFileSync(file, 'utf8'), 'the receipt');
        const receipt = JSON.parse(text.trim().split('\n').at(-1));
        assert.equal(receipt.verdict, 'cancelled');
        assert.equal(receipt.tokens.in > 0, Boolean(how.used), JSON.stringify(receipt.tokens));
        assert.equal(receipt.tokens.out > 0, Boolean(how.used));
        if (how.used) assert.ok(receipt.cost_usd > 0 && receipt.tokens.estimated);
        const asked = peer.asked.length;
        assert.equal((await ask(client, { model: 'claude' })).document.text, how.base ? SOURCE : FIXED, 'the next one works');
        assert.ok(peer.of('gpt').length <= asked, 'and nothing goes on behind it');
      });
    }));
}
