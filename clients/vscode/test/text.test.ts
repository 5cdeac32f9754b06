// text.test.ts -- words, numbers and buttons for people.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeHtml, money, ours, refused, remedies, remember, seconds } from '../src/text';

void test('prices and times', () => {
  assert.equal(money(undefined), 'unknown price');
  assert.equal(money(0), '$0');
  assert.equal(money(0.0042), '$0.0042');
  assert.equal(money(1.239), '$1.24');
  assert.equal(seconds(1234), '1.2 s');
  assert.equal(seconds(undefined), '');
});

void test('nothing from outside is markup', () => {
  assert.equal(escapeHtml(`<b a="x" c='y'>&`), '&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;');
});

void test('history: newest first, each once, not without end', () => {
  assert.deepEqual(remember(['a', 'b'], 'b'), ['b', 'a']);
  assert.deepEqual(remember(['a', 'b'], 'c', 2), ['c', 'a']);
});

const cases: [string, { retry: boolean; other: boolean }, string[]][] = [
  [
    'claude: the key was rejected. Set ANTHROPIC_API_KEY.',
    { retry: true, other: true },
    ['Set Key', 'Use Other Model', 'Show Log'],
  ],
  ['No model can be asked: no key.', { retry: false, other: false }, ['Set Key', 'Show Log']],
  [
    'Check base_url in the settings.',
    { retry: true, other: false },
    ['Open Settings', 'Ask Again', 'Show Log'],
  ],
  [
    'The certificate was made by an unknown authority; name its key file in ca_file.',
    { retry: true, other: false },
    ['Open Settings', 'Ask Again', 'Show Log'],
  ],
  ['The code changed meanwhile.', { retry: true, other: false }, ['Ask Again', 'Show Log']],
  ['Monkeys broke it.', { retry: false, other: false }, ['Show Log']],
];
for (const [message, can, buttons] of cases)
  void test(`buttons for: ${message}`, () => {
    assert.deepEqual(remedies(message, can), buttons);
  });

void test('our name stands before a message once', () => {
  assert.equal(ours('It failed.'), 'trimtab: It failed.');
  assert.equal(ours('trimtab: It failed.'), 'trimtab: It failed.');
});

void test('what was refused says once that nothing was changed', () => {
  assert.equal(refused('It fits twice.'), 'It fits twice. Nothing was changed.');
  assert.equal(
    refused('It is outside; nothing was changed.'),
    'It is outside; nothing was changed.',
  );
  assert.match(refused(), /could not be used.*Nothing was changed/);
});
