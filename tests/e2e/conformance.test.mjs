// conformance.test.mjs -- each thing that a client can say about itself, taken
// away one at a time, and many at once: the session still works, every message has
// the shape that the protocol gives it, and what the client does not know is not used.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, capabilities, pulling } from '../lib/client.mjs';
import { lsp, mistake } from '../lib/lsp-types.mjs';
import { block, mockModels, until } from '../lib/model.mjs';

const TEXT = 'import requests\n\n\ndef f(u):\n    try:\n        return requests.get(u)\n    except:\n        pass\n';

/** Every path of the tree, branches too: "textDocument.codeAction.dataSupport". */
function paths(tree, prefix = []) {
  return Object.entries(tree).flatMap(([key, value]) => {
    const path = [...prefix, key];
    const inner = value && typeof value === 'object' && !Array.isArray(value);
    return [path, ...(inner ? paths(value, path) : [])];
  });
}

function without(tree, path) {
  const copy = structuredClone(tree);
  const parent = path.slice(0, -1).reduce((at, key) => at[key], copy);
  delete parent[path.at(-1)];
  return copy;
}

/** Does the client say so?  Nonsense counts as no. */
function at(tree, path) {
  const value = path.split('.').reduce((inner, key) => inner?.[key], tree);
  return value === true || (typeof value === 'object' && value !== null && !Array.isArray(value));
}

/** What must not be seen of a server whose client did not say the path. */
const needs = [
  ['window.showMessage.messageActionItem', (m) => m.method === 'window/showMessageRequest'],
  ['window.workDoneProgress', (m) => m.method === '$/progress'],
  ['experimental.trimtab.preview', (m) => m.method === 'trimtab/preview'],
  ['textDocument.diagnostic', (m) => m.result?.capabilities?.diagnosticProvider],
  ['textDocument.codeAction.codeActionLiteralSupport', (m) => m.result?.capabilities?.codeActionProvider?.codeActionKinds],
  [
    'workspace.didChangeConfiguration.dynamicRegistration',
    (m) => registers(m, 'workspace/didChangeConfiguration'),
  ],
  [
    'workspace.didChangeWatchedFiles.dynamicRegistration',
    (m) => registers(m, 'workspace/didChangeWatchedFiles'),
  ],
  ['textDocument.publishDiagnostics.versionSupport', (m) => m.params?.diagnostics && 'version' in m.params],
  ['textDocument.publishDiagnostics.codeDescriptionSupport', (m) => inDiagnostics(m, 'codeDescription')],
  ['textDocument.publishDiagnostics.dataSupport', (m) => inDiagnostics(m, 'data')],
  ['textDocument.publishDiagnostics.relatedInformation', (m) => inDiagnostics(m, 'relatedInformation')],
  ['textDocument.publishDiagnostics.tagSupport', (m) => inDiagnostics(m, 'tags')],
  ['textDocument.codeAction.isPreferredSupport', (m) => inActions(m, 'isPreferred')],
  ['textDocument.codeAction.disabledSupport', (m) => inActions(m, 'disabled')],
  ['textDocument.codeAction.dataSupport', (m) => inActions(m, 'data')],
  ['textDocument.codeAction.tagSupport', (m) => inActions(m, 'tags')],
  ['textDocument.codeAction.codeActionLiteralSupport', (m) => inActions(m, 'kind')],
  ['workspace.workspaceEdit.documentChanges', (m) => JSON.stringify(m).includes('"documentChanges"')],
  ['workspace.workspaceEdit.changeAnnotationSupport', (m) => JSON.stringify(m).includes('nnotation')],
];

function registers(message, method) {
  return message.params?.registrations?.some((r) => r.method === method);
}

function inDiagnostics(message, field) {
  const list = message.params?.diagnostics ?? message.result?.items ?? [];
  return list.some((d) => field in d);
}

function inActions(message, field) {
  return Array.isArray(message.result) && message.result.some((a) => a && field in a);
}

/** Whatever has a capability of its own in the protocol is not sent without it. */
function undeclared(caps, message) {
  const path = message.method && lsp.messages[message.method]?.capability;
  // older than capabilities: every client knows these two
  const always = ['textDocument/publishDiagnostics', 'window/showMessage'].includes(message.method);
  return path && !always && !at(caps, path);
}

/** The same steps with every client: offline, then with a model, in both deliveries. */
async function steps(client, caps) {
  const doc = await client.open('file:///w/a.py', 'python', TEXT);
  // Without versions a client cannot know for which text it was told.
  if (at(caps, 'textDocument.publishDiagnostics.versionSupport') && at(caps, 'textDocument.publishDiagnostics'))
    await client.diagnostics(doc);
  await client.actions(doc, doc.range(0, doc.text.length));
  await client.actions(doc, doc.range(0, doc.text.length), { triggerKind: 2 });
  await doc.type(0, 0, '# 😀\n');
  const actions = await client.actions(doc, doc.where('except:'));
  const fix = actions.find((a) => a.edit);
  if (fix) {
    assert.ok(client.apply(fix.edit));
    assert.equal(doc.text, `# 😀\n${TEXT}`.replace('except:', 'except Exception:'));
  }
  const literals = at(caps, 'textDocument.codeAction.codeActionLiteralSupport');
  assert.ok(fix || !literals, 'the rewrite is offered');
  const command = actions.find((a) => a.command === 'trimtab.fix');
  assert.equal(Boolean(command), !literals && at(caps, 'workspace.applyEdit'));
  if (command) {
    await client.execute(command.command, ...command.arguments);
    await until(() => doc.text.includes('except Exception:'), 'the rewrite');
  }
  await client.notify('workspace/didChangeConfiguration', { settings: { trimtab: { max_model_actions: 3 } } });
  await withModels(client, doc, caps);
  await doc.close();
}

