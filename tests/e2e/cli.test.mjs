// cli.test.mjs -- the command line: what it prints, and with which exit code.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workspace } from '../lib/cli-server.mjs';
import { applyEdits } from '../lib/positions.mjs';

const BARE = 'def f():\n    try:\n        g()\n    except:\n        h()\n';
const FIXED = BARE.replace('except:', 'except Exception:');
// A rewrite that changes nothing of what the code does, so that nobody need choose it.
const LOST = 'def f():\n    try:\n        g()\n    except OSError as e:\n        raise LoadError("no g")\n';
const KEPT = LOST.replace('LoadError("no g")', 'LoadError("no g") from e');
const ANSWER = '<<<<<<< SEARCH\n        g()\n=======\n        g(1)\n>>>>>>> REPLACE\n';

const withFiles = (files, body) => async () => {
  const space = workspace(files);
  try {
    await body(space);
  } finally {
    space.drop();
  }
};

// ---- the frame ----------------------------------------------------------------

test('help and version', withFiles({}, async ({ run }) => {
  assert.match((await run(['--version'])).stdout, /^trimtab \d+\.\d+\.\d+\n$/);
  const help = await run(['--help']);
  assert.equal(help.code, 0);
  const commands = [...help.stdout.matchAll(/^ {2}(\w+) /gm)].map((m) => m[1]);
  assert.ok(commands.length >= 13, help.stdout);
  for (const command of commands) {
    const one = await run([command, '--help']);
    assert.equal(one.code, 0, command);
    assert.match(one.stdout, new RegExp(`^usage: trimtab ${command} `), command);
    assert.equal((await run(['help', command])).stdout, one.stdout);
  }
}));

/** Every command with its options, read off what --help says. */
async function allOptions(run) {
  const commands = [...(await run(['--help'])).stdout.matchAll(/^ {2}(\w+) /gm)].map((m) => m[1]);
  return Promise.all(commands.map(async (command) => {
    const { stdout } = await run([command, '--help']);
    return [command, [...stdout.matchAll(/^ {2}(?:-\w, | {4})--([\w-]+)/gm)].map((m) => m[1])];
  }));
}

