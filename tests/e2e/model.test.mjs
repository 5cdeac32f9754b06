// model.test.mjs -- from a code action or an instruction to the right text in the
// editor, over real HTTP, for both providers.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { Client, capabilities } from '../lib/client.mjs';
import { program } from '../lib/server.mjs';
import { block, mockModels, plainServer, settings, until } from '../lib/model.mjs';

const URI = 'file:///w/service/orders.py';
const SOURCE = `import requests


def charge(order):
    """Ask the payment service to charge an order. 💳"""
    response = requests.post(PAYMENT_URL, json={"order": order.id})
    return response.json()


def total(order):
    return sum(item.price for item in order.items)
`;
const OLD = '    response = requests.post(PAYMENT_URL, json={"order": order.id})\n';
const NEW = '    response = requests.post(PAYMENT_URL, json={"order": order.id}, timeout=10)\n';
const FIXED = SOURCE.replace(OLD, NEW);
const GOOD = block(OLD, NEW);
const KEYS = { ANTHROPIC_API_KEY: 'sk-ant-e2e-secret-1', OPENAI_API_KEY: 'sk-e2e-secret-2' };

/** A client with one document, over a mock; `run` gets them all. */
async function session({ rules, models, env = KEYS, config = {}, ...options }, run) {
  const mock = models ?? (await mockModels(...(rules ?? [[{ userMessage: /./ }, { content: GOOD }]])));
  const state = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-e2e-'));
  const client = new Client({
    ...options,
    env: { ...options.extraEnv, TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state, ...env },
    initializationOptions: settings(mock.url, config),
  });
  try {
    await client.initialize();
    const document = await client.open(URI, 'python', SOURCE);
    await run({ client, document, mock, state });
    await client.stop();
    const said = JSON.stringify(client.received) + client.server.stderr + all(state);
    for (const key of Object.values(env).filter(Boolean)) assert.ok(!said.includes(key), 'a key was said');
  } finally {
    client.server.kill?.();
    await mock.stop();
    fs.rmSync(state, { recursive: true, force: true });
  }
}

/** Everything that was written to the state folder. */
function all(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => fs.readFileSync(path.join(entry.parentPath ?? entry.path, entry.name), 'latin1'))
    .join('\n');
}

const shown = (client) =>
  client.received.filter((m) => m.method === 'window/showMessage').map((m) => m.params.message);
const applied = (client) => client.received.filter((m) => m.method === 'workspace/applyEdit').length;
const progress = (client) =>
  client.received.filter((m) => m.method === '$/progress').map((m) => m.params.value);
const ended = (client) => until(() => progress(client).some((v) => v.kind === 'end'), 'the end');

async function edit(client, document, more = {}) {
  return client.execute('trimtab.edit', {
    uri: document.uri,
    range: document.where('requests.post'),
    instruction: 'add a timeout to this call',
    ...more,
  });
}

for (const [name, chunk] of [
  ['claude', 5],
  ['gpt', 7],
]) {
  test(`an instruction, streamed by ${name}`, () =>
    session({ rules: [[{ userMessage: /timeout/ }, { content: GOOD }, { chunkSize: chunk }]] },
      async ({ client, document, mock }) => {
        const answer = await edit(client, document, { model: name });
        assert.match(answer.id, /^e[0-9a-f]{8}-\d+$/);
        await until(() => document.text !== SOURCE, 'the edit');
        assert.equal(document.text, FIXED);
        await ended(client);
        const last = progress(client).at(-1);
        assert.match(last.message, /tokens in, .* out, /, 'the receipt in one line');
        const [request] = mock.requests();
        assert.match(request.path, name === 'claude' ? /messages/ : /chat\/completions/);
      }));

  test(`a code action by command, streamed by ${name}`, () =>
    session({ config: { pins: { 'class:resilience': name } } }, async ({ client, document }) => {
      const actions = await client.actions(document, document.where('requests.post'));
      const action = actions.find((a) => /resilience/.test(a.kind));
      assert.ok(action, JSON.stringify(actions));
      assert.equal(action.isPreferred, undefined);
      assert.deepEqual(action.tags, [1]);
      assert.match(action.title, /\$|free|price/, 'the price is in the title');
      assert.ok(action.title.length <= 60, action.title);
      await client.execute(action.command.command, ...action.command.arguments);
      await until(() => document.text !== SOURCE, 'the edit');
      assert.equal(document.text, FIXED);
      await ended(client);
    }));

  test(`a code action by resolve, streamed by ${name}`, () =>
    session({ config: { delivery: 'resolve', pins: { 'class:resilience': name } } },
      async ({ client, document }) => {
        const actions = await client.actions(document, document.where('requests.post'));
        const action = actions.find((a) => /resilience/.test(a.kind));
        assert.equal(action.edit, undefined);
        const resolved = await client.request('codeAction/resolve', action);
        assert.equal(client.preview(document, resolved.edit), FIXED);
        assert.equal(applied(client), 0);
      }));
}

