// main.mjs -- runs the test files beside it, and counts.
import fs from 'node:fs';
import path from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';

const here = import.meta.dirname;
const chosen = process.argv.slice(2);
const all = fs.readdirSync(here).filter((name) => name.endsWith('.test.mjs'));
const files = all.filter((name) => chosen.includes(name) || chosen.includes(path.basename(name, '.test.mjs')));
const words = chosen.filter((word) => !files.some((name) => name.startsWith(word)));
const counts = { passed: 0, failed: 0, skipped: 0 };
const started = Date.now();

const stream = run({
  files: (files.length ? files : all).map((name) => path.join(here, name)),
  concurrency: 2,
  timeout: 170_000,
  ...(words.length ? { testNamePatterns: words.map((word) => new RegExp(word)) } : {}),
});
stream.on('test:pass', ({ skip }) => counts[skip === undefined ? 'passed' : 'skipped']++);
stream.on('test:fail', () => counts.failed++);
stream.on('end', () => {
  setImmediate(() => {
    const seconds = ((Date.now() - started) / 1000).toFixed(0);
    const skipped = counts.skipped ? `, ${counts.skipped} skipped` : '';
    console.log(`${path.basename(here)}: ${counts.passed} passed, ${counts.failed} failed${skipped}, in ${seconds} s`);
    process.exit(counts.failed || !counts.passed ? 1 : 0);
  });
});
stream.compose(new spec()).pipe(process.stdout);
