// world.mjs -- one VS Code server with the packaged extension in it and one browser,
// for all scenarios; a world of its own: home, settings, keys, state.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { cleanEnv } from '../../lib/server.mjs';
import { until } from '../../lib/model.mjs';
import { Models } from './models.mjs';
import { chromium, node, place } from './tools.mjs';
import { Window } from './window.mjs';

export const out = process.env.VSCODE_OUT;

/** Settings that make the editor quiet; nothing of ours. */
const QUIET = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'security.workspace.trust.enabled': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  'extensions.ignoreRecommendations': true,
  'files.autoSave': 'off',
  'chat.commandCenter.enabled': false,
  'editor.accessibilitySupport': 'off',
  'editor.cursorBlinking': 'solid',
  'editor.autoClosingBrackets': 'never',
  'git.enabled': false,
  'typescript.validate.enable': false,
};

async function freePort() {
  const server = net.createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class World {
  /** What must be ended, the last one first. */
  #endings = [];
  #settings;
  /** Lines of the browser's log that are about us. */
  complaints = [];

  async start(vsix) {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vscode-world-'));
    this.#endings.push(() => fs.rmSync(this.folder, { recursive: true, force: true }));
    this.models = await new Models().start();
    this.#endings.push(() => this.models.stop());
    this.settings();
    this.env = cleanEnv(this.folder, {
      ANTHROPIC_API_KEY: 'sk-ant-of-the-environment',
      OPENAI_API_KEY: 'sk-of-the-environment',
    });
    this.install(vsix);
    await this.#startServer();
    await this.#startBrowser();
    return this;
  }

  async stop() {
    for (const end of this.#endings.reverse()) await end();
  }

  get #arguments() {
    return [
      `${place}/node_modules/code-server/out/node/entry.js`,
      '--config', path.join(this.folder, 'config.yaml'),
      '--user-data-dir', path.join(this.folder, 'data'),
      '--extensions-dir', path.join(this.folder, 'extensions'),
    ];
  }

  install(vsix) {
    const done = spawnSync(node, [...this.#arguments, '--install-extension', vsix, '--force'], {
      env: this.env,
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`installing ${vsix}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  }

  async #startServer() {
    const port = await freePort();
    this.url = `http://127.0.0.1:${port}`;
    const log = fs.openSync(path.join(out, 'code-server.log'), 'w');
    // A group of its own: its children end with it.
    const server = spawn(
      node,
      [
        ...this.#arguments,
        '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`,
        '--disable-telemetry', '--disable-update-check', '--disable-getting-started-override',
      ],
      { env: this.env, stdio: ['ignore', log, log], detached: true },
    );
    this.#endings.push(() => {
      try {
        process.kill(-server.pid, 'SIGKILL');
      } catch {
        // it is gone already
      }
    });
    await until(
      () => {
        if (server.exitCode !== null) throw new Error(`code-server ended; see ${out}/code-server.log`);
        return fetch(`${this.url}/healthz`).then((answer) => answer.ok, () => false);
      },
      'code-server listens',
      60_000,
    );
  }

  async #startBrowser() {
    this.browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    });
    this.#endings.push(() => this.browser.close());
    this.context = await this.browser.newContext({ viewport: { width: 1200, height: 760 } });
    this.context.setDefaultTimeout(30_000);
    await this.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  }

  /** The user's settings: quiet ones, the mock models, and `more`.  Code runs on the
   * server's side, so what is for the machine only counts in the settings of that one. */
  settings(more = {}) {
    const all = { ...QUIET, 'trimtab.models': this.models.settings(), ...more };
    const text = JSON.stringify(all, null, 2);
    if (text === this.#settings) return;
    for (const place of ['User', 'Machine']) {
      fs.mkdirSync(path.join(this.folder, 'data', place), { recursive: true });
      fs.writeFileSync(path.join(this.folder, 'data', place, 'settings.json'), text);
    }
    this.#settings = text;
  }

  /** A window on a fresh folder with these files: {name: text}. */
  async open(files, name = 'shop') {
    const folder = fs.mkdtempSync(path.join(this.folder, 'w-'));
    const root = path.join(folder, name);
    for (const [file, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), text);
    }
    const page = await this.context.newPage();
    page.on('console', (message) => this.#onConsole(message));
    page.on('pageerror', (error) => this.#note(`uncaught: ${error.stack ?? error}`));
    const window = new Window(this, page, root);
    await window.load();
    return window;
  }

  /** Failures that a scenario brings about: the editor logs what it shows of them. */
  provoked = [];

  #onConsole(message) {
    if (['error', 'warning'].includes(message.type()))
      this.#note(`${message.type()}: ${message.text()}`, message.location().url);
  }

  #note(line, where = '') {
    fs.appendFileSync(path.join(out, 'browser.log'), `${line} (${where})\n`);
    if (/trimtab/i.test(line) && !this.provoked.some((words) => words.test(line))) this.complaints.push(line);
  }

  /** The ids of the processes that run our server. */
  servers() {
    return fs.readdirSync('/proc').filter((id) => {
      if (!/^\d+$/.test(id)) return false;
      try {
        return fs.readlinkSync(`/proc/${id}/exe`).startsWith(this.folder);
      } catch {
        return false;
      }
    }).map(Number);
  }

  /** What the extension has written to its log in the newest session. */
  log() {
    const logs = path.join(this.folder, 'data', 'logs');
    const files = fs
      .readdirSync(logs, { recursive: true })
      .filter((name) => /trimtab\.log$/.test(name))
      .map((name) => path.join(logs, name))
      .sort((a, b) => fs.statSync(a).mtimeMs - fs.statSync(b).mtimeMs);
    return files.map((name) => fs.readFileSync(name, 'utf8')).join('');
  }
}
