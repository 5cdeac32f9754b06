// html.ts -- the pages of our webviews, as strings: no script but ours, no
// style but the theme's, nothing from outside.
import { applyHunks, lineStarts } from './hunks';
import type { Comparison, Proposal } from './protocol';
import { escapeHtml, money, seconds } from './text';

export const STYLE = `
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground);
  background: var(--vscode-editor-background); padding: 0 1rem 2rem; }
h1 { font-size: 1.3rem; font-weight: 600; }
h2 { font-size: 1.05rem; font-weight: 600; margin: 0 0 .4rem; }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; }
@media (max-width: 640px) { .sides { grid-template-columns: 1fr; } }
.side { border: 1px solid var(--vscode-contrastBorder, var(--vscode-panel-border));
  padding: .8rem; min-width: 0; }
pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size);
  overflow: auto; margin: .6rem 0; max-height: 60vh; }
pre:focus-visible, button:focus-visible {
  outline: 2px solid var(--vscode-focusBorder); outline-offset: 2px; }
.line { display: block; white-space: pre; min-width: max-content; }
.add { background: var(--vscode-diffEditor-insertedLineBackground,
  var(--vscode-diffEditor-insertedTextBackground)); }
.del { background: var(--vscode-diffEditor-removedLineBackground,
  var(--vscode-diffEditor-removedTextBackground)); }
button { font: inherit; color: var(--vscode-button-foreground);
  background: var(--vscode-button-background); padding: .45rem .9rem; cursor: pointer;
  border: 1px solid var(--vscode-button-border, transparent); }
button:hover { background: var(--vscode-button-hoverBackground); }
button.plain { color: var(--vscode-button-secondaryForeground);
  background: var(--vscode-button-secondaryBackground); }
button:disabled { opacity: .5; cursor: default; }
kbd { font: inherit; color: inherit; background: none; border: 0; box-shadow: none; padding: 0; }
table { border-collapse: collapse; margin: .6rem 0; }
th, td { text-align: left; padding: .3rem .9rem .3rem 0;
  border-bottom: 1px solid var(--vscode-panel-border, var(--vscode-contrastBorder)); }
td.number, th.number { text-align: right; }
`;

/** A whole page. `nonce` allows our own style and script, and nothing else. */
export function page(title: string, nonce: string, body: string, script = ''): string {
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
${script && `<script nonce="${nonce}">${script}</script>`}
</body>
</html>`;
}

interface DiffLine {
  kind: 'add' | 'del' | 'same';
  text: string;
}

const linesOf = (text: string): string[] => {
  const lines = text.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

/** What the hunks change, as whole lines with up to `around` lines of context. */
export function diffLines(text: string, proposal: Proposal, around = 2): DiffLine[] {
  const starts = lineStarts(text);
  const lines = linesOf(text);
  const ordered = [...proposal.hunks].sort(
    (a, b) =>
      a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character,
  );
  const result: DiffLine[] = [];
  let at = 0;
  for (let i = 0; i < ordered.length;) {
    const group = [ordered[i]!];
    const first = group[0]!.range.start.line;
    let last = lastLine(group[0]!);
    for (i++; i < ordered.length && ordered[i]!.range.start.line <= last; i++) {
      group.push(ordered[i]!);
      last = Math.max(last, lastLine(ordered[i]!));
    }
    for (let n = Math.max(at, first - around); n < first; n++) push(result, 'same', lines[n]);
    const from = starts[first] ?? text.length;
    const to = starts[last + 1] ?? text.length;
    const old = text.slice(from, to);
    const fresh = applyHunks(
      old,
      group.map((hunk) => ({ ...hunk, range: up(hunk.range, first) })),
    );
    const { head, gone, come, tail } = trimSame(linesOf(old), linesOf(fresh));
    for (const line of head.slice(-around)) push(result, 'same', line);
    for (const line of gone) push(result, 'del', line);
    for (const line of come) push(result, 'add', line);
    for (const line of tail.slice(0, around)) push(result, 'same', line);
    at = last + 1;
    const left = Math.max(0, around - tail.length);
    const until = Math.min(at + left, ordered[i]?.range.start.line ?? lines.length, lines.length);
    for (; at < until; at++) push(result, 'same', lines[at]);
  }
  return result;
}

/** The last line that the hunk touches; of a range that ends before a line, not that line. */
function lastLine({ range }: Proposal['hunks'][number]): number {
  const whole = range.end.character === 0 && range.end.line > range.start.line;
  return whole ? range.end.line - 1 : range.end.line;
}

const up = ({ start, end }: Proposal['hunks'][number]['range'], lines: number) => ({
  start: { line: start.line - lines, character: start.character },
  end: { line: end.line - lines, character: end.character },
});

function push(result: DiffLine[], kind: DiffLine['kind'], text: string | undefined): void {
  if (text !== undefined) result.push({ kind, text });
}

/** What both begin and end with, and what is different between that. */
function trimSame(old: string[], fresh: string[]) {
  let head = 0;
  while (head < old.length && head < fresh.length && old[head] === fresh[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < fresh.length - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  )
    tail++;
  return {
    head: old.slice(0, head),
    gone: old.slice(head, old.length - tail),
    come: fresh.slice(head, fresh.length - tail),
    tail: old.slice(old.length - tail),
  };
}

function diffHtml(text: string, proposal: Proposal, label: string): string {
  const signs = { add: '+', del: '-', same: ' ' };
  const lines = diffLines(text, proposal).map(
    ({ kind, text: line }) =>
      `<span class="line ${kind}">${signs[kind]} ${escapeHtml(line) || ' '}</span>`,
  );
  return `<pre tabindex="0" role="region" aria-label="${label}">${lines.join('')}</pre>`;
}

const usable = (side: Proposal): boolean =>
  (side.verdict === 'ready' || side.verdict === 'held') && side.hunks.length > 0;

function sideHtml(name: 'a' | 'b', side: Proposal, text: string): string {
  const letter = name.toUpperCase();
  const { receipt } = side;
  const facts = [
    receipt?.tokens ? `${receipt.tokens.out} tokens` : '',
    receipt?.cost_usd === undefined ? '' : money(receipt.cost_usd),
    seconds(receipt?.ms),
  ].filter(Boolean);
  const shown = usable(side)
    ? diffHtml(text, side, `Change proposed by ${letter}`)
    : `<p>${escapeHtml(side.reason ?? 'This answer could not be used.')}</p>`;
  return `<section class="side" aria-labelledby="${name}">
<h2 id="${name}">Proposal ${letter}</h2>
<p class="facts">${escapeHtml(facts.join(', '))}</p>
${side.verdict === 'held' ? `<p>${escapeHtml(side.reason ?? '')}</p>` : ''}
${side.warning ? `<p>${escapeHtml(side.warning)}</p>` : ''}
${shown}
<button data-winner="${name}" ${usable(side) ? '' : 'disabled'}>Take ${letter} <kbd>(${letter})</kbd></button>
</section>`;
}

const DUEL_SCRIPT = `
const api = acquireVsCodeApi();
const buttons = [...document.querySelectorAll('button[data-winner]')];
let judged = false;
function judge(winner) {
  const button = buttons.find((b) => b.dataset.winner === winner);
  if (judged || !button || button.disabled) return;
  judged = true;
  for (const b of buttons) b.disabled = true;
  api.postMessage({ winner });
}
for (const b of buttons) b.addEventListener('click', () => judge(b.dataset.winner));
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const winner = { a: 'a', b: 'b', n: 'none' }[event.key.toLowerCase()];
  if (winner) judge(winner);
});
addEventListener('message', ({ data }) => {
  if (!data.revealed) return;
  document.getElementById('verdict').textContent = data.revealed;
  for (const name of ['a', 'b'])
    document.getElementById(name).textContent = 'Proposal ' + name.toUpperCase() + ': ' + data[name];
});
document.querySelector('pre')?.focus();
`;

/** The duel: two proposals whose models are not named until the user has judged. */
export function duelPage(nonce: string, answer: Comparison, text: string, asked: string): string {
  const body = `<h1>Which is better?</h1>