// ---- what could not be checked ----

const SUM = 'int total(int a, int b)\n{\n    int sum = a + b;\n    return sum;\n}\n';
const DOUBTFUL = SUM.replace('sum = a', 'sum = = a');
const WARNING = 'After the edit, line 3 does not parse any more, but this grammar is often wrong about it.';
const doubtful = { rules: [[{ userMessage: /./ }, { content: block('    int sum = a + b;\n', '    int sum = = a + b;\n') }]] };

async function editSum(client, more = {}) {
  const document = await client.open('file:///w/sum.c', 'c', SUM);
  const answer = await client.execute('trimtab.edit', {
    uri: document.uri, range: document.where('sum = a'), instruction: 'say it again', ...more,
  });
  return { document, answer };
}

test('an edit that only a grammar of little trust doubts is applied, and the end of its progress says so', () =>
  session(doubtful, async ({ client, state }) => {
    const { document } = await editSum(client);
    await ended(client);
    assert.equal(document.text, DOUBTFUL);
    const last = progress(client).at(-1).message;
    assert.match(last, /tokens in, .* out, /);
    assert.ok(last.endsWith(`. ${WARNING}`), last);
    assert.deepEqual(shown(client), [], 'said once');
    await client.execute('trimtab.status', { flush: true });
    assert.ok(all(state).includes(`"warning":"${WARNING}"`), 'the log has it');
  }));

test('a client without progress is told in a message', () => {
  const without = capabilities();
  delete without.window.workDoneProgress;
  return session({ ...doubtful, capabilities: without }, async ({ client }) => {
    const { document } = await editSum(client);
    await until(() => shown(client).length, 'the message');
    assert.equal(document.text, DOUBTFUL);
    assert.deepEqual(shown(client), [`trimtab: ${WARNING} Look at the edit; undo takes it back.`]);
  });
});

test('a proposal has its warning, and so has its receipt; one without a doubt has none', () =>
  session(doubtful, async ({ client }) => {
    const { answer } = await editSum(client, { apply: false });
    assert.equal(answer.verdict, 'ready');
    assert.equal(answer.warning, WARNING);
    assert.equal(answer.receipt.warning, WARNING);
    assert.deepEqual(shown(client), []);
  }).then(() => session({}, async ({ client, document }) => {
    const answer = await edit(client, document, { apply: false });
    assert.equal(answer.verdict, 'ready');
    assert.ok(!('warning' in answer) && !('warning' in answer.receipt));
  })));

test('the log prints the warning', () =>
  session(doubtful, async ({ client, state }) => {
    await editSum(client, { apply: false });
    await client.execute('trimtab.status', { flush: true });
    const log = spawnSync(program, ['log'], { env: { ...process.env, TRIMTAB_STATE_DIR: state, TRIMTAB_CONFIG_DIR: state }, encoding: 'utf8' });
    assert.ok(log.stdout.includes(`warning: ${WARNING}`), log.stdout + log.stderr);
  }));

