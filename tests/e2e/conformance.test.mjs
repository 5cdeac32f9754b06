// conformance.test.mjs -- each thing that a client can say about itself, taken
// away one at a time: the session still works, every message has the shape that
// the protocol gives it, and what the client does not know is not used.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, capabilities, pulling } from '../lib/client.mjs';

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

const at = (tree, path) => path.split('.').reduce((value, key) => value?.[key], tree);

/** What must not be seen of a server whose client did not say the path. */
const needs = [
  ['workspace.configuration', (m) => m.method === 'workspace/configuration'],
  ['window.workDoneProgress', (m) => m.method === 'window/workDoneProgress/create'],
  ['workspace.diagnostics.refreshSupport', (m) => m.method === 'workspace/diagnostic/refresh'],
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

async function session(caps) {
  const client = new Client({ capabilities: caps });
  try {
    await client.initialize();
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    // Without versions a client cannot know for which text it was told.
    if (at(caps, 'textDocument.publishDiagnostics.versionSupport')) await client.diagnostics(doc);
    const whole = doc.range(0, doc.text.length);
    await client.actions(doc, whole);
    await doc.type(0, 0, '# 😀\n');
    const actions = await client.actions(doc, doc.where('except:'));
    const fix = actions.find((a) => a.edit);
    if (fix) {
      assert.ok(client.apply(fix.edit));
      assert.equal(doc.text, `# 😀\n${TEXT}`.replace('except:', 'except Exception:'));
    }
    const literals = at(caps, 'textDocument.codeAction.codeActionLiteralSupport');
    assert.ok(fix || !literals, 'the rewrite is offered');
    await client.execute('trimtab.status');
    await doc.close();
    await client.stop();
    for (const [path, seen] of needs) {
      if (at(caps, path)) continue;
      const wrong = client.received.find(seen);
      assert.ok(!wrong, `${path} was not said: ${JSON.stringify(wrong)?.slice(0, 500)}`);
    }
  } finally {
    client.kill();
  }
}

for (const [name, all] of [
  ['pushing', capabilities(['utf-8', 'utf-16'])],
  ['pulling', pulling(['utf-8', 'utf-16'])],
]) {
  const known = name === 'pushing' ? [] : paths(capabilities(['utf-8'])).map(String);
  const cases = paths(all).filter((path) => !known.includes(String(path)));

  test(`a ${name} client that says everything`, () => session(all));
  for (const path of cases) {
    test(`a ${name} client without ${path.join('.')}`, () => session(without(all, path)));
  }
}
