// redaction.test.mjs -- secrets in code never leave this machine: they go as placeholders on
// their line and come back as themselves; an answer that alters, drops or moves one is refused.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { configure, workspace } from '../lib/cli-server.mjs';
import { Client } from '../lib/client.mjs';
import { until } from '../lib/model.mjs';
import { Peer, anthropic, chunk, lastChunk, openai, streamHead, whole } from '../lib/peer.mjs';

// in two pieces each, so that no scanner takes this file for a leak
const SECRETS = {
  aws: 'AKIA' + 'Z7Q3X9TRIMTABE2E',
  db: 'tr0ub4dor' + '-and-3',
  token: 'ghp_' + 'abcdefghijklmnopqrstuvwxyz0123456789',
  password: 'correct-horse' + '-battery-9',
  pem: 'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj' + 'AgEAAoIBAQDexample',
};
const SOURCE = [
  'import requests',
  '',
  `AWS_KEY = "${SECRETS.aws}"`,
  `DB = "postgres://app:${SECRETS.db}@db/orders"`,
  'KEY = """-----BEGIN PRIVATE ' + 'KEY-----',
  SECRETS.pem,
  '-----END PRIVATE KEY-----"""',
  '',
  '',
  'def fetch(url):',
  `    token = "${SECRETS.token}"`,
  `    return requests.get(url, auth=("me", token), password="${SECRETS.password}")`,
  '',
].join('\n');

const block = (old, fresh) => `So it ends.\n\n\`\`\`python\n<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n\`\`\`\n`;

/** What the model has to read, without the system text. */
function asked(entry) {
  const words = ({ content }) => (typeof content === 'string' ? content : content.map((part) => part.text).join(''));
  return JSON.parse(entry.body).messages.filter(({ role }) => role === 'user').map(words).join('\n');
}

const receiptOf = (folder) => until(() => {
  const file = path.join(folder, 'state/receipts.jsonl');
  const text = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
  return text.endsWith('\n') && JSON.parse(text);
}, 'the receipt', 60_000);