test('completions in a real bash: commands, then the options of each', withFiles({}, async ({ run }) => {
  const script = (await run(['completions', 'bash'])).stdout;
  const complete = (...words) => execFileSync('bash', ['-c',
    `eval "$1"; COMP_WORDS=("\${@:2}"); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _trimtab; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash', script, ...words], { encoding: 'utf8' }).trim().split('\n');
  const all = await allOptions(run);
  assert.deepEqual(complete('trimtab', 'che'), ['check']);
  assert.deepEqual(complete('trimtab', 'check', 'src'), [''], 'files are the shell\'s own');
  for (const [command, options] of all) {
    assert.ok(complete('trimtab', command.slice(0, 2)).includes(command));
    assert.deepEqual(complete('trimtab', command, '--').sort(), options.map((o) => `--${o}`).sort(), command);
  }
}));

test('completions for zsh and fish, and the manual page, know every command and option', withFiles({}, async ({ run }) => {
  const [zsh, fish, man] = await Promise.all(['completions zsh', 'completions fish', 'man']
    .map(async (words) => (await run(words.split(' '))).stdout));
  assert.match(zsh, /^#compdef trimtab\n/);
  for (const [command, options] of await allOptions(run)) {
    assert.ok(zsh.includes(`'${command}:`), command);
    assert.ok(fish.includes(` -a ${command} `), command);
    const section = man.split('\n.SS trimtab ').find((part) => part.startsWith(command));
    assert.ok(section, command);
    for (const option of options.filter((o) => o !== 'help')) {
      assert.ok(zsh.includes(`--${option}`), option);
      assert.ok(fish.includes(`__fish_seen_subcommand_from ${command}' -l ${option} `), option);
      assert.ok(section.includes(`\\-\\-${option.replaceAll('-', '\\-')}\\fR`), `${command} --${option}`);
    }
  }
}));

const wrong = {
  'a shell that is not known': [['completions', 'csh'], /bash, zsh or fish/],
  'no command': [[], /usage: trimtab COMMAND/],
  'an unknown command': [['chek'], /did you mean "trimtab check"/],
  'an unknown option': [['check', '--jsn', '.'], /did you mean --json/],
  'no path': [['check'], /which files/],
  'a path that is not there': [['check', 'nope.py'], /nope\.py: No such file/],
  'a rule that is not there': [['check', '--rule', 'nope', '.'], /no rule or finding "nope"/],
  'a format that is not there': [['check', '--format', 'xml', '.'], /text, json, sarif or github/],
  'an encoding that is not there': [['check', '--encoding', 'utf-7', '.'], /utf-8, utf-16 or utf-32/],
  'no range': [['task', 'a.py'], /FILE:LINE/],
  'a line past the end': [['task', 'a.py:99'], /only 5 lines/],
  'no instruction': [['edit', 'a.py:1'], /instruction/],
  'a file that is not there': [['apply', 'nope.py'], /there is no such file/],
  'a folder instead of a file': [['apply', '.'], /not a plain file/],
  'a finding that is not there': [['findings', 'NOPE-1'], /NOPE-1/],
  'a port that is none': [['lsp', '--socket', '0x'], /whole number/],
  'two ways to connect': [['lsp', '--pipe', 'x', '--socket', '5'], /either --pipe or --socket/],
};
for (const [name, [args, message]] of Object.entries(wrong)) {
  test(`exit code 2: ${name}`, withFiles({ 'a.py': BARE }, async ({ run }) => {
    const { code, stderr, stdout } = await run(args);
    assert.equal(code, 2, stderr + stdout);
    assert.match(stderr, message);
  }));
}

// ---- check ---------------------------------------------------------------------

test('check: text with the line and a caret', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const { code, stdout } = await run(['check', '.']);
  assert.equal(code, 1);
  assert.match(stdout, /^a\.py:4:5: warning: .*\[py-bare-except, ERR-1\]$/m);
  assert.match(stdout, /^ {5}4 \| {5}except:\n {7}\| {5}\^~+$/m);
  assert.match(stdout, /1 finding in 1 of 1 file/);
}));

test('check: nothing found is exit code 0', withFiles({ 'a.py': FIXED }, async ({ run }) => {
  const { code, stdout } = await run(['check', 'a.py']);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^0 findings in 0 of 1 file /m);
}));

test('check --json: the contract', withFiles({ 'src/ä b.py': `# 💳\n${BARE}` }, async ({ run }) => {
  for (const [encoding, character] of [['utf-16', 4], ['utf-8', 4], ['utf-32', 4]]) {
    const { code, json } = await run(['check', '--json', '--encoding', encoding, 'src']);
    const { findings, files, elapsed_ms } = json();
    assert.equal(code, 1);
    assert.equal(files, 1);
    assert.equal(typeof elapsed_ms, 'number');
    assert.deepEqual(
      { ...findings[0], message: '', fix_title: '' },
      {
        id: 'py-bare-except',
        finding: 'ERR-1',
        path: 'src/ä b.py',
        range: { start: { line: 4, character }, end: { line: 4, character: character + 6 } },
        severity: 'warning',
        message: '',
        fix: 'model', // not by itself: it changes what is caught
        rewrite: 'offered',
        fix_title: '',
      },
    );
  }
}));

test('check --json: a safe rewrite says so', withFiles({ 'a.py': LOST }, async ({ run }) => {
  const [finding] = (await run(['check', '--json', '.'])).json().findings;
  assert.equal(finding.fix, 'safe');
  assert.equal(finding.rewrite, 'safe');
}));