test('an action with a command is never resolved by a model', () =>
  session({}, async ({ client, document, mock }) => {
    const actions = await client.actions(document, document.where('requests.post'));
    const action = actions.find((a) => /resilience/.test(a.kind));
    assert.ok(action.command, JSON.stringify(action));
    assert.deepEqual(await client.request('codeAction/resolve', action), action);
    await client.execute('trimtab.status'); // what was asked meanwhile would be on its way
    assert.equal(mock.requests().length, 0);
    assert.equal(document.text, SOURCE);
  }));

test('once more, without naming a model, asks the other one', () =>
  session({}, async ({ client, document, mock }) => {
    const ask = (command, more) => client.execute(command, { ...more, apply: false });
    const place = { uri: document.uri, range: document.where('requests.post'), instruction: 'add a timeout' };
    const first = await ask('trimtab.edit', { ...place, model: 'gpt' });
    const second = await ask('trimtab.retry', { id: first.id });
    const third = await ask('trimtab.retry', { id: second.id });
    const named = await ask('trimtab.retry', { id: third.id, model: 'gpt' });
    assert.deepEqual([first, second, third, named].map((p) => p.receipt.name), ['gpt', 'claude', 'gpt', 'gpt']);
    assert.equal(mock.requests().length, 4);
  }));

test('an applied edit of whole lines is refined where it stands now', () =>
  session({ rules: [
    [{ userMessage: /30 seconds/ }, { content: block(NEW, NEW.replace('10', '30')) }],
    [{ userMessage: /./ }, { content: GOOD }],
  ] }, async ({ client, document }) => {
    const at = document.find(OLD);
    await client.execute('trimtab.edit', {
      uri: document.uri, range: document.range(at, at + OLD.length), instruction: 'add a timeout', scope: 'range',
    });
    await until(() => document.text === FIXED, 'the edit');
    await ended(client);
    await document.type(0, 0, '# typed above\n');
    const proposal = await client.execute('trimtab.refine', {
      uri: document.uri, instruction: 'make it 30 seconds', apply: false,
    });
    assert.equal(proposal.verdict, 'ready', proposal.reason);
    await client.execute('trimtab.decide', { id: proposal.id, accept: 'all' });
    await until(() => document.text === `# typed above\n${FIXED.replace('10', '30')}`, 'the refined edit');
  }));

test('an edit that was overtaken by typing is moved and sent again', () =>
  session({ rules: [[{ userMessage: /./ }, { content: GOOD }]] }, async ({ client, document }) => {
    let declined = 0;
    client.applyEdit = async (params) => {
      if (declined++ < 2) {
        await document.type(0, 0, `# line ${declined}\n`);
        return false;
      }
      return client.apply(params.edit);
    };
    const proposal = await edit(client, document, { apply: false });
    await client.execute('trimtab.decide', { id: proposal.id, accept: [proposal.hunks[0].id] });
    await until(() => document.text === `# line 2\n# line 1\n${FIXED}`, 'the edit');
    assert.equal(shown(client).length, 0);
  }));

test('an edit that the editor declines again and again is given up, and said', () =>
  session({ rules: [[{ userMessage: /./ }, { content: GOOD }]] }, async ({ client, document }) => {
    let asked = 0;
    client.applyEdit = async () => {
      asked++;
      await document.type(0, 0, '#\n');
      return false;
    };
    await edit(client, document);
    await until(() => shown(client).length, 'the message');
    assert.match(shown(client).join(), /did not apply the edit/);
    assert.equal(asked, 3);
  }));

test('typing elsewhere while the answer streams', () =>
  session({ rules: [[{ userMessage: /./ }, { content: GOOD }, { chunkSize: 8, latency: 15 }]] },
    async ({ client, document }) => {
      await edit(client, document);
      await until(() => progress(client).some((v) => /tokens/.test(v.message ?? '')), 'the stream');
      await document.type(0, 0, 'import logging  # ✍️ 漢字\n');
      await document.type(document.text.length, document.text.length, '\n# the end\n');
      await until(() => applied(client), 'the edit');
      await ended(client);
      assert.equal(document.text, `import logging  # ✍️ 漢字\n${FIXED}\n# the end\n`);
    }));

