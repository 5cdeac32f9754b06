// status.test.ts -- the item in the status bar, and failures with their buttons.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { sayFailure } from '../src/messages';
import { face, StatusItem } from '../src/status';
import { answers, bar, executed, forget, press, shown } from './vscode';

beforeEach(forget);

void test('health, model, cost', () => {
  assert.equal(face(undefined, false).look, 'error');
  assert.match(face({ state: 'idle', running: 0, dayUsd: 0.034 }, true).text, /trimtab \$0\.03$/);
  assert.match(
    face({ state: 'busy', running: 1, model: 'm-1', tokens: 40 }, true).text,
    /m-1, 40 tokens/,
  );
  assert.equal(face({ state: 'warning', running: 0, message: 'no key' }, true).look, 'warning');
  assert.match(face({ state: 'off', running: 0 }, true).text, /circle-slash/);
  const { tooltip } = face({ state: 'idle', running: 0 }, true, [
    { name: 'gpt', model: 'g', key: 'absent' },
  ]);
  assert.match(tooltip, /gpt: g \(no key\)/);
});

void test('the item follows, and says nothing old when the server is gone', () => {
  const item = new StatusItem();
  assert.equal(bar.command, 'trimtab.showMenu');
  item.onState(true, []);
  item.on({ state: 'busy', running: 1, model: 'm-1' });
  assert.match(bar.text as string, /m-1/);
  item.onState(false);
  assert.match(bar.text as string, /circle-slash/);
  item.onState(true);
  assert.doesNotMatch(bar.text as string, /m-1/);
});

void test('Set Key asks for that key and then asks again', async () => {
  let again = 0;
  press.next = 'Set Key';
  answers.set('trimtab.setKey', true);
  await sayFailure('The key was rejected.', { retry: () => again++, model: 'claude' });
  assert.deepEqual(executed, [['trimtab.setKey', 'claude']]);
  assert.equal(again, 1);
  press.next = 'Set Key';
  answers.set('trimtab.setKey', false);
  await sayFailure('The key was rejected.', { retry: () => again++, model: 'claude' });
  assert.equal(again, 1, 'no key, no second request');
});

void test('the other buttons', async () => {
  const asked: (string | undefined)[] = [];
  const next = { retry: (model?: string) => asked.push(model), other: 'gpt' };
  press.next = 'Use Other Model';
  await sayFailure('It failed.', next);
  press.next = 'Ask Again';
  await sayFailure('It failed.', next);
  assert.deepEqual(asked, ['gpt', undefined]);
  press.next = 'Show Log';
  await sayFailure('It failed.', next);
  press.next = 'Open Settings';
  await sayFailure('See the settings.', next);
  assert.deepEqual(executed, [['trimtab.showLog'], ['trimtab.openSettings']]);
  await sayFailure('It failed.', next);
  assert.equal(shown.at(-1)?.text, 'trimtab: It failed.');
  assert.equal(asked.length, 2, 'closing the message asks nothing');
});
