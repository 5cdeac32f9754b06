// nvim.mjs -- a real Neovim as a child process, driven as a user does: by keys,
// with a screen that can be read.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cleanEnv, program, within } from '../../lib/server.mjs';
import { until } from '../../lib/model.mjs';
import { Decoder, encode } from './msgpack.mjs';

/** (mutate.mjs has broken copies of it.) */
export const plugin = process.env.TRIMTAB_PLUGIN ?? path.resolve(import.meta.dirname, '../../../clients/neovim');

/** The screen as its lines, from the events of Neovim's grid. */
class Screen {
  rows = [];

  on(name, args) {
    if (name === 'grid_resize') {
      const [, width, height] = args;
      this.rows = Array.from({ length: height }, () => Array(width).fill(' '));
    } else if (name === 'grid_clear') {
      for (const row of this.rows) row.fill(' ');
    } else if (name === 'grid_line') {
      const [, row, start, cells] = args;
      let column = start;
      for (const [text, , repeat = 1] of cells)
        for (let i = 0; i < repeat; i++) this.rows[row][column++] = text;
    } else if (name === 'grid_scroll') {
      this.#scroll(args);
    }
  }

  #scroll([, top, bottom, left, right, by]) {
    const rows = [];
    for (let row = top; row < bottom; row++) rows.push(row);
    for (const row of by > 0 ? rows : rows.reverse()) {
      const from = row + by;
      if (from < top || from >= bottom) continue;
      for (let column = left; column < right; column++) this.rows[row][column] = this.rows[from][column];
    }
  }

  text() {
    return this.rows.map((row) => row.join('').trimEnd()).join('\n');
  }
}

export class Neovim {
  screen = new Screen();
  waiting = new Map();
  next = 1;
  stderr = '';

