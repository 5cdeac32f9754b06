// positions.mjs -- a document as an editor holds it: text, and positions in any
// of the three encodings.  Strict on purpose: a position that does not exist is
// an error here, because a server must never send one.

const UNITS = {
  'utf-8': (ch) => Buffer.byteLength(ch, 'utf8'),
  'utf-16': (ch) => ch.length,
  'utf-32': () => 1,
};

/** The lines as [start, end) offsets (UTF-16 units of the string), without their ends. */
export function lines(text) {
  const found = [];
  let start = 0;
  for (const m of text.matchAll(/\r\n|\n|\r/g)) {
    found.push([start, m.index]);
    start = m.index + m[0].length;
  }
  found.push([start, text.length]);
  return found;
}

/** Offset in the string of an LSP position. */
export function offsetAt(text, position, encoding) {
  const line = lines(text)[position.line];
  if (!line) throw new RangeError(`line ${position.line} is behind the end of the document`);
  let left = position.character;
  let at = line[0];
  while (left > 0) {
    if (at >= line[1]) {
      throw new RangeError(`character ${position.character} is behind the end of line ${position.line}`);
    }
    const ch = String.fromCodePoint(text.codePointAt(at));
    const units = UNITS[encoding](ch);
    if (units > left) throw new RangeError(`character ${position.character} is inside of "${ch}"`);
    left -= units;
    at += ch.length;
  }
  return at;
}

/** LSP position of an offset in the string. */
export function positionAt(text, offset, encoding) {
  const all = lines(text);
  let line = all.length - 1;
  while (all[line][0] > offset) line--;
  let character = 0;
  for (const ch of text.slice(all[line][0], Math.min(offset, all[line][1]))) {
    character += UNITS[encoding](ch);
  }
  return { line, character };
}

export function rangeOf(text, from, to, encoding) {
  return { start: positionAt(text, from, encoding), end: positionAt(text, to, encoding) };
}

/** The text after LSP TextEdits: all refer to the text before, may touch but not
 * overlap, and insertions at one place keep their order. */
export function applyEdits(text, edits, encoding) {
  const placed = edits.map((edit, i) => ({
    from: offsetAt(text, edit.range.start, encoding),
    to: offsetAt(text, edit.range.end, encoding),
    newText: edit.newText,
    i,
  }));
  for (const e of placed) {
    if (e.from > e.to) throw new RangeError('an edit whose range is reversed');
  }
  placed.sort((a, b) => a.from - b.from || a.to - b.to || a.i - b.i);
  let out = '';
  let at = 0;
  for (const e of placed) {
    if (e.from < at) throw new RangeError('edits that overlap');
    out += text.slice(at, e.from) + e.newText;
    at = e.to;
  }
  return out + text.slice(at);
}
