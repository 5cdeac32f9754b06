// keys.ts -- API keys in the editor's secret storage, handed to the server by
// trimtab/setKeys.  They go nowhere else: not into settings, logs or traces.
import * as vscode from 'vscode';

const NAMES = 'trimtab.keys';
const secretOf = (model: string): string => `trimtab.key.${model}`;

export class Keys implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listener: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.listener = context.secrets.onDidChange((event) => {
      if (event.key.startsWith(secretOf(''))) this.changed.fire();
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.changed.dispose();
  }

  /** The models that a key is kept for. */
  names(): string[] {
    return this.context.globalState.get<string[]>(NAMES, []);
  }

  async set(model: string, key: string): Promise<void> {
    await this.context.globalState.update(NAMES, [...new Set([...this.names(), model])].sort());
    await this.context.secrets.store(secretOf(model), key);
  }

  async remove(model: string): Promise<void> {
    await this.context.globalState.update(
      NAMES,
      this.names().filter((name) => name !== model),
    );
    await this.context.secrets.delete(secretOf(model));
  }

  /** All of them, for trimtab/setKeys: it replaces what the server had. */
  async all(): Promise<Record<string, string>> {
    const keys: Record<string, string> = {};
    for (const name of this.names()) {
      const key = await this.context.secrets.get(secretOf(name));
      if (key) keys[name] = key;
    }
    return keys;
  }
}
