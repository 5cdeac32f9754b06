// extension.ts -- wiring: commands, the server's life, and what is shown of both.
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';
import { askInstruction, askKey, askModel, showRoute } from './ask';
import type { Statistics } from './html';
import { Keys } from './keys';
import { sayFailure } from './messages';
import { Reports, showDuel, showStatistics } from './panels';
import { Preview } from './preview';
import { type EditArguments, withoutConfirmation } from './protocol';
import { Requests, target } from './requests';
import { Server } from './server';
import { StatusItem } from './status';
import { ours } from './text';

const ERROR = 1;
const WARNING = 2;

class Extension {
  private readonly keys: Keys;
  private readonly status = new StatusItem();
  private readonly reports = new Reports();
  private readonly preview: Preview;
  private readonly requests: Requests;
  readonly server: Server;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.keys = new Keys(context);
    this.requests = new Requests(
      () => this.server,
      () => this.preview,
    );
    this.preview = new Preview(this.requests.decide);
    this.server = new Server(context, this.keys, this.middleware(), {
      message: (type, text) => {
        this.onMessage(type, text);
      },
      status: (notice) => {
        this.status.on(notice);
      },
      state: (running) => void this.onState(running),
      crashed: (again) => {
        this.onCrash(again);
      },
      failed: (why) => {
        this.onFailed(why);
      },
    });
    context.subscriptions.push(
      this.keys,
      this.status,
      this.preview,
      this.server,
      vscode.workspace.registerTextDocumentContentProvider(Reports.scheme, this.reports),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('trimtab.server')) void this.server.restart();
        else if (event.affectsConfiguration('trimtab')) this.server.configured();
      }),
      this.keys.onDidChange(() => void this.onState(!!this.server.running)),
    );
    for (const [name, run] of Object.entries(this.commands()))
      context.subscriptions.push(vscode.commands.registerCommand(`trimtab.${name}`, run));
  }

  // --- commands ----------------------------------------------------------------------

  private commands(): Record<string, (...args: never[]) => unknown> {
    return {
      // A menu gives the file instead.
      editWithInstruction: (model?: unknown) =>
        this.editWithInstruction(typeof model === 'string' ? model : undefined),
      refineLastEdit: () => this.refineLastEdit(),
      compareModels: () => this.compareModels(),
      explainRoute: () => this.explainRoute(),
      cancelRequests: () => this.requests.cancel(),
      showStatistics: () => this.showStatistics(),
      doctor: () => this.doctor(),
      restartServer: () => this.server.restart(),
      showLog: () => {
        this.server.log.show();
      },
      setKey: (model?: string) => this.setKey(model),
      removeKey: () => this.removeKey(),
      openSettings: () =>
        vscode.commands.executeCommand(
          'workbench.action.openSettings',
          `@ext:${this.context.extension.id}`,
        ),
      showMenu: () => this.showMenu(),
      acceptPreview: () => this.preview.accept(),
      rejectPreview: () => this.preview.reject(),
      toggleChange: () => {
        this.preview.toggle();
      },
      chooseChanges: () => this.preview.choose(),
    };
  }

  /** The editor to work on; a sentence when there is none. */
  private editor(): vscode.TextEditor | undefined {
    const editor = vscode.window.activeTextEditor;
    if (editor && ['file', 'untitled'].includes(editor.document.uri.scheme)) return editor;
    void vscode.window.showInformationMessage(
      ours('Open a file and put the cursor into the code to work on.'),
    );
    return undefined;
  }

  private async editWithInstruction(model?: string): Promise<void> {
    const editor = this.editor();
    if (!editor || !this.trusted()) return;
    const where = target(editor);
    const name = path.basename(editor.document.fileName);
    const what = where.scope === 'range' ? 'selection' : 'code at the cursor';
    const instruction = await askInstruction(
      this.context,
      `Edit the ${what} in ${name}`,
      model ? undefined : this.requests.explain(where),
    );
    if (!instruction) return;
    await this.requests.edit({ ...where, instruction, ...(model ? { model } : {}) }, instruction);
  }

  private async refineLastEdit(): Promise<void> {
    const editor = this.editor();
    if (!editor || !this.trusted()) return;
    const instruction = await askInstruction(this.context, 'Refine the last edit of this file');
    if (instruction) await this.requests.refine(editor.document.uri.toString(), instruction);
  }

  private async compareModels(): Promise<void> {
    const editor = this.editor();
    if (!editor || !this.trusted()) return;
    const where = target(editor);
    const instruction = await askInstruction(this.context, 'Let two models do it, and compare');
    if (!instruction) return;
    const answer = await this.requests.compare({ ...where, instruction });
    if (answer) showDuel(this.requests, answer, editor.document, instruction);
  }

  /** An action of the menu that asks both models: a trial. */
  private async compareAction(action: EditArguments): Promise<void> {
    const editor = this.editor();
    if (!editor || !this.trusted()) return;
    const answer = await this.requests.compare(action);
    if (answer) showDuel(this.requests, answer, editor.document, this.actionTitle(action));
  }

  private async explainRoute(): Promise<void> {
    const editor = this.editor();
    if (!editor) return;
    try {
      const model = await showRoute(await this.requests.explain(target(editor)));
      if (model) await this.editWithInstruction(model);
    } catch (error) {
      void sayFailure(String(error instanceof Error ? error.message : error));
    }
  }

  private async showStatistics(): Promise<void> {
    try {
      // First the server's own, so that the files hold what happened just now.
      const status = await this.requests.status({ flush: true }).catch(() => undefined);
      const text = await this.run(['stats', '--json']);
      showStatistics(JSON.parse(text) as Statistics, status?.session_usd ?? 0);
    } catch (error) {
      void sayFailure(String(error instanceof Error ? error.message : error));
    }
  }

  private async doctor(): Promise<void> {
    const status = await this.requests.status().catch((error: unknown) => String(error));
    const kept = this.keys.names();
    const lines =
      typeof status === 'string'
        ? [`  BAD   server       ${status}`]
        : [
            `  ok    server       trimtab ${status.version}, ${this.server.program()}`,
            ...status.models.map(({ name, model, key }) => {
              const from = kept.includes(name) ? ", in this editor's secret storage" : '';
              const mend = key === 'absent' ? '. To mend it: "trimtab: Set API Key"' : '';
              return `  ${key === 'absent' ? 'note' : 'ok  '}  key          ${name} (${model}): ${key}${from}${mend}`;
            }),
          ];
    const rest = await this.run(['doctor']).catch((error: unknown) => String(error));
    await this.reports.show(
      'trimtab doctor.txt',
      `In this editor\n${lines.join('\n')}\n\nOn this machine (trimtab doctor, without the editor's settings and keys)\n${rest}`,
    );
  }

  /** The program on the command line; what it printed, whatever its exit code says. */
  private run(args: string[]): Promise<string> {
    return new Promise((done, fail) => {
      execFile(this.server.program(), args, { timeout: 60_000 }, (error, stdout, stderr) => {
        if (stdout) done(stdout);
        else fail(error ?? new Error(stderr));
      });
    });
  }

  private async setKey(model?: string): Promise<boolean> {
    const status = await this.requests.status().catch(() => undefined);
    const models = status?.models ?? [];
    const known = models.find((m) => m.name === model || m.model === model)?.name;
    const name = known ?? (await askModel(models, 'Set an API key'));
    if (!name) return false;
    const key = (await askKey(name))?.trim();
    if (!key) return false;
    await this.keys.set(name, key);
    await this.server.sendKeys();
    void vscode.window.showInformationMessage(ours(`The key for ${name} is set.`));
    return true;
  }

  private async removeKey(): Promise<void> {
    const names = this.keys.names();
    if (!names.length) {
      void vscode.window.showInformationMessage(ours('No key is kept in this editor.'));
      return;
    }
    const name = await vscode.window.showQuickPick(names, { title: 'Remove an API key' });
    if (!name) return;
    await this.keys.remove(name);
    await this.server.sendKeys();
    void vscode.window.showInformationMessage(ours(`The key for ${name} is removed.`));
  }

  /** Our commands that make sense now, from the status bar. */
  private async showMenu(): Promise<void> {
    const running = !!this.server.running;
    const items: [string, string, boolean][] = [
      ['$(edit) Edit with Instruction', 'editWithInstruction', running],
      ['$(git-compare) Compare Two Models', 'compareModels', running],
      ['$(question) Explain Route', 'explainRoute', running],
      ['$(stop-circle) Cancel', 'cancelRequests', running],
      ['$(key) Set API Key', 'setKey', running],
      ['$(graph) Show Statistics', 'showStatistics', true],
      ['$(pulse) Doctor', 'doctor', true],
      ['$(output) Show Log', 'showLog', true],
      ['$(debug-restart) Restart Server', 'restartServer', true],
      ['$(gear) Open Settings', 'openSettings', true],
    ];
    const picked = await vscode.window.showQuickPick(
      items.filter(([, , can]) => can).map(([label, command]) => ({ label, command })),
      { title: 'trimtab' },
    );
    if (picked) await vscode.commands.executeCommand(`trimtab.${picked.command}`);
  }

  // --- the server ----------------------------------------------------------------------

  private middleware(): Middleware {
    return {
      executeCommand: (command, args: unknown[], next) => {
        if (command === 'trimtab.compare') return this.compareAction(args[0] as EditArguments);
        if (command !== 'trimtab.edit') return next(command, args) as Promise<unknown>;
        if (!this.trusted()) return undefined;
        const action = args[0] as EditArguments & { title?: string };
        return this.requests.edit(action, this.actionTitle(action));
      },
      provideCodeActions: async (document, range, context, token, next) => {
        const actions = await next(document, range, context, token);
        if (vscode.workspace.isTrusted || !actions) return actions;
        // What asks a model needs a folder that the user trusts.
        return actions.filter((action) => !('command' in action) || !isModelAction(action));
      },
      workspace: {
        handleApplyEdit: (params, next) => {
          withoutConfirmation(params.edit);
          return next(params, new vscode.CancellationTokenSource().token);
        },
      },
    };
  }

  private actionTitle(action: EditArguments): string {
    const words = action.instruction ?? action.action ?? 'edit';
    return words.charAt(0).toUpperCase() + words.slice(1).replace(/-/g, ' ');
  }

  private trusted(): boolean {
    if (vscode.workspace.isTrusted) return true;
    void vscode.window
      .showWarningMessage(
        ours('Models are not asked in a folder that you do not trust. Offline rewrites work.'),
        'Manage Trust',
      )
      .then((picked) => {
        if (picked) void vscode.commands.executeCommand('workbench.trust.manage');
      });
    return false;
  }

  private async onState(running: boolean): Promise<void> {
    this.status.onState(running);
    await vscode.commands.executeCommand('setContext', 'trimtab.running', running);
    if (!running) return;
    const status = await this.requests.status().catch(() => undefined);
    if (status) this.status.onState(!!this.server.running, status.models);
  }

  private onMessage(type: number, text: string): void {
    if (type === ERROR || (type === WARNING && /key/i.test(text))) void sayFailure(text);
    else if (type === WARNING) void vscode.window.showWarningMessage(ours(text));
    else void vscode.window.showInformationMessage(ours(text));
  }

  private onCrash(again: boolean): void {
    if (again) {
      void vscode.window
        .showWarningMessage(
          ours('The language server ended unexpectedly and was started again.'),
          'Show Log',
        )
        .then((picked) => {
          if (picked) this.server.log.show();
        });
    } else {
      this.onFailed(
        'The language server ended unexpectedly several times and was not started again.',
      );
    }
  }

  private onFailed(why: string): void {
    this.status.onState(false);
    const missing = /ENOENT|EACCES/.test(why);
    const text = missing
      ? `The program "${this.server.program()}" cannot be run. Name it in the setting trimtab.server.path.`
      : why;
    void vscode.window
      .showErrorMessage(ours(text), ...(missing ? ['Open Settings'] : ['Restart']), 'Show Log')
      .then((picked) => {
        if (picked === 'Open Settings')
          void vscode.commands.executeCommand(
            'workbench.action.openSettings',
            'trimtab.server.path',
          );
        else if (picked === 'Restart') void this.server.restart();
        else if (picked) this.server.log.show();
      });
  }
}

const isModelAction = (action: vscode.Command | vscode.CodeAction): boolean => {
  const command = typeof action.command === 'string' ? action.command : action.command?.command;
  return command === 'trimtab.edit' || ('disabled' in action && !!action.disabled);
};

export function activate(context: vscode.ExtensionContext): void {
  const began = performance.now();
  const extension = new Extension(context);
  const ready = performance.now();
  void extension.server.start().then(() => {
    extension.server.log.info(
      `activated in ${(ready - began).toFixed(1)} ms, server started in ${(performance.now() - ready).toFixed(1)} ms`,
    );
  });
}