test('check --encoding counts units', withFiles({
  'a.py': 's = "💳"; eval(x)\n',
  '.home/config/rules/no-eval.scm':
    ';; id: no-eval\n;; finding: AUTH-3\n;; languages: python\n;; severity: error\n;; title: t\n;; message: m\n' +
    '((call function: (identifier) @f) @finding (#eq? @f "eval"))\n',
}, async ({ run }) => {
  const at = {};
  for (const encoding of ['utf-8', 'utf-16', 'utf-32']) {
    const { json } = await run(['check', '--json', '--encoding', encoding, 'a.py']);
    at[encoding] = json().findings[0].range.start.character;
  }
  assert.deepEqual(at, { 'utf-8': 12, 'utf-16': 10, 'utf-32': 9 });
}));

test('check --format sarif and github', withFiles({ 'a,b.py': BARE }, async ({ run }) => {
  const sarif = (await run(['check', '--format', 'sarif', '.'])).json();
  assert.equal(sarif.version, '2.1.0');
  const [{ tool, results }] = sarif.runs;
  assert.equal(results.length, 1);
  assert.ok(tool.driver.rules.some((rule) => rule.id === results[0].ruleId));
  assert.equal(results[0].locations[0].physicalLocation.region.startLine, 4);
  const github = (await run(['check', '--format', 'github', '.'])).stdout;
  assert.match(github, /^::warning file=a%2Cb\.py,line=4,endLine=4,col=5,title=py-bare-except::/);
}));

test('check leaves out what git and the settings ignore', withFiles({
  'a.py': BARE,
  'gen/b.py': BARE,
  'build/c.py': BARE,
  'old/d.py': BARE,
  '.git/HEAD': '',
  '.gitignore': 'gen/\n',
  '.trimtab.json': '{"ignore": ["old/**"]}',
}, async ({ run }) => {
  const paths = async (...args) => (await run(['check', '--json', ...args])).json().findings.map((f) => f.path);
  assert.deepEqual(await paths('.'), ['a.py']);
  assert.deepEqual(await paths('gen', 'build/c.py'), ['gen/b.py', 'build/c.py']);
}));

test('check obeys rules of the settings; a project cannot set an address', withFiles({
  'a.py': BARE,
  '.trimtab.json': '{"rules": {"py-bare-except": "off"}, "proxy": "http://evil"}',
}, async ({ run }) => {
  const { code, stderr, json } = await run(['check', '--json', '.']);
  assert.equal(code, 0);
  assert.deepEqual(json().findings, []);
  assert.match(stderr, /proxy/);
}));

test('check: a rule of the user, and one that is broken', withFiles({
  'a.py': 'eval(x)\n',
  '.home/config/rules/no-eval.scm':
    ';; id: no-eval\n;; finding: AUTH-3\n;; languages: python\n;; severity: error\n' +
    ';; title: No eval\n;; message: eval runs whatever it is given.\n' +
    '((call function: (identifier) @f) @finding (#eq? @f "eval"))\n',
  '.home/config/rules/broken.scm': ';; id: broken\n;; languages: python\n(call',
}, async ({ run }) => {
  const { stderr, json } = await run(['check', '--json', '.']);
  assert.match(stderr, /broken\.scm:\d+/);
  assert.deepEqual(json().findings.map((f) => [f.id, f.severity]), [['no-eval', 'error']]);
}));

test('check: files that are no text, too large, or unreadable are said and left out', withFiles({
  'good.py': BARE,
  'nul.py': 'a\0b',
  'big.py': `# ${'x'.repeat(5 << 20)}\n`,
}, async ({ run, path, write }) => {
  write('latin.py', Buffer.from([0x23, 0xe4, 0x0a]));
  chmodSync(path('good.py'), 0o644);
  const { stderr, json } = await run(['check', '--json', '.']);
  assert.deepEqual(json().findings.map((f) => f.path), ['good.py']);
  assert.match(stderr, /nul\.py was left out: it is not UTF-8 text/);
  assert.match(stderr, /latin\.py was left out: it is not UTF-8 text/);
  assert.match(stderr, /big\.py was left out: it is too large/);
}));

