// rules.test.mjs -- rules as their users meet them: pages, rules of one's own in an editor,
// settings of a place, and only what is new.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { workspace } from '../lib/cli-server.mjs';
import { Client, capabilities } from '../lib/client.mjs';
import { until } from '../lib/model.mjs';

const root = path.join(import.meta.dirname, '../..');
const BARE = 'def f():\n    try:\n        g()\n    except:\n        h()\n';
const OWN = ';; id: no-eval\n;; finding: AUTH-3\n;; languages: python\n;; severity: error\n' +
  ';; title: No eval\n;; message: eval runs whatever it is given.\n' +
  '((call function: (identifier) @f) @finding (#eq? @f "eval"))\n';

const withFiles = (files, body) => async () => {
  const space = workspace(files);
  try {
    await body(space);
  } finally {
    space.drop();
  }
};

test('the pages of the rules are what the rules say', withFiles({ 'pages/x': '' }, async ({ run, path: at }) => {
  assert.equal((await run(['rule', '--pages', 'pages'])).code, 0);
  const names = fs.readdirSync(path.join(root, 'docs/rules')).toSorted();
  assert.deepEqual(fs.readdirSync(at('pages')).filter((n) => n !== 'x').toSorted(), names);
  for (const name of names) {
    assert.equal(
      fs.readFileSync(path.join(root, 'docs/rules', name), 'utf8'),
      fs.readFileSync(at(`pages/${name}`), 'utf8'),
      `docs/rules/${name} is old: run trimtab rule --pages docs/rules`,
    );
  }
}));

