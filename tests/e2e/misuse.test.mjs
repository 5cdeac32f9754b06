// misuse.test.mjs -- commands with arguments that are almost right: nothing is guessed, and
// nothing is sent or applied that was not asked for.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClient } from '../lib/client.mjs';
import { block, mockModels } from '../lib/model.mjs';

const URI = 'file:///w/rates.py';
const OLD = '    return requests.get(URL).json()\n';
const TEXT = `import requests\n\n\ndef rates():\n${OLD}\n\ndef other():\n    return 1\n`;
const INVALID_PARAMS = -32602;
const REQUEST_FAILED = -32803;

async function session(body) {
  const models = await mockModels([
    { userMessage: /./ },
    { content: block(OLD, OLD.replace('URL', 'URL, timeout=10')) },
  ]);
  try {
    await withClient({
      env: { ANTHROPIC_API_KEY: 'k', OPENAI_API_KEY: 'k' },
      initializationOptions: models.settings(),
    }, async (client) => {
      const doc = await client.open(URI, 'python', TEXT, 7);
      const ask = { uri: URI, range: doc.where(OLD), instruction: 'add a timeout' };
      await body({ client, doc, ask, models });
      assert.equal(doc.text, TEXT);
    });
  } finally {
    await models.stop();
  }
}

const refused = (client, command, args) =>
  client.refused('workspace/executeCommand', { command, arguments: [args] });

test('a switch or a version of the wrong type is refused by name, and no model is asked', () =>
  session(async ({ client, ask, models }) => {
    for (const [field, value] of [
      ['apply', 'no'], ['apply', 0], ['everywhere', 'yes'], ['version', '7'], ['generation', 0.5],
    ]) {
      const error = await refused(client, 'trimtab.edit', { ...ask, [field]: value });
      assert.equal(error.code, INVALID_PARAMS, field);
      assert.match(error.message, new RegExp(`^${field} is `));
    }
    assert.equal((await refused(client, 'trimtab.status', { flush: 1 })).code, INVALID_PARAMS);
    assert.equal(models.requests().length, 0);
  }));

test('deciding about a hunk that the proposal does not have applies none of the others', () =>
  session(async ({ client, ask }) => {
    const { id, hunks } = await client.execute('trimtab.edit', { ...ask, apply: false });
    const error = await refused(client, 'trimtab.decide', { id, accept: [hunks[0].id, 'h9'] });
    assert.equal(error.code, REQUEST_FAILED);
    assert.match(error.message, /no hunk h9/);
    assert.ok(!client.received.some(({ method }) => method === 'workspace/applyEdit'));
    assert.deepEqual(await client.execute('trimtab.decide', { id, accept: [] }), { id }); // as "none"
    assert.match((await refused(client, 'trimtab.decide', { id, accept: 'all' })).message, /decided already/);
  }));

test('a proposal that is refused says for which version, as one that is ready does', () =>
  session(async ({ client, doc, ask }) => {
    const range = doc.where('    return 1\n'); // the answer is about another place
    const proposal = await client.execute('trimtab.edit', { ...ask, range, apply: false });
    assert.equal(proposal.verdict, 'out_of_bounds');
    assert.equal(proposal.version, 7);
    const ready = await client.execute('trimtab.edit', { ...ask, apply: false });
    assert.equal(ready.version, 7);
  }));
