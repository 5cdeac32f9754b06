// cancel.test.mjs -- every request that takes time, cancelled at every stage of its life:
// one answer, nothing applied behind it, the transfer ended, no progress left open, and
// nothing charged but what was received.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, pulling } from '../lib/client.mjs';
import { block, sleep, until } from '../lib/model.mjs';
import { Peer, chunk, openai, streamHead, whole } from '../lib/peer.mjs';

const OLD = '    return requests.get(url)\n';
const NEW = '    return requests.get(url, timeout=10)\n';
const SOURCE = `import requests\n\n\ndef fetch(url):\n${OLD}`;
const GOOD = block(OLD, NEW);
/** Long enough that its parse, and the check of an edit, take a moment. */
const LONG = SOURCE + Array.from({ length: 2000 }, (_, i) => `\n\ndef f${i}(a, b):\n    return [a * ${i}, {"k": b}]\n`).join('');
const CANCELLED = -32800;

class World {
  async start({ base, settings = {}, print } = {}) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-cancel-'));
    this.peer = new Peer();
    const url = base ? await base(this.peer) : await this.peer.plain();
    if (print) fs.writeFileSync(path.join(this.folder, 'print'), print, { mode: 0o700 });
    const key = print ? { api_key_command: [path.join(this.folder, 'print')] } : {};
    const model = (name) => ({ provider: 'openai', family: name === 'a' ? 'claude' : 'gpt', model: name === 'a' ? 'gpt-4o' : 'gpt-4o-mini', base_url: `${url}/c/m/v1`, ...key });
    this.client = new Client({
      capabilities: pulling(),
      env: { TRIMTAB_STATE_DIR: path.join(this.folder, 'state'), TRIMTAB_CONFIG_DIR: path.join(this.folder, 'none'), OPENAI_API_KEY: 'sk-x', ANTHROPIC_API_KEY: 'sk-ant-x' },
      initializationOptions: { delivery: 'resolve', models: { claude: model('a'), gpt: model('b') }, ...settings },
    });
    this.count = 0;
    await this.client.initialize();
    return this;
  }

  async end() {
    await this.client.stop();
    const { received } = this.client;
    const tokens = (kind) => received.filter((m) => m.method === '$/progress' && m.params.value.kind === kind).map((m) => String(m.params.token)).toSorted();
    assert.deepEqual(tokens('end'), tokens('begin'), 'each progress that began has one end');
  }

  async stop() {
    this.client.kill();
    await this.peer.stop();
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  open(text = SOURCE) {
    return this.client.open(`file:///w/c${++this.count}.py`, 'python', text);
  }

  /** A document in which an edit was applied. */
  async edited(text) {
    const doc = await this.open(text);
    this.peer.on('m', whole(openai, GOOD));
    const { id } = await this.client.execute('trimtab.edit', this.place(doc));
    await this.rest();
    assert.ok(doc.text.includes('timeout=10'));
    return { doc, id };
  }

  place(doc, needle = 'requests.get') {
    return { uri: doc.uri, range: doc.where(needle), instruction: 'add a timeout' };
  }

  async status() {
    return this.client.execute('trimtab.status', { flush: true });
  }

  async rest() {
    await until(async () => !(await this.status()).running.length, 'the end of all');
  }

  receipts() {
    const file = path.join(this.folder, 'state', 'receipts.jsonl');
    return fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trim().split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
  }

  edits() {
    return this.client.received.filter((m) => m.method === 'workspace/applyEdit').length;
  }

  /** A request that can be cancelled: { outcome, cancel }. */
  ask(method, params) {
    const source = new AbortController();
    const { connection } = this.client;
    const token = { isCancellationRequested: false, onCancellationRequested: (fn) => (source.signal.addEventListener('abort', fn), { dispose() {} }) };
    const outcome = connection.sendRequest(method, params, token).then((result) => ({ result }), (error) => ({ error }));
    return { outcome, cancel: () => source.abort() };
  }

  execute(command, argument) {
    return this.ask('workspace/executeCommand', { command, arguments: [argument] });
  }
}

/** What waits for its answer, and is cancelled as a request. */
const calls = {
  'a proposal': { ask: (w, doc) => w.execute('trimtab.edit', { ...w.place(doc), apply: false }) },
  'a comparison': { ask: (w, doc) => w.execute('trimtab.compare', w.place(doc)) },
  'a resolved action': {
    async ask(w, doc) {
      const all = await w.client.actions(doc, doc.where('requests.get'));
      const action = all.find((a) => a.data?.action && !a.disabled && !a.command);
      assert.ok(action, JSON.stringify(all.map((a) => a.title)));
      return w.ask('codeAction/resolve', action);
    },
  },
  'a refinement': { edited: true, ask: (w, doc) => w.execute('trimtab.refine', { uri: doc.uri, instruction: 'ten seconds are too long', apply: false }) },
  'another try': { edited: true, ask: (w, doc, id) => w.execute('trimtab.retry', { id, model: 'claude', apply: false }) },
};