test('trimtab rule: the list, a page, a rule that is not there', withFiles({}, async ({ run }) => {
  assert.match((await run(['rule'])).stdout, /^py-http-timeout +ERR-2 +warning +HTTP call/m);
  assert.match((await run(['rule', 'py-http-timeout'])).stdout, /^# py-http-timeout: .*\n[^]*## Silence/);
  const { code, stderr } = await run(['rule', 'nope']);
  assert.equal(code, 2);
  assert.match(stderr, /no rule "nope"/);
}));

test('trimtab rule: a rule is as loud as the settings say, and as it ships', withFiles({
  '.trimtab.json': JSON.stringify({ rules: { 'py-http-timeout': 'error', 'py-sql-built': 'hint', 'py-bare-except path:old/**': 'off' } }),
}, async ({ run }) => {
  const shipped = (await run(['rule', '--json'], { cwd: os.tmpdir() })).json().rules;
  const rules = (await run(['rule', '--json'])).json().rules;
  const level = (list, id) => list.find((rule) => rule.id === id).severity;
  assert.equal(level(shipped, 'py-sql-built'), 'off');
  assert.equal(level(rules, 'py-sql-built'), 'hint');
  assert.equal(level(rules, 'py-http-timeout'), 'error');
  assert.equal(level(rules, 'py-bare-except'), level(shipped, 'py-bare-except'), 'but below old/');
  assert.deepEqual(rules.find((rule) => rule.id === 'js-lost-cause').languages, ['javascript', 'typescript', 'tsx']);
  assert.equal(rules.find((rule) => rule.id === 'py-lost-cause').fix, 'safe');
  const index = fs.readFileSync(path.join(root, 'docs/rules/README.md'), 'utf8');
  for (const { id, title, severity } of shipped) assert.ok(index.includes(`[${id}](${id}.md) | ${title} | ${severity} |`), `${id} ${severity}`);
  assert.match((await run(['rule'])).stdout, /^py-sql-built +\S+ +hint /m);
  assert.equal((await run(['rule', '--json', 'py-sql-built'])).code, 2);
}));

test('what is silenced in the code is counted, once each, wherever the comment stands', withFiles({
  'end.py': BARE.replace('except:', 'except: # trimtab: ignore[py-bare-except]'),
  'above.js': 'async function f(xs) {\n  // trimtab: ignore[ASYNC-2]\n  xs.forEach(async (x) => { await g(x); });\n}\n',
  'all.js': 'async function f() { throw "x"; } // trimtab: ignore[*]\n',
  'other.py': BARE.replace('except:', 'except: # trimtab: ignore[py-lost-cause]'),
}, async ({ run }) => {
  const { stdout, code } = await run(['check', '.']);
  assert.match(stdout, /1 finding in 1 of 4 files, 3 suppressed in the code/);
  assert.match(stdout, /^other\.py:4/m);
  assert.equal(code, 1);
}));

test('check: empty folders, a link that leads back, a BOM with CRLF', withFiles({
  'bom.py': `\ufeff${BARE.replaceAll('\n', '\r\n')}`,
}, async ({ run, path: at }) => {
  fs.mkdirSync(at('empty/inner'), { recursive: true });
  fs.symlinkSync('.', at('loop'));
  const { stdout, code } = await run(['check', '.']);
  assert.match(stdout, /^bom\.py:4:5: /);
  assert.match(stdout, /1 finding in 1 of 1 file/);
  assert.equal(code, 1);
  const none = await run(['check', 'empty']);
  assert.equal(none.code, 0, none.stderr);
  assert.match(none.stdout, /0 findings in 0 of 0 files/);
}));

test('settings of a rule for a path or a language', withFiles({
  'a.py': BARE,
  'old/b.py': BARE,
  'c.js': 'try { a(); } catch (e) {}\n',
  '.trimtab.json': JSON.stringify({ rules: {
    'py-bare-except path:old/**': 'off', 'ERR-1 language:javascript': 'info', 'x y': 'off',
  } }),
}, async ({ run }) => {
  const { stderr, json } = await run(['check', '--json', '.']);
  assert.deepEqual(json().findings.map((f) => [f.path, f.severity]), [['a.py', 'warning'], ['c.js', 'info']]);
  assert.match(stderr, /"x y" is a rule's id, and behind it path:GLOB/);
}));

test('check --since: only what stands on new lines', withFiles({
  'a.py': BARE, 'same.py': BARE, 'sub/c.py': '',
}, async ({ run, path: at }) => {
  const git = (...args) => execFileSync('git', ['-c', 'user.name=n', '-c', 'user.email=n@example.org', ...args],
    { cwd: at('.'), stdio: 'ignore' });
  git('init');
  git('add', 'a.py', 'same.py', 'sub/c.py');
  git('commit', '-m', 'x');
  fs.appendFileSync(at('a.py'), BARE.replace('f()', 'k()'));
  fs.writeFileSync(at('sub/ü b.py'), `++ b/x\n${BARE}`.slice(7)); // git does not know it yet
  const found = async (...args) => (await run(['check', '--json', '--since', ...args])).json()
    .findings.map((f) => [f.path, f.range.start.line]);
  assert.deepEqual(await found('HEAD', '.'), [['a.py', 8], ['sub/ü b.py', 3]]);
  assert.deepEqual(await found('HEAD', 'sub'), [['sub/ü b.py', 3]]);
  for (const revision of ['nope', '--output=x']) {
    const { code, stderr } = await run(['check', '--since', revision, '.']);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /cannot be told/);
  }
  assert.ok(!fs.existsSync(at('x')));
  git('add', '.');
  git('commit', '-m', 'y');
  git('mv', 'a.py', 'sub/moved.py'); // moved and given one more: the rest of it is old
  fs.appendFileSync(at('sub/moved.py'), BARE.replace('f()', 'm()'));
  fs.rmSync(at('same.py'));
  assert.deepEqual(await found('HEAD', '.'), [['sub/moved.py', 13]]);
  git('config', 'diff.renames', 'false');
  git('config', 'diff.noprefix', 'true');
  git('config', 'diff.relative', 'true');
  assert.deepEqual(await found('HEAD', '.'), [['sub/moved.py', 13]], 'whatever git is set to');
  execFileSync('git', ['clone', '-q', '--depth', '1', `file://${at('.')}`, at('shallow')], { stdio: 'ignore' });
  const { code, stderr } = await run(['check', '--since', 'HEAD~1', 'shallow']);
  assert.equal(code, 2);
  assert.match(stderr, /clone is shallow: "git fetch --unshallow"/);
}));

test('check: looks at what git would track, and at nothing else', withFiles(Object.fromEntries([
  'a.py', 'b/a.py', 'b/c/a.py', 'b/keep.py', 'logs/x.py', 'logs/keep/y.py', 'foo/bar/q.py', 'foo/q.py', 'sp ace/x.py',
  'dd/gen/one.py', 'dd/gen/two.py', 'x/y/z/deep.py', 'x/z/deep.py', '#hash.py', '!bang.py', 'n/n1.py', 'n/sub/n2.py',
  'ex/e.py', 'm/ab.py', 'm/ad.py', 'tr.py', 'only/f.py', 'only/g/f.py', 'd/a.py', 'd/d/a.py', 'q1.py', 'q22.py',
].map((name) => [name, BARE])), async ({ run, path: at }) => {
  fs.writeFileSync(at('.gitignore'), ['b/*.py', '!b/keep.py', '/logs/*', '!/logs/keep/', '/foo/**/q.py', 'x/**/deep.py',
    '!x/z/deep.py', '\\#hash.py', '\\!bang.py', 'dd/gen/*', '!dd/gen/two.py', 'm/a[bc].py', 'tr.py   ', 'sp\\ ace/',
    'only/*', '/d/d', 'q?.py', '!only/f.py', '!n1.py'].join('\n'));
  fs.writeFileSync(at('n/.gitignore'), '*.py\r\n!n2.py\r\n');
  const git = (...args) => execFileSync('git', args, { cwd: at('.'), encoding: 'utf8' });
  git('init', '-q');
  fs.mkdirSync(at('.git/info'), { recursive: true });
  fs.writeFileSync(at('.git/info/exclude'), 'ex/\n');
  const tracked = git('ls-files', '-co', '--exclude-standard', '-z', '*.py').split('\0').filter(Boolean).toSorted();
  const looked = (await run(['check', '--json', '.'])).json().findings.map((f) => f.path).toSorted();
  assert.deepEqual(looked, tracked);
  assert.ok(looked.includes('logs/keep/y.py') && !looked.includes('ex/e.py'));
}));

// Every file is asked about by `git check-ignore` itself, in a repository and in a worktree of it.
test('check leaves out what the user ignores in all repositories', withFiles(Object.fromEntries([
  'a.py', 'b.py', 'sub/a.py', 'sub/c.py', 'out/d.py', 'keep/out/d.py', 'e.py', 'f.py', 'sub/f.py', 'g.py',
].map((name) => [`repo/${name}`, BARE])), async ({ run, path: at, write }) => {
  const home = at('.git-home');
  const settings = { HOME: home, XDG_CONFIG_HOME: undefined, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: undefined };
  const env = { ...process.env, ...settings };
  for (const name of Object.keys(settings)) if (settings[name] === undefined) delete env[name];
  const git = (cwd, ...args) => execFileSync('git', args, { cwd: at(cwd), encoding: 'utf8', env });
  const tracked = (cwd) => {
    const files = fs.readdirSync(at(cwd), { recursive: true }).filter((name) => name.endsWith('.py')).toSorted();
    const asked = spawnSync('git', ['check-ignore', '--no-index', '--stdin'], { cwd: at(cwd), encoding: 'utf8', env, input: files.join('\n') });
    const ignored = new Set(asked.stdout.split('\n'));
    return files.filter((name) => !ignored.has(name));
  };
  const agree = async (cwd, gone) => {
    const { json } = await run(['check', '--json', '.'], { cwd: at(cwd), env: settings });
    const looked = json().findings.map((found) => found.path).toSorted();
    assert.deepEqual(looked, tracked(cwd));
    for (const name of gone) assert.ok(!looked.includes(name), name);
  };
  write('.git-home/.config/git/ignore', '# mine\n/a.py\nout/\n');
  git('repo', 'init', '-q');
  await agree('repo', ['a.py', 'out/d.py', 'keep/out/d.py']);
  write('repo/.gitignore', '!/keep/out/\n');
  write('repo/.git/info/exclude', 'f.py\n');
  await agree('repo', ['a.py', 'out/d.py', 'f.py', 'sub/f.py']);
  git('repo', '-c', 'user.name=a', '-c', 'user.email=a@b', 'add', '-f', '.');
  git('repo', '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '-qm', 'x');
  git('repo', 'worktree', 'add', '-q', '../tree');
  await agree('tree', ['a.py', 'out/d.py', 'f.py']);
  write('.git-home/mine', 'b.py\n');
  git('repo', 'config', '--global', 'core.excludesFile', '~/mine');
  await agree('repo', ['b.py']);
  await agree('tree', ['b.py']);
  write('.git-home/more/settings', '[core]\n\texcludesFile = "~/mine #2"\n');
  write('.git-home/mine #2', 'g.py\n');
  git('repo', 'config', '--global', 'include.path', 'more/settings');
  await agree('repo', ['g.py']);
  git('repo', 'config', 'core.excludesFile', 'sub/lines');
  write('repo/sub/lines', 'e.py\n');
  await agree('repo', ['e.py']);
}));

test('SARIF: what version 2.1.0 requires of a log', withFiles({ 'a b.py': `# 💳\n${BARE}` }, async ({ run }) => {
  const log = (await run(['check', '--format', 'sarif', '.'])).json();
  assert.match(log.$schema, /sarif.*2\.1\.0/);
  assert.equal(log.version, '2.1.0');
  for (const { tool, results, columnKind } of log.runs) {
    assert.equal(columnKind, 'unicodeCodePoints');
    assert.ok(tool.driver.name);
    const ids = tool.driver.rules.map((rule) => rule.id);
    assert.equal(new Set(ids).size, ids.length, 'the ids of rules differ');
    for (const rule of tool.driver.rules) {
      assert.ok(rule.shortDescription.text);
      assert.ok(['none', 'note', 'warning', 'error'].includes(rule.defaultConfiguration.level));
    }
    for (const result of results) {
      assert.ok(result.message.text);
      assert.ok(['none', 'note', 'warning', 'error'].includes(result.level));
      assert.ok(result.ruleIndex === undefined || ids[result.ruleIndex] === result.ruleId);
      for (const { physicalLocation: { artifactLocation, region } } of result.locations) {
        assert.equal(artifactLocation.uri, 'a%20b.py');
        for (const key of ['startLine', 'startColumn', 'endLine', 'endColumn']) assert.ok(region[key] >= 1);
      }
    }
  }
}));

// The published schema, and a validator that reads it: `./dev` installs both (tests/sarif).
const place = process.env.TRIMTAB_SARIF;

test('SARIF: every kind of finding, against the schema of 2.1.0', { skip: !place && 'run by ./dev test e2e' }, withFiles({
  'a b.py': `# 💳\n${BARE}`, // a rewrite that is offered
  'lost.py': 'try:\n    a()\nexcept OSError as e:\n    raise LoadError("no news")\n', // a safe one
  '.trimtab.json': JSON.stringify({ rules: { 'js-empty-catch': 'warning', 'py-lost-cause': 'hint' } }),
  'db.py': 'cursor.execute("""CREATE TABLE orders (id BIGINT, customer_id BIGINT REFERENCES customers(id))""")\n' +
    'cursor.execute("""SELECT id FROM orders WHERE customer_id = 1 LIMIT 9""")\n',
  'a:b#c.js': 'try { a(); } catch (e) {}\n', // a name that is no URI
  'c.js': '/* trimtab: ignore[*] */ try { a(); } catch (e) {}\n',
  'binary.py': 'a = 1\0',
  'own.go': 'package a\n\nfunc a() {}\n', // with a second place
  '.home/config/rules/own.scm': ';; id: own-related\n;; finding: ERR-1\n;; languages: go\n' +
    ';; severity: info\n;; title: Related\n;; message: a function\n;; related: its body\n' +
    '((function_declaration name: (identifier) @finding body: (block) @related))\n',
}, async ({ run }) => {
  const require = createRequire(path.join(place, 'package.json'));
  const Ajv = require('ajv');
  const ajv = new Ajv({ schemaId: 'id', meta: false, allErrors: true, unknownFormats: 'ignore' });
  ajv.addMetaSchema(require('ajv/lib/refs/json-schema-draft-04.json'));
  const valid = ajv.compile(JSON.parse(fs.readFileSync(
    path.join(place, 'node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json'), 'utf8')));
  const read = async (...args) => {
    const log = (await run(['check', '--format', 'sarif', ...args])).json();
    assert.ok(valid(log), JSON.stringify(valid.errors, null, 1));
    return log.runs[0];
  };
  const { results, tool, invocations: [{ toolExecutionNotifications: [left, ...more] }] } = await read('.');
  const by = Object.fromEntries(results.map((r) => [r.ruleId, r]));
  assert.deepEqual(Object.keys(by).toSorted(),
    ['js-empty-catch', 'own-related', 'py-bare-except', 'py-lost-cause', 'sql-fk-index']);
  for (const r of results) assert.equal(tool.driver.rules[r.ruleIndex].id, r.ruleId);
  assert.equal(left.locations[0].physicalLocation.artifactLocation.uri, 'binary.py');
  assert.equal(more.length, 0);
  assert.equal(by['js-empty-catch'].locations[0].physicalLocation.artifactLocation.uri, 'a%3Ab%23c.js');
  const [{ artifactChanges: [{ replacements: [replaced] }] }] = by['py-lost-cause'].fixes;
  assert.equal(replaced.insertedContent.text.trim(), 'LoadError("no news") from e');
  assert.equal(by['sql-fk-index'].fixes, undefined, 'nothing is rewritten in a string');
  assert.deepEqual((await read('c.js')).results, []);
  assert.equal(by['own-related'].relatedLocations[0].message.text, 'its body');
  assert.ok(!valid({ version: '2.1.0', runs: [{ results: [{ message: {} }] }] }), 'the validator validates');
}));

// The folder is below one called "tests", where rules would be silent.
test('the command line and an editor say the same of a tree, whatever the folders above are called', withFiles({
  'tests/web/app.py': BARE,
  'tests/web/test/test_app.py': BARE,
  'tests/web/src/load.js': 'try { a(); } catch (e) {}\n',
  'tests/web/src/ui/list.js': 'try { a(); } catch (e) {}\n', // a browser's: other rules hold
  'tests/web/old/b.py': BARE,
  'tests/web/migrations/2.js': 'exports.up = async (db) => { await db.do(); };\nexports.down = async () => {};\n',
  'tests/web/.trimtab.json': JSON.stringify({ rules: { 'py-bare-except path:old/**': 'info' } }),
}, async ({ run, path: at }) => {
  const web = at('tests/web');
  const command = async (...args) => (await run(['check', '--json', ...args])).json().findings
    .map((f) => `${path.relative(web, path.resolve(at('.'), f.path))} ${f.id} ${f.range.start.line} ${f.severity}`).toSorted();
  const said = await command('tests/web');
  assert.deepEqual(await command(web), said, 'by its absolute path');
  assert.deepEqual((await command('tests/web/old')), said.filter((line) => line.startsWith('old/')));
  const client = new Client({
    env: { TRIMTAB_CONFIG_DIR: at('config'), TRIMTAB_STATE_DIR: at('state') },
    capabilities: capabilities(),
    folders: [{ uri: `file://${web}`, name: 'web' }],
  });
  const seen = [];
  try {
    await client.initialize();
    for (const name of fs.readdirSync(web, { recursive: true }).filter((n) => /\.(py|js)$/.test(n))) {
      const text = fs.readFileSync(path.join(web, name), 'utf8');
      const document = await client.open(`file://${web}/${name}`, name.endsWith('py') ? 'python' : 'javascript', text);
      const level = ['', 'error', 'warning', 'info', 'hint'];
      for (const d of await client.diagnostics(document))
        seen.push(`${name} ${d.code} ${d.range.start.line} ${level[d.severity]}`);
    }
    await client.stop();
  } finally {
    client.kill();
  }
  assert.deepEqual(seen.toSorted(), said);
  assert.ok(said.some((line) => line.startsWith('app.py')), `${said}`);
  assert.ok(said.some((line) => /^old\/b.py .* info/.test(line)), `${said}`);
  assert.ok(!said.some((line) => line.startsWith('test/')), `${said}`);
}));

test('an editor: rules of the user, also when they change; what is wrong in one is shown', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-rules-'));
  const at = (name) => path.join(folder, name);
  fs.mkdirSync(at('w'));
  fs.mkdirSync(at('config/rules'), { recursive: true });
  fs.writeFileSync(at('config/rules/broken.scm'), OWN.replaceAll('no-eval', 'broken').replace('function:', 'functon:'));
  fs.writeFileSync(at('config/rules/own.scm'), OWN);
  const client = new Client({
    env: { TRIMTAB_CONFIG_DIR: at('config'), TRIMTAB_STATE_DIR: at('state') },
    capabilities: capabilities(),
    folders: [{ uri: `file://${at('w')}`, name: 'w' }],
  });
  const codes = async (want) => {
    await until(() => client.received.some((m) => m.method === 'textDocument/publishDiagnostics' &&
      want(m.params.diagnostics.map((d) => d.code))), `${want}`, 60_000);
  };
  try {
    await client.initialize();
    const document = await client.open(`file://${at('w/a.py')}`, 'python', `eval(x)\n${BARE}`);
    await codes((found) => found.includes('no-eval') && found.includes('py-bare-except'));
    await until(() => client.received.some((m) => m.method === 'window/showMessage' &&
      /broken\.scm is left out: line 7, column 8: [^]*\n\(\(call functon[^\n]*\n {7}\^/.test(m.params.message)), 'the broken rule is shown', 60_000);
    const last = client.received.filter((m) => m.method === 'textDocument/publishDiagnostics').at(-1);
    const ours = last.params.diagnostics.find((d) => d.code === 'py-bare-except');
    if (ours.codeDescription) assert.ok(fs.existsSync(new URL(ours.codeDescription.href)), 'a link to nothing');
    assert.ok(!last.params.diagnostics.find((d) => d.code === 'no-eval').codeDescription);
    fs.writeFileSync(at('config/rules/own.scm'), OWN.replace('no-eval', 'no-eval-2'));
    await codes((found) => found.includes('no-eval-2'));
    await document.close();
    await client.stop();
  } finally {
    client.kill();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