test('check: control characters of a file do not reach the terminal', withFiles({
  'a.py': 'try:\n    x()\nexcept: y("\x1b[31m\u202e")\n',
}, async ({ run }) => {
  const { stdout } = await run(['check', 'a.py']);
  assert.doesNotMatch(stdout, /[\x1b\u202e]/);
}));

test('a file that was named and could not be read is a failure; one that was come upon is not', withFiles({
  'good.py': BARE,
}, async ({ run, path, write }) => {
  write('latin.py', Buffer.from([0x23, 0xe4, 0x0a]));
  assert.equal((await run(['check', '.'])).code, 1);
  assert.equal((await run(['check', 'latin.py'])).code, 2);
  const both = await run(['check', '--json', 'good.py', 'latin.py']);
  assert.equal(both.code, 2);
  assert.equal(both.json().findings.length, 1, 'the other one is checked');
  const fix = await run(['fix', 'latin.py']);
  assert.equal(fix.code, 2);
  assert.doesNotMatch(fix.stderr, /nothing to rewrite/);
  assert.equal((await run(['fix', '.'])).code, 0);
  if (process.getuid() === 0) return; // root may read and write anything
  write('closed/a.py', LOST);
  chmodSync(path('closed'), 0o000);
  assert.equal((await run(['check', 'closed'])).code, 2);
  assert.equal((await run(['check', '.'])).code, 1);
  chmodSync(path('closed'), 0o555);
  const kept = await run(['fix', '--write', 'closed']);
  assert.equal(kept.code, 2);
  assert.match(kept.stderr, /a\.py was not written: permission denied/);
  assert.doesNotMatch(kept.stderr, /1 rewrite in/);
  chmodSync(path('closed'), 0o755);
}));

test('a name that is spelt wrong is said, on the command line and in the settings', withFiles({
  'a.py': BARE,
  '.trimtab.json': JSON.stringify({ rules: { 'py-bare-exept': 'off', 'AUTH-1 language:pyton': 'off', 'ERR-1 path:x/**': 'off', '*': 'hint' } }),
}, async ({ run }) => {
  const { stderr } = await run(['check', '.']);
  assert.match(stderr, /in the settings: there is no rule or finding "py-bare-exept": did you mean "py-bare-except"\?/);
  assert.match(stderr, /in the settings, rule "AUTH-1": there is no language "pyton"/);
  assert.equal(stderr.trim().split('\n').length, 2, stderr);
  const named = await run(['check', '--rule', 'js-empty-cach', '.']);
  assert.equal(named.code, 2);
  assert.match(named.stderr, /^trimtab: there is no rule or finding "js-empty-cach": did you mean "js-empty-catch"\?; `trimtab rule` lists them$/m);
}));

test('check says why code that is only shown has no findings', withFiles({
  '.trimtab.json': '{}', 'examples/a.py': BARE, 'examples/b.py': BARE, 'src/c.py': 'x = 1\n',
}, async ({ run }) => {
  const said = async (...paths) => (await run(['check', ...paths])).stdout;
  assert.match(await said('examples'), /0 findings in 0 of 2 files\. All of them are tests, examples or scripts by their paths/);
  assert.match(await said('examples/a.py'), /0 findings in 0 of 1 file\. It is a test, an example or a script by its path/);
  assert.doesNotMatch(await said('.'), /examples or scripts/);
}));

test('check: the name of a file stays on its line', withFiles({ 'a\nb.py': BARE }, async ({ run }) => {
  assert.match((await run(['check', '.'])).stdout, /^a\?b\.py:4:5: /);
}));

// ---- fix ------------------------------------------------------------------------