test('typing inside the target while the answer streams', () =>
  session({ rules: [[{ userMessage: /./ }, { content: GOOD }, { chunkSize: 8, latency: 15 }]] },
    async ({ client, document }) => {
      await edit(client, document);
      await until(() => progress(client).some((v) => /tokens/.test(v.message ?? '')), 'the stream');
      const at = document.find('json={');
      await document.type(at, at, 'verify=True, ');
      const mine = document.text;
      await ended(client);
      assert.equal(document.text, mine);
      assert.equal(applied(client), 0);
      assert.match(shown(client).join(), /nothing was applied/);
    }));

test('cancelling ends the transfer', async () => {
  const server = await plainServer((body, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write('event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":3,"output_tokens":1}}}\n\n');
  });
  await session({ models: server }, async ({ client, document }) => {
    const { id } = await edit(client, document, { model: 'claude' });
    await until(() => server.asked.length, 'the request');
    await client.execute('trimtab.cancel', { id });
    await until(() => server.asked[0].closed, 'the end of the transfer');
    await ended(client);
    assert.equal(document.text, SOURCE);
  });
});

test('cancelling by the progress of the editor', async () => {
  const server = await plainServer(() => {}); // never answers
  await session({ models: server }, async ({ client, document }) => {
    await edit(client, document, { model: 'gpt' });
    await until(() => server.asked.length, 'the request');
    const create = client.received.find((m) => m.method === 'window/workDoneProgress/create');
    await client.notify('window/workDoneProgress/cancel', { token: create.params.token });
    await until(() => server.asked[0].closed, 'the end of the transfer');
    await ended(client);
  });
});

test('an answer that does not fit is asked for once more, then shown and kept', () =>
  session({ rules: [[{ userMessage: /./ }, { content: block('    nothing like it\n', '    x\n') }]] },
    async ({ client, document, mock, state }) => {
      const { id } = await edit(client, document, { model: 'claude' });
      await ended(client);
      await until(() => shown(client).length, 'the message');
      assert.equal(mock.requests().length, 2);
      assert.equal(document.text, SOURCE);
      assert.match(shown(client).join(), new RegExp(`trimtab log --answer ${id}`));
      await until(() => all(state).includes('nothing like it'), 'the answer on disk');
    }));

test('a cut stream is never applied', async () => {
  const server = await plainServer((body, res) => {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = JSON.stringify(GOOD);
    res.write(`data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":${text}},"finish_reason":null}]}\n\n`);
    setTimeout(() => res.destroy(), 50);
  });
  await session({ models: server }, async ({ client, document }) => {
    await edit(client, document, { model: 'gpt' });
    await ended(client);
    assert.equal(document.text, SOURCE);
    assert.equal(applied(client), 0);
    assert.ok(shown(client).length);
  });
});

test('no key: said before anything is sent', () =>
  session({ env: { ANTHROPIC_API_KEY: '', OPENAI_API_KEY: '' } }, async ({ client, document, mock }) => {
    const error = await client.refused('workspace/executeCommand', {
      command: 'trimtab.edit',
      arguments: [{ uri: URI, range: document.where('requests.post'), instruction: 'x' }],
    });
    assert.equal(error.code, -32803);
    assert.match(error.message, /ANTHROPIC_API_KEY|OPENAI_API_KEY/);
    const actions = await client.actions(document, document.where('requests.post'));
    const model = actions.filter((a) => a.tags?.includes(1));
    assert.ok(model.length && model.every((a) => a.disabled?.reason), 'shown as disabled');
    assert.equal(mock.requests().length, 0);
  }));

test('wrong key: said with the next step', () =>
  session({ rules: [[{ userMessage: /./ }, { error: { message: 'invalid x-api-key', type: 'authentication_error' }, status: 401 }]] },
    async ({ client, document, mock }) => {
      await edit(client, document, { model: 'claude' });
      await until(() => shown(client).length, 'the message');
      assert.match(shown(client).join(), /ANTHROPIC_API_KEY/);
      assert.equal(mock.requests().length, 1);
      await ended(client);
    }));

