// main.mjs [WORD...] -- run the scenarios, hold what they touched against the
// manifest, and count.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { all, counts, shared } from './scenario.mjs';
import { contributed, untouched } from './touched.mjs';
import { out, World } from './world.mjs';

const started = Date.now();

before(async () => {
  fs.rmSync(path.join(out, 'browser.log'), { force: true });
  shared.world = new World();
  await shared.world.start(path.join(out, 'trimtab-linux-x64.vsix'));
});

for (const name of fs.readdirSync(import.meta.dirname).sort())
  if (name.endsWith('.scenarios.mjs')) await import(`./${name}`);

if (all) {
  test('every command, menu entry, key, setting and step was used by a scenario', () => {
    assert.deepEqual(untouched(), []);
    assert.ok(contributed().length > 30);
  });

  test("the browser's log has no error or warning of ours", () => {
    assert.deepEqual(shared.world.complaints, []);
  });
}

after(async () => {
  await shared.world.stop();
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`vscode: ${counts.passed} scenarios passed, ${counts.failed} failed, in ${seconds} s`);
});
