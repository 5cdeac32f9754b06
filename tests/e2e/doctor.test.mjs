// doctor.test.mjs -- `trimtab doctor` in bad worlds: it says what is wrong and the command
// that mends it, and never the value of a key.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { authority } from '../lib/certificates.mjs';
import { configure, workspace } from '../lib/cli-server.mjs';
import { Peer, Proxy, reply } from '../lib/peer.mjs';

const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-doctor-secret-1', OPENAI_API_KEY: 'sk-doctor-secret-2' };
const NO_CA = { SSL_CERT_FILE: '', CURL_CA_BUNDLE: '', NODE_EXTRA_CA_CERTS: '' };
const root = process.getuid?.() === 0;

/** What doctor finds; `worlds` may be prepared by `prepare(space)`. */
async function doctor({ config, files = {}, env = {}, args = [], prepare }, look) {
  const space = workspace(files);
  try {
    if (typeof config === 'string') space.write('.home/config/config.json', config);
    else if (config) configure(space, config);
    await prepare?.(space);
    const run = await space.run(['doctor', '--json', ...args], { env: { ...NO_CA, ...env } });
    const { checks } = run.json();
    const of = (what) => checks.filter((check) => check.what === what);
    const bad = (what) => {
      const found = of(what).filter((check) => check.health === 'bad');
      assert.equal(found.length, 1, JSON.stringify(checks, null, 1));
      assert.ok(found[0].mend, `no way to mend it: ${JSON.stringify(found[0])}`);
      assert.equal(run.code, 1);
      return found[0];
    };
    for (const key of [...Object.values(KEYS), 'proxy-secret-3']) assert.ok(!(run.stdout + run.stderr).includes(key), 'a key was shown');
    await look({ of, bad, code: run.code, space, checks });
  } finally {
    space.drop();
  }
}

const offline = (world, look) => doctor({ ...world, args: ['--offline'] }, look);

// ---- on this machine ----

test('settings: an unknown key, a wrong type, a file that is no JSON, a project that asks too much', async () => {
  await offline({ config: '{\n  // mine\n  "modles": {}\n}' }, ({ bad }) => assert.match(bad('settings').text, /config\.json:3:3: .*"modles".*did you mean "models"/));
  await offline({ config: '{ "trial": "yes" }' }, ({ bad }) => assert.match(bad('settings').text, /config\.json:1:12: .*true or false/));
  await offline({ config: '{ "trial": ' }, ({ bad }) => assert.match(bad('settings').text, /config\.json:1:\d+/));
  await offline({ files: { '.trimtab.json': '{"proxy": "http://thief"}' } }, ({ bad }) => assert.match(bad('settings').text, /\.trimtab\.json:1:2.*may not set this/));
});

test("a project's own rules: not used before its folder is trusted", async () => {
  const files = { 'AGENTS.md': 'Be brief.\n', '.trimtab.json': '{}' };
  await offline({ files }, ({ of, code, space }) => {
    assert.equal(code, 0);
    assert.deepEqual(of('project').map((row) => row.health), ['note']);
    assert.match(of('project')[0].text, /AGENTS\.md does not count: its folder is not trusted/);
    assert.ok(of('project')[0].mend.startsWith(`trimtab trust ${fs.realpathSync(space.folder)}`));
  });
  await offline({ files, prepare: (space) => space.run(['trust', '.']) }, ({ of }) =>
    assert.deepEqual(of('project').map((row) => row.health), ['ok']));
  await offline({}, ({ of }) => assert.deepEqual(of('project'), []));
});

test('keys: none, in a file that others can read, by a command that fails', async () => {
  await offline({}, ({ of, code }) => {
    assert.equal(code, 0, 'nobody needs all of them');
    assert.deepEqual(of('key').map((key) => [key.health, key.mend.slice(0, 24)]), [['note', 'export ANTHROPIC_API_KEY'], ['note', 'export OPENAI_API_KEY=..']]);
  });
  await offline({ env: KEYS }, ({ of }) => {
    assert.deepEqual(of('key').map((key) => [key.health, key.mend]), [['ok', undefined], ['ok', undefined]]);
    assert.match(of('key')[0].text, /claude has one, from the variable ANTHROPIC_API_KEY/);
  });
  const models = (key) => ({ models: { claude: { model: 'claude-sonnet-5', ...key } } });
  const keyFile = (mode) => (space) => {
    space.write('key', KEYS.ANTHROPIC_API_KEY);
    fs.chmodSync(space.path('key'), mode);
    configure(space, models({ api_key_file: space.path('key') }));
  };
  await offline({ prepare: keyFile(0o644) }, ({ bad, space }) => {
    assert.match(bad('key').text, /can be read by others/);
    assert.ok(bad('key').mend.startsWith(`chmod 600 ${space.path('key')}`));
  });
  await offline({ prepare: keyFile(0o600) }, ({ of }) => assert.match(of('key').find((key) => key.health === 'ok').text, /claude has one, from the file/));
  await offline({ config: models({ api_key_file: '/no/such/key' }) }, ({ bad }) => assert.match(bad('key').text, /cannot be read: No such file/));
  await offline({ config: models({ api_key_command: ['false', '--vault'] }) }, ({ bad }) => {
    assert.match(bad('key').text, /"false".*failed with code 1/);
    assert.match(bad('key').mend, /^false --vault/);
  });
  await offline({ config: models({ api_key_command: ['no-such-program-of-anybody'] }) }, ({ bad }) => assert.match(bad('key').text, /cannot be run/));
});

