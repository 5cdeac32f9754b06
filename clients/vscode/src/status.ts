// status.ts -- the item in the status bar: model, cost today, health.
import * as vscode from 'vscode';
import type { ModelStatus, StatusNotice } from './protocol';
import { money } from './text';

export interface Face {
  text: string;
  tooltip: string;
  look?: 'warning' | 'error';
}

/** What the item says; pure, so that it can be tested. */
export function face(
  notice: StatusNotice | undefined,
  running: boolean,
  models: readonly ModelStatus[] = [],
): Face {
  if (!running) {
    return {
      text: '$(circle-slash) trimtab',
      tooltip: 'The language server of trimtab is not running.',
      look: 'error',
    };
  }
  const cost = notice?.dayUsd === undefined ? '' : `Today: ${money(notice.dayUsd)}`;
  const known = models.map(
    ({ name, model, key }) => `${name}: ${model}${key === 'absent' ? ' (no key)' : ''}`,
  );
  const tooltip = ['trimtab', notice?.message, ...known, cost].filter(Boolean).join('\n');
  switch (notice?.state) {
    case 'busy': {
      const tokens = notice.tokens ? `, ${notice.tokens} tokens` : '';
      return { text: `$(sync~spin) ${notice.model ?? 'trimtab'}${tokens}`, tooltip };
    }
    case 'warning':
      return { text: '$(warning) trimtab', tooltip, look: 'warning' };
    case 'off':
      return { text: '$(circle-slash) trimtab', tooltip: `${tooltip}\nSwitched off by a setting.` };
    default: {
      const spent = notice?.dayUsd ? ` ${money(notice.dayUsd)}` : '';
      return { text: `$(edit-sparkle) trimtab${spent}`, tooltip };
    }
  }
}

export class StatusItem implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem(
    'trimtab.status',
    vscode.StatusBarAlignment.Right,
    100,
  );
  private notice: StatusNotice | undefined;
  private running = false;
  private models: readonly ModelStatus[] = [];

  constructor() {
    this.item.name = 'trimtab';
    this.item.command = 'trimtab.showMenu';
    this.draw();
    this.item.show();
  }

  dispose(): void {
    this.item.dispose();
  }

  on(notice: StatusNotice): void {
    this.notice = notice;
    this.draw();
  }

  onState(running: boolean, models: readonly ModelStatus[] = this.models): void {
    this.running = running;
    this.models = models;
    if (!running) this.notice = undefined;
    this.draw();
  }

  private draw(): void {
    const { text, tooltip, look } = face(this.notice, this.running, this.models);
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: tooltip.split('\n').join(', ') };
    this.item.backgroundColor = look
      ? new vscode.ThemeColor(`statusBarItem.${look}Background`)
      : undefined;
  }
}
