// main.mjs -- eglot as a client: what clients/README.md says, evaluated and used.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, test as register } from 'node:test';
import { block, mockModels, plainServer, settings } from '../../lib/model.mjs';
import { cleanEnv, program, within } from '../../lib/server.mjs';

const here = import.meta.dirname;
const words = process.argv.slice(2);
const counts = { passed: 0, failed: 0 };
const started = Date.now();

const SOURCE = `import requests


def charge(order):
    """Ask the payment service to charge an order. 💳"""
    response = requests.post(PAYMENT_URL, json={"card": "💳", "order": order.id})
    return response.json()


def rate(currency):
    try:
        return requests.get(f"{API}/rates/{currency}").json()["rate"]
    except:
        return 1.0
`;
const OLD = '    response = requests.post(PAYMENT_URL, json={"card": "💳", "order": order.id})\n';
const NEW = OLD.replace('id})', 'id}, timeout=10)');
const FIXED = SOURCE.replace(OLD, NEW);
const MENDED = SOURCE.replace('except:', 'except Exception:');
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-emacs-secret-1', OPENAI_API_KEY: 'sk-emacs-secret-2' };
const any = { userMessage: /./ };

/** The Lisp of clients/README.md: what users are told is what is tested. */
function configuration() {
  const readme = fs.readFileSync(path.resolve(here, '../../../clients/README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```elisp\n([\s\S]*?)^```$/gm)].map(([, text]) => text);
  assert.ok(blocks.length, 'clients/README.md has no configuration for Emacs');
  return blocks.join('\n');
}

/** Run `lisp` in a fresh Emacs that has payments.py open; what it prints with
 * (say ...) comes back, and the text in the end. */
async function emacs(lisp, { models, config, env = KEYS } = {}) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-emacs-')));
  const work = path.join(folder, 'work');
  fs.mkdirSync(path.join(work, '.git'), { recursive: true });
  fs.mkdirSync(path.join(folder, 'config'));
  fs.writeFileSync(path.join(folder, 'config/config.json'), JSON.stringify(settings(models?.url ?? 'http://127.0.0.1:9', config)));
  fs.writeFileSync(path.join(work, 'payments.py'), SOURCE);
  fs.writeFileSync(path.join(folder, 'config.el'), configuration());
  fs.writeFileSync(path.join(folder, 'scenario.el'), `(trimtab-scenario ${lisp})`);
  const child = spawn(
    process.env.EMACS,
    ['-q', '--batch', '-f', 'package-initialize', '-l', '../config.el', '-l', path.join(here, 'scenario.el'), '-l', '../scenario.el'],
    { cwd: work, env: cleanEnv(folder, { PATH: `${path.dirname(program)}:${process.env.PATH}`, ...env }), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let out = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (errors += text));
  const code = await within(60_000, new Promise((done) => child.on('close', done)), () => {
    child.kill('SIGKILL');
    return `Emacs did not end\n${out}\n${errors}`;
  });
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  for (const key of Object.values(KEYS)) assert.ok(!(out + errors).includes(key), 'a key was said');
  assert.equal(code, 0, `${out}\n${errors}`);
  return { out, errors, text: /^TEXT\n([\s\S]*)\nEND$/m.exec(out)?.[1] };
}

const test = (name, run) =>
  register(name, { skip: words.length > 0 && !words.some((word) => name.includes(word)) }, async () => {
    try {
      await run();
      counts.passed++;
    } catch (error) {
      counts.failed++;
      throw error;
    }
  });

async function withModels(rules, run) {
  const mock = await mockModels(...rules);
  try {
    await run(mock);
  } finally {
    await mock.stop();
  }
}

const good = [[any, { content: block(OLD, NEW) }]];

test('diagnostics, and a rewrite that needs no model, undone in one step', async () => {
  const { out, text } = await emacs(`
    (say "flymake %s" (mapconcat #'flymake-diagnostic-text (diagnostics) "|"))
    (goto "except:")
    (act "Catch Exception")
    (wait-for "except Exception:")
    (say "after %S" (buffer-substring (line-beginning-position) (line-end-position)))
    (print-text)
    (undo-boundary) (undo)
    (say "undone %s" (if (looking-for "except:") "yes" "no"))`, { env: {} });
  assert.match(out, /flymake .*no timeout/);
  assert.equal(text, MENDED);
  assert.match(out, /undone yes/);
});

test('an action by a model', () =>
  withModels(good, async (models) => {
    const { text } = await emacs(`
      (diagnostics)
      (goto "requests.post")
      (act "Add timeout and retry (claude")
      (wait-for "timeout=10")
      (print-text)`, { models });
    assert.equal(text, FIXED);
    assert.equal(models.requests().length, 1);
  }));

test('an instruction for the region, and typing while the answer comes', () =>
  withModels([[any, { content: block(OLD, NEW) }, { chunkSize: 8, latency: 40 }]], async (models) => {
    const { text } = await emacs(`
      (goto "    response")
      (trimtab-edit "add a timeout to this call" (point) (line-beginning-position 2))
      (goto-char (point-min))
      (insert "# typed 💳\\n")
      (eglot--signal-textDocument/didChange) ; by a timer, when Emacs is not in batch mode
      (wait-for "timeout=10")
      (print-text)`, { models });
    assert.equal(text, `# typed 💳\n${FIXED}`);
    assert.match(JSON.stringify(models.requests()[0].body), /add a timeout to this call/);
  }));

test('cancelling ends the transfer', async () => {
  const silent = await plainServer(() => {});
  try {
    const { out, text } = await emacs(`
      (goto "    response")
      (trimtab-edit "add a timeout" (point) (line-beginning-position 2))
      (pass 1.0)
      (trimtab-cancel)
      (pass 1.0)
      (print-text)`, { models: silent });
    assert.equal(text, SOURCE, out);
    assert.equal(silent.asked.length, 1);
    assert.equal(silent.asked[0].closed, true);
  } finally {
    await silent.stop();
  }
});

test('a wrong key is said in words', async () => {
  const refusing = await plainServer((body, res) => {
    res.writeHead(401, { 'content-type': 'application/json' });
    res.end('{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}');
  });
  try {
    const { errors, text } = await emacs(`
      (goto "    response")
      (trimtab-edit "add a timeout" (point) (line-beginning-position 2))
      (pass 2.0)
      (print-text)`, { models: refusing });
    assert.equal(text, SOURCE);
    assert.match(errors, /\bkey\b/);
  } finally {
    await refusing.stop();
  }
});

after(() => {
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  process.on('exit', () => console.log(`emacs: ${counts.passed} passed, ${counts.failed} failed, in ${seconds} s`));
});
