// preview.test.mjs -- what is shown of an answer while it streams, in the small pieces
// that models send.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { capabilities, withClient } from '../lib/client.mjs';
import { block, plainServer, sleep } from '../lib/model.mjs';

const URI = 'file:///w/rates.py';
const OLD = '    return requests.get(URL).json()\n';
const NEW = '    return requests.get(URL, timeout=10).json()\n';
const DRAFT = '    return requests.get(URL, 10).json()\n';
const TEXT = `import requests\n\n\ndef rates():\n${OLD}`;

/** An answer in pieces of four characters, with a pause for the preview behind each text. */
async function stream(response, texts) {
  const send = (choice, more = {}) =>
    response.write(`data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }], ...more })}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const text of texts) {
    for (const content of text.match(/[^]{1,4}/g)) send({ delta: { content } });
    await sleep(300);
  }
  send({ delta: {}, finish_reason: 'stop' }, { usage: { prompt_tokens: 9, completion_tokens: 9 } });
  response.end('data: [DONE]\n\n');
}

/** `asked` proposals for the same place; gives the previews of each, and its answer. */
async function previews(texts, asked, check) {
  const model = await plainServer((_, response) => stream(response, texts));
  const caps = { ...capabilities(), experimental: { trimtab: { preview: true } } };
  const home = { provider: 'openai-compatible', family: 'other', model: 'm', base_url: `${model.url}/v1` };
  try {
    await withClient({ capabilities: caps, initializationOptions: { models: { home } } }, async (client) => {
      const doc = await client.open(URI, 'python', TEXT);
      const ask = { uri: URI, range: doc.where(OLD), instruction: 'add a timeout', model: 'home', apply: false };
      for (let i = 0; i < asked; i++) {
        const from = client.received.length;
        const proposal = await client.execute('trimtab.edit', ask);
        const shown = client.received.slice(from).filter((m) => m.method === 'trimtab/preview');
        await check(shown.map(({ params }) => params), proposal, i);
        assert.equal(doc.text, TEXT);
      }
    });
  } finally {
    await model.stop();
  }
}

const texts = ({ hunks }) => hunks.map(({ newText }) => newText);

test('the last hunk is shown too, however its end mark is cut', () =>
  previews([block(OLD, NEW), ' '], 1, (shown, proposal) => {
    assert.equal(proposal.verdict, 'ready');
    assert.deepEqual(shown.map(texts), [[NEW], []]);
    assert.deepEqual(shown.map(({ done }) => done), [false, true]);
  }));

test('thoughts that look like an answer are taken back when they end, and not shown again', () =>
  previews([`Perhaps so?\n${block(OLD, DRAFT, 'A draft.')}`, 'No.\n</think>\n\n', block(OLD, NEW), ' '], 2, (shown, proposal, i) => {
    assert.equal(proposal.verdict, 'ready');
    assert.equal(proposal.why, 'Here is the smallest change.');
    const first = [[DRAFT], [], [NEW], []];
    assert.deepEqual(shown.map(texts), i === 0 ? first : [[NEW], []]);
  }));

test('thoughts that say where they begin are never shown, and explain nothing', () =>
  previews([`<thinking>\n${block(OLD, DRAFT, 'A draft.')}`, 'No.\n</thinking>\n', block(OLD, NEW), ' '], 1, (shown, proposal) => {
    assert.equal(proposal.why, 'Here is the smallest change.');
    assert.deepEqual(shown.map(texts), [[NEW], []]);
  }));
