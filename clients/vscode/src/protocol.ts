// protocol.ts -- the part of protocol/README.md that this client speaks.

export interface Position {
  line: number;
  character: number;
}

export interface Range {
  start: Position;
  end: Position;
}

export interface Hunk {
  id: string;
  range: Range;
  newText: string;
  label?: string;
  noise?: boolean;
}

export interface Receipt {
  name?: string;
  model?: string;
  tokens?: { in: number; out: number };
  cost_usd?: number;
  ms?: number;
}

export interface Proposal {
  id: string;
  uri: string;
  verdict: string;
  reason?: string;
  /** What could not be checked of an edit that is ready. */
  warning?: string;
  /** The file does not exist yet; the only hunk is all of it. */
  create?: boolean;
  /** To be shown before it is decided, whatever the setting says. */
  review?: boolean;
  version?: number;
  hunks: Hunk[];
  why?: string;
  receipt?: Receipt;
}

export interface Comparison {
  id: string;
  a: Proposal;
  b: Proposal;
}

export interface NamedModel {
  name: string;
  model: string;
}

export interface Candidate extends NamedModel {
  family: string;
  provider: string;
  cost_usd?: number;
  eligible: boolean;
  why_not?: string;
}

export interface Decision {
  task: string;
  candidates: Candidate[];
  choice?: NamedModel;
  finding?: string;
  reason: string;
}

export interface ModelStatus extends NamedModel {
  key: 'present' | 'absent' | 'unknown';
}

export interface ServerStatus {
  version: string;
  documents: number;
  session_usd: number;
  models: ModelStatus[];
  running: string[];
}

export interface StatusNotice {
  state: 'idle' | 'busy' | 'warning' | 'off';
  message?: string;
  running: number;
  model?: string;
  tokens?: number;
  dayUsd?: number;
}

/** What `trimtab.edit` takes; `data` of a model action is one, too. */
export interface EditArguments {
  uri: string;
  range?: Range;
  instruction?: string;
  action?: string;
  version?: number;
  /** The server's own number of the text that an action was offered for. */
  generation?: number;
  scope?: 'range' | 'symbol' | 'file';
  model?: string;
  apply?: boolean;
}

/** API keys from the editor's secret storage. */
export const setKeys = (keys: Record<string, string>) => ({
  jsonrpc: '2.0' as const,
  method: 'trimtab/setKeys',
  params: { keys },
});

/** The user has seen and accepted it: the editor need not ask again. */
export function withoutConfirmation(edit: {
  changeAnnotations?: Record<string, { needsConfirmation?: boolean }>;
}): void {
  for (const note of Object.values(edit.changeAnnotations ?? {})) note.needsConfirmation = false;
}