async function withModels(client, doc, caps) {
  const range = () => doc.where('requests.get(u)');
  const place = { uri: doc.uri, range: range(), instruction: 'add a timeout' };
  const offered = (await client.actions(doc, range())).find((a) => /timeout/.test(a.title));
  const canApply = at(caps, 'workspace.applyEdit');
  // resolved, or carried out, or (neither is possible) not there or said to be impossible
  if (offered?.data && !offered.command && !offered.disabled) {
    const { edit } = await client.request('codeAction/resolve', offered);
    assert.match(client.preview(doc, edit), /timeout=10/);
  } else if (offered && !offered.disabled) {
    const { command, arguments: args } = typeof offered.command === 'string' ? offered : offered.command;
    await client.execute(command, ...args);
    await until(() => doc.text.includes('timeout=10'), 'the edit');
    const at_ = doc.find(', timeout=10');
    await doc.type(at_, at_ + ', timeout=10'.length, '');
  } else {
    assert.ok(!canApply, 'it is offered');
  }
  const proposal = await client.execute('trimtab.edit', { ...place, range: range(), apply: false });
  assert.equal(proposal.verdict, 'ready');
  const decided = client.execute('trimtab.decide', { id: proposal.id, accept: 'all' });
  if (canApply) {
    await decided;
    await until(() => doc.text.includes('timeout=10'), 'the decided edit');
  } else {
    await assert.rejects(decided, /does not apply/);
  }
  // scope new-file: asked in a message, in the editor's preview, or refused
  await client.execute('trimtab.edit', { ...place, range: undefined, instruction: 'write tests', scope: 'new-file' }).catch((error) => {
    assert.match(error.message, /cannot create files|does not apply/);
  });
  await until(async () => !(await client.execute('trimtab.status')).running.length, 'the end of all');
}

async function session(caps, mock) {
  const client = new Client({
    capabilities: caps,
    env: { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' },
    initializationOptions: mock.settings({ delivery: 'auto' }),
    folders: [{ uri: 'file:///w', name: 'w' }],
  });
  client.applyEdit = (params) => {
    // the editor would ask before it creates a file
    if (params.edit.documentChanges?.some((change) => change.kind)) return true;
    return client.apply(params.edit);
  };
  try {
    await client.initialize();
    await client.execute('trimtab.status', { flush: true });
    await steps(client, caps);
    await client.stop();
    for (const [path, seen] of needs) {
      if (at(caps, path)) continue;
      const wrong = client.received.find(seen);
      assert.ok(!wrong, `${path} was not said: ${JSON.stringify(wrong)?.slice(0, 500)}`);
    }
    const wrong = client.received.find((m) => undeclared(caps, m));
    assert.ok(!wrong, `${wrong?.method} needs ${lsp.messages[wrong?.method]?.capability}`);
  } finally {
    client.kill();
  }
}

const mock = await mockModels([{ userMessage: /./ }, { content: block('        return requests.get(u)\n', '        return requests.get(u, timeout=10)\n') }]);
after(() => mock.stop());

for (const [name, all] of [
  ['pushing', capabilities(['utf-8', 'utf-16'])],
  ['pulling', pulling(['utf-8', 'utf-16'])],
]) {
  const known = name === 'pushing' ? [] : paths(capabilities(['utf-8'])).map(String);
  const cases = paths(all).filter((path) => !known.includes(String(path)));

  test(`a ${name} client that says everything`, () => session(all, mock));
  for (const path of cases) {
    test(`a ${name} client without ${path.join('.')}`, () => session(without(all, path), mock));
  }
}

/** 32-bit numbers, the same for the same seed. */
function random(seed) {
  let a = seed;
  return (n) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
}

/** Some capabilities taken away, some null, some of a type that they cannot have. */
function scrambled(tree, pick) {
  return Object.fromEntries(
    Object.entries(tree).flatMap(([key, value]) => {
      const dice = pick(10);
      if (dice < 2) return [];
      if (dice === 2) return [[key, [null, 0, 'x', false, []][pick(5)]]];
      const inner = value && typeof value === 'object' && !Array.isArray(value);
      return [[key, inner ? scrambled(value, pick) : value]];
    }),
  );
}

for (let seed = 1; seed <= 30; seed++) {
  test(`a client that says some of it, and nonsense (seed ${seed})`, () =>
    session(scrambled(pulling(['utf-8', 'utf-16', 'utf-32']), random(seed)), mock));
}

test('a message that is not as the protocol says is found', () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } };
  const good = { uri: 'file:///a', diagnostics: [{ range, message: 'x', severity: 2, tags: [1], data: { any: [1.5] } }] };
  const wrong = (change) => {
    const params = structuredClone(good);
    change(params);
    return mistake(params, lsp.messages['textDocument/publishDiagnostics'].params, 'params');
  };
  assert.equal(wrong(() => {}), undefined);
  assert.match(wrong((p) => (p.diagnostics[0].range.end.character = 1.5)), /end\.character is 1\.5/);
  assert.match(wrong((p) => (p.diagnostics[0].severity = 5)), /severity is 5/);
  assert.match(wrong((p) => delete p.diagnostics[0].message), /message is missing/);
  assert.match(wrong((p) => (p.diagnostics[0].colour = 'red')), /colour is no field/);
  assert.match(wrong((p) => (p.version = null)), /version is null/);
  assert.match(wrong((p) => (p.diagnostics = {})), /not a list/);
});
