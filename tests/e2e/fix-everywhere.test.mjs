// fix-everywhere.test.mjs -- all of one finding in a file, by one request: its whole price is
// said first, it changes those places only, and it is reviewed once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClient } from '../lib/client.mjs';
import { mockModels, settings, until } from '../lib/model.mjs';

const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' };
const URI = 'file:///w/users.py';
const at = (table) => `    db.execute("SELECT * FROM ${table} WHERE name = '" + name + "'")\n`;
const safe = (table) => `    db.execute("SELECT * FROM ${table} WHERE name = %s", (name,))\n`;
const TEXT =
  `def users(db, name):\n${at('users')}\n\n` +
  'def between(x):\n    return x + 1\n\n\n' +
  `def orders(db, name):\n${at('orders')}\n\n` +
  `def bills(db, name):\n${at('bills')}`;
const edit = (old, fresh) => `\`\`\`\n<<<<<<< SEARCH\n${old}=======\n${fresh}>>>>>>> REPLACE\n\`\`\`\n\n`;
// Switched off as it ships.
const RULES = { 'py-sql-built': 'warning' };
const ALL = ['users', 'orders', 'bills'].map((table) => edit(at(table), safe(table))).join('');
const FIXED = ['users', 'orders', 'bills'].reduce((text, table) => text.replace(at(table), safe(table)), TEXT);

async function withAnswer(answer, choice, run, more = {}) {
  const mock = await mockModels([{ userMessage: /./ }, { content: `Parameters.\n\n${answer}` }]);
  try {
    await withClient({ env: KEYS, initializationOptions: settings(mock.url, { rules: RULES, ...more }) }, async (client) => {
      client.questions = [];
      client.connection.onRequest('window/showMessageRequest', (params) => {
        client.questions.push(params);
        return choice ? { title: choice } : null;
      });
      await client.execute('trimtab.status');
      const doc = await client.open(URI, 'python', TEXT);
      await client.diagnostics(doc);
      await run({ client, doc, mock });
    });
  } finally {
    await mock.stop();
  }
}

const offered = async (client, doc, context) =>
  (await client.actions(doc, doc.where('orders WHERE'), context)).filter(
    (a) => a.kind === 'quickfix.trimtab.everywhere',
  );
const dollars = (title) => Number(/~?\$([\d.]+)/.exec(title)?.[1]);

test('it is offered beside the one fix, with its whole price', () =>
  withAnswer(ALL, null, async ({ client, doc, mock }) => {
    const [all, ...more] = await offered(client, doc);
    assert.deepEqual(more, []);
    assert.match(all.title, /^Fix all 3/);
    assert.ok([...all.title].length <= 60, all.title);
    assert.ok(all.title.includes('$'), all.title);
    assert.equal(all.data.everywhere, true);
    assert.equal(all.data.rule, 'py-sql-built');
    assert.ok(!all.isPreferred && all.command && !all.edit);
    const one = (await client.actions(doc, doc.where('orders WHERE'))).find(
      (a) => a.data?.rule === 'py-sql-built' && !a.data.everywhere,
    );
    assert.ok(all.data.cost_usd > one.data.cost_usd, `${all.data.cost_usd} for all, ${one.data.cost_usd} for one`);
    assert.ok(Math.abs(dollars(all.title) - all.data.cost_usd) <= 0.006, all.title);
    assert.deepEqual(await offered(client, doc, { triggerKind: 2 }), []);
    assert.equal((await offered(client, doc, { only: ['quickfix.trimtab'] })).length, 1);
    assert.deepEqual(await offered(client, doc, { only: ['refactor'] }), []);
    assert.equal(mock.requests().length, 0);
  }));

test('one request, one review, all of it applied', () =>
  withAnswer(ALL, 'Apply all', async ({ client, doc, mock }) => {
    const [all] = await offered(client, doc);
    await client.connection.sendRequest('workspace/executeCommand', all.command);
    await until(() => doc.text === FIXED, 'all of it');
    assert.equal(mock.requests().length, 1);
    assert.equal(client.questions.length, 1);
    assert.match(client.questions[0].message, /3 places of this file would change/);
  }));

for (const choice of ['Discard', null]) {
  test(`nothing is applied without a yes (${choice})`, () =>
    withAnswer(ALL, choice, async ({ client, doc }) => {
      const [all] = await offered(client, doc);
      await client.connection.sendRequest('workspace/executeCommand', all.command);
      await until(() => client.questions.length, 'the question');
      await client.execute('trimtab.status');
      assert.equal(doc.text, TEXT);
    }));
}

test('as a proposal it says that it wants to be seen, and is decided hunk by hunk', () =>
  withAnswer(ALL, null, async ({ client, doc }) => {
    const [all] = await offered(client, doc);
    const proposal = await client.execute('trimtab.edit', { ...all.data, apply: false });
    assert.equal(proposal.verdict, 'ready');
    assert.equal(proposal.review, true);
    assert.equal(proposal.hunks.length, 3);
    await client.execute('trimtab.decide', { id: proposal.id, accept: [proposal.hunks[1].id] });
    await until(() => doc.text !== TEXT, 'the edit');
    assert.equal(doc.text, TEXT.replace(at('orders'), safe('orders')));
  }));

test('code between the places is not changed', () =>
  withAnswer(ALL + edit('    return x + 1\n', '    return x + 2\n'), null, async ({ client, doc }) => {
    const [all] = await offered(client, doc);
    const proposal = await client.execute('trimtab.edit', { ...all.data, apply: false });
    assert.equal(proposal.verdict, 'out_of_bounds', JSON.stringify(proposal));
    assert.deepEqual(proposal.hunks, []);
  }));

test('it is not offered where there is only one, and cannot be asked for without a rule', () =>
  withAnswer(ALL, null, async ({ client, doc }) => {
    await doc.replace(TEXT.slice(0, TEXT.indexOf('def orders')));
    await client.diagnostics(doc);
    const actions = await client.actions(doc, doc.where('users WHERE'));
    assert.ok(actions.some((a) => a.data?.rule === 'py-sql-built'));
    assert.ok(!actions.some((a) => a.data?.everywhere));
    await assert.rejects(
      client.execute('trimtab.edit', { uri: URI, everywhere: true, instruction: 'x' }),
      /needs a `rule`/,
    );
    await assert.rejects(
      client.execute('trimtab.edit', { uri: URI, everywhere: true, rule: 'py-bare-except', instruction: 'x' }),
      /finds nothing in this document/,
    );
  }));

test('another model is asked about the places as they are then', () =>
  withAnswer(ALL, null, async ({ client, doc, mock }) => {
    const [all] = await offered(client, doc);
    const first = await client.execute('trimtab.edit', { ...all.data, apply: false });
    await doc.type(0, 0, '# more\n');
    await client.diagnostics(doc);
    const second = await client.execute('trimtab.retry', { id: first.id, apply: false });
    assert.equal(second.verdict, 'ready', JSON.stringify(second));
    assert.equal(second.hunks.length, 3);
    assert.notEqual(second.receipt.model, first.receipt.model);
    const asked = JSON.stringify(mock.requests().at(-1).body);
    assert.equal(asked.match(/Do so at each of the 3 places/g).length, 1);
  }));