test('the server is not there', async () => {
  const gone = await plainServer(() => {});
  await gone.stop();
  await session({ models: { url: gone.url, stop: async () => {} } }, async ({ client, document }) => {
    await edit(client, document, { model: 'gpt' });
    await until(() => shown(client).length, 'the message', 20_000);
    assert.equal(document.text, SOURCE);
    await ended(client);
    await client.diagnostics(document); // it goes on
  });
});

test('a web page instead of JSON, and an answer of ten megabytes', async () => {
  const server = await plainServer((body, res, n) => {
    if (n <= 3) {
      res.writeHead(200, { 'content-type': 'text/html' });
      res.end('<html><body>Please sign in</body></html>');
      return;
    }
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const piece = JSON.stringify('x'.repeat(1 << 20));
    for (let i = 0; i < 12; i++)
      res.write(`data: {"id":"c","model":"m","choices":[{"index":0,"delta":{"content":${piece}},"finish_reason":null}]}\n\n`);
    res.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
  });
  await session({ models: server }, async ({ client, document }) => {
    for (let i = 0; i < 2; i++) {
      const before = shown(client).length;
      await edit(client, document, { model: 'gpt' });
      await until(() => shown(client).length > before, 'the message', 20_000);
      while (server.asked.length < 3) server.asked.push({}); // the next answer is the large one
    }
    assert.equal(document.text, SOURCE);
    assert.equal(applied(client), 0);
  });
});

test('overloaded, then fine', () =>
  session({
    rules: [
      [{ userMessage: /./, sequenceIndex: 0 }, { error: { message: 'Overloaded', type: 'overloaded_error' }, status: 529 }],
      [{ userMessage: /./, sequenceIndex: 1 }, { content: GOOD }],
    ],
  }, async ({ client, document }) => {
    await edit(client, document, { model: 'claude' });
    await until(() => document.text === FIXED, 'the edit');
    await ended(client);
  }));

test('a proposal is decided hunk by hunk', () =>
  session({
    rules: [[{ userMessage: /./ }, { content: GOOD }]],
  }, async ({ client, document }) => {
    const proposal = await edit(client, document, { apply: false });
    assert.equal(proposal.verdict, 'ready');
    assert.equal(proposal.hunks.length, 1);
    assert.equal(proposal.why, 'Here is the smallest change.');
    assert.equal(document.text, SOURCE);
    assert.ok(proposal.receipt.tokens.in > 0 || proposal.receipt.tokens.estimated !== undefined);
    await client.execute('trimtab.decide', { id: proposal.id, accept: [proposal.hunks[0].id] });
    await until(() => document.text === FIXED, 'the edit');
  }));

test('a client without versioned edits, progress or literals still gets its edit', () => {
  const caps = capabilities(['utf-8']);
  delete caps.window.workDoneProgress;
  delete caps.workspace.workspaceEdit;
  delete caps.workspace.configuration;
  return session({ capabilities: caps }, async ({ client, document }) => {
    await edit(client, document);
    await until(() => document.text === FIXED, 'the edit');
    assert.equal(progress(client).length, 0);
  });
});

test('the receipt says which model ran and what it cost, and holds no code', () =>
  session({}, async ({ client, document, state }) => {
    await edit(client, document, { model: 'claude' });
    await until(() => document.text === FIXED, 'the edit');
    const text = await until(() => {
      try {
        return fs.readFileSync(path.join(state, 'receipts.jsonl'), 'utf8');
      } catch {
        return null;
      }
    }, 'the receipt');
    const receipt = JSON.parse(text.trim().split('\n').at(-1));
    assert.equal(receipt.verdict, 'ready');
    assert.equal(receipt.model, 'claude-sonnet-4-5');
    assert.ok(receipt.cost_usd >= 0);
    assert.ok(!text.includes('PAYMENT_URL'));
  }));
