// confirm.test.mjs -- the setting `confirm`: when a person says yes before an edit by a
// model is applied, in editors that can ask by themselves and in those that cannot.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Client, capabilities } from '../lib/client.mjs';
import { block, mockModels, until } from '../lib/model.mjs';

const TEXT = 'import requests\n\n\ndef f(u):\n    return requests.get(u)\n';
const FIXED = TEXT.replace('(u)\n', '(u, timeout=10)\n').replace('def f(u, timeout=10)', 'def f(u)');

const mock = await mockModels([{ userMessage: /./ }, { content: block('    return requests.get(u)\n', '    return requests.get(u, timeout=10)\n') }]);
after(() => mock.stop());

/** `without`: the editor cannot ask.  `answer`: what its user says to a message. */
async function session({ confirm, without = [], answer, delivery = 'command' }, body) {
  const caps = capabilities();
  for (const name of without) delete caps.workspace.workspaceEdit[name];
  const client = new Client({
    capabilities: caps,
    env: { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' },
    initializationOptions: mock.settings({ delivery, ...(confirm && { confirm }) }),
  });
  client.edits = [];
  client.says = true;
  client.applyEdit = ({ edit }) => {
    client.edits.push(structuredClone(edit));
    return client.says && client.apply(edit);
  };
  client.connection.onRequest('window/showMessageRequest', ({ actions }) => actions.find((a) => a.title === answer) ?? null);
  try {
    await client.initialize();
    const doc = await client.open('file:///w/a.py', 'python', TEXT);
    const place = { uri: doc.uri, range: doc.where('requests.get'), instruction: 'add a timeout' };
    const rest = () => until(async () => !(await client.execute('trimtab.status')).running.length, 'the end');
    const messages = () => client.received.filter((m) => m.method === 'window/showMessageRequest').map((m) => m.params.message);
    await body({ client, doc, place, rest, messages });
    await client.stop();
  } finally {
    client.kill();
  }
}

const notes = (edit) => Object.values(edit.changeAnnotations ?? {});
const apply = async ({ client, place, rest }) => {
  await client.execute('trimtab.edit', place);
  await rest();
};

test('without the setting a sound edit is applied as it comes', () =>
  session({}, async (s) => {
    await apply(s);
    assert.equal(s.doc.text, FIXED);
    assert.deepEqual(s.client.edits.flatMap(notes), []);
  }));

test('always: an editor that can ask is told to', () =>
  session({ confirm: 'always' }, async (s) => {
    await apply(s);
    assert.equal(s.doc.text, FIXED);
    assert.equal(s.client.edits.length, 1);
    const [note] = notes(s.client.edits[0]);
    assert.equal(note.needsConfirmation, true);
    assert.ok(note.label.length > 0);
    for (const change of s.client.edits[0].documentChanges[0].edits) assert.ok(change.annotationId);
    assert.deepEqual(s.messages(), []);
  }));

test('always: what its user declines is not sent again', () =>
  session({ confirm: 'always' }, async (s) => {
    s.client.says = false;
    await apply(s);
    assert.equal(s.doc.text, TEXT);
    assert.equal(s.client.edits.length, 1);
  }));

for (const without of [['changeAnnotationSupport'], ['documentChanges'], ['documentChanges', 'changeAnnotationSupport']]) {
  const lacks = without.join(' and ');
  test(`always: an editor without ${lacks} asks in a message`, () =>
    session({ confirm: 'always', without, answer: 'Apply all' }, async (s) => {
      await apply(s);
      await until(() => s.doc.text === FIXED, 'the edit');
      assert.equal(s.messages().length, 1);
      assert.match(s.messages()[0], /1 place of this file would change/);
      assert.deepEqual(s.client.edits.flatMap(notes), []);
    }));

  test(`always: discarded in the message, without ${lacks}`, () =>
    session({ confirm: 'always', without, answer: 'Discard' }, async (s) => {
      await apply(s);
      await until(() => s.messages().length, 'the question');
      await s.client.execute('trimtab.status');
      assert.equal(s.doc.text, TEXT);
      assert.equal(s.client.edits.length, 0);
    }));
}

test('always: a proposal says that it wants to be seen; once decided, nobody asks again', () =>
  session({ confirm: 'always' }, async ({ client, doc, place }) => {
    const proposal = await client.execute('trimtab.edit', { ...place, apply: false });
    assert.equal(proposal.verdict, 'ready');
    assert.equal(proposal.review, true);
    await client.execute('trimtab.decide', { id: proposal.id, accept: 'all' });
    await until(() => doc.text === FIXED, 'the edit');
    assert.deepEqual(client.edits.flatMap(notes), []);
  }));

test('always: an action that is resolved, too', () =>
  session({ confirm: 'always', delivery: 'resolve' }, async ({ client, doc }) => {
    const action = (await client.actions(doc, doc.where('requests.get'))).find((a) => a.data?.action);
    const { edit } = await client.request('codeAction/resolve', action);
    assert.equal(notes(edit)[0].needsConfirmation, true);
  }));

test('the setting holds as soon as it is made', () =>
  session({}, async (s) => {
    s.client.options.settings = { confirm: 'always' };
    const from = s.client.received.length;
    await s.client.notify('workspace/didChangeConfiguration', { settings: {} });
    await s.client.message((m) => m.method === 'workspace/configuration', 'the question', { from });
    await apply(s);
    assert.equal(notes(s.client.edits[0])[0].needsConfirmation, true);
  }));
