// noise.test.mjs -- comments, white space and names of no meaning change next to nothing in a
// decision: neither the kind of task nor the model.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { pulling, withClient } from '../lib/client.mjs';

const EACH = Number(process.env.NOISE_EACH ?? 2); // every second task; 1: all of them
const data = path.resolve('tests/data/tasks');
const tasks = fs.readdirSync(data).filter((name) => name.endsWith('.jsonl')).sort()
  .flatMap((name) => fs.readFileSync(path.join(data, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line)));

/** Names that say nothing of the task, where code has them as words of their own. */
const NAMES = ['order', 'orders', 'item', 'items', 'user', 'users', 'customer', 'product', 'invoice',
  'row', 'rows', 'data', 'result', 'value', 'name', 'row_id', 'order_id', 'user_id', 'orderId', 'userId'];

const MARKERS = { python: '#', ruby: '#', shellscript: '#', yaml: '#', terraform: '#', dockerfile: '#', sql: '--', prisma: '//' };
const marker = (language) => MARKERS[language] ?? '//';
const indent = (line) => /^\s*/.exec(line)[0];

/** Where code may be changed without meaning: not in strings that go over lines. */
const variants = {
  comments({ code, language, range }) {
    // Above the lines in question, so that they keep their code and move down by two.
    const lines = code.split('\n');
    const at = range.start_line - 1;
    const pad = indent(lines[at]);
    const note = [`${pad}${marker(language)} see the wiki`, `${pad}${marker(language)} reviewed in spring`];
    if (inString(lines.slice(0, at).join('\n'))) return null;
    return { code: [...lines.slice(0, at), ...note, ...lines.slice(at)].join('\n'), shift: 2 };
  },
  'white space': ({ code, range }) => {
    const lines = code.split('\n');
    if (inString(lines.slice(0, range.start_line - 1).join('\n'))) return null;
    const trailing = lines.map((line, i) => (i === range.end_line - 1 || !line.trim() || inString(lines.slice(0, i + 1).join('\n')) ? line : `${line}  `));
    return { code: `\n\n${trailing.join('\n')}\n\n\n`, shift: 2 };
  },
  names({ code }) {
    const fresh = code.replace(/[A-Za-z_][A-Za-z0-9_]*/g, (word) => (NAMES.includes(word) ? `${word}_k7` : word));
    return fresh === code ? null : { code: fresh, shift: 0 };
  },
};

/** Does a text of several lines (three quotes, or a template) stand open at the end? */
function inString(before) {
  const count = (mark) => before.split(mark).length - 1;
  return count('"""') % 2 === 1 || count("'''") % 2 === 1 || count('`') % 2 === 1;
}

async function decide(client, task, code, shift, i) {
  const document = await client.open(`file:///w/${i}/${task.path}`, task.language, code);
  // Answered once the text was parsed: what is asked before is decided without a tree.
  await client.request('textDocument/diagnostic', { textDocument: { uri: document.uri } });
  const { start_line: start, end_line: end } = task.range;
  const range = {
    start: { line: start - 1 + shift, character: 0 },
    end: { line: end - 1 + shift, character: 0 },
  };
  const decision = await client.execute('trimtab.explain', {
    uri: document.uri, range, ...(task.instruction ? { instruction: task.instruction } : {}),
  });
  await document.close();
  return { task: decision.task, model: decision.choice?.name };
}

test('comments, white space and names of no meaning flip one decision in fifty at the most', { timeout: 240_000 }, () =>
  withClient({ capabilities: pulling(), env: { ANTHROPIC_API_KEY: 'sk-ant-noise', OPENAI_API_KEY: 'sk-noise' } }, async (client) => {
    const tried = Object.fromEntries(Object.keys(variants).map((kind) => [kind, 0]));
    const flips = [];
    for (const [i, task] of tasks.entries()) {
      if (i % EACH) continue;
      const before = await decide(client, task, task.code, 0, i);
      for (const [kind, change] of Object.entries(variants)) {
        const changed = change(task);
        if (!changed) continue;
        tried[kind]++;
        const after = await decide(client, task, changed.code, changed.shift, i);
        if (before.task !== after.task || before.model !== after.model)
          flips.push(`${kind}, ${task.id}: ${before.task} (${before.model}) became ${after.task} (${after.model})`);
      }
    }
    for (const [kind, n] of Object.entries(tried)) assert.ok(n > 25, `${kind}: ${n} cases`);
    const all = Object.values(tried).reduce((sum, n) => sum + n, 0);
    assert.ok(flips.length * 50 <= all, `${flips.length} flips of ${all}:\n${flips.join('\n')}`);
  }));
