// server.mjs -- the built server as a process of its own, in a world of its own:
// empty home and configuration, no keys, no proxy; what it writes to stderr is
// kept, and a sanitizer's report fails the test.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const program = resolve(process.env.TRIMTAB ?? 'build/debug/trimtab');

const SANITIZER = /ERROR: (Address|Leak|Memory|Thread)Sanitizer|runtime error:|Assertion .* failed/;

/** A clean environment; `folder` is thrown away with the process. */
export function cleanEnv(folder, extra = {}) {
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (/_API_KEY$|_proxy$|_PROXY$|^TRIMTAB|^XDG_/.test(name)) continue;
    env[name] = value;
  }
  return {
    ...env,
    HOME: folder,
    TRIMTAB_CONFIG_DIR: join(folder, 'config'),
    TRIMTAB_STATE_DIR: join(folder, 'state'),
    XDG_CACHE_HOME: join(folder, 'cache'),
    ASAN_OPTIONS: 'detect_leaks=1:abort_on_error=0:allocator_may_return_null=1',
    UBSAN_OPTIONS: 'halt_on_error=1:print_stacktrace=1',
    ...extra,
  };
}

export class Server {
  constructor({ args = ['lsp'], env = {}, program: run = program } = {}) {
    this.folder = mkdtempSync(join(tmpdir(), 'trimtab-e2e-'));
    this.stderr = '';
    this.process = spawn(run, args, {
      env: cleanEnv(this.folder, env),
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.process.stdin.on('error', () => {}); // it may be gone already
    this.process.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    this.exited = new Promise((done, failed) => {
      this.process.on('error', (error) => failed(new Error(`${run}: ${error.message}`)));
      this.process.on('close', (code, signal) => {
        rmSync(this.folder, { recursive: true, force: true });
        done({ code, signal });
      });
    });
    this.exited.catch(() => {});
  }

  /** Its exit code, once it ended by itself; fails after `ms`. */
  async ended(ms = 20_000) {
    const { code, signal } = await within(ms, this.exited, () => {
      this.process.kill('SIGKILL');
      return `the server did not end. stderr:\n${this.stderr}`;
    });
    if (SANITIZER.test(this.stderr)) throw new Error(`a sanitizer complained:\n${this.stderr}`);
    if (signal) throw new Error(`the server was killed by ${signal}. stderr:\n${this.stderr}`);
    return code;
  }

  /** For the end of a test that failed: no process may stay. */
  kill() {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill('SIGKILL');
    }
  }
}

/** A promise that fails after `ms`; `what` is a text or makes one. */
export async function within(ms, promise, what) {
  let timer;
  const late = new Promise((_, failed) => {
    timer = setTimeout(
      () => failed(new Error(`${typeof what === 'function' ? what() : what} (waited ${ms} ms)`)),
      ms,
    );
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
