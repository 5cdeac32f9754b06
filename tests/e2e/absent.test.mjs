// absent.test.mjs -- every field of every message that a client sends: left out, null, and
// of each wrong type.  A request is answered, once; null means what absent means; and the
// server goes on.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pulling } from '../lib/client.mjs';
import { Raw } from '../lib/raw.mjs';

const examples = new URL('../../protocol/examples/', import.meta.url);
const { methods, commands } = JSON.parse(readFileSync(new URL('../methods.json', examples)));
const URI = 'file:///w/absent.py';
const TEXT = 'import requests\n\n\ndef f(u):\n    try:\n        return requests.get(u)\n    except:\n        pass\n'.repeat(12);
const WRONG = [0, -1, 1.5, 'x', '', true, [], {}, [null], [{}]];

const read = (name) => JSON.parse(readFileSync(new URL(name, examples)));
const names = [...methods.filter((m) => m.from === 'client'), ...commands].flatMap((row) => row.examples);

/** Their names for our document. */
const ours = (value) => JSON.parse(JSON.stringify(value).replaceAll(/"file:\/\/[^"]*\.py"/g, JSON.stringify(URI)));

const messages = names
  .map((name) => ({ name, ...ours(read(name)) }))
  .filter(({ method }) => method && !['initialize', 'initialized', 'shutdown', 'exit'].includes(method));

/** Every place in the params, as a list of keys. */
function places(value, at = []) {
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => [[...at, key], ...places(value[key], [...at, key])]);
}

function changed(params, place, value) {
  const copy = structuredClone(params);
  const parent = place.slice(0, -1).reduce((at, key) => at[key], copy);
  const key = place.at(-1);
  if (value !== undefined) parent[key] = value;
  else if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return copy;
}

async function withDocument(run) {
  const raw = new Raw();
  raw.patience = 60_000; // with sanitizers, and others on the machine
  try {
    await raw.initialize(pulling());
    raw.reopen = () => {
      raw.notify('textDocument/didClose', { textDocument: { uri: URI } });
      raw.notify('textDocument/didOpen', { textDocument: { uri: URI, languageId: 'python', version: 1, text: TEXT } });
    };
    raw.reopen();
    await run(raw);
    await raw.stillWorks();
    await raw.stop();
  } finally {
    raw.kill();
  }
}

/** These give back what the client sent: a foreign diagnostic, an action with nothing to resolve. */
const ECHO = ['textDocument/codeAction', 'codeAction/resolve'];

/** What is alike whenever the same was meant: the kind of answer, not its ids and times. */
const kind = ({ error, result }) =>
  error ? `${error.code} ${error.message.replaceAll(/e[0-9a-f]{8}-\d+/g, 'ID')}` : Array.isArray(result) ? `list of ${result.length}` : typeof result;

/** Many at a time: the answers are collected afterwards. */
async function sendAll(raw, method, list) {
  return Promise.all(list.map((params) => raw.request(method, params)));
}

for (const method of new Set(messages.map((m) => m.method))) {
  const all = messages.filter((m) => m.method === method);
  test(`${method}: each field absent, null, or wrong`, { timeout: 240_000 }, () =>
    withDocument(async (raw) => {
      for (const { params, id } of all) {
        const todo = places(params);
        if (id === undefined) {
          for (const place of todo) {
            for (const value of [undefined, null, ...WRONG]) raw.notify(method, changed(params, place, value));
          }
          raw.notify(method, params);
          raw.reopen();
          await raw.stillWorks();
          continue;
        }
        const without = await sendAll(raw, method, todo.map((place) => changed(params, place, undefined)));
        const nulls = await sendAll(raw, method, todo.map((place) => changed(params, place, null)));
        if (ECHO.includes(method)) raw.problems.length = 0;
        todo.forEach((place, i) => {
          // a hole in a list is not a shorter list
          if (place.some((key) => /^\d+$/.test(key)) && /^\d+$/.test(place.at(-1))) return;
          assert.equal(kind(nulls[i]), kind(without[i]), `${params.command ?? method} ${place.join('.')}`);
        });
        for (const value of WRONG) {
          for (const answer of await sendAll(raw, method, todo.map((place) => changed(params, place, value)))) {
            if (ECHO.includes(method)) raw.problems.length = 0;
            if (answer.error) assert.ok(answer.error.message.length > 10 && answer.error.code !== -32603, JSON.stringify(answer));
          }
        }
      }
    }));
}

test('initialize: each field null or wrong, and the session works', { timeout: 240_000 }, async () => {
  const { params } = read('initialize.json');
  params.processId = null;
  params.capabilities = pulling();
  for (const place of places(params).filter((p) => p.length <= 2)) {
    const raw = new Raw();
    try {
      const value = [null, 7, 'x', []][place.join('').length % 4];
      const { result } = await raw.request('initialize', changed(params, place, value));
      assert.ok(result.capabilities, place.join('.'));
      raw.notify('initialized', value);
      await raw.stillWorks();
      await raw.stop();
    } finally {
      raw.kill();
    }
  }
});
