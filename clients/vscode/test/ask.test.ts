// ask.test.ts -- what Enter means in the box for instructions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chosen } from '../src/ask';

const old = { label: 'old' };
const older = { label: 'older' };

void test('nothing typed: the newest, or where the arrow keys went', () => {
  assert.equal(chosen('', [old, older], old), 'old');
  assert.equal(chosen('', [old, older], older), 'older');
  assert.equal(chosen('', [], undefined), '');
});

void test('typed: that, unless the arrow keys went on', () => {
  const typed = { label: 'new' };
  assert.equal(chosen(' new ', [typed, old, older], typed), 'new');
  assert.equal(chosen('new', [typed, old, older], older), 'older');
});

void test('Enter before the list has followed the typing: what was typed', () => {
  assert.equal(chosen('new', [old, older], old), 'new');
  assert.equal(chosen('new', [{ label: 'new' }, { label: 'old' }], old), 'new');
  assert.equal(chosen('new', [{ label: 'ne' }, { label: 'old' }], undefined), 'new');
});
