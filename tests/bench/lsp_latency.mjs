// lsp_latency.mjs -- what an editor waits for, measured from outside of the process.
//
//     node tests/bench/lsp_latency.mjs SERVER [--peer AST_GREP] [--rounds N] [--only PART]...
//
// PART is editing, streaming, diagnostics, many or huge.
//
// A keystroke is measured where one types (one place after the other, ten characters each)
// and at random places, each time another one: tree-sitter goes through the statements of
// the file behind a place where it has not been, which is most of what that costs.
//
// One harness for both servers, in one run: time to `initialize`, memory, a menu in a
// file of 10,000 lines, a keystroke with the menu after it. Then what only ours can do:
// menus while three answers stream, diagnostics after a keystroke, 500 open files, a file
// of 50 MB. The client is a bare one, so that its own work does not hide the server's.
//
// The model that streams is a process of its own. It takes its part of the machine, so
// the menus are timed three times: with no model at all, while it streams to somebody
// else, and while it streams to the server. What the third has over the second is the
// server's. Linux also says how long the server's loop worked during each menu, and how
// long it stood ready and had no processor.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';

const { values: options, positionals: [program] } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'string' },
    rounds: { type: 'string', default: '500' },
    only: { type: 'string', multiple: true },
    play: { type: 'string' }, // model, burst or listener=PORT: a part of another run
  },
});
const wanted = (part) => !options.only || options.only.includes(part);
const rounds = Number(options.rounds);
const now = () => Number(process.hrtime.bigint()) / 1e6;

// ---- a client ----

class Bare {
  #buffer = Buffer.alloc(0);
  #waiting = new Map();
  #id = 0;
  notes = [];

  constructor(command, args, { env = {}, cwd } = {}) {
    this.began = now();
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'ignore'], cwd, env: { ...process.env, ...env } });
    this.process.stdout.on('data', (data) => this.#feed(data));
  }

  #feed(data) {
    this.#buffer = this.#buffer.length ? Buffer.concat([this.#buffer, data]) : data;
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: *(\d+)/i.exec(this.#buffer.toString('latin1', 0, end))[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const message = JSON.parse(this.#buffer.toString('utf8', end + 4, end + 4 + length));
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      if (!message.method) {
        this.#waiting.get(message.id)?.(message);
        this.#waiting.delete(message.id);
      } else {
        this.notes.push(message.method);
        this.heard?.(message);
        if ('id' in message) this.#write({ id: message.id, result: null });
      }
    }
  }

  /** The bytes of a message. */
  static frame(message) {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    return Buffer.concat([Buffer.from(`Content-Length: ${body.length}\r\n\r\n`), body]);
  }

  #write(message) {
    this.process.stdin.write(Bare.frame(message));
  }

  notify(method, params) {
    this.#write({ method, params });
  }

  request(method, params) {
    const id = ++this.#id;
    return new Promise((done) => {
      this.#waiting.set(id, done);
      this.#write({ id, method, params });
    });
  }

  async timed(method, params) {
    const from = now();
    const answer = await this.request(method, params);
    if (answer.error) throw new Error(`${method}: ${answer.error.message}`);
    return now() - from;
  }

  async initialize(folder, more = {}) {
    const { result } = await this.request('initialize', {
      processId: process.pid,
      rootUri: `file://${folder}`,
      workspaceFolders: [{ uri: `file://${folder}`, name: 'w' }],
      capabilities: {
        textDocument: {
          codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: [''] } }, dataSupport: true, resolveSupport: { properties: ['edit'] } },
          publishDiagnostics: { versionSupport: true },
        },
        workspace: { applyEdit: true, workspaceEdit: { documentChanges: true } },
        window: { workDoneProgress: true },
        experimental: { trimtab: { preview: true } },
      },
      ...more,
    });
    const took = now() - this.began;
    this.incremental = (result.capabilities.textDocumentSync?.change ?? result.capabilities.textDocumentSync) === 2;
    this.notify('initialized', {});
    return took;
  }

  memory(field = 'VmRSS') {
    return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(fs.readFileSync(`/proc/${this.process.pid}/status`, 'utf8'))[1]) / 1024;
  }

  open(uri, text) {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'python', version: 1, text } });
  }

  end() {
    this.process.kill('SIGKILL');
  }
}

