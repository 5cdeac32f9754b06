#!/usr/bin/env python3
"""Make answers of a model from real commits, to measure the edit engine on.

    make_answers.py --out DIR [--per-language N] [--seed S] [--changes] GIT_DIR...

Takes files that a commit changed, and writes what a model would have answered
to make that change, in every syntax that the engine reads: one file of records
for each language and syntax, DIR/<language>-<syntax>.jsonl, in the format that
the replay program reads.  The text belongs to the projects it comes from: it is
for measuring and is never committed.

Variants of the file are made too: other line ends, a byte order mark, no final
newline, and blocks that are indented less than the file.

With --changes no answers are made: one record for each change of a file, of any
number of hunks, for guard_alarms.
"""
import argparse
import difflib
import json
import pathlib
import random
import subprocess
import sys

LANGUAGES = {
    ".py": "python", ".js": "javascript", ".mjs": "javascript", ".cjs": "javascript",
    ".jsx": "javascript", ".ts": "typescript", ".tsx": "tsx", ".go": "go", ".java": "java",
    ".c": "c", ".h": "c", ".cc": "cpp", ".cpp": "cpp", ".hpp": "cpp", ".rs": "rust", ".rb": "ruby",
    ".php": "php", ".cs": "c-sharp", ".kt": "kotlin", ".sql": "sql", ".sh": "bash", ".lua": "lua",
    ".json": "json", ".yml": "yaml", ".yaml": "yaml",
}
CONTEXT = 3
MAX_BYTES = 200_000
MAX_HUNKS = 8


def git(repo, *args):
    return subprocess.run(["git", "-C", repo, *args], capture_output=True, check=True).stdout


