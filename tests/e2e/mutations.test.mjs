// mutations.test.mjs -- real messages with values taken away or replaced: each
// request gets exactly one answer, nothing crashes, and the server goes on.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { withRaw } from '../lib/raw.mjs';
import { capabilities, pulling } from '../lib/client.mjs';

const folder = new URL('../../protocol/examples/', import.meta.url);
const URI = 'file:///home/ana/shop/orders.py'; // that of the examples
const TEXT = 'import requests\n\n\ndef f(u):\n    try:\n        return requests.get(u)\n    except:\n        pass\n';

function seeded(seed) {
  return (n) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return (seed >>> 8) % n;
  };
}

const place = (a, b) => ({ start: { line: a, character: 0 }, end: { line: b, character: 3 } });
const textDocument = { uri: URI, version: 2 };

const fromServer =
  /^(client\/|workspace\/(applyEdit|configuration|diagnostic\/)|window\/(show|log|workDoneProgress\/create)|\$\/progress|trimtab\/(status|preview)|textDocument\/publish)/;

/** What editors send all day, and the examples of ours. */
const models = [
  { method: 'textDocument/didOpen', params: { textDocument: { uri: URI, languageId: 'python', version: 1, text: TEXT } } },
  { method: 'textDocument/didChange', params: { textDocument, contentChanges: [{ range: place(1, 2), text: 'x😀\n' }] } },
  { method: 'textDocument/didChange', params: { textDocument, contentChanges: [{ text: TEXT }] } },
  { method: 'textDocument/didSave', params: { textDocument, text: TEXT } },
  { method: 'textDocument/didClose', params: { textDocument } },
  { method: 'workspace/didChangeWorkspaceFolders', params: { event: { added: [{ uri: 'file:///x', name: 'x' }], removed: [] } } },
  { method: 'workspace/didChangeWatchedFiles', params: { changes: [{ uri: 'file:///x/.trimtab.json', type: 2 }] } },
  { method: '$/cancelRequest', params: { id: 4 } },
  { method: '$/setTrace', params: { value: 'verbose' } },
  ...readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(new URL(name, folder))))
    .filter((m) => m.method && !/^(initialized?|shutdown|exit)$/.test(m.method)) // these begin and end it
    .filter((m) => !fromServer.test(m.method)),
];

const strange = [
  null, true, 0, -1, 1.5, 1e308, 2 ** 53, '', 'x', '\u0000', '\ud800', 'file:///%', [], {}, [[]], [null],
  { line: 1, character: 1 }, 'all', '../..', 'a'.repeat(5000), [1, 2, 3], { id: {} },
];

/** One value somewhere inside is replaced, taken away or doubled. */
function mutate(value, random) {
  if (value === null || typeof value !== 'object' || random(6) === 0) {
    return strange[random(strange.length)];
  }
  const keys = Object.keys(value);
  if (!keys.length) return strange[random(strange.length)];
  const copy = Array.isArray(value) ? [...value] : { ...value };
  const key = keys[random(keys.length)];
  if (random(5) === 0) {
    if (Array.isArray(copy)) copy.splice(Number(key), 1);
    else delete copy[key];
  } else {
    copy[key] = mutate(copy[key], random);
  }
  return copy;
}

for (const [seed, caps] of [1, 2, 3, 4, 5, 6].map((n) => [n, n % 2 ? pulling : capabilities])) {
  test(`400 damaged messages of a client that says ${caps.name}, seed ${seed}`, () =>
    withRaw(async (raw) => {
      const random = seeded(seed);
      const asked = new Map();
      for (let i = 0; i < 400; i++) {
        const model = models[random(models.length)];
        const params = random(4) === 0 ? model.params : mutate(model.params ?? {}, random);
        const request = 'id' in model;
        if (request) asked.set(`mutant-${i}`, `${model.method} ${JSON.stringify(params)}`);
        raw.json({ method: model.method, params, ...(request && { id: `mutant-${i}` }) });
      }
      await raw.stillWorks();
      await new Promise((done) => setTimeout(done, 2000)); // for what waits for a parse
      const answers = raw.received.filter((m) => !('method' in m)).map((m) => m.id);
      for (const [id, what] of asked) {
        assert.equal(answers.filter((a) => a === id).length, 1, `${id} was not answered once: ${what}`);
      }
    }, caps(['utf-8'])));
}
