// outcomes.test.mjs -- a life: thirty edits are accepted, changed, undone, rejected,
// refused and asked again, over real HTTP; then `trimtab stats` says what was counted
// by hand here, and the next session knows it.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { configure, workspace } from '../lib/cli-server.mjs';
import { Client } from '../lib/client.mjs';
import { block, mockModels, until } from '../lib/model.mjs';
import { cleanEnv, program } from '../lib/server.mjs';

const URI = 'file:///w/service/jobs.py';
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-e2e-outcomes-1', OPENAI_API_KEY: 'sk-e2e-outcomes-2' };
const MODELS = { claude: 'claude-sonnet-4-5', gpt: 'gpt-4o' };
const ACTIONS = 30;

const line = (n) => `    answer_${n} = requests.get(url_${n})\n`;
const fixed = (n) => `    answer_${n} = requests.get(url_${n}, timeout=10)\n`;
const SOURCE =
  'import requests\n' +
  Array.from({ length: ACTIONS }, (_, n) => `\n\ndef job_${n}(url_${n}):\n${line(n)}    return answer_${n}.json()\n`).join('');

const temporary = () => fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-outcomes-'));
const count = (client, method) => client.received.filter((m) => m.method === method).length;
const shown = (client) =>
  client.received.filter((m) => m.method === 'window/showMessage').map((m) => m.params.message);

function settings(mock, more = {}) {
  const all = mock.settings(more);
  all.models.dead = { ...all.models.gpt, provider: 'openai-compatible', model: 'dead', base_url: 'http://127.0.0.1:9/v1' };
  return all;
}

/** What the command line says in this state folder. */
function trimtab(state, ...args) {
  const { stdout, stderr, status } = spawnSync(program, args, {
    encoding: 'utf8',
    env: cleanEnv(state, { TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state }),
  });
  assert.equal(status, 0, stderr);
  return stdout;
}

class Life {
  constructor(client, document) {
    Object.assign(this, { client, document, tally: { claude: {}, gpt: {} }, of: 0 });
  }

  count(name, kind) {
    this.tally[name][kind] = (this.tally[name][kind] ?? 0) + 1;
  }

  edit(n, more) {
    return this.client.execute('trimtab.edit', {
      uri: URI,
      range: this.document.where(`answer_${n} = requests`),
      instruction: `add a timeout and retries to this call, job ${n}!`,
      ...more,
    });
  }

  async accept(n, model) {
    const { id } = await this.edit(n, { model });
    await until(() => this.document.text.includes(fixed(n)), `the edit of job ${n}`);
    await until(() => this.ended(id), `the end of job ${n}`);
    return id;
  }

  /** A request's progress has its id as token. */
  ended() {
    const begun = this.client.received.filter((m) => m.method === '$/progress' && m.params.value.kind === 'begin').length;
    const over = this.client.received.filter((m) => m.method === '$/progress' && m.params.value.kind === 'end').length;
    return begun === over;
  }

  type(old, fresh) {
    const at = this.document.find(old);
    return this.document.type(at, at + old.length, fresh);
  }

  save() {
    return this.client.notify('textDocument/didSave', { textDocument: { uri: URI } });
  }
}

