// hunks.ts -- a proposal's changes as plain data: applied to a text for showing,
// and moved over what is typed while they are shown.  Positions are LSP's in
// UTF-16, which are also the editor's.
import type { Hunk, Position, Range } from './protocol';

/** A change of a document, as the editor reports it. */
export interface Change {
  range: Range;
  text: string;
}

const before = (a: Position, b: Position): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character);

/** Where the lines of `text` begin; LF, CRLF and CR end a line. */
export function lineStarts(text: string): number[] {
  const starts = [0];
  for (const end of text.matchAll(/\r\n|\r|\n/g)) starts.push(end.index + end[0].length);
  return starts;
}

function offsetAt(text: string, starts: number[], at: Position): number {
  const start = starts[at.line];
  if (start === undefined) return text.length;
  const end = starts[at.line + 1] ?? text.length;
  return Math.min(start + at.character, end);
}

/** `text` with the hunks in it. They do not overlap; their order does not matter. */
export function applyHunks(text: string, hunks: readonly Hunk[]): string {
  const starts = lineStarts(text);
  const edits = hunks
    .map((hunk) => ({
      start: offsetAt(text, starts, hunk.range.start),
      end: offsetAt(text, starts, hunk.range.end),
      text: hunk.newText,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
  let result = '';
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** Where `at`, which is not before the change's end, is after the change. */
function moved(at: Position, change: Change): Position {
  const lines = change.text.split(/\r\n|\r|\n/);
  const last = lines.at(-1) ?? '';
  const line = at.line - change.range.end.line + change.range.start.line + lines.length - 1;
  if (at.line !== change.range.end.line) return { line, character: at.character };
  const column = lines.length === 1 ? change.range.start.character + last.length : last.length;
  return { line, character: at.character - change.range.end.character + column };
}

/** The hunk after a change of the document; undefined where the change touched it. */
export function moveHunk(hunk: Hunk, change: Change): Hunk | undefined {
  const { start, end } = hunk.range;
  if (before(end, change.range.start)) return hunk;
  if (before(change.range.end, start))
    return { ...hunk, range: { start: moved(start, change), end: moved(end, change) } };
  return undefined;
}

/** All hunks after some changes that the editor reported together, and how many were lost. */
export function moveHunks(
  hunks: readonly Hunk[],
  changes: readonly Change[],
): { hunks: Hunk[]; lost: number } {
  // Reported together means: all ranges are of the text before; the last one first.
  const ordered = [...changes].sort((a, b) => (before(a.range.start, b.range.start) ? 1 : -1));
  const kept = hunks.flatMap((hunk) => {
    let now: Hunk | undefined = hunk;
    for (const change of ordered) now = now && moveHunk(now, change);
    return now ? [now] : [];
  });
  return { hunks: kept, lost: hunks.length - kept.length };
}

/** In the text with `shown` applied: the lines that each of them takes, for finding
 * the one at the cursor.  `last` is inclusive. */
export function linesAfter(shown: readonly Hunk[]): { id: string; first: number; last: number }[] {
  const ordered = [...shown].sort((a, b) => (before(a.range.start, b.range.start) ? -1 : 1));
  let shift = 0;
  return ordered.map((hunk) => {
    const added = lineStarts(hunk.newText).length - 1;
    const first = hunk.range.start.line + shift;
    shift += added - (hunk.range.end.line - hunk.range.start.line);
    const whole = hunk.newText.endsWith('\n') && hunk.range.end.character === 0 && added > 0;
    return { id: hunk.id, first, last: first + added - (whole ? 1 : 0) };
  });
}

/** How a hunk is called in a list. */
export function hunkTitle(hunk: Hunk): string {
  const line = hunk.range.start.line + 1;
  // A label that only names the line says less than the code itself.
  const label = hunk.label && !/^line \d/i.test(hunk.label) ? hunk.label : undefined;
  const words = label ?? (hunk.newText.trim().split('\n')[0] || 'deletes code');
  return `Line ${line}: ${words.trim()}${hunk.noise ? ' (only layout, comments or names)' : ''}`;
}
