// tasks_noise.mjs -- changes of code that mean nothing: for tasks.mjs.

const HASH = new Set('python ruby yaml shellscript dockerfile terraform'.split(' '));
const DASHES = new Set('sql lua'.split(' '));
const NONE = new Set('markdown xml vue'.split(' '));
const comment = (language) => (NONE.has(language) ? null : HASH.has(language) ? '#' : DASHES.has(language) ? '--' : '//');
const REMARKS = ['see the ticket of last week', 'TODO ask Kim about this', 'the numbers come from the old system', 'keep in step with the wiki'];

// For each line: does it begin inside of a text of several lines, or of a comment?
function insides(code) {
  let quote = null;
  return code.split('\n').map((line) => {
    const inside = quote !== null;
    for (const [mark] of line.matchAll(/"""|'''|`|\/\*|\*\//g)) {
      if (quote === null && mark !== '*/') quote = mark;
      else if (quote === mark || (quote === '/*' && mark === '*/')) quote = null;
    }
    return inside || quote !== null;
  });
}

// Rebuilds the code of a case line by line: `change` gives the lines that stand for one.
function byLine(one, change) {
  const inside = insides(one.code);
  const { start_line: from, end_line: to } = one.range;
  const range = {};
  const out = [];
  one.code.split('\n').forEach((line, i) => {
    const lines = inside[i] || inside[i - 1] ? [line] : change(line, i + 1);
    if (i + 1 === from) range.start_line = out.length + Math.max(1, lines.length);
    out.push(...lines);
    if (i + 1 === to) range.end_line = Math.max(out.length, range.start_line);
  });
  return { ...one, code: out.join('\n'), range };
}

function addComments(one) {
  const mark = comment(one.language);
  if (!mark) return one;
  return byLine(one, (line, n) => {
    const indent = line.match(/^\s*/)[0];
    const continues = /^\s*[.)\]},?:&|+]/.test(line) || !line.trim();
    return n % 3 || continues || n === 1 ? [line] : [`${indent}${mark} ${REMARKS[n % REMARKS.length]}`, line];
  });
}

function removeComments(one) {
  const mark = comment(one.language);
  if (!mark) return one;
  return byLine(one, (line, n) => {
    const whole = line.trim().startsWith(mark) && !/^\s*#[!\[]|^\s*\/\/(go:|\s*eslint|\s*@)/.test(line);
    return whole && (n < one.range.start_line || n > one.range.end_line) ? [] : [line];
  });
}

function changeSpace(one) {
  if (NONE.has(one.language)) return one;
  return byLine(one, (line, n) => {
    const wide = line.replace(/^ +/, (indent) => indent + indent);
    return n % 4 === 2 && wide.trim() && !/\\$/.test(line) ? [`${wide}  `, ''] : [wide];
  });
}

const LOCALS = {
  javascript: /\b(?:const|let|var) ([a-z]\w+) =/g,
  typescript: /\b(?:const|let|var) ([a-z]\w+)(?:: [\w<>[\]| ]+)? =/g,
  python: /^[ \t]+([a-z]\w+) = /gm,
  go: /\b([a-z]\w+) :=/g,
  java: /^\s+(?:final )?[A-Z][\w<>, ]* ([a-z]\w+) =/gm,
  csharp: /\bvar ([a-z]\w+) =/g,
  php: /\$([a-z]\w+) = /g,
  ruby: /^[ \t]+([a-z]\w+) = /gm,
  rust: /\blet (?:mut )?([a-z]\w+)(?:: [\w<>]+)? =/g,
  kotlin: /\b(?:val|var) ([a-z]\w+) =/g,
};

function renameLocals(one) {
  const pattern = LOCALS[one.language];
  let { code } = one;
  if (!pattern) return one;
  const names = new Set([...code.matchAll(pattern)].map(([, name]) => name));
  for (const [i, name] of [...names].entries()) {
    // a name that is also a key, a member, an argument or a word of a text is not only local
    const shared = new RegExp(`[{,(]\\s*${name}\\s*[,})=:]|[.:@]${name}\\b|\\b${name}:|(["'])[^"'\\n]*\\b${name}\\b[^"'\\n]*\\1|\\b${name}\\(`);
    const own = one.language === 'php' ? `\\$${name}\\b` : `(?<![\\w$.])${name}\\b`;
    if (one.language === 'php' ? name === 'this' : shared.test(code)) continue;
    code = code.replace(new RegExp(own, 'g'), `${one.language === 'php' ? '$$' : ''}qx${i}zv`);
  }
  return { ...one, code };
}

export const noisy = {
  'comments added': addComments,
  'comments removed': removeComments,
  'other white space': changeSpace,
  'local variables renamed': renameLocals,
};

// Cases in one file of so many lines: their files over and over, one behind the other.
export function largeFile(cases, lines) {
  const files = [...new Map(cases.map((one) => [one.code, one])).values()];
  const parts = [];
  const starts = new Map();
  let n = 0;
  for (let i = 0; n < lines; i++) {
    const { code } = files[i % files.length];
    if (n > lines / 2 && !starts.has(code)) starts.set(code, n);
    parts.push(code);
    n += code.split('\n').length;
  }
  const code = parts.join('\n');
  return cases.filter((one) => starts.has(one.code)).map((one) => {
    const start = starts.get(one.code) + one.range.start_line;
    return { ...one, code, path: one.path, range: { start_line: start, end_line: start } };
  });
}
