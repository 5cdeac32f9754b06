// examples.test.ts -- the messages of protocol/examples/, both ways: what a server sends is
// taken by the code that handles it, and what this client sends has the shape of the examples.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { beforeEach, test } from 'node:test';
import { applyHunks } from '../src/hunks';
import { duelPage } from '../src/html';
import {
  type Comparison,
  type Decision,
  type EditArguments,
  type NamedModel,
  type Proposal,
  type ServerStatus,
  setKeys,
  type StatusNotice,
  withoutConfirmation,
} from '../src/protocol';
import { Requests } from '../src/requests';
import type { Server } from '../src/server';
import { face } from '../src/status';
import { forget, settings, shown } from './vscode';

interface Message {
  id?: number;
  method?: string;
  params?: { command: string; arguments?: Record<string, unknown>[] };
  result?: unknown;
  error?: { code: number; message: string };
}
interface Row {
  command: string;
  required: string[];
  optional: string[];
  examples: string[];
}

const protocol = new URL('../../../protocol/', import.meta.url);
const readAny = (name: string): unknown =>
  JSON.parse(fs.readFileSync(new URL(name, protocol), 'utf8'));
const read = (name: string) => readAny(`examples/${name}`) as Message;
const {
  commands,
  errors,
  methods: notifications,
} = readAny('methods.json') as {
  commands: Row[];
  errors: { code: number; examples: string[] }[];
  methods: { method: string; examples: string[] }[];
};
const TEXT = Array.from({ length: 60 }, (_, i) => `    line_${i} = "${'x'.repeat(60)}"`).join('\n');
const WHERE: EditArguments = {
  uri: 'file:///home/ana/shop/orders.py',
  version: 3,
  range: { start: { line: 2, character: 4 }, end: { line: 2, character: 4 } },
  scope: 'symbol',
};

/** A server that answers each command with an example, and what it was sent. */
class World {
  readonly sent: { command: string; argument: Record<string, unknown> }[] = [];
  readonly previews: { proposal: Proposal; title: string }[] = [];
  readonly answers = new Map<string, string>();
  readonly requests: Requests;

  constructor(...answers: [string, string][]) {
    for (const [command, name] of [['trimtab.status', 'execute-status-result.json'], ...answers])
      this.answers.set(command!, name!);
    const client = {
      sendRequest: (_: unknown, params: Message['params']) => this.answer(params),
      onProgress: () => ({ dispose: () => undefined }),
    };
    const server = { running: client, start: () => Promise.resolve() };
    const preview = {
      show: (proposal: Proposal, title: string) => {
        this.previews.push({ proposal, title });
        return Promise.resolve(true);
      },
    };
    this.requests = new Requests(
      () => server as unknown as Server,
      () => preview as unknown as ReturnType<ConstructorParameters<typeof Requests>[1]>,
    );
  }

  private answer(params: Message['params']): Promise<unknown> {
    assert.ok(params);
    this.sent.push({ command: params.command, argument: params.arguments?.[0] ?? {} });
    const { result, error } = read(this.answers.get(params.command) ?? 'execute-result-null.json');
    return error ? Promise.reject(new Error(error.message)) : Promise.resolve(result);
  }

  argument(command: string): Record<string, unknown> {
    const found = this.sent.filter((one) => one.command === command).at(-1);
    assert.ok(found, `${command} was not sent`);
    sameShape(found.argument, command);
    return found.argument;
  }
}

function shape(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length ? shape(value[0]) : ''}]`;
  if (typeof value !== 'object' || value === null) return typeof value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, child]) => `${key}:${shape(child)}`).join()}}`;
}

/** What is sent is known to methods.json, and of the types that the examples have. */
function sameShape(argument: Record<string, unknown>, command: string): void {
  const row = commands.find((one) => one.command === command);
  assert.ok(row, command);
  // as on the wire, without what is undefined
  const sent = JSON.parse(JSON.stringify(argument)) as Record<string, unknown>;
  const known = row.examples.map(read).flatMap((m) => m.params?.arguments ?? []);
  for (const name of row.required) assert.ok(name in sent, `${command} without ${name}`);
  for (const [key, value] of Object.entries(sent)) {
    const types = known.filter((one) => key in one).map((one) => shape(one[key]));
    if (types.length) assert.ok(types.includes(shape(value)), `${command}.${key}: ${shape(value)}`);
    else assert.ok([...row.required, ...row.optional].includes(key), `${command}.${key}`);
  }
}

beforeEach(forget);

void test('a proposal is shown, as it came; its hunks can be applied', async () => {
  const world = new World(['trimtab.edit', 'proposal-result.json']);
  await world.requests.edit({ ...WHERE, instruction: 'add a timeout' }, 'add a timeout');
  const argument = world.argument('trimtab.edit');
  assert.equal(argument.apply, false);
  const { result } = read('proposal-result.json') as { result: Proposal };
  assert.deepEqual(world.previews, [{ proposal: result, title: 'add a timeout' }]);
  const after = applyHunks(TEXT, result.hunks);
  for (const { newText } of result.hunks) assert.ok(after.includes(newText.trim()));
});

void test('a proposal that is ready is decided at once where no preview is wanted', async () => {
  settings.set('preview', 'never');
  const world = new World(['trimtab.refine', 'proposal-result.json']);
  await world.requests.refine(WHERE.uri, 'shorter');
  world.argument('trimtab.refine');
  const { result } = read('proposal-result.json') as { result: Proposal };
  const { id, accept } = world.argument('trimtab.decide');
  assert.equal(id, result.id);
  assert.deepEqual(
    accept,
    result.hunks.filter((hunk) => !hunk.noise).map((hunk) => hunk.id),
  );
});

