// cli-model.test.mjs -- `trimtab edit` over real HTTP: both providers, a proxy with a
// password, a certificate authority of our own; and keys that show nowhere.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configure, forwardProxy, makeCertificates, tlsServer, workspace } from '../lib/cli-server.mjs';
import { block, mockModels, plainServer, settings } from '../lib/model.mjs';

const SOURCE = 'import requests\n\n\ndef charge(order):\n    return requests.post(URL, json=order)\n';
const OLD = '    return requests.post(URL, json=order)\n';
const NEW = '    return requests.post(URL, json=order, timeout=10)\n';
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-cli-secret-1', OPENAI_API_KEY: 'sk-cli-secret-2' };
const RULES = [[{ userMessage: /./ }, { content: block(OLD, NEW) }]];

/** A workspace whose settings send every model to a mock. */
async function session({ rules = RULES, models, config = {} }, body) {
  const space = workspace({ 'pay.py': SOURCE });
  const mock = models ?? (await mockModels(...rules));
  configure(space, { ...settings(mock.url), ...config });
  try {
    await body(space, mock);
  } finally {
    await mock.stop();
    space.drop();
  }
}

/** Everything below a folder, as one string. */
function everything(folder) {
  let all = '';
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    all += statSync(path).isDirectory() ? everything(path) : readFileSync(path, 'latin1');
  }
  return all;
}

for (const model of ['claude', 'gpt']) {
  test(`edit with ${model}: a diff, the receipt, and --write`, () =>
    session({}, async ({ run, path, folder }, mock) => {
      const args = ['edit', '--model', model, 'pay.py:5', 'add a timeout'];
      const shown = await run(args, { env: KEYS });
      assert.equal(shown.code, 0, shown.stderr);
      assert.match(shown.stdout, /^\+ {4}return requests\.post\(URL, json=order, timeout=10\)$/m);
      assert.match(shown.stderr, /tokens in, \d+ out/);
      assert.equal(readFileSync(path('pay.py'), 'utf8'), SOURCE);

      const written = await run([...args, '--write', '--json'], { env: KEYS });
      assert.equal(written.code, 0, written.stderr);
      const receipt = written.json();
      assert.equal(receipt.verdict, 'ready');
      assert.equal(receipt.edits.length, 1);
      assert.equal(typeof receipt.tokens.in, 'number');
      assert.equal(readFileSync(path('pay.py'), 'utf8'), SOURCE.replace(OLD, NEW));
      assert.equal(mock.requests().length, 2);

      const log = (await run(['log', '--json'])).json();
      assert.equal(new Set(log.map((receipt) => receipt.id)).size, 2);
      assert.match((await run(['log'])).stdout, /ready[^]*\n    sent: .*\w+\.py \d+,.* tokens\n/);
      const said = shown.stdout + shown.stderr + written.stdout + written.stderr + everything(folder);
      for (const key of Object.values(KEYS)) assert.ok(!said.includes(key));
    }));
}

test('edit: the key is not on the command line of the process, nor readable in /proc by others', () =>
  session({}, async ({ run }) => {
    let cmdline = '';
    const { code } = await run(['edit', 'pay.py:5', 'add a timeout'], {
      env: KEYS,
      onStart: (child) => (cmdline = readFileSync(`/proc/${child.pid}/cmdline`, 'latin1')),
    });
    assert.equal(code, 0);
    assert.ok(!/secret/.test(cmdline));
  }));

test('edit: a refused answer is shown with its reason and kept', () =>
  session({ rules: [[{ userMessage: /./ }, { content: block('    no such line\n', '    x\n') }]] }, async ({ run, path }) => {
    const { code, stderr } = await run(['edit', 'pay.py:5', 'add a timeout'], { env: KEYS });
    assert.equal(code, 1);
    assert.match(stderr, /refers to text that the file does not have/);
    assert.equal(readFileSync(path('pay.py'), 'utf8'), SOURCE);
    const [, id] = /trimtab log --answer (\S+)/.exec(stderr) ?? [];
    const answer = await run(['log', '--answer', id]);
    assert.equal(answer.code, 0, answer.stderr);
    assert.match(answer.stdout, /no such line/);
  }));