test('the database: damaged, and in a place that cannot be written', async () => {
  await offline({ files: { '.home/state/outcomes.db': 'this is no database, and it is long enough to be seen as such\n'.repeat(40) } }, ({ bad }) => {
    assert.match(bad('database').text, /is damaged/);
    assert.match(bad('database').mend, /^mv .*outcomes\.db .*outcomes\.db\.old/);
  });
  await offline({ files: { 'file': 'not a folder' }, env: { TRIMTAB_STATE_DIR: '/proc/no/such' } }, ({ bad }) => {
    assert.match(bad('database').text, /cannot be written/);
    assert.match(bad('database').mend, /^mkdir -p \/proc\/no\/such/);
  });
});

test('a state folder without permission', { skip: root ? 'root may write anywhere' : false }, () =>
  offline({ prepare: (space) => fs.mkdirSync(space.path('.home/state'), { mode: 0o500, recursive: true }) }, ({ bad }) => assert.match(bad('database').mend, /chmod u\+rwx/)));

test('certificates: a file that is missing, and one that holds none', async () => {
  await offline({ config: { ca_file: '/no/such/ca.pem' } }, ({ bad }) => {
    assert.match(bad('certificates').text, /ca_file names \/no\/such\/ca\.pem, which cannot be read/);
    assert.match(bad('certificates').mend, /correct ca_file in config\.json/);
  });
  await offline({ files: { 'ca.pem': 'nothing of the kind' }, prepare: (space) => configure(space, { ca_file: space.path('ca.pem') }) }, ({ bad }) => assert.match(bad('certificates').text, /holds no certificate/));
  await offline({ env: { CURL_CA_BUNDLE: '/no/such/bundle.pem' } }, ({ bad }) => assert.match(bad('certificates').mend, /^unset CURL_CA_BUNDLE/));
});

test('no HOME and no folders', () =>
  offline({ env: { HOME: '', TRIMTAB_CONFIG_DIR: '', TRIMTAB_STATE_DIR: '', XDG_CONFIG_HOME: '', XDG_STATE_HOME: '' } }, ({ bad }) => {
    assert.match(bad('settings').mend, /^export HOME=/);
    assert.match(bad('database').mend, /^export HOME=/);
  }));