// ---- what is opened ----

function python(lines) {
  const out = ['import logging', 'import requests', 'from fastapi import APIRouter', '', 'router = APIRouter()', ''];
  for (let i = 0; out.length < lines; i++) {
    out.push(
      '', `def load_order_${i}(order_id, retries=3):`,
      `    """Read one order of shop ${i}."""`,
      '    for attempt in range(retries):',
      `        response = requests.get(f"https://api.example.com/{order_id}/${i}", timeout=5)`,
      '        if response.status_code == 200:',
      '            return {"id": order_id, "total": response.json()["total"] * attempt}',
      `    logging.warning("order %s was not found in shop ${i}", order_id)`,
      '    return None', '',
    );
  }
  return `${out.slice(0, lines).join('\n')}\n`;
}

const percentile = (sorted, p) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))];
function figures(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: percentile(sorted, 0.5), p99: percentile(sorted, 0.99), max: sorted.at(-1) };
}
const ms = ({ p50, p99, max }) => `p50 ${p50.toFixed(2)}  p99 ${p99.toFixed(2)}  max ${max.toFixed(2)} ms`;
const sleep = (time) => new Promise((done) => setTimeout(done, time));

const TEXT = python(10_000);
const LINES = TEXT.split('\n');
let seed = 7;
const random = (n) => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % n;

const menu = (uri, line) => ({
  textDocument: { uri },
  range: { start: { line, character: 4 }, end: { line, character: 4 } },
  context: { diagnostics: [], triggerKind: 1 },
});

