// preview.ts -- a proposal in the editor's own diff view, before anything is
// changed.  The left side is the document itself, so typing goes on there; the
// right side is a virtual document with the chosen changes in it.
import * as path from 'node:path';
import * as vscode from 'vscode';
import { type Change, applyHunks, hunkTitle, linesAfter, moveHunks } from './hunks';
import type { Hunk, Proposal } from './protocol';
import { money, ours, seconds } from './text';

export const SCHEME = 'trimtab-preview';

/** Decide about a proposal: the hunks to take, or none. */
export type Decide = (id: string, accept: string[] | 'all' | 'none') => Promise<void>;

interface Shown {
  proposal: Proposal;
  title: string;
  document: vscode.TextDocument;
  uri: vscode.Uri;
  hunks: Hunk[];
  on: Set<string>;
  done: (accepted: boolean) => void;
}

/** What was typed in documents since a request began: an answer may be for an older version. */
export class Typed implements vscode.Disposable {
  private log: { uri: string; version: number; changes: readonly Change[] }[] = [];
  private readonly listener = vscode.workspace.onDidChangeTextDocument((event) => {
    if (!event.contentChanges.length) return;
    this.log.push({
      uri: event.document.uri.toString(),
      version: event.document.version,
      changes: event.contentChanges.map(({ range, text }) => ({ range, text })),
    });
    if (this.log.length > 2000) this.log.splice(0, 1000);
  });

  dispose(): void {
    this.listener.dispose();
  }

  since(document: vscode.TextDocument, version: number | undefined): (readonly Change[])[] {
    const uri = document.uri.toString();
    return this.log
      .filter((entry) => entry.uri === uri && version !== undefined && entry.version > version)
      .map((entry) => entry.changes);
  }
}

export class Preview implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private shown: Shown | undefined;
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;
  private readonly typed = new Typed();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly decide: Decide) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.onTyped(event);
      }),
      vscode.window.tabGroups.onDidChangeTabs((event) => {
        if (event.closed.some((tab) => this.isOurs(tab))) void this.finish('none');
        void this.setContext();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => void this.setContext()),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.typed.dispose();
    this.changed.dispose();
  }

  provideTextDocumentContent(): string {
    const shown = this.shown;
    if (!shown) return '';
    return applyHunks(
      shown.document.getText(),
      shown.hunks.filter((hunk) => shown.on.has(hunk.id)),
    );
  }

  /** Show a proposal and wait for what the user does with it. */
  async show(proposal: Proposal, title: string): Promise<boolean> {
    await this.finish('none');
    const target = vscode.Uri.parse(proposal.uri);
    // a file that does not exist yet is shown beside an empty one
    const document = proposal.create
      ? await vscode.workspace.openTextDocument({ content: '' })
      : await vscode.workspace.openTextDocument(target);
    let hunks = proposal.hunks;
    for (const changes of this.typed.since(document, proposal.version))
      hunks = moveHunks(hunks, changes).hunks;
    const uri = target.with({
      scheme: SCHEME,
      authority: '',
      query: proposal.id,
    });
    const decided = new Promise<boolean>((done) => {
      this.shown = {
        proposal,
        title,
        document,
        uri,
        hunks,
        on: new Set(hunks.filter((hunk) => !hunk.noise).map((hunk) => hunk.id)),
        done,
      };
    });
    this.changed.fire(uri);
    const name = path.basename(target.path);
    await vscode.commands.executeCommand('vscode.diff', document.uri, uri, `${name}: ${title}`, {
      preview: true,
      preserveFocus: false,
    });
    await this.setContext();
    this.say(this.shown);
    return decided;
  }

  private say(shown: Shown | undefined): void {
    if (!shown) return;
    const { receipt, verdict, reason } = shown.proposal;
    const cost = receipt
      ? ` ${receipt.model ?? ''}, ${money(receipt.cost_usd)}, ${seconds(receipt.ms)}.`
      : '';
    if (verdict === 'held') {
      void vscode.window.showWarningMessage(
        ours(`${reason ?? 'Something speaks against this edit.'} Look before you accept it.`),
      );
    }
    const n = shown.hunks.length;
    vscode.window.setStatusBarMessage(
      `trimtab: ${n} ${n === 1 ? 'change' : 'changes'}.${cost} Accept or reject above.`,
      15_000,
    );
  }

  accept(): Promise<void> {
    const shown = this.shown;
    if (!shown) return Promise.resolve();
    const chosen = shown.hunks.filter((hunk) => shown.on.has(hunk.id)).map((hunk) => hunk.id);
    return this.finish(chosen.length ? chosen : 'none');
  }

  reject(): Promise<void> {
    return this.finish('none');
  }

  /** Leave the change at the cursor out; the last one left out comes back when none is there. */
  toggle(): void {
    const shown = this.shown;
    const editor = vscode.window.activeTextEditor;
    if (!shown || !editor) return;
    const on = shown.hunks.filter((hunk) => shown.on.has(hunk.id));
    const line = editor.selection.active.line;
    const at =
      editor.document.uri.scheme === SCHEME
        ? linesAfter(on).find((place) => line >= place.first && line <= place.last)
        : undefined;
    if (at) {
      shown.on.delete(at.id);
      this.changed.fire(shown.uri);
    } else {
      void this.choose();
    }
  }

  /** All changes in a list with ticks. */
  async choose(): Promise<void> {
    const shown = this.shown;
    if (!shown) return;
    const picked = await vscode.window.showQuickPick(
      shown.hunks.map((hunk) => ({
        label: hunkTitle(hunk),
        id: hunk.id,
        picked: shown.on.has(hunk.id),
      })),
      { canPickMany: true, title: 'Changes to Accept', placeHolder: 'Tick what you want to keep' },
    );
    if (!picked || this.shown !== shown) return;
    shown.on = new Set(picked.map((item) => item.id));
    this.changed.fire(shown.uri);
  }

  private onTyped(event: vscode.TextDocumentChangeEvent): void {
    const shown = this.shown;
    if (!shown || event.document !== shown.document || !event.contentChanges.length) return;
    const { hunks, lost } = moveHunks(
      shown.hunks,
      event.contentChanges.map(({ range, text }) => ({ range, text })),
    );
    shown.hunks = hunks;
    if (lost) {
      void vscode.window.showWarningMessage(
        ours(
          'You edited code that this proposal changes, so that change was taken out of it. ' +
            'Ask again to work on what stands there now.',
        ),
      );
    }
    this.changed.fire(shown.uri);
  }

  private isOurs(tab: vscode.Tab): boolean {
    return tab.input instanceof vscode.TabInputTextDiff && tab.input.modified.scheme === SCHEME;
  }

  private async setContext(): Promise<void> {
    const tab = vscode.window.tabGroups.activeTabGroup.activeTab;
    await vscode.commands.executeCommand(
      'setContext',
      'trimtab.previewActive',
      !!this.shown && !!tab && this.isOurs(tab),
    );
  }

  private async finish(accept: string[] | 'none'): Promise<void> {
    const shown = this.shown;
    if (!shown) return;
    this.shown = undefined;
    // The document first: when the preview is gone, nothing takes the focus any more.
    await vscode.window.showTextDocument(shown.document, { preview: false });
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter((tab) => this.isOurs(tab));
    if (tabs.length) await vscode.window.tabGroups.close(tabs, true);
    await this.setContext();
    try {
      await this.decide(shown.proposal.id, accept);
    } finally {
      shown.done(accept !== 'none');
    }
  }
}