test('edit: a wrong key, a server that is not there', async () => {
  const refusing = await plainServer((body, res) => {
    res.writeHead(401, { 'content-type': 'application/json' });
    res.end('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
  });
  await session({ models: refusing }, async ({ run }) => {
    const { code, stderr } = await run(['edit', '--model', 'claude', 'pay.py:5', 'x'], { env: KEYS });
    assert.equal(code, 1);
    assert.match(stderr, /invalid x-api-key|key/);
    assert.doesNotMatch(stderr, /secret/);
  });
  const nobody = { url: 'http://127.0.0.1:1', stop: async () => {} };
  await session({ models: nobody }, async ({ run }) => {
    const { code, stderr } = await run(['edit', 'pay.py:5', 'x'], { env: KEYS });
    assert.equal(code, 1);
    assert.match(stderr, /No connection to http:\/\/127\.0\.0\.1:1/);
  });
});

test('doctor asks each provider once', () =>
  session({}, async ({ run }) => {
    const { json } = await run(['doctor', '--json'], { env: KEYS });
    const providers = json().checks.filter((check) => check.what === 'provider');
    assert.equal(providers.length, 2);
    assert.match(providers.find((p) => p.text.includes('gpt-4o')).text, /answers and has gpt-4o/);
    // the mock lists and knows no such model
    assert.match(providers.find((p) => p.text.includes('claude')).text, /does not know the model claude-sonnet-4-5/);
  }));

// ---- proxies and certificates ---------------------------------------------------------

const HOST = 'models.example.test';

/** A provider behind TLS that only the proxy can reach. */
async function behindProxy(body) {
  const space = workspace({ 'pay.py': SOURCE });
  const certificates = makeCertificates(space.folder, HOST);
  const answer = block(OLD, NEW);
  const server = await tlsServer(certificates, (request, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (delta, finish = null) =>
      res.write(`data: ${JSON.stringify({ id: 'x', object: 'chat.completion.chunk', model: 'gpt-4o',
        choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);
    for (let i = 0; i < answer.length; i += 7) chunk({ content: answer.slice(i, i + 7) });
    chunk({}, 'stop');
    res.end('data: [DONE]\n\n');
  });
  const proxy = await forwardProxy('me', 'pass word', server.port);
  const config = (more) =>
    configure(space, {
      models: { gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `https://${HOST}/v1` } },
      ...more,
    });
  const edit = (env) =>
    space.run(['edit', '--model', 'gpt', 'pay.py:5', 'add a timeout'], { env: { ...KEYS, ...env } });
  try {
    await body({ proxy, certificates, config, edit, url: `http://me:pass%20word@127.0.0.1:${proxy.port}` });
  } finally {
    await proxy.stop();
    await server.stop();
    space.drop();
  }
}

test('through a proxy with a password, trusting an authority of our own', () =>
  behindProxy(async ({ proxy, certificates, config, edit, url }) => {
    config({ proxy: url, ca_file: certificates.ca });
    const none = { SSL_CERT_FILE: '', CURL_CA_BUNDLE: '', NODE_EXTRA_CA_CERTS: '' };
    const bySetting = await edit(none);
    assert.equal(bySetting.code, 0, bySetting.stderr);
    assert.match(bySetting.stdout, /timeout=10/);
    assert.ok(proxy.asked.includes(`CONNECT ${HOST}:443`));

    config({});
    for (const name of ['SSL_CERT_FILE', 'CURL_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS']) {
      const byEnv = await edit({ ...none, HTTPS_PROXY: url, [name]: certificates.ca });
      assert.equal(byEnv.code, 0, `${name}: ${byEnv.stderr}`);
    }
  }));

test('a wrong password at the proxy, an authority nobody knows, a file that is not there', () =>
  behindProxy(async ({ proxy, certificates, config, edit, url }) => {
    config({ proxy: url.replace('pass%20word', 'wrong-password'), ca_file: certificates.ca });
    const denied = await edit({});
    assert.equal(denied.code, 1);
    assert.match(denied.stderr, /proxy asks for a name and a password/);
    assert.doesNotMatch(denied.stderr, /wrong-password/);

    config({ proxy: url });
    const unknown = await edit({ SSL_CERT_FILE: '', CURL_CA_BUNDLE: '', NODE_EXTRA_CA_CERTS: '' });
    assert.equal(unknown.code, 1);
    assert.match(unknown.stderr, /certificate.*ca_file/s);
    assert.doesNotMatch(unknown.stderr, /pass word|pass%20word/);

    config({ proxy: url, ca_file: '/nonexistent.pem' });
    const missing = await edit({ SSL_CERT_FILE: '' });
    assert.equal(missing.code, 1);
    assert.match(missing.stderr, /nonexistent\.pem/);
    assert.ok(proxy.asked.length > 0);
  }));