class Blobs:
    """One `git cat-file --batch` for all the files of a repository."""

    def __init__(self, repo):
        self.process = subprocess.Popen(["git", "-C", repo, "cat-file", "--batch"],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def read(self, name):
        self.process.stdin.write(name.encode() + b"\n")
        self.process.stdin.flush()
        head = self.process.stdout.readline().split()
        if len(head) < 3:
            return None
        data = self.process.stdout.read(int(head[2]) + 1)[:-1]
        return data if head[1] == b"blob" else None

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def changed_files(repo):
    """(commit, path, old blob, new blob) of modified files, newest commits first."""
    log = git(repo, "log", "--no-merges", "--raw", "--no-abbrev", "--no-renames",
              "--diff-filter=M", "--format=%x00%h", "-z").decode("utf-8", "replace")
    commit = None
    fields = iter(log.split("\0"))
    for field in fields:
        field = field.lstrip("\n")
        if field.startswith(":"):
            parts = field.split()
            yield commit, next(fields), parts[2], parts[3]
        elif field:
            commit = field.split("\n")[0]


def split(text):
    return text.split("\n")


def groups(old, new, context):
    """Changed stretches with context, as (i1, i2, j1, j2), context not overlapping."""
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    return [(g[0][1], g[-1][2], g[0][3], g[-1][4])
            for g in matcher.get_grouped_opcodes(context)]


def count(lines, block):
    n = len(block)
    return sum(lines[i:i + n] == block for i in range(len(lines) - n + 1)) if n else 99


def unique_blocks(old, new):
    """Stretches grown until their old lines stand in the file only once."""
    out = []
    for i1, i2, j1, j2 in groups(old, new, 1):
        while count(old, old[i1:i2]) != 1 and (i1 > 0 or i2 < len(old)):
            if i1 > 0 and j1 > 0:
                i1, j1 = i1 - 1, j1 - 1
            if i2 < len(old) and j2 < len(new):
                i2, j2 = i2 + 1, j2 + 1
        if out and i1 < out[-1][1]:
            return None
        out.append((i1, i2, j1, j2))
    return out


def search_replace(path, old, new, style):
    blocks = unique_blocks(old, new)
    if not blocks:
        return None
    head, end = (("<<<<<<< SEARCH", ">>>>>>> REPLACE") if style == "angle"
                 else ("------- SEARCH", "+++++++ REPLACE"))
    text = "Here is the change:\n\n"
    for i1, i2, j1, j2 in blocks:
        body = [head, *old[i1:i2], "=======", *new[j1:j2], end]
        text += f"{path}\n```\n" + "\n".join(body) + "\n```\n\n"
    return text + "That is all.\n"


def dedented(path, old, new):
    """A block whose lines lack the indentation they all share."""
    for i1, i2, j1, j2 in groups(old, new, 3):
        a, b = old[i1:i2], new[j1:j2]
        indents = {len(s) - len(s.lstrip()) for s in a + b if s.strip()}
        shift = min(indents or {0})
        heads = {s[:shift] for s in a + b if s.strip()}
        if shift == 0 or len(heads) != 1 or sum(bool(s.strip()) for s in a) < 4:
            return None
    text = ""
    for i1, i2, j1, j2 in groups(old, new, 3):
        a, b = old[i1:i2], new[j1:j2]
        shift = min(len(s) - len(s.lstrip()) for s in a + b if s.strip())
        cut = [[s[shift:] if s.strip() else s for s in lines] for lines in (a, b)]
        text += f"{path}\n```\n" + "\n".join(
            ["<<<<<<< SEARCH", *cut[0], "=======", *cut[1], ">>>>>>> REPLACE"]) + "\n```\n"
    return text


def anchor_of(old, at):
    """The nearest line above that is indented less: a function or a class, mostly."""
    here = next((len(s) - len(s.lstrip()) for s in old[at:] if s.strip()), 0)
    for i in range(at - 1, -1, -1):
        s = old[i]
        if s.strip() and len(s) - len(s.lstrip()) < here and len(s.strip()) > 4:
            return s.strip()
    return None


def hunk_lines(old, new, i1, i2, j1, j2):
    matcher = difflib.SequenceMatcher(None, old[i1:i2], new[j1:j2], autojunk=False)
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            yield from (" " + s for s in old[i1 + a1:i1 + a2])
        else:
            yield from ("-" + s for s in old[i1 + a1:i1 + a2])
            yield from ("+" + s for s in new[j1 + b1:j1 + b2])


def patch(path, old, new):
    out = ["*** Begin Patch", f"*** Update File: {path}"]
    for i1, i2, j1, j2 in groups(old, new, CONTEXT):
        anchor = anchor_of(old, i1) if count(old, old[i1:i2]) != 1 else None
        out.append("@@ " + anchor if anchor else "@@")
        out += hunk_lines(old, new, i1, i2, j1, j2)
    return "\n".join(out + ["*** End Patch"]) + "\n"


def udiff(path, old, new, rng):
    out = ["```diff", f"--- a/{path}", f"+++ b/{path}"]
    for i1, i2, j1, j2 in groups(old, new, CONTEXT):
        off = rng.choice([0, 0, 0, 7, -3])
        out.append(f"@@ -{max(1, i1 + 1 + off)},{i2 - i1} +{max(1, j1 + 1 + off)},{j2 - j1} @@")
        out += hunk_lines(old, new, i1, i2, j1, j2)
    return "\n".join(out + ["```"]) + "\n"


def str_replace(path, old, new):
    blocks = unique_blocks(old, new)
    if not blocks:
        return None
    edits = [{"old_str": "\n".join(old[i1:i2]), "new_str": "\n".join(new[j1:j2])}
             for i1, i2, j1, j2 in blocks]
    text = "\n".join(old)
    if any(text.count(e["old_str"]) != 1 for e in edits):
        return None
    return json.dumps({"path": path, "edits": edits})


def region(path, new):
    if len(new) > 400 or any(s.lstrip().startswith("```") for s in new):
        return None
    body = "\n".join(new)
    return f"{path}\n```\n{body}" + ("" if body.endswith("\n") else "\n") + "```\n"


def with_ends(text, kind, rng):
    if kind == "crlf":
        return text.replace("\n", "\r\n")
    if kind == "bom":
        return "\ufeff" + text
    if kind == "no-newline":
        return text[:-1]
    return text


def fits(kind, before, after):
    """Does this variant of the file show what the variant of the result must be?"""
    if kind == "no-newline":
        return all(s.endswith("\n") and not s.endswith("\n\n") for s in (before, after))
    return kind != "crlf" or "\n" in before


def records(path, before, after, rng):
    old, new = split(before), split(after)
    yield "search-replace", search_replace(path, old, new, "angle"), "lf"
    yield "search-replace", search_replace(path, old, new, "dash"), rng.choice(["crlf", "bom"])
    yield "search-replace", dedented(path, old, new), "lf"
    yield "patch", patch(path, old, new), rng.choice(["lf", "lf", "crlf"])
    yield "udiff", udiff(path, old, new, rng), rng.choice(["lf", "lf", "no-newline"])
    yield "str-replace", str_replace(path, old, new), rng.choice(["lf", "crlf"])
    yield "region", region(path, new), "lf"


def usable(data):
    if data is None or len(data) > MAX_BYTES or b"\0" in data or b"\r" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.strip() and not text.startswith("\ufeff") else None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--per-language", type=int, default=40, help="changed files a language")
    parser.add_argument("--total", type=int, help="changed files a language in all "
                        "(default: three times those of one repository)")
    parser.add_argument("--only", help="languages, separated by commas (default: all)")
    parser.add_argument("--changes", action="store_true", help="the changes alone, no answers")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("repos", nargs="+")
    args = parser.parse_args()
    rng = random.Random(args.seed)
    languages = set(args.only.split(",") if args.only else LANGUAGES.values())
    total = args.total or args.per_language * 3
    taken, files = {}, {}
    out = pathlib.Path(args.out)
    out.mkdir(parents=True, exist_ok=True)
    for repo in args.repos:
        blobs = Blobs(repo)
        candidates = [c for c in changed_files(repo)
                      if LANGUAGES.get(pathlib.PurePath(c[1]).suffix) in languages]
        rng.shuffle(candidates)
        here = {}
        for commit, path, old_blob, new_blob in candidates:
            language = LANGUAGES[pathlib.PurePath(path).suffix]
            if taken.get(language, 0) >= total or \
                    here.get(language, 0) >= args.per_language:
                continue
            before, after = usable(blobs.read(old_blob)), usable(blobs.read(new_blob))
            if before is None or after is None or before == after:
                continue
            if not args.changes and \
                    len(groups(split(before), split(after), CONTEXT)) > MAX_HUNKS:
                continue
            taken[language] = taken.get(language, 0) + 1
            here[language] = here.get(language, 0) + 1
            made = [("change", "", "lf")] if args.changes else records(path, before, after, rng)
            for n, (syntax, answer, ends) in enumerate(made):
                if not answer and not args.changes:
                    continue
                if not fits(ends, before, after):
                    ends = "lf"
                name = f"{language}-{syntax}"
                if name not in files:
                    files[name] = open(out / f"{name}.jsonl", "w", encoding="utf-8")
                original = with_ends(before, ends, rng)
                expected = with_ends(after, ends, rng)
                files[name].write(json.dumps({
                    "id": f"{commit}-{n}-{ends}", "source": repo, "format": syntax,
                    "path": path, "original": original, "answer": answer,
                    "expected": expected, "must_reject": False}) + "\n")
        blobs.close()
    for file in files.values():
        file.close()
    print(", ".join(f"{k} {v}" for k, v in sorted(taken.items())), file=sys.stderr)


if __name__ == "__main__":
    main()
