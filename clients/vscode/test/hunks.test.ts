// hunks.test.ts -- a proposal applied for showing, and moved over what is typed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Change,
  applyHunks,
  hunkTitle,
  lineStarts,
  linesAfter,
  moveHunks,
} from '../src/hunks';
import type { Hunk, Range } from '../src/protocol';

const range = (l1: number, c1: number, l2: number, c2: number): Range => ({
  start: { line: l1, character: c1 },
  end: { line: l2, character: c2 },
});
const hunk = (id: string, where: Range, newText: string): Hunk => ({ id, range: where, newText });

void test('lines begin after LF, CRLF and CR', () => {
  assert.deepEqual(lineStarts('a\nb\r\nc\rd'), [0, 2, 5, 7]);
  assert.deepEqual(lineStarts(''), [0]);
  assert.deepEqual(lineStarts('\n'), [0, 1]);
});

void test('hunks are applied in any order, in UTF-16 columns', () => {
  const text = 'let a = "💳";\nlet b;\n';
  const hunks = [hunk('2', range(1, 4, 1, 5), 'c'), hunk('1', range(0, 11, 0, 11), '!')];
  assert.equal(applyHunks(text, hunks), 'let a = "💳!";\nlet c;\n');
  assert.equal(applyHunks(text, []), text);
});

void test('a position past the end of its line or text stays inside', () => {
  assert.equal(applyHunks('a\nb', [hunk('1', range(0, 99, 0, 99), 'X')]), 'a\nXb');
  assert.equal(applyHunks('a\nb', [hunk('1', range(9, 0, 9, 0), 'X')]), 'a\nbX');
});

void test('typing in front moves a hunk, typing behind does not, typing into it takes it out', () => {
  const one = hunk('1', range(2, 4, 2, 8), 'new');
  const move = (...changes: Change[]) => moveHunks([one], changes);
  assert.deepEqual(move({ range: range(5, 0, 5, 1), text: 'x\ny' }).hunks, [one]);
  assert.deepEqual(
    move({ range: range(0, 0, 0, 0), text: 'a\nb\n' }).hunks[0]?.range,
    range(4, 4, 4, 8),
  );
  assert.deepEqual(move({ range: range(2, 0, 2, 2), text: '' }).hunks[0]?.range, range(2, 2, 2, 6));
  assert.deepEqual(
    move({ range: range(1, 0, 2, 1), text: 'zz' }).hunks[0]?.range,
    range(1, 5, 1, 9),
  );
  assert.deepEqual(move({ range: range(2, 5, 2, 6), text: 'x' }), { hunks: [], lost: 1 });
  assert.deepEqual(
    move({ range: range(2, 8, 2, 8), text: 'x' }),
    { hunks: [], lost: 1 },
    'at its edge',
  );
});

void test('moved hunks give the text that both edits give', () => {
  // Seeded: any change that leaves the hunk alone commutes with it.
  let seed = 7;
  const random = (n: number) => (seed = (seed * 48271) % 2147483647) % n;
  const lines = Array.from({ length: 8 }, (_, i) => `line ${i} of it`);
  const text = lines.join('\n');
  let moved = 0;
  for (let i = 0; i < 3000; i++) {
    const target = hunk('1', range(4, 2, 4, 6), 'NEW');
    const l1 = random(8);
    const l2 = Math.min(7, l1 + random(2));
    const c1 = random(10);
    const c2 = l1 === l2 ? c1 + random(4) : random(10);
    const change = { range: range(l1, c1, l2, c2), text: ['', 'x', 'a\nb', '\n'][random(4)]! };
    const { hunks } = moveHunks([target], [change]);
    const typed = applyHunks(text, [hunk('t', change.range, change.text)]);
    if (!hunks.length) continue;
    moved++;
    const both = applyHunks(text, [target, hunk('t', change.range, change.text)]);
    assert.equal(applyHunks(typed, hunks), both, JSON.stringify(change));
  }
  assert.ok(moved > 1500, `${moved} moved`);
});

void test('changes that the editor reports together are all of the text before', () => {
  const one = hunk('1', range(4, 0, 4, 1), 'x');
  const changes = [
    { range: range(1, 0, 1, 0), text: 'a\n' },
    { range: range(3, 0, 3, 0), text: 'b\n' },
  ];
  assert.deepEqual(moveHunks([one], changes).hunks[0]?.range, range(6, 0, 6, 1));
  assert.deepEqual(moveHunks([one], changes.reverse()).hunks[0]?.range, range(6, 0, 6, 1));
});

void test('where each hunk stands once all are applied', () => {
  const hunks = [
    hunk('b', range(5, 0, 6, 0), ''),
    hunk('a', range(1, 0, 1, 0), 'x\ny\n'),
    hunk('c', range(9, 2, 9, 4), 'z'),
  ];
  assert.deepEqual(linesAfter(hunks), [
    { id: 'a', first: 1, last: 2 },
    { id: 'b', first: 7, last: 7 },
    { id: 'c', first: 10, last: 10 },
  ]);
});

void test('titles say the line, what is new, and what is noise', () => {
  assert.equal(hunkTitle(hunk('1', range(6, 0, 6, 1), '  return x\n')), 'Line 7: return x');
  const labelled = { ...hunk('1', range(4, 0, 5, 0), '  x = 1\n'), label: 'line 5: changed' };
  assert.equal(hunkTitle(labelled), 'Line 5: x = 1');
  assert.equal(hunkTitle(hunk('1', range(0, 0, 1, 0), '')), 'Line 1: deletes code');
  assert.equal(
    hunkTitle({ ...hunk('1', range(0, 0, 1, 0), 'x'), label: 'Add import', noise: true }),
    'Line 1: Add import (only layout, comments or names)',
  );
});
