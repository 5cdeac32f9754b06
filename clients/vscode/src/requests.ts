// requests.ts -- asking a model: from an instruction or an action to an edit
// that the user has seen, with progress that can be cancelled.
import * as vscode from 'vscode';
import {
  CancellationTokenSource,
  ExecuteCommandRequest,
  type LanguageClient,
  LSPErrorCodes,
  ResponseError,
  WorkDoneProgress,
} from 'vscode-languageclient/node';
import { type NextSteps, sayFailure } from './messages';
import type { Preview } from './preview';
import type {
  Comparison,
  Decision,
  EditArguments,
  NamedModel,
  Proposal,
  Range,
  ServerStatus,
} from './protocol';
import type { Server } from './server';
import { previewMode } from './settings';
import { ours, refused } from './text';

/** Cancelled by the user: nothing more is to be said. */
const CANCELLED = Symbol('cancelled');

export interface Target {
  uri: string;
  version: number;
  range: Range;
  scope: 'range' | 'symbol';
}

/** The selection, or the symbol around the cursor. */
export function target(editor: vscode.TextEditor): Target {
  const { selection, document } = editor;
  return {
    uri: document.uri.toString(),
    version: document.version,
    range: { start: { ...position(selection.start) }, end: { ...position(selection.end) } },
    scope: selection.isEmpty ? 'symbol' : 'range',
  };
}

const position = ({ line, character }: vscode.Position) => ({ line, character });

/** The same for the text as it is now. */
const anew = (args: EditArguments, model?: string): EditArguments => ({
  ...args,
  version: undefined,
  generation: undefined,
  ...(model ? { model } : {}),
});

export class Requests {
  private next = 0;
  private readonly running = new Set<CancellationTokenSource>();

  constructor(
    private readonly server: () => Server,
    private readonly preview: () => Preview,
  ) {}

  /** The server's connection, started if need be. */
  private async client(): Promise<LanguageClient> {
    const server = this.server();
    if (!server.running) await server.start();
    if (server.running) return server.running;
    throw new Error('The language server is not running. Use "Doctor" to see what is wrong.');
  }

  /** One of the server's commands, answered at once. */
  async call<R>(command: string, argument?: object): Promise<R> {
    const client = await this.client();
    return client.sendRequest(ExecuteCommandRequest.type, {
      command,
      ...(argument ? { arguments: [argument] } : {}),
    }) as Promise<R>;
  }

  status(argument?: { flush: boolean }): Promise<ServerStatus> {
    return this.call('trimtab.status', argument);
  }

  explain(where: Target): Promise<Decision> {
    return this.call('trimtab.explain', { uri: where.uri, range: where.range });
  }

  decide = async (id: string, accept: string[] | 'all' | 'none'): Promise<void> => {
    await this.guard({}, () => this.call('trimtab.decide', { id, accept }));
  };

  rate(id: string, winner: 'a' | 'b' | 'none'): Promise<{ a: NamedModel; b: NamedModel }> {
    return this.call('trimtab.rate', { id, winner });
  }

  /** Give up whatever runs. */
  async cancel(): Promise<void> {
    for (const source of this.running) source.cancel();
    if (this.server().running) await this.call('trimtab.cancel', {});
  }

  /** Ask, show, apply what is accepted. Resolves when that is over. */
  async edit(args: EditArguments, title: string): Promise<void> {
    await this.propose('trimtab.edit', { ...args }, title, (model) =>
      this.edit(anew(args, model), title),
    );
  }

  async refine(uri: string, instruction: string, model?: string): Promise<void> {
    const args = { uri, instruction, ...(model ? { model } : {}) };
    await this.propose('trimtab.refine', args, instruction, (other) =>
      this.refine(uri, instruction, other),
    );
  }

  async compare(args: EditArguments): Promise<Comparison | undefined> {
    const answer = await this.guard({ retry: () => this.compare(anew(args)) }, () =>
      this.long<Comparison>('trimtab.compare', { ...args }, 'Comparing'),
    );
    return answer === CANCELLED ? undefined : answer;
  }

  private async propose(
    command: string,
    args: object,
    title: string,
    again: (model?: string) => Promise<void>,
  ): Promise<void> {
    const mode = previewMode();
    const next = { retry: again, ...(await this.otherModel(args)) };
    const proposal = await this.guard(next, () =>
      this.long<Proposal>(command, { ...args, apply: false }, title),
    );
    if (proposal === CANCELLED) return;
    if (proposal.warning) void vscode.window.showWarningMessage(ours(proposal.warning));
    if (proposal.verdict === 'ready' && mode !== 'always' && !proposal.review) {
      const take = proposal.hunks.filter((hunk) => !hunk.noise).map((hunk) => hunk.id);
      await this.decide(proposal.id, take);
    } else if (proposal.verdict === 'ready' || (proposal.verdict === 'held' && mode !== 'never')) {
      await this.preview().show(proposal, title);
    } else if (proposal.verdict === 'unchanged') {
      void vscode.window.showInformationMessage(
        ours(proposal.reason ?? 'The model found nothing to change.'),
      );
    } else {
      void sayFailure(refused(proposal.reason), next);
    }
  }

  /** Another model that has a key, for the button that asks it. */
  private async otherModel(args: object): Promise<NextSteps> {
    const asked = (args as { model?: string }).model;
    const status = await this.status().catch(() => undefined);
    const usable = status?.models.filter((model) => model.key !== 'absent') ?? [];
    const other = usable.find((model) => model.name !== asked && model.model !== asked);
    return {
      ...(asked ? { model: asked } : {}),
      ...(other && usable.length > 1 ? { other: other.name } : {}),
    };
  }

  /** A request that ends with its answer: progress with a Cancel button meanwhile. */
  private async long<R>(command: string, argument: object, title: string): Promise<R> {
    const client = await this.client();
    const source = new CancellationTokenSource();
    const token = `vscode-${++this.next}`;
    this.running.add(source);
    try {
      return await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: ours(title),
          cancellable: true,
        },
        async (progress, cancelled) => {
          cancelled.onCancellationRequested(() => {
            source.cancel();
          });
          const listener = client.onProgress(WorkDoneProgress.type, token, (value) => {
            if (value.kind !== 'end' && value.message) progress.report({ message: value.message });
          });
          try {
            return (await client.sendRequest(
              ExecuteCommandRequest.type,
              { command, arguments: [argument], workDoneToken: token },
              source.token,
            )) as R;
          } finally {
            listener.dispose();
          }
        },
      );
    } finally {
      this.running.delete(source);
      source.dispose();
    }
  }

  /** Say a failure with its next steps instead of throwing it. */
  private async guard<R>(next: NextSteps, run: () => Promise<R>): Promise<R | typeof CANCELLED> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled)
        return CANCELLED;
      void sayFailure(error instanceof Error ? error.message : String(error), next);
      return CANCELLED;
    }
  }
}
