// examples.test.mjs -- the messages of protocol/examples/ that a server sends have
// the shapes that all other tests demand of it; methods.json names each of them.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { checkMessage } from '../lib/shapes.mjs';

const folder = new URL('../../protocol/', import.meta.url);
const methods = JSON.parse(readFileSync(new URL('methods.json', folder)));
const read = (name) => JSON.parse(readFileSync(new URL(`examples/${name}`, folder)));
const rows = [...methods.methods, ...methods.commands.map((c) => ({ from: 'client', ...c }))];

test('each example is named by one row, and each row has files that exist', () => {
  const named = rows.flatMap((row) => row.examples ?? []);
  assert.deepEqual(named.toSorted(), readdirSync(new URL('examples/', folder)).toSorted());
});

test('what a server sends has the right shape', () => {
  for (const row of rows) {
    for (const name of row.examples ?? []) {
      const message = read(name);
      const isAnswer = !('method' in message);
      if (isAnswer !== (row.from === 'client')) continue; // a client sends this one
      try {
        checkMessage(message, row.method);
      } catch (error) {
        assert.fail(`${name}: ${error.message}`);
      }
    }
  }
});

test('each example is of the method or command of its row', () => {
  for (const row of rows) {
    for (const name of row.examples ?? []) {
      const { method, params } = read(name);
      if (!method) continue;
      assert.equal(row.command ? params.command : method, row.command ?? row.method, name);
    }
  }
});