void test('what could not be checked of an edit is said, whether it is shown or not', async () => {
  for (const preview of ['never', 'always']) {
    forget();
    settings.set('preview', preview);
    const world = new World(['trimtab.edit', 'proposal-result-warning.json']);
    await world.requests.edit({ ...WHERE, instruction: 'add a timeout' }, 'add a timeout');
    assert.equal(world.previews.length, preview === 'always' ? 1 : 0);
    assert.match(shown[0]?.text ?? '', /line 11 does not parse any more/);
  }
});

void test('a new file is shown before it is made, whatever the setting', async () => {
  settings.set('preview', 'never');
  const world = new World(['trimtab.edit', 'proposal-result-new-file.json']);
  await world.requests.edit({ ...WHERE, instruction: 'write tests' }, 'tests');
  assert.equal(world.previews[0]?.proposal.create, true);
});

const failures = errors.filter(({ code }) => code !== -32800).flatMap(({ examples }) => examples);
for (const name of ['proposal-result-refused.json', ...new Set(failures)])
  void test(`${name} is said with its reason`, async () => {
    const world = new World(['trimtab.edit', name]);
    await world.requests.edit({ ...WHERE, instruction: 'x' }, 'x');
    const { result, error } = read(name) as Message & { result?: Proposal };
    const reason = error?.message ?? result?.reason ?? '';
    assert.match(shown[0]?.text ?? '', new RegExp(reason.slice(0, 20).replace(/\W/g, '.')));
    assert.equal(world.previews.length, 0);
  });

void test('asked again after it was outdated, it is about the text as it is now', async () => {
  const world = new World(['trimtab.edit', 'execute-error-not-open.json']);
  const { press } = await import('./vscode');
  press.next = 'Retry';
  const args = { ...WHERE, generation: 7, action: 'resilience' };
  await world.requests.edit(args, 'resilience');
  await new Promise((done) => setTimeout(done, 10));
  const asked = world.sent.filter((one) => one.command === 'trimtab.edit');
  assert.equal(asked[0]?.argument.generation, 7);
  assert.equal(asked.length, 2);
  const again = JSON.parse(JSON.stringify(asked[1]?.argument)) as object;
  assert.ok(!('generation' in again) && !('version' in again));
});

void test('a duel is drawn; judging, decisions and routes are sent as in the examples', async () => {
  const world = new World(
    ['trimtab.compare', 'compare-result.json'],
    ['trimtab.rate', 'rate-result.json'],
    ['trimtab.decide', 'execute-edit-result.json'],
    ['trimtab.explain', 'explain-result.json'],
  );
  const answer = await world.requests.compare({ ...WHERE, instruction: 'add a timeout' });
  world.argument('trimtab.compare');
  assert.deepEqual(answer, read('compare-result.json').result);
  const page = duelPage('nonce', answer as Comparison, TEXT, 'add a timeout');
  for (const { hunks } of [answer!.a, answer!.b])
    assert.ok(page.includes(hunks[0]!.newText.trim().slice(0, 8)), page);
  const judged = await world.requests.rate(answer!.id, 'a');
  world.argument('trimtab.rate');
  assert.ok([judged.a, judged.b].every(({ name, model }: NamedModel) => name && model));
  await world.requests.decide(answer!.a.id, 'all');
  world.argument('trimtab.decide');
  const { uri, range } = WHERE;
  const route: Decision = await world.requests.explain({
    uri,
    range: range!,
    version: 3,
    scope: 'symbol',
  });
  world.argument('trimtab.explain');
  assert.ok(route.candidates.some(({ name }) => name === route.choice?.name));
  assert.ok(route.task && route.reason);
});

void test('the status of the server, and cancelling', async () => {
  const world = new World();
  const status: ServerStatus = await world.requests.status({ flush: true });
  world.argument('trimtab.status');
  const { tooltip } = face({ state: 'idle', running: 0 }, true, status.models);
  for (const { name, model } of status.models) assert.ok(tooltip.includes(`${name}: ${model}`));
  await world.requests.cancel();
  world.argument('trimtab.cancel');
});

const notices = notifications.find(({ method }) => method === 'trimtab/status')!.examples;
for (const name of notices)
  void test(`${name} is shown in the status bar`, () => {
    const notice = read(name).params as unknown as StatusNotice;
    const { text, tooltip, look } = face(notice, true);
    assert.equal(look, notice.state === 'warning' ? 'warning' : undefined);
    assert.ok(tooltip.includes(notice.message ?? ''));
    if (notice.running) assert.ok(text.includes(notice.model!) && text.includes('sync'));
    else assert.match(text, /trimtab/);
  });

void test('an edit that was held is not asked about again', () => {
  const { edit } = read('apply-edit-held.json').params as unknown as {
    edit: { changeAnnotations: Record<string, { needsConfirmation?: boolean }> };
  };
  assert.ok(Object.values(edit.changeAnnotations).some((note) => note.needsConfirmation));
  withoutConfirmation(edit);
  assert.ok(Object.values(edit.changeAnnotations).every((note) => !note.needsConfirmation));
  withoutConfirmation({});
});

void test('keys go as in set-keys.json', () => {
  const { params } = read('set-keys.json') as unknown as {
    params: { keys: Record<string, string> };
  };
  assert.deepEqual(setKeys(params.keys), read('set-keys.json'));
});