/** What was accepted, and is cancelled by its id, by its progress, or all at once. */
const jobs = {
  'an edit': { ask: (w, doc) => w.client.execute('trimtab.edit', w.place(doc)) },
  'a refinement that is applied': { edited: true, ask: (w, doc) => w.client.execute('trimtab.refine', { uri: doc.uri, instruction: 'less' }) },
};
const ways = {
  'by its id': (w, { id }) => w.client.execute('trimtab.cancel', { id }),
  'with all others': (w) => w.client.execute('trimtab.cancel'),
  async 'by its progress'(w) {
    const { token } = w.client.received.findLast((m) => m.method === 'window/workDoneProgress/create').params;
    await w.client.notify('window/workDoneProgress/cancel', { token });
  },
};

const stages = {
  'its key is waited for': { start: { print: '#!/bin/sh\nsleep 5\necho sk-late\n' }, late: true },
  'it connects': {
    start: { base: async (peer) => `https://127.0.0.1:${await peer.raw(() => {})}` },
    reached: (w, { sockets }) => w.peer.sockets.size > sockets,
    late: true,
  },
  'the answer is waited for': { script: [{ hang: true }], reached: (w, { asked }) => w.peer.asked.length > asked },
  'the answer streams': {
    script: [streamHead(), chunk(openai.start), chunk(openai.text(GOOD.slice(0, 90))), { hang: true }],
    reached: (w, { from }) => w.client.received.slice(from).some((m) => m.method === 'trimtab/status' && m.params.tokens > 0),
    used: true,
  },
};

/** The stage is one where an edit of before cannot be made: there is no model then. */
const possible = (stage, kind) => !(stage.late && kind.edited);

async function check(w, stage, doc, before, began) {
  await w.rest();
  await until(() => w.peer.asked.every((entry) => entry.closed || !entry.hanging), 'the end of the transfer');
  assert.equal(doc.text, before, 'the document is as it was');
  assert.equal(w.edits(), began.edits, 'no edit was sent');
  for (const receipt of w.receipts().slice(began.receipts)) {
    assert.equal(receipt.verdict, 'cancelled');
    if (stage.used) assert.ok(receipt.tokens.out <= 90, `${receipt.tokens.out} tokens of 90 bytes`);
    else assert.deepEqual([receipt.tokens.in, receipt.tokens.out, receipt.cost_usd ?? 0], [0, 0, 0]);
  }
  const sum = w.receipts().reduce((usd, receipt) => usd + (receipt.cost_usd ?? 0), 0);
  assert.ok(Math.abs((await w.status()).session_usd - sum) < 1e-9, 'what is counted is what the receipts say');
}

const now = (w) => ({ from: w.client.received.length, asked: w.peer.asked.length, sockets: w.peer.sockets.size, edits: w.edits(), receipts: w.receipts().length });

for (const [name, stage] of Object.entries(stages)) {
  test(`cancelled while ${name}`, async () => {
    const w = new World();
    try {
      await w.start(stage.start);
      for (const [what, kind] of Object.entries(calls).filter(([, k]) => possible(stage, k))) {
        const { doc, id } = kind.edited ? await w.edited() : { doc: await w.open() };
        if (stage.script) w.peer.on('m', stage.script);
        await w.status();
        const began = now(w);
        const before = doc.text;
        const { outcome, cancel } = await kind.ask(w, doc, id);
        if (stage.reached) await until(() => stage.reached(w, began), `${what}: ${name}`);
        else await sleep(100);
        cancel();
        const { error, result } = await outcome;
        assert.equal(error?.code, CANCELLED, `${what}: ${JSON.stringify(error ?? result)}`);
        await check(w, stage, doc, before, began);
      }
      for (const kind of Object.values(jobs).filter((k) => possible(stage, k))) {
        for (const way of Object.values(ways)) {
          const { doc } = kind.edited ? await w.edited() : { doc: await w.open() };
          if (stage.script) w.peer.on('m', stage.script);
          await w.status();
          const began = now(w);
          const before = doc.text;
          const job = await kind.ask(w, doc);
          if (stage.reached) await until(() => stage.reached(w, began), name);
          await way(w, job);
          await check(w, stage, doc, before, began);
        }
      }
      await w.end();
    } finally {
      await w.stop();
    }
  });
}

// ---- before anything has begun: while the document is parsed ----

