// server.ts -- the language server: found, started, watched, started again.
import { type ChildProcess, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import {
  CloseAction,
  type ErrorHandler,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Message,
  type MessageTransports,
  type Middleware,
  RevealOutputChannelOn,
  ShowMessageNotification,
  State,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-languageclient/node';
import type { Keys } from './keys';
import { setKeys, type StatusNotice } from './protocol';
import { forServer, serverPath } from './settings';

/** Languages that the server has rules or a grammar for; others have nothing to gain. */
export const LANGUAGES = [
  'python',
  'javascript',
  'javascriptreact',
  'typescript',
  'typescriptreact',
  'go',
  'java',
  'sql',
  'ruby',
  'php',
  'rust',
  'c',
  'cpp',
  'csharp',
  'kotlin',
  'lua',
  'shellscript',
  'yaml',
  'json',
];

/** After this many crashes within `CRASH_WINDOW_MS` it stays down until asked for. */
const CRASHES_MAX = 4;
const CRASH_WINDOW_MS = 3 * 60_000;

export interface ServerEvents {
  /** A message of window/showMessage. */
  message(type: number, text: string): void;
  status(notice: StatusNotice): void;
  /** The state of the connection changed. */
  state(running: boolean): void;
  /** It ended by itself; `again`: it is being started anew. */
  crashed(again: boolean): void;
  /** It could not be started. */
  failed(why: string): void;
}

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private process: ChildProcess | undefined;
  private writer: StreamMessageWriter | undefined;
  private crashes: number[] = [];
  private starting: Promise<void> | undefined;
  private wanted = false;
  private changed = false;
  readonly log: vscode.LogOutputChannel;

  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly keys: Keys,
    private readonly middleware: Middleware,
    private readonly events: ServerEvents,
  ) {
    this.log = vscode.window.createOutputChannel('trimtab', { log: true });
    keys.onDidChange(() => void this.sendKeys());
  }

  dispose(): void {
    void this.stop();
    this.log.dispose();
  }

  get running(): LanguageClient | undefined {
    return this.client?.state === State.Running ? this.client : undefined;
  }

  /** The program: the setting, else the one that came with the extension, else PATH's. */
  program(): string {
    const configured = serverPath();
    if (configured) return configured.replace(/^~(?=\/)/, process.env.HOME ?? '~');
    const name = process.platform === 'win32' ? 'trimtab.exe' : 'trimtab';
    const bundled = path.join(this.context.extensionPath, 'server', name);
    return fs.existsSync(bundled) ? bundled : name;
  }

  start(): Promise<void> {
    this.wanted = true;
    this.starting ??= this.startNow().finally(() => (this.starting = undefined));
    return this.starting;
  }

  async restart(): Promise<void> {
    this.crashes = [];
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    this.wanted = false;
    const client = this.client;
    this.client = undefined;
    if (client) await client.dispose(2000).catch(() => undefined);
    this.process?.kill();
    this.process = undefined;
  }

  /** Not through the client, whose trace would show them. A server that ends just then
   * is missed: the next one is sent them when it runs. */
  async sendKeys(): Promise<void> {
    if (!this.running || !this.writer) return;
    const message: Message = setKeys(await this.keys.all());
    await this.writer.write(message).catch((error: unknown) => {
      this.log.debug(`The keys did not arrive: ${String(error)}`);
    });
  }

  /** The settings changed: the server asks for them then; they are not pushed at it.
   * A change while it starts (the settings of a remote machine come late) is kept. */
  configured(): void {
    this.changed = true;
    if (!this.running) return;
    this.changed = false;
    this.running
      .sendNotification('workspace/didChangeConfiguration', { settings: null })
      .catch(() => (this.changed = true)); // it has just ended: for the next one
  }

  private async startNow(): Promise<void> {
    const client = new LanguageClient('trimtab', 'trimtab', () => this.spawn(), this.options());
    this.client = client;
    client.onDidChangeState(({ newState }) => {
      this.events.state(newState === State.Running);
      if (newState === State.Running) this.onRunning(client);
    });
    client.registerFeature({
      // A menu may offer both models side by side: see showDuel.
      fillClientCapabilities: (all) => {
        all.experimental = { trimtab: { compare: true } };
      },
      initialize: () => undefined,
      getState: () => ({ kind: 'static' }),
      clear: () => undefined,
    });
    client.onNotification('trimtab/status', (notice: StatusNotice) => {
      this.events.status(notice);
    });
    try {
      await client.start();
    } catch (error) {
      if (this.client === client) this.client = undefined;
      this.events.failed(error instanceof Error ? error.message : String(error));
    }
  }

  private onRunning(client: LanguageClient): void {
    // After the client's own handlers, whose place this takes: ours have buttons.
    client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
      this.events.message(type, message);
    });
    void this.sendKeys();
    if (this.changed) this.configured();
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: LANGUAGES.flatMap((language) => [
        { scheme: 'file', language },
        { scheme: 'untitled', language },
      ]),
      initializationOptions: () => forServer(this.context),
      outputChannel: this.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: this.errorHandler(),
      diagnosticPullOptions: { onChange: true, onSave: true, onTabs: false },
      middleware: {
        ...this.middleware,
        workspace: {
          ...this.middleware.workspace,
          configuration: (params) =>
            params.items.map((item) =>
              item.section === 'trimtab'
                ? forServer(
                    this.context,
                    item.scopeUri ? vscode.Uri.parse(item.scopeUri) : undefined,
                  )
                : null,
            ),
          didChangeConfiguration: () => Promise.resolve(), // see configured()
        },
      },
    };
  }

  private async spawn(): Promise<MessageTransports> {
    const child = spawn(this.program(), ['lsp', '--stdio'], {
      cwd: vscode.workspace.workspaceFolders?.[0]?.uri.fsPath,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    await new Promise<void>((done, fail) => {
      child.once('spawn', done);
      child.once('error', fail);
    });
    child.on('error', (error) => {
      this.log.error(error.message);
    });
    child.stderr.on('data', (text: Buffer) => {
      this.log.info(text.toString().trimEnd());
    });
    this.process = child;
    const writer = new StreamMessageWriter(child.stdin);
    this.writer = writer;
    this.context.subscriptions.push({ dispose: () => child.kill() });
    return { reader: new StreamMessageReader(child.stdout), writer };
  }

  private errorHandler(): ErrorHandler {
    return {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        if (!this.wanted) return { action: CloseAction.DoNotRestart, handled: true };
        const now = Date.now();
        this.crashes = [...this.crashes.filter((t) => now - t < CRASH_WINDOW_MS), now];
        const again = this.crashes.length < CRASHES_MAX;
        this.events.crashed(again);
        return {
          action: again ? CloseAction.Restart : CloseAction.DoNotRestart,
          handled: true,
        };
      },
    };
  }
}