test('fix: a diff that git applies; --write does the same', withFiles({ 'a.py': LOST }, async ({ run, path }) => {
  const { code, stdout, stderr } = await run(['fix', '.']);
  assert.equal(code, 0);
  assert.match(stderr, /1 rewrite in 1 file; --write makes them/);
  assert.equal(readFileSync(path('a.py'), 'utf8'), LOST);
  const { execFileSync } = await import('node:child_process');
  execFileSync('git', ['apply', '--check', '-'], { cwd: path('.'), input: stdout });
  chmodSync(path('a.py'), 0o755);
  assert.equal((await run(['fix', '--write', '.'])).code, 0);
  assert.equal(readFileSync(path('a.py'), 'utf8'), KEPT);
  assert.equal(statSync(path('a.py')).mode & 0o777, 0o755);
  assert.match((await run(['fix', '.'])).stderr, /nothing to rewrite/);
}));

test('fix: what changes behaviour is made only when its rule is named', withFiles({ 'a.py': BARE }, async ({ run, path }) => {
  const all = await run(['fix', '--write', '.']);
  assert.match(all.stderr, /nothing to rewrite/);
  assert.match(all.stderr, /1 more would change what the code does.*--rule ID/);
  assert.equal(readFileSync(path('a.py'), 'utf8'), BARE);
  assert.match((await run(['check', '.'])).stdout, /fix:.*\(trimtab fix --rule py-bare-except\)/);
  await run(['fix', '--write', '--rule', 'py-bare-except', '.']);
  assert.equal(readFileSync(path('a.py'), 'utf8'), FIXED);
}));

test('fix --rule takes only that one; --json gives the edits', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const none = (await run(['fix', '--json', '--rule', 'AUTH-1', '.'])).json();
  assert.deepEqual(none.files, []);
  const one = (await run(['fix', '--json', '--rule', 'py-bare-except', '.'])).json();
  assert.equal(one.files[0].path, 'a.py');
  assert.equal(one.files[0].written, false);
  assert.equal(applyEdits(BARE, one.files[0].edits, 'utf-16'), FIXED);
}));

test('fix keeps CRLF, BOM and a missing final newline', withFiles({
  'a.py': `\ufeff${LOST.replaceAll('\n', '\r\n').slice(0, -2)}`,
}, async ({ run, path }) => {
  await run(['fix', '--write', '.']);
  assert.equal(readFileSync(path('a.py'), 'utf8'), `\ufeff${KEPT.replaceAll('\n', '\r\n').slice(0, -2)}`);
}));

// ---- apply ----------------------------------------------------------------------

test('apply --json: the contract', withFiles({ 'a.py': BARE }, async ({ run, path }) => {
  const { code, json } = await run(['apply', 'a.py', '--json'], { input: ANSWER });
  const { verdict, reason, edits, result } = json();
  assert.equal(code, 0);
  assert.equal(verdict, 'ready');
  assert.equal(typeof reason, 'string');
  assert.equal(result, BARE.replace('g()', 'g(1)'));
  assert.deepEqual(edits, [{ range: { start: { line: 2, character: 10 }, end: { line: 2, character: 10 } }, newText: '1' }]);
  assert.equal(readFileSync(path('a.py'), 'utf8'), BARE);
}));

const answers = {
  'unchanged': [0, 'unchanged', ANSWER.replace('g(1)', 'g()')],
  'no match': [1, 'no_match', ANSWER.replace('g()', 'nothing like it()')],
  'nonsense': [1, 'unreadable', 'I cannot help with that.'],
  'nothing': [1, 'unreadable', ''],
};
for (const [name, [want, verdict, input]] of Object.entries(answers)) {
  test(`apply: ${name}`, withFiles({ 'a.py': BARE }, async ({ run }) => {
    const { code, json } = await run(['apply', 'a.py', '--json'], { input });
    assert.equal(json().verdict, verdict);
    assert.equal(code, want);
    assert.ok(!('result' in json()));
  }));
}

