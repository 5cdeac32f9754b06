// target.test.mjs -- what a model may change, from what was selected: the statements that
// the selection begins and ends in, but never half of a file because a quote is open.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { withClient } from '../lib/client.mjs';
import { block, mockModels } from '../lib/model.mjs';

const mock = await mockModels([{ userMessage: /./ }, { content: block('nothing like it\n', 'x\n') }]);
after(() => mock.stop());

/** The lines that may change when `selected` (a piece of its text) is. */
async function target(text, selected, languageId = 'python') {
  let lines;
  await withClient({ env: { ANTHROPIC_API_KEY: 'sk-ant-x', OPENAI_API_KEY: 'sk-x' }, initializationOptions: mock.settings() }, async (client) => {
    const doc = await client.open('file:///w/t.x', languageId, text);
    const from = mock.requests().length;
    await client.execute('trimtab.edit', { uri: doc.uri, range: doc.where(selected), instruction: 'mend it', apply: false, model: 'claude' });
    const { messages } = mock.requests()[from].body;
    const asked = messages.flatMap((m) => (typeof m.content === 'string' ? [m.content] : m.content.map((part) => part.text))).join('\n');
    // the rules speak of the tags, too; the last ones hold the code
    lines = asked.slice(0, asked.lastIndexOf('\n</target>')).split(/<target[^>\n]*>\n/).at(-1).split('\n');
  });
  return lines;
}

const call = 'def f(u):\n    a = load(\n        u,\n        timeout=3,\n    )\n    b = 1\n    return a\n';

test('a line within a call means the call', async () => {
  assert.deepEqual(await target(call, 'timeout=3'), ['    a = load(', '        u,', '        timeout=3,', '    )']);
});

const many = Array.from({ length: 120 }, (_, i) => `    a${i} = ${i}\n`).join('');

test('a quote that nobody closed does not take in what follows', async () => {
  const text = `def f(u):\n    x = "open\n${many}    y = "shut\n    return x\n`;
  assert.deepEqual(await target(text, 'x = "open'), ['    x = "open']);
  assert.deepEqual(await target(text, 'y = "shut'), ['    y = "shut']);
  assert.deepEqual(await target(text, 'a60 = 60'), ['    a60 = 60']);
});

test('in a broken file, a short statement still is taken whole', async () => {
  const lines = await target(`${call}\n\ndef g(:\n    pass\n`, 'timeout=3');
  assert.deepEqual(lines, ['    a = load(', '        u,', '        timeout=3,', '    )']);
});

test('of a statement of thousands of lines, a line is a line', async () => {
  const table = Array.from({ length: 2000 }, (_, i) => `    "k${i}": ${i},`).join('\n');
  assert.deepEqual(await target(`T = {\n${table}\n}\n`, '"k1000": 1000'), ['    "k1000": 1000,']);
  const short = Array.from({ length: 50 }, (_, i) => `    "k${i}": ${i},`).join('\n');
  assert.equal((await target(`T = {\n${short}\n}\n`, '"k10": 10')).length, 52);
});
