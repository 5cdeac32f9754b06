// ask.ts -- asking the user: for an instruction (with history), a model, a key.
import * as vscode from 'vscode';
import type { Decision, ModelStatus } from './protocol';
import { money, remember } from './text';

const HISTORY = 'trimtab.history';

/** What Enter means: the entry that the arrow keys went to, else what was typed.  The
 * list on the screen may be older than the last letters: an entry that is not in
 * `items` any more was not chosen. */
export function chosen<T extends { label: string }>(
  typed: string,
  items: readonly T[],
  active: T | undefined,
): string {
  const at = active ? items.indexOf(active) : -1;
  return (at > 0 ? items[at]!.label : typed.trim()) || (items[0]?.label ?? '');
}

/** An instruction: typed, or taken from the last ones. */
export function askInstruction(
  context: vscode.ExtensionContext,
  title: string,
  route?: Promise<Decision>,
): Promise<string | undefined> {
  const history = context.globalState.get<string[]>(HISTORY, []);
  const box = vscode.window.createQuickPick();
  box.title = title;
  box.placeholder = 'What should be changed? (Arrow keys: earlier instructions)';
  const list = (typed: string) => {
    const old = history.filter((entry) => entry !== typed);
    box.items = [...(typed ? [typed] : []), ...old].map((label) => ({ label, alwaysShow: true }));
  };
  list('');
  void route?.then(
    (decision) => {
      const choice = decision.candidates.find((c) => c.name === decision.choice?.name);
      if (choice) box.title = `${title} (${choice.model}, ~${money(choice.cost_usd)})`;
    },
    () => undefined, // the request itself says what is wrong
  );
  return new Promise((done) => {
    box.onDidChangeValue((value) => {
      list(value.trim());
    });
    box.onDidAccept(() => {
      const value = chosen(box.value, box.items, box.activeItems[0]);
      if (!value) return;
      void context.globalState.update(HISTORY, remember(history, value));
      done(value);
      box.hide();
    });
    box.onDidHide(() => {
      done(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** One of the models that the settings name. */
export async function askModel(
  models: readonly ModelStatus[],
  title: string,
): Promise<string | undefined> {
  const words = { present: 'has a key', absent: 'no key', unknown: 'key not looked up yet' };
  const picked = await vscode.window.showQuickPick(
    models.map(({ name, model, key }) => ({ label: name, description: model, detail: words[key] })),
    { title, placeHolder: 'Which model?' },
  );
  return picked?.label;
}

export function askKey(model: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `API key for ${model}`,
    prompt: 'It goes into the secret storage of this editor and to the language server only.',
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) =>
      value && !/^[\x21-\x7e]+$/.test(value.trim())
        ? 'A key has no blanks and no special characters.'
        : undefined,
  });
}

/** The route with its reasons; picking a model asks that one. */
export async function showRoute(decision: Decision): Promise<string | undefined> {
  const box = decision.candidates.map((candidate) => ({
    label: `${candidate.name === decision.choice?.name ? '$(check) ' : ''}${candidate.model}`,
    description: `~${money(candidate.cost_usd)}`,
    detail: candidate.eligible ? `Ask ${candidate.name} for this edit` : candidate.why_not,
    candidate,
  }));
  const picked = await vscode.window.showQuickPick(box, {
    title: `Task ${decision.task}`,
    placeHolder: decision.reason,
    matchOnDetail: true,
  });
  return picked?.candidate.eligible ? picked.candidate.name : undefined;
}
