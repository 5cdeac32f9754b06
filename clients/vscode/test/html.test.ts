// html.test.ts -- the pages of the webviews: what they show, and what they never hold.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines, duelPage, page, statisticsPage } from '../src/html';
import type { Proposal } from '../src/protocol';

const TEXT = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\n';
const proposal = (id: string, ...hunks: [number, number, string][]): Proposal => ({
  id,
  uri: 'file:///a.py',
  verdict: 'ready',
  hunks: hunks.map(([from, to, newText], i) => ({
    id: `${i}`,
    range: { start: { line: from, character: 0 }, end: { line: to, character: 0 } },
    newText,
  })),
  receipt: {
    name: 'claude',
    model: 'claude-secret-name',
    tokens: { in: 9, out: 7 },
    cost_usd: 0.02,
    ms: 1500,
  },
});
const drawn = (p: Proposal, around = 1) =>
  diffLines(TEXT, p, around).map(
    ({ kind, text }) => `${{ add: '+', del: '-', same: ' ' }[kind]}${text}`,
  );

void test('a diff shows whole lines with a little around', () => {
  assert.deepEqual(drawn(proposal('a', [3, 4, 'FOUR\n'])), [' three', '-four', '+FOUR', ' five']);
  assert.deepEqual(drawn(proposal('a', [3, 3, 'new\n'])), [' three', '+new', ' four']);
  assert.deepEqual(drawn(proposal('a', [6, 8, ''])), [' six', '-seven', '-eight']);
});

void test('two changes do not show what is between them twice', () => {
  assert.deepEqual(drawn(proposal('a', [1, 2, 'TWO\n'], [3, 4, 'FOUR\n'])), [
    ' one',
    '-two',
    '+TWO',
    ' three',
    '-four',
    '+FOUR',
    ' five',
  ]);
});

void test('a part of a line is shown as that line', () => {
  const part = proposal('a');
  part.hunks = [
    {
      id: '1',
      range: { start: { line: 1, character: 0 }, end: { line: 1, character: 1 } },
      newText: 'T',
    },
    {
      id: '2',
      range: { start: { line: 1, character: 2 }, end: { line: 1, character: 3 } },
      newText: 'O',
    },
  ];
  assert.deepEqual(drawn(part), [' one', '-two', '+TwO', ' three']);
});

void test('a duel is blind: no model is named, and what is asked is text', () => {
  const html = duelPage(
    'abc',
    { id: 'd', a: proposal('a', [0, 1, '<script>x</script>\n']), b: proposal('b', [1, 2, 'B\n']) },
    TEXT,
    'make <b>it</b> better',
  );
  assert.ok(!html.includes('claude'), 'no name of a model');
  assert.ok(html.includes('make &lt;b&gt;it&lt;/b&gt; better'));
  assert.ok(html.includes('&lt;script&gt;x&lt;/script&gt;'));
  assert.equal(html.match(/<script/g)?.length, 1, 'only our script');
  assert.ok(html.includes('7 tokens, $0.02, 1.5 s'));
  assert.ok(
    html.includes(`content="default-src 'none'; style-src 'nonce-abc'; script-src 'nonce-abc'"`),
  );
});

void test('an answer that cannot be used cannot be taken', () => {
  const bad: Proposal = {
    ...proposal('b'),
    verdict: 'no_match',
    reason: 'It does not fit <here>.',
  };
  const html = duelPage('n', { id: 'd', a: proposal('a', [0, 1, 'x\n']), b: bad }, TEXT, 'x');
  assert.match(html, /data-winner="b" disabled/);
  assert.match(html, /data-winner="a" >/);
  assert.ok(html.includes('It does not fit &lt;here&gt;.'));
});

void test('a page without a script allows none of anybody else', () => {
  assert.ok(!page('t', 'n', '<p>x</p>').includes('<script'));
});

void test('statistics: each class with its models, and words when there is nothing', () => {
  const model = {
    model: 'm<1>',
    outcomes: 4,
    kept: 2.25,
    accepted: 3,
    undone: 1,
    rejected: 0,
    refused: 0,
    won: 1,
    lost: 0,
  };
  const html = statisticsPage(
    'n',
    {
      outcomes: 4,
      day_usd: 0.5,
      month_usd: 2,
      classes: [{ class: 'auth', article: '', says: 'a & b', models: [model] }],
    },
    0.25,
  );
  assert.ok(html.includes('m&lt;1&gt;') && html.includes('a &amp; b') && html.includes('2.3'));
  for (const price of ['$0.50', '$2.00', '$0.25']) assert.ok(html.includes(price), price);
  const none = statisticsPage('n', { outcomes: 0, day_usd: 0, month_usd: 0, classes: [] }, 0);
  assert.ok(!none.includes('<thead'));
});
