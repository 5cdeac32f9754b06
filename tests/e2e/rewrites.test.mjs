// rewrites.test.mjs -- safe rewrites that meet: the editor's source.fixAll and `trimtab fix --write`
// make the same ones, each whole or not at all; and in TypeScript they ask the project first.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { pathToFileURL } from 'node:url';
import { test } from 'node:test';
import { workspace } from '../lib/cli-server.mjs';
import { capabilities, Client } from '../lib/client.mjs';
import { until } from '../lib/model.mjs';

const rule = (id, fix, name) =>
  `;; id: ${id}\n;; finding: ERR-1\n;; languages: python\n;; severity: hint\n;; title: t\n;; message: m\n` +
  `;; fix-title: t\n;; fix: safe\n${fix.map((line) => `;; ${line}\n`).join('')};; end\n` +
  `((call function: (identifier) @finding arguments: (argument_list) @args) @call (#eq? @finding "${name}"))\n`;
const RULES = {
  'a-same': rule('a-same', ['replace @finding: g'], 'f'),
  'b-same': rule('b-same', ['replace @finding: h'], 'f'),
  'c-beside': rule('c-beside', ['replace @args: (1)'], 'f'),
  'd-half': rule('d-half', ['replace @finding: two', 'replace @args: (2)'], 'f'),
  'e-nested': rule('e-nested', ['replace @call: k{{@args}}'], 'n'),
  'm-import': rule('m-import', ['replace @finding: m.a', 'import: import m'], 'a'),
  'm-too': rule('m-too', ['replace @finding: m.b', 'import: import m'], 'b'),
  'x-end': rule('x-end', ['before @call: (', 'after @call: )[0]'], 'x'),
  'y-end': rule('y-end', ['after @call: .y()'], 'x'),
};
const BEFORE = 'import os\n\nf(x1)\nn(n(2))\na(b(3))\nb()\nx()\n';
const AFTER = 'import os\nimport m\n\ng(1)\nk(n(2))\nm.a(m.b(3))\nm.b()\n(x())[0]\n';
const CAUSE = 'try {\n  await load();\n} catch (error) {\n  throw new Error(`cannot load: ${error.message}`);\n}\n';
const KEPT = CAUSE.replace('`);', '`, { cause: error });');

/** The text of each file after source.fixAll, by an editor that opens all of them. */
async function fixedInEditor(space, files, awaited) {
  const client = new Client({
    env: { TRIMTAB_CONFIG_DIR: space.path('.home/config'), TRIMTAB_STATE_DIR: space.path('.home/state') },
    capabilities: capabilities(),
    folders: [{ uri: pathToFileURL(space.folder).href, name: 'w' }],
  });
  const texts = {};
  try {
    await client.initialize();
    for (const [name, language] of Object.entries(files)) {
      const doc = await client.open(pathToFileURL(space.path(name)).href, language, fs.readFileSync(space.path(name), 'utf8'));
      await client.diagnostics(doc);
      if (awaited) // the user's rules are read after the first results
        await until(() => client.received.some(({ method, params }) => method === 'textDocument/publishDiagnostics' &&
          params.uri === doc.uri && params.diagnostics.some((d) => d.code === awaited)), awaited);
      const [all] = await client.actions(doc, doc.range(0), { only: ['source.fixAll'] });
      if (all) assert.ok(client.apply(all.edit), name);
      texts[name] = doc.text;
      await doc.close();
    }
    await client.stop();
  } finally {
    client.kill();
  }
  return texts;
}

async function bothWays(files, languages, check, awaited) {
  const space = workspace(files);
  try {
    const editor = await fixedInEditor(space, languages, awaited);
    const dry = await space.run(['fix', '.']);
    assert.equal(dry.code, 0, dry.stderr);
    for (const name of Object.keys(languages)) assert.equal(fs.readFileSync(space.path(name), 'utf8'), files[name], 'without --write');
    const written = await space.run(['fix', '--write', '.']);
    assert.equal(written.code, 0, written.stderr);
    for (const name of Object.keys(languages)) assert.equal(fs.readFileSync(space.path(name), 'utf8'), editor[name], `${name}: the command line and the editor differ`);
    await check({ space, editor, written });
  } finally {
    space.drop();
  }
}

test('rewrites that meet: by order, whole or not at all, and the rest by another run', () => bothWays({
  ...Object.fromEntries(Object.entries(RULES).map(([id, text]) => [`.home/config/rules/${id}.scm`, text])),
  'a.py': BEFORE,
  'crlf.py': `\ufeff${BEFORE.replaceAll('\n', '\r\n')}`,
}, { 'a.py': 'python', 'crlf.py': 'python' }, async ({ space, editor, written }) => {
  assert.equal(editor['a.py'], AFTER);
  assert.equal(editor['crlf.py'], `\ufeff${AFTER.replaceAll('\n', '\r\n')}`);
  // of each file: g, (1), the outer k, m.a, m.b twice, the first behind x()
  assert.match(written.stderr, /^trimtab: 14 rewrites in 2 files$/m);
  assert.match(written.stderr, /8 more stand in the same places: run it again for those/);
  const again = await space.run(['fix', '--write', '.']);
  assert.match(again.stderr, /4 rewrites in 2 files/); // the inner k, and what is not idempotent
}, 'a-same'));

test('TypeScript is rewritten where its project is sure to compile it, and only there', () => {
  const project = (target, more = {}) => JSON.stringify({ compilerOptions: { target }, ...more });
  const files = {
    'package.json': '{"devDependencies": {"typescript": "~5.4.0"}}',
    'new/tsconfig.json': project('es2022'),
    'new/src/a.ts': CAUSE,
    'new/src/a.mts': CAUSE,
    'extended/tsconfig.json': '{"extends": "../base.json", /* here */ }',
    'base.json': project('ESNext'),
    'extended/a.ts': CAUSE,
    'early/tsconfig.json': project('es2020'),
    'early/a.ts': CAUSE,
    'early/a.js': CAUSE,
    'none/a.ts': CAUSE,
    'broken/tsconfig.json': '{',
    'broken/a.ts': CAUSE,
  };
  const languages = { 'new/src/a.ts': 'typescript', 'new/src/a.mts': 'typescript', 'extended/a.ts': 'typescript',
    'early/a.ts': 'typescript', 'early/a.js': 'javascript', 'none/a.ts': 'typescript', 'broken/a.ts': 'typescript' };
  return bothWays(files, languages, ({ editor }) => {
    const kept = Object.keys(languages).filter((name) => editor[name] === KEPT);
    assert.deepEqual(kept, ['new/src/a.ts', 'new/src/a.mts', 'extended/a.ts', 'early/a.js']);
    for (const name of Object.keys(languages)) if (!kept.includes(name)) assert.equal(editor[name], CAUSE, name);
  });
});