  /** @param {{ init?: string, env?: object, args?: string[], files?: object }} options
   * `init` is Lua, run as the user's init.lua; `files` are put into the working folder. */
  constructor({ init = '', env = {}, args = [], files = {}, rtp = true } = {}) {
    this.folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'trimtab-nvim-')));
    this.work = path.join(this.folder, 'work');
    for (const [name, text] of Object.entries({ '.git/HEAD': 'ref: refs/heads/main\n', ...files })) {
      const file = path.join(this.work, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
    const config = path.join(this.folder, 'config-home', 'nvim', 'init.lua');
    fs.mkdirSync(path.dirname(config), { recursive: true });
    fs.writeFileSync(config, `${rtp ? `vim.opt.runtimepath:append(${JSON.stringify(plugin)})\n` : ''}${PRELUDE}${init}`);
    const base = cleanEnv(this.folder, {
      XDG_CONFIG_HOME: path.join(this.folder, 'config-home'),
      XDG_DATA_HOME: path.join(this.folder, 'data'),
      XDG_STATE_HOME: path.join(this.folder, 'state-home'),
      PATH: `${path.dirname(program)}:${process.env.PATH}`,
      ...env,
    });
    this.process = spawn(
      process.env.NVIM,
      // A provider for Python would be looked for, for seconds.
      ['--embed', '--cmd', 'let g:loaded_python3_provider=0', '-n', ...args],
      { env: base, cwd: this.work, stdio: ['pipe', 'pipe', 'pipe'] },
    );
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.process.stdin.on('error', () => {});
    const decoder = new Decoder();
    this.process.stdout.on('data', (piece) => decoder.feed(piece).forEach((message) => this.#on(message)));
    this.exited = new Promise((done) =>
      this.process.on('close', (code, signal) => {
        for (const { reject } of this.waiting.values()) reject(new Error(`Neovim ended: ${code} ${signal} ${this.stderr}`));
        done({ code, signal });
      }),
    );
  }

  static async start(options) {
    const nvim = new Neovim(options);
    await nvim.call('nvim_ui_attach', 110, 36, { rgb: true, ext_linegrid: true });
    await nvim.lua('return 1'); // the start is over
    return nvim;
  }

  #on([type, ...rest]) {
    if (type === 1) {
      const [id, error, result] = rest;
      const { resolve, reject } = this.waiting.get(id);
      this.waiting.delete(id);
      if (error) reject(new Error(error[1]));
      else resolve(result);
    } else if (type === 2 && rest[0] === 'redraw') {
      for (const [name, ...calls] of rest[1]) for (const call of calls) this.screen.on(name, call);
    }
  }

  /** A function of Neovim's API. */
  call(method, ...args) {
    const id = this.next++;
    const answer = new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.process.stdin.write(encode([0, id, method, args]));
    return within(15_000, answer, () => `Neovim did not answer ${method}\n${this.screen.text()}`);
  }

  /** Lua in Neovim; arguments and result go as JSON. */
  async lua(code, ...args) {
    const wrapped = `local function run(...) ${code}\nend
      local result = run(unpack(vim.json.decode(...)))
      return vim.json.encode(result == nil and vim.NIL or result)`;
    return JSON.parse(await this.call('nvim_exec_lua', wrapped, [JSON.stringify(args)]));
  }

  /** Keys, as typed. */
  keys(keys) {
    return this.call('nvim_input', keys);
  }

  command(text) {
    return this.call('nvim_command', text);
  }

  /** A file of the working folder, in a window, with the server attached. */
  async open(name, { attached = true } = {}) {
    await this.command(`edit ${name}`);
    if (attached) await this.attached();
  }

  attached() {
    return this.until(`return #vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 }) == 1
      and vim.lsp.get_clients({ name = 'trimtab', bufnr = 0 })[1].initialized`, 'the server to attach');
  }

  async text() {
    return (await this.lua('return vim.api.nvim_buf_get_lines(0, 0, -1, false)')).join('\n') + '\n';
  }

  /** The cursor on the first text that is `what`. */
  async cursor(what) {
    const found = await this.lua(`vim.api.nvim_win_set_cursor(0, { 1, 0 })
      return vim.fn.search('\\\\V' .. vim.fn.escape(..., '\\\\'), 'c')`, what);
    if (!found) throw new Error(`${what} is not in the buffer`);
  }

  /** Until this Lua gives something true. */
  until(code, what, ...args) {
    return until(async () => {
      const value = await this.lua(code, ...args);
      return value !== null && value !== false ? { value } : undefined;
    }, `${what}\n${this.screen.text()}`).catch(async (error) => {
      const said = await this.said().catch(() => []);
      throw new Error(`${error.message}\nscreen:\n${this.screen.text()}\nsaid: ${said.join('\n')}`);
    });
  }

  /** Until the screen shows it. */
  sees(pattern, what = `${pattern} on the screen`) {
    return until(() => pattern.test(this.screen.text()), what).catch((error) => {
      throw new Error(`${error.message}\n${this.screen.text()}`);
    });
  }

  /** What vim.notify was given. */
  async said() {
    return this.lua('return vim.tbl_map(function(entry) return entry.message end, _G.said)');
  }

  async saying(pattern) {
    return (await this.until(
      'for _, entry in ipairs(_G.said) do if vim.regex(...):match_str(entry.message) then return entry end end',
      `a message: ${pattern}`,
      pattern,
    )).value;
  }

  /** Choose from a menu by what an entry says. */
  async choose(pattern) {
    const entry = new RegExp(`^\\s*(\\d+): .*(?:${pattern.source})`, 'm');
    await this.sees(entry);
    await this.sees(/Type number/);
    await this.keys(`${entry.exec(this.screen.text())[1]}<CR>`);
  }

  /** Its end, whatever it waits for. */
  async stop() {
    this.call('nvim_command', 'qall!').catch(() => {}); // it ends without an answer
    this.process.stdin.end();
    const timer = setTimeout(() => this.process.kill('SIGKILL'), 5_000);
    await this.exited;
    clearTimeout(timer);
    // The server may still write its last receipt.
    await until(() => {
      try {
        fs.rmSync(this.folder, { recursive: true, force: true });
        return true;
      } catch {
        return false;
      }
    }, `the end of the server: ${this.folder} can be removed`);
  }
}

// Messages are kept, and events of ours.
const PRELUDE = `
_G.said, _G.events = {}, {}
local notify = vim.notify
vim.notify = function(message, level, opts)
  table.insert(_G.said, { message = message, level = level or vim.log.levels.INFO })
  return notify(message, level, opts)
end
vim.api.nvim_create_autocmd('User', {
  pattern = 'Trimtab*',
  callback = function(event)
    table.insert(_G.events, { name = event.match, data = event.data })
  end,
})
vim.o.cmdheight = 7 -- long messages do not wait for a key
vim.o.shortmess = vim.o.shortmess .. 'FcI'
vim.o.swapfile = false
`;