test('apply --range keeps edits inside', withFiles({ 'a.py': BARE }, async ({ run }) => {
  assert.equal((await run(['apply', 'a.py', '--json', '--range', '3'], { input: ANSWER })).json().verdict, 'ready');
  const outside = await run(['apply', 'a.py', '--json', '--range', '4-5'], { input: ANSWER });
  assert.equal(outside.json().verdict, 'out_of_bounds');
  assert.equal(outside.code, 1);
  assert.equal((await run(['apply', 'a.py', '--range', '5-4'], { input: ANSWER })).code, 2);
}));

test('apply --incomplete is always truncated', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const { code, json } = await run(['apply', 'a.py', '--json', '--incomplete'], { input: ANSWER });
  assert.equal(code, 1);
  assert.equal(json().verdict, 'truncated');
}));

test('apply: text with a diff; --write', withFiles({ 'a.py': BARE }, async ({ run, path }) => {
  const { stdout, stderr } = await run(['apply', '--write', 'a.py'], { input: ANSWER });
  assert.match(stdout, /^-        g\(\)\n\+        g\(1\)$/m);
  assert.match(stderr, /^trimtab: ready: /);
  assert.equal(readFileSync(path('a.py'), 'utf8'), BARE.replace('g()', 'g(1)'));
  assert.ok(!existsSync(path('a.py.trimtab')));
}));

// ---- task, findings, log, doctor ---------------------------------------------------

test('task --json: the contract', withFiles({
  'pay.py': 'import requests\n\n\ndef pay():\n    return requests.post("https://x.test")\n',
}, async ({ run }) => {
  const { code, json } = await run(['task', '--json', 'pay.py:5', 'add a timeout and retries']);
  const { task, second, confidence, complexity, evidence } = json();
  assert.equal(code, 0);
  assert.equal(task, 'ERR-2');
  assert.equal(typeof second, 'string');
  assert.ok(confidence > 0 && confidence <= 1);
  assert.ok(complexity >= 0 && complexity <= 1);
  assert.ok(evidence.length > 0);
  for (const e of evidence) assert.ok(typeof e.kind === 'string' && typeof e.text === 'string');
}));

test('findings: all, one, JSON', withFiles({}, async ({ run }) => {
  assert.match((await run(['findings'])).stdout, /ERR-2/);
  assert.match((await run(['findings', 'err-2'])).stdout, /^ERR-2/);
  JSON.parse((await run(['findings', '--json'])).stdout);
}));

test('log and stats without anything in them', withFiles({}, async ({ run }) => {
  const log = await run(['log']);
  assert.equal(log.code, 0, log.stderr);
  assert.deepEqual((await run(['log', '--json'])).json(), []);
  assert.equal((await run(['stats'])).code, 0);
  assert.equal((await run(['log', '--answer', 'nope'])).code, 2);
}));

test('doctor --offline: everything but the keys is well', withFiles({}, async ({ run }) => {
  const { code, json } = await run(['doctor', '--offline', '--json']);
  assert.equal(code, 0);
  const keys = json().checks.filter((check) => check.what === 'key');
  assert.deepEqual(keys.map((key) => key.health), ['note', 'note']);
  assert.match(keys[0].mend, /export ANTHROPIC_API_KEY=/);
  const secret = await run(['doctor', '--offline'], { env: { ANTHROPIC_API_KEY: 'sk-ant-secret' } });
  assert.match(secret.stdout, /claude has one, from the variable ANTHROPIC_API_KEY/);
  assert.doesNotMatch(secret.stdout + secret.stderr, /sk-ant-secret/);
}));

test('doctor: wrong settings are bad, with file and line', withFiles({
  '.home/config/config.json': '{\n  "modles": {}\n}',
}, async ({ run }) => {
  const { code, stdout } = await run(['doctor', '--offline']);
  assert.equal(code, 1);
  assert.match(stdout, /config\.json:2:3.*modles/);
}));

// ---- through a session ---------------------------------------------------------------

