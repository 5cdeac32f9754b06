// messages.ts -- what went wrong, with buttons that do the next step.
import * as vscode from 'vscode';
import { ours, type Remedy, remedies } from './text';

export interface NextSteps {
  /** Ask again, with this model when one is named. */
  retry?: (model?: string) => unknown;
  /** The name of another model that could be asked. */
  other?: string;
  /** The model whose key is in question. */
  model?: string;
}

const commands: Partial<Record<Remedy, string>> = {
  'Open Settings': 'trimtab.openSettings',
  'Show Log': 'trimtab.showLog',
};

/** Show a failure; resolves when a button was used or the message went away. */
export async function sayFailure(message: string, next: NextSteps = {}): Promise<void> {
  const buttons = remedies(message, { retry: !!next.retry, other: !!(next.retry && next.other) });
  const picked = await vscode.window.showErrorMessage(ours(message), ...buttons);
  if (!picked) return;
  const command = commands[picked];
  if (command) {
    await vscode.commands.executeCommand(command);
  } else if (picked === 'Set Key') {
    const set = await vscode.commands.executeCommand('trimtab.setKey', next.model);
    if (set) await next.retry?.();
  } else if (picked === 'Use Other Model') {
    await next.retry?.(next.other);
  } else {
    await next.retry?.();
  }
}
