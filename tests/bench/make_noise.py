#!/usr/bin/env python3
"""Put noise into real changes, to measure how much of it the engine marks.

    make_noise.py CHANGES.jsonl... > noise.jsonl

Reads records of make_answers.py and writes {original, expected, answer}: the
answer is the text after the commit with noise where the commit changed nothing:
a comment reworded or added, a statement laid out anew, blank lines, and a local
name renamed throughout.
"""
import difflib
import json
import random
import re
import sys

LINE_COMMENT = {"py": "#", "rb": "#", "sh": "#", "js": "//", "ts": "//", "tsx": "//", "go": "//",
                "java": "//", "rs": "//", "c": "//", "cs": "//", "kt": "//", "php": "//",
                "cpp": "//", "cc": "//", "h": "//", "lua": "--", "sql": "--"}
DECLARE = {"py": r"^\s+([a-z_]\w{3,}) = ", "js": r"\b(?:let|const|var) ([a-z]\w{3,}) =",
           "ts": r"\b(?:let|const|var) ([a-z]\w{3,}) =", "tsx": r"\bconst ([a-z]\w{3,}) =",
           "go": r"^\s+([a-z]\w{3,}) := ", "java": r"^\s+[A-Z]\w* ([a-z]\w{3,}) = ",
           "rs": r"\blet (?:mut )?([a-z]\w{3,}) = ", "rb": r"^\s+([a-z_]\w{3,}) = ",
           "c": r"^\s+(?:int|char \*|size_t) ?([a-z]\w{3,}) = "}


def touched(before, after):
    """Lines of `after` that the commit changed, with a margin."""
    lines = set()
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, _, _, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            lines.update(range(j1 - 6, j2 + 6))
    return lines


def in_strings(lines, ext):
    """For each line, whether it is inside a text of several lines, or may be: what
    is changed there is no layout.  By counting quotes, which is good enough."""
    marks = {"py": ['"""', "'''"], "kt": ['"""'], "java": ['"""'], "cs": ['"""']}.get(
        ext, ["`"] if ext in ("js", "ts", "tsx", "go", "mjs") else [])
    inside, out = None, []
    for line in lines:
        was = inside
        heredoc = ext in ("sh", "rb", "php") and re.search(r"<<[~-]?['\"]?\w", line)
        for part in re.findall("|".join(map(re.escape, marks)), line) if marks else []:
            inside = None if inside == part else inside or part
        out.append(bool(was or inside))
        if heredoc:  # to the end of the file, to be safe
            return out + [True] * (len(lines) - len(out))
    return out


def comment_noise(line, mark):
    s = line.strip()
    if s.startswith(mark + " ") and len(s.split()) > 3 and not re.search(r"[@:!]", s[:12]):
        words = line.rstrip("\n").rsplit(" ", 1)
        return words[0] + " very " + words[1] + "\n"
    return None


def layout_noise(line, ext, mark):
    if mark in line or line.lstrip().startswith("*") or "/*" in line:
        return None
    m = re.match(r"^(\s*)(.*\w\()([^()\"'`#/]{12,})\)(.*)$", line.rstrip("\n"))
    if m and ", " in m[3] and "," in m[3] and not m[2].strip().startswith(("if", "for", "while",
                                                                         "def", "fn", "func")):
        if ext in ("go", "rb", "sh", "sql"):
            return None
        inner = m[3].replace(", ", ",\n" + m[1] + "        ")
        return f"{m[1]}{m[2]}\n{m[1]}        {inner}){m[4]}\n"
    return None


def make(record, rng):
    ext = record["path"].rsplit(".", 1)[-1]
    mark = LINE_COMMENT.get(ext)
    if not mark:
        return None
    before = record["original"].splitlines(True)
    after = record["expected"].splitlines(True)
    closed = touched(before, after)
    out, kinds, last = [], [], -99
    strings = in_strings(after, ext)
    for i, line in enumerate(after):
        free = i not in closed and i - last > 4 and not strings[i]
        done = None
        if free and rng.random() < 0.3:
            done = comment_noise(line, mark)
            kinds += ["comment"] if done else []
        if free and not done and rng.random() < 0.3:
            done = layout_noise(line, ext, mark)
            kinds += ["layout"] if done else []
        if done:
            last = i
        out.append(done or line)
    text = "".join(out)
    if ext in DECLARE and rng.random() < 0.4:
        names = [n for n in set(re.findall(DECLARE[ext], text, re.M))
                 if 2 <= len(re.findall(rf"\b{n}\b", text)) <= 8]
        rng.shuffle(names)
        for name in names:
            where = [i for i, s in enumerate(after) if re.search(rf"\b{name}\b", s)]
            clean = not re.search(rf"[\"'`.@:$]{name}\b|\b{name}[\"'`:=]|\b{name}_", text)
            if clean and name + "_x" not in text and not closed.intersection(where):
                text = re.sub(rf"\b{name}\b", name + "_renamed", text)
                kinds.append("rename")
                break
    return (text, kinds) if kinds else None


def main():
    rng = random.Random(7)
    for path in sys.argv[1:]:
        for line in open(path, encoding="utf-8"):
            record = json.loads(line)
            if "\r" in record["original"] or record["original"].startswith("\ufeff"):
                continue
            made = make(record, rng)
            if made:
                print(json.dumps({"id": record["id"] + "-" + "+".join(sorted(set(made[1]))),
                                  "format": "noise", "path": record["path"],
                                  "original": record["original"],
                                  "expected": record["expected"], "answer": made[0]}))


if __name__ == "__main__":
    main()