test('actions: the offline rewrite, and models disabled without a key', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const { code, json } = await run(['actions', '--json', 'a.py:4']);
  assert.equal(code, 0);
  const fix = json().find((action) => action.kind === 'quickfix.trimtab.py-bare-except');
  assert.ok(fix, JSON.stringify(json()));
  const [change] = fix.edit.documentChanges;
  assert.equal(applyEdits(BARE, change.edits, 'utf-16'), FIXED);
  for (const action of json()) {
    if (!action.edit) assert.ok(action.disabled, action.title);
  }
  assert.match((await run(['actions', 'a.py:4'])).stdout, /offline: the edit comes with it/);
}));

test('route: a file of one expression without a newline', withFiles({ 'a.py': 'a = 1' }, async ({ run }) => {
  const { code, json } = await run(['route', '--json', 'a.py:1', 'add b']);
  assert.equal(code, 0);
  assert.match(json().task, /^(OTHER|[A-Z]+-\d)$/);
}));

test('route: says why no model can be used', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const { json } = await run(['route', '--json', 'a.py:3', 'add retries']);
  const decision = json();
  assert.ok(decision.candidates.length >= 2);
  for (const candidate of decision.candidates) {
    assert.equal(candidate.eligible, false);
    assert.match(candidate.why_not, /_API_KEY/);
  }
}));

test('edit without a key: a sentence that names the way to one', withFiles({ 'a.py': BARE }, async ({ run }) => {
  const { code, stderr, stdout } = await run(['edit', 'a.py:3', 'add retries']);
  assert.equal(code, 1);
  assert.equal(stdout, '');
  assert.match(stderr, /ANTHROPIC_API_KEY/);
}));

test('edit --dry-run shows what would be sent, by file and tokens, and sends nothing', withFiles({ 'a.py': BARE }, async ({ run, path }) => {
  const { code, stdout } = await run(['edit', '--dry-run', 'a.py:3', 'add retries']);
  assert.equal(code, 0);
  assert.match(stdout, /^Nothing was sent\./);
  assert.match(stdout, /\d+ tokens {2}document {2}a\.py:\d+-\d+/);
  assert.match(stdout, /^POST https:\/\//m);
  assert.match(stdout, /: \(your key\)$/m);
  assert.match(stdout, /add retries/);
  assert.ok(!existsSync(path('.home/state/receipts.jsonl')));
}));

test('demo: findings, actions, diffs, and what to do next', withFiles({
  'a.py': BARE,
  'schema.sql': 'CREATE TABLE a (id integer PRIMARY KEY);\nCREATE TABLE b (a_id integer REFERENCES a (id));\nDELETE FROM b WHERE a_id = 1;\n',
}, async ({ run, path }) => {
  const { code, stdout, stderr } = await run(['demo', '.']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^a\.py:4:5: warning: /m);
  assert.match(stdout, /\* Catch Exception instead of everything {2}\[quickfix\.trimtab/);
  assert.match(stdout, /^\+ {4}except Exception:$/m);
  assert.match(stdout, /^\+CREATE INDEX /m);
  assert.match(stdout, /What to do next:/);
  assert.equal(readFileSync(path('a.py'), 'utf8'), BARE);
}));

// What a newcomer sees first: `./dev run`. An example is code that rules leave alone, unless it is a
// project of its own, as this one is.
test('the example service has findings and rewrites to show, from wherever it is asked', withFiles({}, async ({ run }) => {
  const root = join(import.meta.dirname, '../..');
  for (const [cwd, path] of [[root, 'examples/orders-service'], [join(root, 'examples/orders-service'), '.'], [undefined, join(root, 'examples/orders-service')]]) {
    const { code, stdout } = await run(['demo', path], { cwd });
    assert.equal(code, 0);
    const [, findings, edits] = /^(\d+) findings in \d+ of \d+ files; (\d+) edits made offline/m.exec(stdout);
    assert.ok(findings >= 5 && edits >= 1, `${path}: ${findings} findings, ${edits} edits`);
    assert.match(stdout, /\* Add timeout and retry \(/);
  }
}));