test('grammars, rules and libcurl are looked at', () =>
  offline({}, ({ of }) => {
    const [all] = of('grammars');
    assert.match(all.text, /^(\d+) of \1 languages$/);
    assert.match(of('rules')[0].text, /^\d+ rules$/);
    assert.match(of('network')[0].text, /^libcurl\//);
  }));

// ---- on the network ----

/** Settings with one model at `base`; the other is where nobody is asked for. */
const at = (base, more = {}) => ({
  models: {
    claude: { model: 'claude-sonnet-5', base_url: base, ...more },
    gpt: { model: 'gpt-4o', enabled: false },
  },
});

const list = (...ids) => reply(200, { object: 'list', data: ids.map((id) => ({ id, object: 'model' })) });

/** A provider that answers with `script`; a function gets the request. */
async function provider(script, world, look) {
  const peer = new Peer();
  const url = await peer.plain();
  peer.on('p', script);
  try {
    await doctor({ env: KEYS, config: at(`${url}/c/p`), ...world }, (seen) => look({ ...seen, peer, url }));
  } finally {
    await peer.stop();
  }
}

const now = (shift = 0) => ({ date: new Date(Date.now() + shift * 1000).toUTCString() });

test('a provider that answers and has the model; --offline asks nobody', async () => {
  await provider([list('claude-opus-5', 'claude-sonnet-5')], {}, ({ of, code, peer }) => {
    assert.equal(code, 0);
    assert.match(of('provider')[0].text, /answers and has claude-sonnet-5/);
    assert.equal(peer.asked.length, 1);
    assert.equal(peer.asked[0].headers['x-api-key'], KEYS.ANTHROPIC_API_KEY);
    assert.equal(peer.asked[0].path, '/c/p/v1/models');
  });
  await provider([list('x')], { args: ['--offline'] }, ({ of, peer }) => {
    assert.equal(of('provider').length, 0);
    assert.equal(peer.asked.length, 0);
  });
});

test('a model that the provider does not have, and one that it only does not list', async () => {
  const one = (status) => ({ path: asked }) => (asked.endsWith('/models') ? [list('claude-opus-5', 'claude-sonnet-4')] : [reply(status, status === 200 ? { id: 'claude-sonnet-5' } : { type: 'error', error: { type: 'not_found_error', message: 'model: claude-sonnet-5' } })]);
  await provider(one(404), {}, ({ bad, peer }) => {
    assert.match(bad('provider').text, /does not know the model claude-sonnet-5/);
    assert.match(bad('provider').mend, /models\.claude\.model in config\.json to "claude-sonnet-4"/);
    assert.deepEqual(peer.asked.map((entry) => entry.path), ['/c/p/v1/models', '/c/p/v1/models/claude-sonnet-5']);
  });
  await provider(one(200), {}, ({ of, code }) => {
    assert.match(of('provider')[0].text, /answers and knows claude-sonnet-5/);
    assert.equal(code, 0);
  });
  const local = (url) => at(`${url}/c/p`, { provider: 'openai-compatible', family: 'other', model: 'qwen2.5-coder:32b' });
  const onlyAList = ({ path: asked }) => (asked.endsWith('/models') ? [list('qwen2.5-coder:14b')] : [reply(404, 'not found')]);
  await provider(onlyAList, {}, async ({ url }) =>
    doctor({ config: local(url) }, ({ of }) => {
      assert.equal(of('provider')[0].health, 'note');
      assert.match(of('provider')[0].mend, /"qwen2\.5-coder:14b"/);
    }));
});

test('a clock that is wrong, and one that is right', async () => {
  await provider([reply(200, { data: [{ id: 'claude-sonnet-5' }] }, now(7200))], {}, ({ bad }) => {
    assert.match(bad('clock').text, /clock is 7\d\d\d s behind the provider's/);
    assert.match(bad('clock').mend, /timedatectl/);
  });
  await provider([reply(200, { data: [{ id: 'claude-sonnet-5' }] }, now())], {}, ({ of }) => assert.equal(of('clock')[0].health, 'ok'));
});

test('a key that is refused, an address that is no API', async () => {
  await provider([reply(401, { type: 'error', error: { type: 'authentication_error', message: `invalid x-api-key ${KEYS.ANTHROPIC_API_KEY}` } })], {}, ({ bad }) => {
    assert.match(bad('provider').text, /refuses the key of claude \(401\)/);
  });
  await provider([reply(401, {})], { env: {} }, ({ of, code }) => {
    assert.match(of('provider')[0].text, /can be reached \(and asks for a key\)/);
    assert.equal(code, 0);
  });
  await provider([reply(404, 'no such page')], {}, ({ of }) => {
    assert.equal(of('provider')[0].health, 'note');
    assert.match(of('provider')[0].mend, /correct models\.claude\.base_url/);
  });
});

test('nobody there, no such host, silence, an answer that is cut', async () => {
  const peer = new Peer();
  try {
    await doctor({ config: at(`http://127.0.0.1:${await peer.closedPort()}`) }, ({ bad }) => {
      assert.match(bad('provider').text, /No connection/);
      assert.match(bad('provider').mend, /start that server/);
    });
    await doctor({ config: at('https://no-such-host.invalid') }, ({ bad }) => {
      assert.match(bad('provider').text, /no host "no-such-host\.invalid"/);
      assert.match(bad('provider').mend, /^curl -I https:\/\/no-such-host\.invalid/);
    });
    const port = await peer.raw((socket) => socket.once('data', () => socket.destroy()));
    await doctor({ config: at(`http://127.0.0.1:${port}`) }, ({ bad }) => assert.ok(bad('provider').text));
  } finally {
    await peer.stop();
  }
});

test('a certificate that nobody knows; a proxy that refuses, and one that is not there', async () => {
  const peer = new Peer();
  const ca = authority();
  const { url } = await peer.secure(ca.issue(['127.0.0.1']));
  peer.on('p', [list('claude-sonnet-5')]);
  const proxy = await new Proxy(() => peer.port, { login: 'me:right' }).start();
  try {
    await doctor({ config: at(`${url}/c/p`), env: KEYS }, ({ bad }) => {
      assert.match(bad('provider').text, /certificate/);
      assert.match(bad('provider').mend, /set ca_file in config\.json/);
    });
    await doctor({ prepare: (space) => {
      space.write('ca.pem', ca.pem);
      configure(space, { ...at(`${url}/c/p`), ca_file: space.path('ca.pem') });
    }, env: KEYS }, ({ of, code }) => {
      assert.equal(code, 0);
      assert.match(of('provider')[0].text, /answers and has/);
    });
    const through = (address) => ({ ...at('https://models.invalid'), proxy: address });
    await doctor({ config: through(`http://me:proxy-secret-3@${proxy.host}`) }, ({ bad, of }) => {
      assert.match(bad('provider').text, /proxy/i);
      assert.match(bad('provider').mend, /correct "proxy"/);
      assert.match(of('proxy')[0].text, new RegExp(`^http://${proxy.host}`));
    });
    await doctor({ config: through(`http://127.0.0.1:${await peer.closedPort()}`) }, ({ bad }) => assert.match(bad('provider').mend, /proxy/));
  } finally {
    await Promise.all([peer.stop(), proxy.stop()]);
  }
});
