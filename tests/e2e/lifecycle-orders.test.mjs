// lifecycle-orders.test.mjs -- the messages of a server's life in every order, made by a
// generator and judged by a model of the specification (tests/lib/lifecycle-model.mjs).
//
// Most sequences run without a sanitizer, where a process costs a few milliseconds; every
// tenth, and the long walks, run with one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { BARE, Life, URI, ops, orders, walk, words } from '../lib/lifecycle-model.mjs';

const ALL = Object.keys(ops);
const LASTING = ALL.filter((name) => !['initialize', 'shutdown', 'exit'].includes(name));
const fast = process.env.TRIMTAB_RELEASE;

class Session {
  life = new Life();
  sent = []; // ids of our requests, in the order of life.asked

  constructor(program) {
    this.client = new Client({ silent: true, ...(program && { program }) });
  }

  send(op) {
    const { client } = this;
    const { method, params, of } = this.life.step(op);
    if (method === 'initialize') client.initialize().catch(() => {});
    else if (of) this.notify(method, { id: this.sent.at(-1) ?? 4711 });
    else if (ops[op].answer) client.connection.sendRequest(method, ...(params ? [params] : [])).catch(() => {});
    else this.notify(method, params);
    // the library numbers requests as they are sent
    if (ops[op].answer) this.sent.push(this.sent.length);
  }

  notify(method, params) {
    this.written = this.client.notify(method, params).catch(() => {}); // it may have exited
  }

  answers(id) {
    return this.client.received.filter((m) => m.id === id && !('method' in m));
  }

  /** All requests so far have their answer. */
  async settle() {
    for (const id of this.sent) {
      await this.client.message((m) => m.id === id && !('method' in m), `answer to ${this.life.asked[id].op}`);
    }
  }

  async end() {
    const { client, life } = this;
    if (life.phase !== 'ended') {
      await this.settle();
      await this.written;
      client.server.process.stdin.end();
      await client.server.ended();
      return;
    }
    assert.equal(await client.server.ended(), life.code, 'the exit code');
  }

  check() {
    const { client, life } = this;
    // what the library could not send to a process that has gone
    client.problems = client.problems.filter((p) => !/STREAM_DESTROYED|EPIPE|after end|Sending/.test(p.message));
    client.check(); // shapes, and nothing answered twice
    life.asked.forEach(({ op, may }, id) => {
      const [answer, ...more] = this.answers(id);
      // who leaves without `shutdown` waits for nothing
      if (!answer && life.code === 1 && op === 'actions') return;
      assert.ok(answer, `${op} (${id}) was not answered`);
      assert.equal(more.length, 0, `${op} (${id}) was answered twice`);
      const got = answer.error?.code ?? 'result';
      assert.ok(may.includes(got), `${op} (${id}) was answered ${got}, not ${may.join(' or ')}`);
      if (got === 'result') this.#result(life.asked[id], answer.result);
    });
    const others = client.received.filter((m) => !('method' in m) && !this.sent.includes(m.id));
    assert.deepEqual(others, [], 'answers to nothing');
  }

  /** Does the server believe what the model believes? */
  #result({ op, version, text }, result) {
    if (op === 'status') assert.equal(result.documents, version === undefined ? 0 : 1);
    if (op === 'shutdown') assert.equal(result, null);
    for (const { edit } of (op === 'actions' && this.inStep && result) || []) {
      if (!edit) continue;
      assert.equal(text, BARE, 'a rewrite of a text that needs none');
      assert.deepEqual(edit.documentChanges[0].textDocument, { uri: URI, version });
    }
  }
}

async function run(sequence, { program, inStep = false } = {}) {
  const session = new Session(program);
  session.inStep = inStep;
  try {
    for (const op of sequence) {
      session.send(op);
      if (inStep && session.life.phase !== 'ended') await session.settle();
    }
    await session.end();
    session.check();
  } catch (error) {
    const shown = sequence.length < 20 ? sequence.join(', ') : `${sequence.length} messages`;
    error.message += `\nin the sequence: ${shown}`;
    throw error;
  } finally {
    session.client.kill();
  }
}

/** Two processes at a time; every tenth sequence with the sanitizers, or every one if
 * there is no other program. */
async function runAll(sequences, options) {
  const list = [...sequences].filter((_, i) => fast || i % 10 === 0);
  let next = 0;
  const worker = async () => {
    while (next < list.length) {
      const i = next++;
      await run(list[i], { ...options, program: i % 10 ? fast : undefined, inStep: i % 3 === 0 });
    }
  };
  await Promise.all([worker(), worker()]);
  return list.length;
}

for (const first of ALL) {
  test(`any two messages behind ${first}`, async (t) => {
    const sequences = first === 'exit' ? [[first]] : words(ALL, 3, [first]);
    t.diagnostic(`${await runAll(sequences)} sequences`);
  });
}

const SEVEN = ['initialize', 'initialized', 'open', 'actions', 'close', 'shutdown', 'exit'];

for (const first of SEVEN) {
  test(`the seven messages of a life in every order that begins with ${first}`, async (t) => {
    const sequences = orders(SEVEN.filter((name) => name !== first), [first]);
    t.diagnostic(`${await runAll(sequences)} sequences`);
  });
}

// Whatever leaves a phase as it is can come in any order and number within it.
for (const inStep of [true, false]) {
  test(`any three messages within each phase, ${inStep ? 'each awaited' : 'all at once'}`, async () => {
    const within3 = walk(LASTING, 3);
    const refused = walk([...LASTING, 'shutdown'], 2);
    await run(
      [
        ...refused, 'initialize', ...within3, 'initialize', ...within3,
        'shutdown', ...walk([...LASTING, 'shutdown', 'initialize'], 2), 'exit',
      ],
      { inStep },
    );
  });
}