const steps = {
  async keep(life, n, model) {
    await life.accept(n, model);
    await life.save();
    life.count(model, 'kept');
    life.count(model, 'accepted');
  },
  async change(life, n, model) {
    await life.accept(n, model);
    await life.type(`url_${n}, timeout=10`, `url_${n}, connect=10`);
    await life.save();
    life.count(model, 'accepted');
    life.count(model, 'changed');
  },
  async undo(life, n, model) {
    await life.accept(n, model);
    await life.type(fixed(n), line(n));
    life.count(model, 'undone');
  },
  async reject(life, n, model) {
    const { id, hunks } = await life.edit(n, { model, apply: false });
    assert.equal(hunks.length, 1);
    await life.client.execute('trimtab.decide', { id, accept: 'none' });
    assert.ok(life.document.text.includes(line(n)));
    life.count(model, 'rejected');
  },
  async take(life, n, model) {
    const { id } = await life.edit(n, { model, apply: false });
    await life.client.execute('trimtab.decide', { id, accept: 'all' });
    await until(() => life.document.text.includes(fixed(n)), `the edit of job ${n}`);
    await life.save();
    life.count(model, 'kept');
    life.count(model, 'accepted');
  },
  async refuse(life, n, model) {
    const { verdict } = await life.edit(n, { model, apply: false });
    assert.match(verdict, /no_match|unreadable/);
    life.count(model, 'refused');
  },
  async fail(life, n) {
    const error = await life.client.refused('workspace/executeCommand', {
      command: 'trimtab.edit',
      arguments: [{ uri: URI, range: life.document.where(`answer_${n} = requests`), instruction: `add a timeout and retries to this call, job ${n}!`, model: 'dead', apply: false }],
    });
    assert.match(error.message, /127\.0\.0\.1:9|dead/);
  },
  async switch(life, n) {
    const id = await life.accept(n, 'claude');
    await life.type(fixed(n), line(n));
    await life.client.execute('trimtab.retry', { id, model: 'gpt' });
    await until(() => life.document.text.includes(fixed(n)), `the second edit of job ${n}`);
    await life.save();
    life.count('claude', 'rejected');
    life.count('gpt', 'kept');
    life.count('gpt', 'accepted');
  },
};

/** Thirty of them, in a fixed order that mixes them. */
const plan = [
  ...Array(10).fill('keep'), ...Array(5).fill('change'), ...Array(5).fill('undo'), ...Array(4).fill('reject'),
  ...Array(2).fill('take'), ...Array(2).fill('refuse'), 'fail', 'switch',
].map((step, i) => [step, (i * 7) % ACTIONS]).sort((a, b) => a[1] - b[1]);

test('thirty edits, and the statistics say what was counted by hand', { timeout: 300_000 }, async () => {
  const state = temporary();
  const rules = plan.map(([step, n]) => [
    { userMessage: new RegExp(`job ${n}!`) },
    { content: step === 'refuse' ? block('    nothing like this\n', '    at all\n') : block(line(n), fixed(n)) },
  ]);
  const mock = await mockModels([{ userMessage: /does not fit|not found|could not/ }, { content: 'I am sorry.' }], ...rules);
  const env = { ...KEYS, TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state };
  const client = new Client({ env, initializationOptions: settings(mock) });
  try {
    await client.initialize();
    const life = new Life(client, await client.open(URI, 'python', SOURCE));
    assert.equal(plan.length, ACTIONS);
    for (const [i, [step, n]] of plan.entries()) await steps[step](life, n, i % 2 ? 'gpt' : 'claude');
    await until(() => life.ended(), 'the end of all requests');
    await client.stop();

    const stats = JSON.parse(trimtab(state, 'stats', '--json'));
    assert.deepEqual(stats.classes.map((c) => c.class), ['resilience']);
    const [{ models }] = stats.classes;
    for (const [name, hand] of Object.entries(life.tally)) {
      const model = models.find((m) => m.model === MODELS[name]);
      const said = Object.fromEntries(['kept', 'accepted', 'undone', 'rejected', 'refused'].map((k) => [k, model[k]]));
      const counted = { kept: 0, accepted: 0, undone: 0, rejected: 0, refused: 0, ...hand };
      delete counted.changed;
      assert.deepEqual(said, counted, name);
      assert.equal(model.outcomes, said.accepted + said.undone + said.rejected + said.refused, name);
      // Of the 11 bytes that are written, 4 are left after a change: ", =10".
      const survived = (counted.kept + ((hand.changed ?? 0) * 4) / 11) / counted.accepted;
      assert.ok(Math.abs(model.survived - survived) < 0.001, `${name}: ${model.survived} survived, not ${survived}`);
      assert.ok(model.interval[0] < model.mean && model.mean < model.interval[1]);
      assert.ok(model.cost_usd > 0 && model.latency_ms >= 0, JSON.stringify(model));
    }
    // The dead model is there only where something was paid for: nowhere.
    assert.equal(models.find((m) => m.model === 'dead'), undefined);

    // Money: the receipts, added up.
    const receipts = fs.readFileSync(path.join(state, 'receipts.jsonl'), 'utf8').trim().split('\n').map(JSON.parse);
    const byId = new Map(receipts.map((r) => [r.id, r.cost_usd ?? 0]));
    const paid = [...byId.values()].reduce((a, b) => a + b, 0);
    assert.ok(paid > 0 && Math.abs(stats.day_usd - paid) < 1e-9, `${stats.day_usd} against ${paid}`);
    assert.equal(stats.outcomes, models.reduce((sum, m) => sum + m.outcomes, 0));

    // No code and no path in what is kept of outcomes.
    const kept = fs.readFileSync(path.join(state, 'outcomes.db'), 'latin1');
    for (const word of ['requests', 'answer_', 'jobs.py', 'add a timeout', ...Object.values(KEYS)]) {
      assert.ok(!kept.includes(word), `${word} is in the database`);
    }
    await nextSession(env, mock, models);
  } finally {
    client.kill();
    await mock.stop();
    fs.rmSync(state, { recursive: true, force: true });
  }
});