/** `answer(text)` makes the model's answer out of what it was asked. */
async function withServer(answer, run, { wire = openai, settings = {}, folders, tool } = {}) {
  const peer = new Peer();
  const url = await peer.plain();
  peer.on('m', (request) => {
    const said = answer(asked(request));
    if (!tool) return whole(wire, said);
    return [streamHead(), chunk(wire.start + wire.tool(said)), chunk(wire.end('tool_calls')), lastChunk];
  });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-redact-'));
  const client = new Client({
    env: { ANTHROPIC_API_KEY: 'sk-ant-r-1', OPENAI_API_KEY: 'sk-r-2', TRIMTAB_STATE_DIR: path.join(folder, 'state') },
    folders,
    initializationOptions: {
      delivery: 'command',
      models: {
        claude: { provider: 'anthropic', family: 'claude', model: 'claude-sonnet-4-5', base_url: `${url}/c/m` },
        gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `${url}/c/m/v1`, ...(tool && { edit_format: 'tool' }) },
      },
      ...settings,
    },
  });
  try {
    await client.initialize();
    const document = await client.open('file:///w/fetch.py', 'python', SOURCE);
    await client.diagnostics(document);
    await run({ client, document, peer, folder });
    await client.stop();
  } finally {
    client.kill();
    await peer.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

async function edit({ client, document }, more = {}) {
  const { id } = await client.execute('trimtab.edit', {
    uri: document.uri, range: document.where('requests.get'), instruction: 'add a timeout', scope: 'symbol', ...more,
  });
  await until(async () => !(await client.execute('trimtab.status')).running.includes(id), 'the end', 60_000);
}

const shown = (client) => client.received.filter((m) => m.method === 'window/showMessage').map((m) => m.params.message).join('\n');

function noSecretIn(text, where) {
  for (const [name, secret] of Object.entries(SECRETS)) assert.ok(!text.includes(secret), `${name} in ${where}`);
}

const line = (text, has) => {
  const found = text.split('\n').find((l) => l.includes(has));
  assert.ok(found !== undefined, `no line with ${has} in ${text}`);
  return found;
};

for (const [name, wire, model, tool] of [['claude', anthropic, 'claude'], ['gpt', openai, 'gpt'], ['gpt, by a tool call', openai, 'gpt', true]]) {
  test(`there and back again (${name})`, () => {
    let seen;
    const answer = (text) => {
      seen = text;
      const [one, two] = [line(text, 'token = "'), line(text, 'return requests.get')];
      const fresh = two.replace('get(url,', 'get(url, timeout=10,');
      return tool
        ? JSON.stringify({ edits: [{ old_str: `${one}\n${two}`, new_str: `${one}\n${fresh}` }] })
        : block(`${one}\n${two}\n`, `${one}\n${fresh}\n`);
    };
    return withServer(answer, async ({ client, document, peer, folder }) => {
      await edit({ client, document }, { model });
      assert.equal(document.text, SOURCE.replace('get(url,', 'get(url, timeout=10,'), shown(client));
      for (const entry of peer.asked) noSecretIn(entry.body, 'the question');
      // on their own line, each with a placeholder of its own
      const marks = seen.match(/TRIMTAB_SECRET_\d+/g);
      assert.equal(new Set(marks).size, Object.keys(SECRETS).length, seen);
      assert.match(line(seen, 'AWS_KEY'), /^AWS_KEY = "TRIMTAB_SECRET_\d{4}"$/);
      assert.match(line(seen, 'postgres'), /postgres:\/\/app:TRIMTAB_SECRET_\d{4}@db\/orders/);
      assert.equal(seen.slice(seen.indexOf('KEY = """'), seen.indexOf('-----END')).split('\n').length, 3);
      // and the user is told
      const receipt = await receiptOf(folder);
      assert.equal(receipt.redacted, 5);
      noSecretIn(JSON.stringify(receipt), 'the receipt');
      const last = client.received.filter((m) => m.method === '$/progress').map((m) => m.params.value).findLast((v) => v.kind === 'end');
      assert.match(last.message, /5 secrets hidden/);
    }, { wire, tool });
  });
}

const bad = {
  'altered': (text) => {
    const old = line(text, 'token = "');
    return block(`${old}\n`, `${old.replace(/SECRET_\d+/, 'SECRET_0042')}\n`);
  },
  'spelled in another way': (text) => {
    const old = line(text, 'token = "');
    return block(`${old}\n`, `${old.replace('TRIMTAB_SECRET_', 'trimtab_secret_')}\n`);
  },
  'dropped': (text) => block(`${line(text, 'token = "')}\n`, '    token = os.environ["TOKEN"]\n'),
  'moved to another line': (text) => {
    const [one, two] = [line(text, 'token = "'), line(text, 'return requests.get')];
    const [mark] = /TRIMTAB_SECRET_\d+/.exec(one);
    return block(`${one}\n${two}\n`, `    print("${mark}")\n${two}\n`);
  },
  'swapped': (text) => {
    const [one, two] = [line(text, 'token = "'), line(text, 'return requests.get')];
    const [a, b] = [one, two].map((l) => /TRIMTAB_SECRET_\d+/.exec(l)[0]);
    return block(`${one}\n${two}\n`, `${one.replace(a, b)}\n${two.replace(b, a)}\n`);
  },
  'used once more': (text) => {
    const [one, two] = [line(text, 'token = "'), line(text, 'return requests.get')];
    const [mark] = /TRIMTAB_SECRET_\d+/.exec(one);
    return block(`${two}\n`, `    print("${mark}")\n${two}\n`);
  },
  'invented': (text) => block(`${line(text, 'return requests.get')}\n`, `    key = "TRIMTAB_SECRET_0077"\n${line(text, 'return requests.get')}\n`),
};

for (const [name, answer] of Object.entries(bad)) {
  test(`refused: a placeholder that is ${name}`, () =>
    withServer(answer, async ({ client, document, folder }) => {
      await edit({ client, document }, { model: 'gpt' });
      assert.equal(document.text, SOURCE);
      assert.match(shown(client), /secret that was hidden from the model/);
      const receipt = await receiptOf(folder);
      assert.equal(receipt.verdict, 'placeholder');
      // the refused answer is kept as the model wrote it
      for (const file of fs.readdirSync(path.join(folder, 'state'))) noSecretIn(fs.readFileSync(path.join(folder, 'state', file), 'latin1'), file);
    }));
}

test('what a linter, the user or another file repeats is hidden, too', async () => {
  const space = workspace({
    'app/keys.py': `def sign(x):\n    return hmac(x, "${SECRETS.password}")\n`,
    'app/fetch.py': `from app.keys import sign\n\n\ndef fetch(url):\n    password = "${SECRETS.password}"\n    return sign(url)  # ${SECRETS.password} again\n`,
    'AGENTS.md': `Never write ${SECRETS.password} into a log.\n`,
  });
  fs.mkdirSync(space.path('.git'));
  try {
    assert.equal((await space.run(['trust', '.'])).code, 0);
    const run = await space.run(['edit', 'app/fetch.py:5', `use ${SECRETS.password} only once`, '--dry-run']);
    assert.equal(run.code, 0, run.stderr);
    noSecretIn(run.stdout, 'the question');
    assert.match(run.stdout, /return hmac\(x, \\"TRIMTAB_SECRET_0001\\"\)/, 'the other file is shown');
    assert.match(run.stdout, /Never write TRIMTAB_SECRET_0001 into/);
    assert.match(run.stdout, /use TRIMTAB_SECRET_0001 only once/);
    assert.match(run.stdout, /^1 secret in it would be hidden/m);
    const { receipt } = (await space.run(['edit', 'app/fetch.py:5', 'x', '--dry-run', '--json'])).json();
    assert.equal(receipt.redacted, 1);
  } finally {
    space.drop();
  }
});

test('a diagnostic of another server that quotes the secret', () =>
  withServer(() => 'no edit', async ({ client, document, peer }) => {
    const range = document.where('requests.get');
    const message = `B106: possible hardcoded password: '${SECRETS.password}'`;
    const actions = await client.actions(document, range, { diagnostics: [{ range, severity: 1, source: 'bandit', message }] });
    const fix = actions.find((a) => a.kind === 'quickfix.trimtab.diagnostic');
    await client.connection.sendRequest('workspace/executeCommand', fix.command);
    await until(() => peer.asked.length, 'the question');
    assert.match(peer.asked[0].body, /possible hardcoded password: 'TRIMTAB_SECRET_\d+'/);
    for (const entry of peer.asked) noSecretIn(entry.body, 'the question');
  }));

test('switched off, the code goes as it is, by the user\'s own settings alone', async () => {
  const space = workspace({ 'fetch.py': SOURCE, '.trimtab.json': '{"redact": false}' });
  try {
    const dry = () => space.run(['edit', 'fetch.py:10', 'x', '--dry-run']);
    noSecretIn((await dry()).stdout, 'the question: a project must not decide this');
    configure(space, { redact: false });
    assert.ok((await dry()).stdout.includes(SECRETS.token));
  } finally {
    space.drop();
  }
});
