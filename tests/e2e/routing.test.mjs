// routing.test.mjs -- what a user sets up, and which model is asked for it: a model that
// is served no more, one key, a gateway, pins, routing switched off, a budget.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../lib/client.mjs';
import { block, mockModels, plainServer, settings, until } from '../lib/model.mjs';
import { anthropic } from '../lib/peer.mjs';

const URI = 'file:///w/service/orders.py';
const SOURCE = 'import requests\n\n\ndef charge(order):\n    return requests.post(URL, json=order)\n';
const OLD = '    return requests.post(URL, json=order)\n';
const NEW = '    return requests.post(URL, json=order, timeout=10)\n';
const CLAUDE = { ANTHROPIC_API_KEY: 'sk-ant-routing-1' };
const GPT = { OPENAI_API_KEY: 'sk-routing-2' };
const WISH = 'add a timeout to this call';

async function session(env, initializationOptions, run, { uri = URI, language = 'python', source = SOURCE } = {}) {
  const client = new Client({ env, initializationOptions });
  try {
    await client.initialize();
    const document = await client.open(uri, language, source);
    const at = { uri, range: document.where('requests.post') };
    await run({
      client, document,
      edit: (more = {}) => client.execute('trimtab.edit', { ...at, instruction: WISH, ...more }),
      explain: (more = {}) => client.execute('trimtab.explain', { ...at, instruction: WISH, ...more }),
    });
    await client.stop();
  } finally {
    client.kill();
  }
}

const said = (client) =>
  client.received.filter((m) => /window\/(show|log)Message/.test(m.method)).map((m) => m.params.message).join('\n');

test('a model that is served no more: its successor is asked, with a notice', async () => {
  const server = await plainServer((body, res) => {
    const { model } = JSON.parse(body);
    if (model === 'claude-3-7-sonnet-20250219') {
      res.writeHead(404, { 'content-type': 'application/json' });
      res.end(JSON.stringify({ type: 'error', error: { type: 'not_found_error', message: `model: ${model}` } }));
    } else {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.end(anthropic.start + anthropic.text(block(OLD, NEW)) + anthropic.stopText + anthropic.end());
    }
  });
  const all = settings(server.url);
  all.models.claude.model = 'claude-3-7-sonnet-20250219';
  try {
    await session(CLAUDE, all, async ({ client, document, edit, explain }) => {
      await edit();
      await until(() => document.text.includes(NEW), 'the edit');
      assert.deepEqual(server.asked.map(({ body }) => JSON.parse(body).model), ['claude-3-7-sonnet-20250219', 'claude-sonnet-5']);
      assert.match(said(client), /claude-3-7-sonnet-20250219 is no longer served by its provider; claude-sonnet-5 is used instead/);
      // From now on it is asked at once, and priced as itself.
      const { choice } = await explain();
      assert.equal(choice.model, 'claude-sonnet-5');
    });
  } finally {
    await server.stop();
  }
});

test('one key is enough: between the tiers of its family, and said so', () =>
  session(GPT, { delivery: 'command' }, async ({ explain }) => {
    const decision = await explain();
    assert.equal(decision.choice.family, 'gpt');
    assert.match(decision.reason, /claude cannot be used \(no key: set the environment variable ANTHROPIC_API_KEY\)/);
    assert.match(decision.reason, /only one that can be used|between its tiers/);
  }));

test('a gateway that serves both families is one setting', async () => {
  const mock = await mockModels([{ userMessage: /./ }, { content: block(OLD, NEW) }]);
  try {
    await session({ GATEWAY_KEY: 'sk-gw' },
      { delivery: 'command', gateway: { base_url: `${mock.url}/v1`, api_key_env: 'GATEWAY_KEY' } },
      async ({ document, edit, explain }) => {
        const { candidates } = await explain();
        assert.deepEqual(candidates.map((c) => [c.family, c.eligible]), [['claude', true], ['gpt', true]]);
        for (const model of ['claude', 'gpt']) {
          await edit({ model });
          await until(() => document.text.includes(NEW), `the edit of ${model}`);
          await document.replace(SOURCE);
        }
        assert.equal(new Set(mock.requests().map(({ body }) => body.model)).size, 2);
        for (const { path: where } of mock.requests()) assert.match(where, /chat\/completions/);
      });
  } finally {
    await mock.stop();
  }
});

const BOTH = { ...CLAUDE, ...GPT };

for (const [what, more, name, by] of [
  ['the finding decides', {}, 'claude', 'finding'],
  ['a pin by task', { pins: { 'ERR-2': 'gpt' } }, 'gpt', 'pin'],
  ['a pin by class', { pins: { 'class:resilience': 'gpt' } }, 'gpt', 'pin'],
  ['a pin by language', { pins: { 'language:python': 'gpt' } }, 'gpt', 'pin'],
  ['a pin by path', { pins: { 'path:**/orders.py': 'gpt' } }, 'gpt', 'pin'],
  ['a pin of another language', { pins: { 'language:go': 'gpt' } }, 'claude', 'finding'],
  ['only pins', { routing: 'pinned', pins: { 'DB-1': 'claude' }, default_model: 'gpt' }, 'gpt', 'default'],
  ['routing is off', { routing: 'off', default_model: 'gpt' }, 'gpt', 'default'],
  ['the user says the finding is wrong', { findings: { 'ERR-2': { favours: 'gpt', margin: 'strong' } } }, 'gpt', 'finding'],
  ['economy counts what closes when asked as a tie', { policy: 'economy' }, 'gpt', 'price'],
]) {
  test(`${what}: ${name}`, () =>
    session(BOTH, { delivery: 'command', ...more }, async ({ explain }) => {
      const decision = await explain();
      assert.equal(decision.task, 'ERR-2');
      assert.equal(decision.choice.name, name, decision.reason);
      assert.equal(decision.by, by);
      // Named in the request, it overrides all, once.
      const named = await explain({ model: name === 'gpt' ? 'claude' : 'gpt' });
      assert.equal(named.by, 'request');
      assert.notEqual(named.choice.name, name);
      assert.equal((await explain()).choice.name, name);
    }));
}

test('a budget of one model: the other is asked, and it is said', () =>
  session(BOTH, { delivery: 'command', models: { claude: { budget: { day_usd: 0 } } } }, async ({ explain }) => {
    const decision = await explain();
    assert.equal(decision.choice.name, 'gpt');
    assert.match(decision.reason, /claude cannot be used \(.*budget of this model for the day/);
  }));
