// vscode.ts -- as much of the editor's API as the code under test touches, recording
// what is asked of it.  Unit tests only: the real editor is in tests/editors/vscode.

type Listener<T> = (event: T) => unknown;

export class EventEmitter<T> {
  private readonly listeners = new Set<Listener<T>>();
  event = (listener: Listener<T>) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };
  fire(event: T): void {
    for (const listener of this.listeners) listener(event);
  }
  dispose(): void {
    this.listeners.clear();
  }
}

export class ThemeColor {
  constructor(readonly id: string) {}
}

export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { Notification: 15 };

/** What a setting says, by its name; what is not here has its default. */
export const settings = new Map<string, unknown>();
export const workspace = {
  getConfiguration: () => ({
    get: (name: string, otherwise: unknown) => settings.get(name) ?? otherwise,
  }),
};

/** What was shown, and which button the next message gets. */
export const shown: { kind: string; text: string; buttons: string[] }[] = [];
export const executed: unknown[][] = [];
export const press: { next: string | undefined } = { next: undefined };
/** Answers of executeCommand, by command. */
export const answers = new Map<string, unknown>();

const show =
  (kind: string) =>
  (text: string, ...buttons: string[]): Promise<string | undefined> => {
    shown.push({ kind, text, buttons });
    const picked = press.next;
    press.next = undefined;
    return Promise.resolve(picked);
  };

export const bar = { text: '', tooltip: '', name: '', command: '', shown: false } as Record<
  string,
  unknown
>;

export const window = {
  withProgress: (
    _: object,
    run: (progress: object, token: object) => Promise<unknown>,
  ): Promise<unknown> =>
    run({ report: () => undefined }, { onCancellationRequested: () => undefined }),
  showErrorMessage: show('error'),
  showWarningMessage: show('warning'),
  showInformationMessage: show('information'),
  createStatusBarItem: () =>
    Object.assign(bar, { show: () => (bar.shown = true), dispose: () => (bar.shown = false) }),
};

export const commands = {
  executeCommand: (...args: unknown[]) => {
    executed.push(args);
    return Promise.resolve(answers.get(args[0] as string));
  },
};

export function forget(): void {
  shown.length = 0;
  executed.length = 0;
  answers.clear();
  settings.clear();
  press.next = undefined;
}