<p>${escapeHtml(asked)}</p>
<p id="verdict" role="status">You learn which model made which after your choice. Keys: A, B, or N for neither.</p>
<div class="sides">
${sideHtml('a', answer.a, text)}
${sideHtml('b', answer.b, text)}
</div>
<p><button class="plain" data-winner="none">Neither <kbd>(N)</kbd></button></p>`;
  return page('Which is better?', nonce, body, DUEL_SCRIPT);
}

interface ModelOutcomes {
  model: string;
  outcomes: number;
  kept: number;
  accepted: number;
  undone: number;
  rejected: number;
  refused: number;
  won: number;
  lost: number;
}

/** What `trimtab stats --json` prints, as far as it is shown here. */
export interface Statistics {
  outcomes: number;
  day_usd: number;
  month_usd: number;
  classes: { class: string; article: string; says: string; models: ModelOutcomes[] }[];
}

const counts = [
  'outcomes',
  'kept',
  'accepted',
  'undone',
  'rejected',
  'refused',
  'won',
  'lost',
] as const;

function classHtml({ class: name, says, models }: Statistics['classes'][number]): string {
  const head = ['model', ...counts].map(
    (column) => `<th scope="col"${column === 'model' ? '' : ' class="number"'}>${column}</th>`,
  );
  const rows = models.map(
    (model) =>
      `<tr><th scope="row">${escapeHtml(model.model)}</th>${counts
        .map((column) => `<td class="number">${Math.round(model[column] * 10) / 10}</td>`)
        .join('')}</tr>`,
  );
  return `<h2>${escapeHtml(name)}</h2>
<p>${escapeHtml(says)}</p>
<table><caption>Edits of ${escapeHtml(name)}</caption>
<thead><tr>${head.join('')}</tr></thead>
<tbody>${rows.join('')}</tbody></table>`;
}

/** What became of the edits, class by class. */
export function statisticsPage(nonce: string, stats: Statistics, sessionUsd: number): string {
  const classes = stats.classes.length
    ? stats.classes.map(classHtml).join('\n')
    : '<p>Nothing was recorded yet: outcomes come with the edits that you accept, change or reject.</p>';
  const body = `<h1>trimtab: statistics</h1>
<table><caption>Spent</caption><tbody>
<tr><th scope="row">Today (UTC)</th><td class="number">${money(stats.day_usd)}</td></tr>
<tr><th scope="row">This month (UTC)</th><td class="number">${money(stats.month_usd)}</td></tr>
<tr><th scope="row">Since the server started</th><td class="number">${money(sessionUsd)}</td></tr>
</tbody></table>
<p>${stats.outcomes} ${stats.outcomes === 1 ? 'outcome' : 'outcomes'} recorded, on this machine only.</p>
${classes}`;
  return page('trimtab: statistics', nonce, body);
}