test('cancelled while the document is parsed', async () => {
  const w = await new World().start();
  w.peer.on('m', [{ hang: true }]);
  const kinds = [
    (doc) => w.execute('trimtab.edit', { ...w.place(doc), apply: false }),
    (doc) => w.execute('trimtab.edit', w.place(doc)),
    (doc) => w.execute('trimtab.compare', w.place(doc)),
    (doc) => w.execute('trimtab.explain', { uri: doc.uri, range: doc.where('requests.get') }),
    (doc) => w.execute('trimtab.fix', { uri: doc.uri }),
    (doc) => w.ask('textDocument/diagnostic', { textDocument: { uri: doc.uri } }),
    (doc) => w.ask('textDocument/codeAction', { textDocument: { uri: doc.uri }, range: doc.where('requests.get'), context: { diagnostics: [] } }),
  ];
  try {
    let early = 0;
    for (const ask of kinds) {
      const doc = await w.open(LONG);
      const { outcome, cancel } = ask(doc);
      await Promise.resolve();
      cancel();
      const { error, result } = await outcome;
      if (error) {
        assert.equal(error.code, CANCELLED, error.message);
        early++;
      } else if (result?.id) {
        await w.client.execute('trimtab.cancel', { id: result.id });
      }
      await w.rest();
      assert.equal(doc.text, LONG);
    }
    assert.ok(early >= kinds.length - 2, `only ${early} were early enough: the document is too short`);
    assert.equal(w.edits(), 0);
    assert.equal(w.peer.asked.filter((e) => !e.closed).length, 0);
    await w.end();
  } finally {
    await w.stop();
  }
});

// ---- when the answer is there: in the guard, and later ----

test('cancelled about when the answer is checked: all of it, or nothing', async () => {
  const w = await new World().start();
  const seen = { cancelled: 0, done: 0 };
  try {
    for (const ms of [0, 90, 100, 110, 125, 150, 180, 800]) {
      for (const apply of [false, true]) {
        const doc = await w.open(LONG);
        await w.client.diagnostics(doc);
        const answer = whole(openai, GOOD);
        w.peer.on('m', [...answer.slice(0, -2), { wait: 100 }, ...answer.slice(-2)]);
        const began = now(w);
        const { outcome, cancel } = w.execute('trimtab.edit', { ...w.place(doc), apply });
        await until(() => w.peer.asked.length > began.asked, 'the question');
        await sleep(ms);
        if (apply) await w.client.execute('trimtab.cancel', { id: (await outcome).result.id });
        else cancel();
        const { error, result } = await outcome;
        await w.rest();
        const [receipt] = w.receipts().slice(began.receipts);
        assert.equal(w.receipts().length, began.receipts + 1);
        const cancelled = receipt.verdict === 'cancelled';
        seen[cancelled ? 'cancelled' : 'done']++;
        if (apply) {
          assert.equal(doc.text, cancelled ? LONG : LONG.replace(OLD, NEW), receipt.verdict);
          assert.equal(w.edits() - began.edits, cancelled ? 0 : 1);
        } else {
          assert.equal(Boolean(error), cancelled);
          if (error) assert.equal(error.code, CANCELLED);
          else assert.equal(result.verdict, 'ready');
          assert.equal(doc.text, LONG);
          assert.equal(w.edits(), began.edits);
        }
        await doc.close();
      }
    }
    assert.ok(seen.cancelled && seen.done, JSON.stringify(seen));
    await w.end();
  } finally {
    await w.stop();
  }
});

for (const applied of [true, false]) {
  test(`cancelled while the editor has the edit, which it then ${applied ? 'applies' : 'declines'}`, async () => {
    const w = await new World().start();
    let answer;
    w.client.applyEdit = ({ edit }) => new Promise((done) => (answer = () => done(applied && w.client.apply(edit))));
    try {
      w.peer.on('m', whole(openai, GOOD));
      const doc = await w.open();
      const { id } = await w.client.execute('trimtab.edit', w.place(doc));
      await until(() => answer, 'the edit');
      await w.client.execute('trimtab.cancel', { id });
      answer();
      await w.rest();
      assert.equal(doc.text, applied ? SOURCE.replace(OLD, NEW) : SOURCE);
      assert.equal(w.edits(), 1, 'it is not sent again');
      assert.equal(w.receipts().length, 1);
      await w.end();
    } finally {
      await w.stop();
    }
  });
}

test('cancelled after the end: nothing happens', async () => {
  const w = await new World().start();
  try {
    const { doc, id } = await w.edited();
    const text = doc.text;
    const receipts = w.receipts();
    const from = w.client.received.length;
    await w.client.execute('trimtab.cancel', { id });
    await w.client.execute('trimtab.cancel');
    const { token } = w.client.received.find((m) => m.method === 'window/workDoneProgress/create').params;
    await w.client.notify('window/workDoneProgress/cancel', { token });
    await w.client.notify('$/cancelRequest', { id: 0 });
    await w.status();
    assert.equal(doc.text, text);
    assert.deepEqual(w.receipts(), receipts);
    assert.ok(!w.client.received.slice(from).some((m) => ['$/progress', 'workspace/applyEdit', 'window/showMessage'].includes(m.method)));
    await w.end();
  } finally {
    await w.stop();
  }
});