/** What was learned is there in the next session, its money too. */
async function nextSession(env, mock, models) {
  const client = new Client({
    env,
    initializationOptions: mock.settings({ routing: 'learned', budget: { day_usd: 0.0001 } }),
  });
  try {
    await client.initialize();
    const document = await client.open(URI, 'python', SOURCE);
    let explained;
    await until(async () => {
      explained = await client.execute('trimtab.explain', {
        uri: URI, range: document.where('answer_3 = requests'), instruction: 'add a timeout to this call',
      });
      return explained.candidates.some((c) => c.own.n > 0);
    }, 'the outcomes of the session before');
    for (const model of models) {
      const candidate = explained.candidates.find((c) => c.model === model.model);
      assert.ok(candidate.own.n > model.outcomes * 0.8 && candidate.own.n <= model.outcomes, model.model);
      // The budget of the day was spent by the session before.
      assert.match(candidate.why_not, /budget/);
    }
    const error = await client.refused('workspace/executeCommand', {
      command: 'trimtab.edit',
      arguments: [{ uri: URI, range: document.where('answer_3 = requests'), instruction: 'add a timeout' }],
    });
    assert.match(error.message, /budget .* what needs no model goes on/is);
    const actions = await client.actions(document, document.where('answer_3 = requests'));
    assert.ok(Array.isArray(actions), 'what needs no model goes on working');
    await client.stop();
  } finally {
    client.kill();
  }
}

for (const [what, spoil, says] of [
  ['is damaged', (file) => fs.writeFileSync(file, 'this is not a database, whatever its name says. '.repeat(100)), /damaged\. Move it away/],
  ['cannot be written', (file) => fs.mkdirSync(file), /cannot be written\. Make it and its folder writable|could not be used/],
]) {
  test(`a database that ${what} is said once, and edits go on`, async () => {
    const state = temporary();
    const mock = await mockModels([{ userMessage: /./ }, { content: block(line(0), fixed(0)) }]);
    const client = new Client({
      env: { ...KEYS, TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state },
      initializationOptions: settings(mock),
    });
    try {
      spoil(path.join(state, 'outcomes.db'));
      await client.initialize();
      await until(() => shown(client).length, 'the message');
      assert.match(shown(client)[0], says);
      assert.match(shown(client)[0], /Everything else goes on/);
      const document = await client.open(URI, 'python', SOURCE);
      const life = new Life(client, document);
      await life.accept(0, 'claude');
      await life.save();
      await client.stop();
      assert.ok(count(client, 'window/showMessage') <= 2, shown(client).join('\n'));
    } finally {
      client.kill();
      await mock.stop();
      fs.rmSync(state, { recursive: true, force: true });
    }
  });
}

