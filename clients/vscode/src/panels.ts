// panels.ts -- our two webviews: the duel and the statistics.
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { duelPage, type Statistics, statisticsPage } from './html';
import type { Comparison } from './protocol';
import type { Requests } from './requests';

const nonce = (): string => randomBytes(16).toString('hex');

function panel(type: string, title: string, scripts: boolean): vscode.WebviewPanel {
  return vscode.window.createWebviewPanel(type, title, vscode.ViewColumn.Active, {
    enableScripts: scripts,
    enableForms: false,
    enableCommandUris: false,
    localResourceRoots: [],
  });
}

/** Show both proposals; the one that the user takes is applied. */
export function showDuel(
  requests: Requests,
  answer: Comparison,
  document: vscode.TextDocument,
  instruction: string,
): void {
  const text = document.getText();
  const view = panel('trimtab.duel', 'Which Is Better?', true);
  view.webview.html = duelPage(nonce(), answer, text, instruction);
  let judged = false;
  view.webview.onDidReceiveMessage(async ({ winner }: { winner: 'a' | 'b' | 'none' }) => {
    if (judged) return;
    judged = true;
    const { a, b } = await requests.rate(answer.id, winner);
    const revealed =
      winner === 'none'
        ? `A was ${a.model}, B was ${b.model}.`
        : `You took ${winner === 'a' ? a.model : b.model}; the other was ${winner === 'a' ? b.model : a.model}.`;
    await view.webview.postMessage({ revealed, a: a.model, b: b.model });
    if (winner === 'none') return;
    await requests.decide(answer[winner].id, 'all');
    void vscode.window.showInformationMessage(`trimtab: ${revealed}`);
  });
  view.onDidDispose(() => {
    if (!judged) void requests.rate(answer.id, 'none').catch(() => undefined);
  });
}

export function showStatistics(stats: Statistics, sessionUsd: number): void {
  const view = panel('trimtab.statistics', 'trimtab: Statistics', false);
  view.webview.html = statisticsPage(nonce(), stats, sessionUsd);
}

/** Read-only pages of plain text: what the doctor found. */
export class Reports implements vscode.TextDocumentContentProvider {
  static readonly scheme = 'trimtab-report';
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path) ?? '';
  }

  async show(name: string, text: string): Promise<void> {
    const uri = vscode.Uri.from({ scheme: Reports.scheme, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    await vscode.window.showTextDocument(uri, { preview: true });
  }
}