/** Rest: nothing was sent for a while and the process does nothing. */
async function rest(server) {
  let before = -1;
  for (;;) {
    const stat = fs.readFileSync(`/proc/${server.process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const used = Number(stat[11]) + Number(stat[12]);
    if (used === before) return;
    before = used;
    await sleep(300);
  }
}

// ---- both ----

async function editing(name, command, args, folder, env) {
  const starts = [];
  for (let i = 0; i < 9; i++) {
    const server = new Bare(command, args, { cwd: folder, env });
    starts.push(await server.initialize(folder));
    server.end();
  }
  const server = new Bare(command, args, { cwd: folder, env });
  try {
    await server.initialize(folder);
    await rest(server);
    const started = server.memory();
    const uri = `file://${folder}/big.py`;
    server.open(uri, TEXT);
    await server.request('textDocument/codeAction', menu(uri, 20));
    await rest(server);
    const open = server.memory();
    const menus = [], pairs = [], typed = [];
    for (let i = 0; i < rounds; i++) menus.push(await server.timed('textDocument/codeAction', menu(uri, random(9_990))));
    let text = TEXT, version = 1, place;
    const keystroke = async (again) => {
      if (!again) {
        let line = random(9_990);
        while (!LINES[line].includes('order')) line++;
        place = { line, character: LINES[line].indexOf('order') + 5 }; // in a name, a string or a comment, as one types
      }
      const { line, character } = place;
      LINES[line] = `${LINES[line].slice(0, character)}x${LINES[line].slice(character)}`;
      if (!server.incremental) text = LINES.join('\n');
      const from = now();
      server.notify('textDocument/didChange', {
        textDocument: { uri, version: ++version },
        contentChanges: [server.incremental ? { range: { start: place, end: place }, text: 'x' } : { text }],
      });
      await server.request('textDocument/codeAction', menu(uri, line));
      place = { line, character: character + 1 };
      return now() - from;
    };
    for (let i = 0; i < rounds; i++) typed.push(await keystroke(i % 10));
    for (let i = 0; i < rounds; i++) pairs.push(await keystroke(false));
    TEXT.split('\n').forEach((line, i) => (LINES[i] = line));
    const result = { name, initialize: figures(starts).p50, started, open, menu: figures(menus), typed: figures(typed), pair: figures(pairs) };
    console.log(`${name}: initialize ${result.initialize.toFixed(1)} ms (median of ${starts.length}); memory ${started.toFixed(1)} MB, with the file open ${open.toFixed(1)} MB`);
    console.log(`  codeAction              ${ms(result.menu)}`);
    console.log(`  didChange + codeAction  ${ms(result.typed)} (typing)`);
    console.log(`                          ${ms(result.pair)} (each at another place)`);
    return result;
  } finally {
    server.end();
  }
}

// ---- ours ----

/** An answer: one block after the other for the shops that are asked for, then words. */
function* answer(first, last) {
  const call = (i, time) => `        response = requests.get(f"https://api.example.com/{order_id}/${i}", timeout=${time})\n`;
  for (let i = first; i <= last; i++) yield* `<<<<<<< SEARCH\n${call(i, 5)}=======\n${call(i, 10)}>>>>>>> REPLACE\n`.match(/\s*\w+|[^\w]/g);
  for (;;) yield* ['> and', ' so', ' it', ' goes', ' on', '.\n'];
}

/** A thousand tokens a second to each who asks, without an end: a provider's stream. With
    `burst` they are held back and come 500 at a time. */
async function playModel(burst) {
  const piece = (content) => `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content } }] })}\n\n`;
  const server = http.createServer(async (req, res) => {
    let question = '';
    for await (const part of req) question += part;
    const [, first, last] = /shops (\d+) to (\d+)/.exec(question) ?? [0, 0, -1];
    const tokens = answer(Number(first), Number(last)), from = now();
    let sent = 0;
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    const timer = setInterval(() => {
      let pieces = '';
      for (const due = Math.floor(now() - from); sent < due; sent++) pieces += piece(tokens.next().value);
      res.write(pieces);
    }, burst ? 500 : 5);
    res.on('close', () => clearInterval(timer));
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  console.log(server.address().port);
}

/** Somebody else who has three answers streamed to him, with as little work as can be. */
function playListener(port) {
  for (let i = 0; i < 3; i++) {
    const socket = net.connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: m\r\n\r\n'));
    socket.resume();
  }
}

function play(part) {
  return spawn(process.execPath, [process.argv[1], '--play', part], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Nanoseconds that the loop's thread has worked, and that it stood ready and waited. */
function schedule(server) {
  try {
    return fs.readFileSync(`/proc/${server.process.pid}/task/${server.process.pid}/schedstat`, 'utf8').split(' ').map(Number);
  } catch {
    return [0, 0];
  }
}

async function timedMenus(server, uri) {
  const times = [], worked = [], waited = [];
  const from = now(), before = schedule(server);
  for (let i = 0; i < rounds; i++) {
    const line = random(9_990), began = schedule(server);
    times.push(await server.timed('textDocument/codeAction', menu(uri, line)));
    const ended = schedule(server);
    worked.push((ended[0] - began[0]) / 1e6);
    waited.push((ended[1] - began[1]) / 1e6);
    await sleep(5);
  }
  return { times: figures(times), worked: figures(worked), waited: figures(waited), load: (schedule(server)[0] - before[0]) / 1e4 / (now() - from) };
}

const sayMenus = (what, { times, worked, waited, load }) =>
  console.log(`${what}\n  codeAction ${ms(times)}\n  of that the loop worked ${ms(worked)}\n  and had no processor    ${ms(waited)}   (the loop is busy ${load.toFixed(1)} % of the time)`);

async function whileStreaming(folder, env, burst) {
  const model = play(burst ? 'burst' : 'model');
  const port = Number(await new Promise((done) => readline.createInterface({ input: model.stdout }).once('line', done)));
  const server = new Bare(program, ['lsp'], { cwd: folder, env: { ...env, OPENAI_API_KEY: 'k' } });
  const uri = `file://${folder}/big.py`;
  const status = () => server.request('workspace/executeCommand', { command: 'trimtab.status', arguments: [] });
  let listener;
  try {
    await server.initialize(folder, {
      initializationOptions: {
        delivery: 'command',
        models: { gpt: { provider: 'openai', family: 'gpt', model: 'gpt-4o', base_url: `http://127.0.0.1:${port}/v1` } },
      },
    });
    server.open(uri, TEXT);
    await server.request('textDocument/codeAction', menu(uri, 20));
    await rest(server);
    if (!burst) sayMenus('no model:', await timedMenus(server, uri));
    listener = play(`listener=${port}`);
    await sleep(1000);
    sayMenus(`a model streams three answers to another program${burst ? ', 500 tokens at a time' : ''}:`, await timedMenus(server, uri));
    listener.kill('SIGKILL');
    for (const shop of [10, 200, 500])
      await server.request('workspace/executeCommand', {
        command: 'trimtab.edit',
        arguments: [{ uri, range: { start: { line: 6 + 10 * shop, character: 0 }, end: { line: 5 + 10 * (shop + 30), character: 0 } }, instruction: `wait longer in shops ${shop} to ${shop + 29}`, model: 'gpt' }],
      });
    await sleep(1500);
    const before = (await status()).result.running.length, notes = server.notes.length, from = now();
    const result = await timedMenus(server, uri);
    const heard = server.notes.slice(notes), spent = (now() - from) / 1000;
    const rate = (method) => (heard.filter((m) => m === method).length / spent).toFixed(1);
    sayMenus(`a model streams ${before} answers to the server (${(await status()).result.running.length} at the end):`, result);
    console.log(`  a second: ${rate('trimtab/preview')} previews, ${rate('$/progress')} of progress, ${rate('trimtab/status')} of status`);
  } finally {
    server.end();
    listener?.kill('SIGKILL');
    model.kill('SIGKILL');
  }
}

/** Nanoseconds that all threads of the server have worked. */
function worked(server) {
  const tasks = `/proc/${server.process.pid}/task`;
  if (!fs.existsSync(tasks)) return 0;
  return fs.readdirSync(tasks).reduce((sum, id) => sum + Number(fs.readFileSync(`${tasks}/${id}/schedstat`, 'utf8').split(' ')[0]), 0);
}

/** The diagnostics of a version, as they are published. */
function published(server, version) {
  return new Promise((done) => {
    server.heard = (message) => {
      if (message.method === 'textDocument/publishDiagnostics' && message.params.version === version) done(message.params.diagnostics);
    };
  });
}

async function diagnostics(folder, env) {
  const server = new Bare(program, ['lsp'], { cwd: folder, env });
  const uri = `file://${folder}/found.py`;
  // Half of the functions wait for ever, which is what a rule finds.
  const lines = TEXT.split('\n').map((line, i) => (i % 20 < 10 ? line.replace(', timeout=5', '') : line));
  let version = 1;
  const type = (line) => {
    const at = { line, character: lines[line].indexOf('order') + 5 };
    lines[line] = `${lines[line].slice(0, at.character)}x${lines[line].slice(at.character)}`;
    server.notify('textDocument/didChange', { textDocument: { uri, version: ++version }, contentChanges: [{ range: { start: at, end: at }, text: 'x' }] });
  };
  const somewhere = () => {
    let line = random(9_990);
    while (!lines[line].includes('order')) line++;
    return line;
  };
  try {
    await server.initialize(folder);
    const first = published(server, 1);
    server.open(uri, lines.join('\n'));
    const found = (await first).length;
    await rest(server);
    const times = [], loop = [], all = [];
    for (let i = 0; i < rounds / 5; i++) {
      const before = schedule(server)[0], work = worked(server), from = now();
      const after = published(server, version + 1);
      type(somewhere());
      await after;
      times.push(now() - from);
      await sleep(10);
      loop.push((schedule(server)[0] - before) / 1e6);
      all.push((worked(server) - work) / 1e6);
    }
    console.log(`diagnostics of 10,000 lines (${found}) after a keystroke: published after ${ms(figures(times))}`);
    console.log(`  work on the loop        ${ms(figures(loop))}\n  work on all threads     ${ms(figures(all))}`);
    server.notes.length = 0;
    const work = worked(server), line = somewhere();
    const after = published(server, version + 20);
    for (let i = 0; i < 20; i++) {
      type(line);
      await sleep(50);
    }
    await after;
    console.log(`  20 letters, one each 50 ms: ${server.notes.filter((m) => m === 'textDocument/publishDiagnostics').length} published, ${((worked(server) - work) / 1e6).toFixed(0)} ms of work on all threads`);
  } finally {
    server.end();
  }
}

async function manyFiles(folder, env) {
  const server = new Bare(program, ['lsp'], { cwd: folder, env });
  try {
    await server.initialize(folder);
    const text = python(300);
    const times = [];
    for (let i = 0; i < 500; i++) {
      const uri = `file://${folder}/f${i}.py`;
      server.open(uri, text);
      times.push(await server.timed('workspace/executeCommand', { command: 'trimtab.status', arguments: [] }));
    }
    console.log(`500 files opened, one after the other: each waits ${ms(figures(times))}; memory ${server.memory().toFixed(0)} MB`);
    const menus = [];
    for (let i = 0; i < rounds; i++) menus.push(await server.timed('textDocument/codeAction', menu(`file://${folder}/f${random(500)}.py`, random(290))));
    console.log(`  codeAction in any of them ${ms(figures(menus))}`);
  } finally {
    server.end();
  }
}

async function hugeFile(folder, env) {
  const server = new Bare(program, ['lsp'], { cwd: folder, env });
  try {
    await server.initialize(folder);
    const line = 'x = "a line of a file that nobody should open in an editor"\n';
    const text = line.repeat(Math.ceil((50 << 20) / line.length));
    const uri = `file://${folder}/huge.py`;
    const made = now();
    const frame = Bare.frame({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'python', version: 1, text } } });
    const from = now();
    server.process.stdin.write(frame);
    await server.request('workspace/executeCommand', { command: 'trimtab.status', arguments: [] });
    console.log(`a file of 50 MB: didOpen read and answered after ${(now() - from).toFixed(0)} ms (the client's JSON, made before that: ${(from - made).toFixed(0)} ms)`);
    const times = [];
    for (let i = 0; i < rounds; i++) {
      const at = { line: random(800_000), character: 3 };
      const began = now();
      server.notify('textDocument/didChange', { textDocument: { uri, version: i + 2 }, contentChanges: [{ range: { start: at, end: at }, text: 'y' }] });
      await server.request('textDocument/codeAction', menu(uri, at.line));
      times.push(now() - began);
    }
    console.log(`  didChange + codeAction  ${ms(figures(times))}; memory ${server.memory().toFixed(0)} MB`);
  } finally {
    server.end();
  }
}

async function measure() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-bench-'));
  const env = { TRIMTAB_STATE_DIR: path.join(folder, '.state'), TRIMTAB_CONFIG_DIR: path.join(folder, '.config') };
  try {
    if (wanted('editing')) {
      const ours = await editing('trimtab', program, ['lsp'], folder, env);
      if (options.peer) compare(ours, await editPeer(folder, env));
    }
    if (wanted('streaming')) {
      await whileStreaming(folder, env, false);
      await whileStreaming(folder, env, true);
    }
    if (wanted('diagnostics')) await diagnostics(folder, env);
    if (wanted('many')) await manyFiles(folder, env);
    if (wanted('huge')) await hugeFile(folder, env);
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function editPeer(folder, env) {
  fs.writeFileSync(path.join(folder, 'sgconfig.yml'), 'ruleDirs: [rules]\n');
  fs.mkdirSync(path.join(folder, 'rules'));
  fs.writeFileSync(path.join(folder, 'rules/none.yml'), 'id: no-none\nlanguage: python\nseverity: hint\nmessage: none\nrule: {pattern: return None}\nfix: return\n');
  return editing('ast-grep', options.peer, ['lsp'], folder, env);
}

function compare(ours, peer) {
  const times = (a, b) => `${(b / a).toFixed(1)}×`;
  console.log(`ast-grep / trimtab: initialize ${times(ours.initialize, peer.initialize)}, memory open ${times(ours.open, peer.open)}, codeAction p50 ${times(ours.menu.p50, peer.menu.p50)} p99 ${times(ours.menu.p99, peer.menu.p99)}, typing p50 ${times(ours.typed.p50, peer.typed.p50)} p99 ${times(ours.typed.p99, peer.typed.p99)}, at other places p50 ${times(ours.pair.p50, peer.pair.p50)} p99 ${times(ours.pair.p99, peer.pair.p99)}`);
}

if (options.play === 'model' || options.play === 'burst') await playModel(options.play === 'burst');
else if (options.play) playListener(Number(options.play.split('=')[1]));
else await measure();
