// lsp_latency.mjs -- what an editor waits for, measured from outside of the process.
//
//     node tests/bench/lsp_latency.mjs SERVER [--peer AST_GREP] [--rounds N] [--only PART]... [--calm]
//
// PART is editing, streaming, diagnostics, many or huge.  --calm (root, Linux): all that this
// starts goes before the other programs of the machine, which are then not measured.
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
// What the machine does to these times is told apart (latency/machine.mjs): figures are of
// the moments when it ran at its own speed, with the p99 of all beside them. While answers
// stream, messages of the same size to `cat` say what pipes and scheduler take from anybody.
//
// The model that streams is a process of its own. It takes its part of the machine, so
// the menus are timed three times: with no model at all, while it streams to somebody
// else, and while it streams to the server. What the third has over the second is the
// server's. Linux also says how long the server's loop worked during each menu, and how
// long it stood ready and had no processor.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { parseArgs } from 'node:util';
import { Bare, Echo } from './latency/client.mjs';
import { calm, figures, measured, ms, now, say, schedule, sleep, tally } from './latency/machine.mjs';

const { values: options, positionals: [program] } = parseArgs({
  allowPositionals: true,
  options: {
    peer: { type: 'string' },
    rounds: { type: 'string', default: '500' },
    only: { type: 'string', multiple: true },
    calm: { type: 'boolean' },
  },
});
const wanted = (part) => !options.only || options.only.includes(part);
const rounds = Number(options.rounds);

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

const TEXT = python(10_000);
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

/** A letter behind the one before it, or at another place; and the menu there. */
class Typist {
  #lines = TEXT.split('\n');
  #version = 1;
  #place;

  constructor(server, uri) {
    this.server = server;
    this.uri = uri;
  }

  type(goesOn) {
    if (!goesOn) {
      let line = random(9_990);
      while (!this.#lines[line].includes('order')) line++;
      this.#place = { line, character: this.#lines[line].indexOf('order') + 5 }; // in a name, a string or a comment
    }
    const { line, character } = this.#place, at = this.#place;
    this.#lines[line] = `${this.#lines[line].slice(0, character)}x${this.#lines[line].slice(character)}`;
    this.#place = { line, character: character + 1 };
    const change = this.server.incremental ? { range: { start: at, end: at }, text: 'x' } : { text: this.#lines.join('\n') };
    return async () => {
      const from = now();
      this.server.notify('textDocument/didChange', { textDocument: { uri: this.uri, version: ++this.#version }, contentChanges: [change] });
      await this.server.request('textDocument/codeAction', menu(this.uri, line));
      return now() - from;
    };
  }
}

async function editing(name, command, args, folder, env) {
  const starts = [];
  for (let i = 0; i < 9; i++) {
    const server = new Bare(command, args, { cwd: folder, env });
    starts.push(await measured(null, () => server.initialize(folder)));
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
    const typist = new Typist(server, uri);
    const menus = [], typed = [], elsewhere = [];
    for (let i = 0; i < rounds; i++) menus.push(await measured(server, () => server.timed('textDocument/codeAction', menu(uri, random(9_990)))));
    for (let i = 0; i < rounds; i++) typed.push(await measured(server, typist.type(i % 10)));
    for (let i = 0; i < rounds; i++) elsewhere.push(await measured(server, typist.type(false)));
    const result = { initialize: tally(starts).steady.p50, open, menus: tally(menus), typed: tally(typed), elsewhere: tally(elsewhere) };
    console.log(`${name}: initialize ${result.initialize.toFixed(1)} ms (median of ${starts.length}); memory ${started.toFixed(1)} MB, with the file open ${open.toFixed(1)} MB`);
    console.log(`  codeAction              ${say(result.menus)}`);
    console.log(`  didChange + codeAction  ${say(result.typed)} (typing)`);
    console.log(`                          ${say(result.elsewhere)} (each at another place)`);
    return result;
  } finally {
    server.end();
  }
}

// ---- ours ----

function play(part) {
  const model = path.join(import.meta.dirname, 'latency/model.mjs');
  return spawn(process.execPath, [model, part], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Menus with pauses between them, as people ask for them; and in the same pauses messages
    of the same sizes to a program that only sends them back. */
async function timedMenus(server, uri) {
  const menus = [], echoes = [], echo = new Echo();
  const from = now(), before = schedule(server);
  try {
    for (let i = 0; i < rounds; i++) {
      const line = random(9_990);
      menus.push(await measured(server, () => server.timed('textDocument/codeAction', menu(uri, line))));
      await sleep(5);
      const bytes = Bare.frame({ id: i, method: 'textDocument/codeAction', params: menu(uri, line) });
      echoes.push(await measured(null, () => echo.timed(bytes)));
      await sleep(5);
    }
  } finally {
    echo.end();
  }
  return { menus, echoes, load: (schedule(server)[0] - before[0]) / 1e4 / (now() - from) };
}

function sayMenus(what, { menus, echoes, load }) {
  console.log(`${what} (the loop is busy ${load.toFixed(1)} % of the time)`);
  console.log(`  codeAction              ${say(tally(menus))}`);
  console.log(`  of that the loop worked ${say(tally(menus, 'worked'))}`);
  console.log(`  and had no processor    ${say(tally(menus, 'waited'))}`);
  console.log(`  as much by way of cat   ${say(tally(echoes))}`);
}

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
  const both = (part) => `p50 ${times(ours[part].steady.p50, peer[part].steady.p50)} p99 ${times(ours[part].steady.p99, peer[part].steady.p99)}`;
  console.log(`ast-grep / trimtab: initialize ${times(ours.initialize, peer.initialize)}, memory open ${times(ours.open, peer.open)}, codeAction ${both('menus')}, typing ${both('typed')}, at other places ${both('elsewhere')}`);
}

if (!options.calm || !(await calm())) await measure();