/** Another program keeps the database to itself until `release` is called. */
async function locked(file) {
  const lock = spawn('python3', ['-c', `import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute('BEGIN EXCLUSIVE')
print('locked', flush=True)
sys.stdin.read()`, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await new Promise((done, failed) => {
    lock.stdout.once('data', done);
    lock.once('exit', () => failed(new Error('the database could not be locked')));
  });
  return { release: () => lock.stdin.end(), kill: () => lock.kill() };
}

test('status with flush: what was just said can be read by the command line', async () => {
  const state = temporary();
  const mock = await mockModels([{ userMessage: /./ }, { content: block('nothing like it\n', 'x\n') }]);
  const client = new Client({
    env: { ...KEYS, TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state },
    initializationOptions: settings(mock),
  });
  let lock;
  try {
    await client.initialize();
    const life = new Life(client, await client.open(URI, 'python', SOURCE));
    await client.execute('trimtab.status', { flush: true });
    lock = await locked(path.join(state, 'outcomes.db'));
    const { id, verdict } = await life.edit(1, { apply: false });
    assert.equal(verdict, 'no_match');
    let order = [];
    const flushed = client.execute('trimtab.status', { flush: true }).then(() => order.push('flushed'));
    await client.execute('trimtab.status').then(() => order.push('status'));
    lock.release();
    await flushed;
    assert.deepEqual(order, ['status', 'flushed']);
    const [receipt] = JSON.parse(trimtab(state, 'log', '--json')).filter((r) => r.id === id);
    assert.equal(receipt?.verdict, 'no_match');
    assert.match(trimtab(state, 'log', '--answer', id), /nothing like it/);
    assert.equal(JSON.parse(trimtab(state, 'stats', '--json')).classes.length, 1);
    await client.stop();
  } finally {
    lock?.kill();
    client.kill();
    await mock.stop();
    fs.rmSync(state, { recursive: true, force: true });
  }
});

test('compare on the command line: the price before, both sides blind, and one result', async () => {
  const space = workspace({ 'jobs.py': SOURCE });
  const mock = await mockModels([{ userMessage: /./ }, { content: block(line(3), fixed(3)) }]);
  const at = SOURCE.slice(0, SOURCE.indexOf(line(3))).split('\n').length;
  configure(space, mock.settings());
  try {
    const args = ['compare', `jobs.py:${at}`, 'add a timeout to this call'];
    const unjudged = await space.run(args, { env: KEYS });
    assert.equal(unjudged.code, 0, unjudged.stderr);
    assert.match(unjudged.stderr, /asking two models; both together cost ~\$0\.\d+/);
    assert.match(unjudged.stdout, /^=== A ===$[^]*passes the checks; \d+ tokens in, \d+ out, ~?<?\$[\d.]+, [\d.]+ s$[^]*^=== B ===$/m);
    assert.match(unjudged.stdout, /Not judged/);
    assert.doesNotMatch(unjudged.stdout, /claude|gpt/, 'it is not blind');

    const judged = await space.run([...args, '--pick', 'a'], { env: KEYS });
    assert.equal(judged.code, 0, judged.stderr);
    assert.match(judged.stdout, /A was (claude-sonnet-4-5|gpt-4o), B was (claude-sonnet-4-5|gpt-4o)\./);
    const json = (await space.run([...args, '--pick', 'b', '--json'], { env: KEYS })).json();
    assert.equal(json.winner, 'b');
    assert.deepEqual([json.judged.a.model, json.judged.b.model].sort(), ['claude-sonnet-4-5', 'gpt-4o']);

    const [cls] = (await space.run(['stats', '--json'])).json().classes;
    assert.equal(cls.duels, 2, 'the one that nobody judged is none');
    assert.equal(cls.models.reduce((sum, m) => sum + m.won, 0), 2);
    assert.equal(cls.models.reduce((sum, m) => sum + m.lost, 0), 2);
    const winners = [/A was (\S+),/.exec(judged.stdout)[1], json.judged.b.model];
    for (const m of cls.models) assert.equal(m.won, winners.filter((w) => w === m.model).length, m.model);
  } finally {
    await mock.stop();
    space.drop();
  }
});
