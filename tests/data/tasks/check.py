#!/usr/bin/env python3
"""Checks the labelled task cases: fields, ranges, unique ids, halves; prints the counts.

    python3 tests/data/tasks/check.py
"""
import collections
import glob
import hashlib
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))

LABELS = """REST-1 REST-2 REST-3 REST-4 REST-5 DB-1 DB-2 DB-3 DB-4 DB-5 DB-6
AUTH-1 AUTH-2 AUTH-3 AUTH-4 ERR-1 ERR-2 ASYNC-1 ASYNC-2 REF-1 REF-2 REF-3
LANG-1 LANG-2 LANG-3 TEST-1 TEST-2 FEAT-1 DOC-1 BULK-1 OTHER""".split()

FIELDS = ["id", "language", "path", "code", "range", "instruction", "task",
          "also", "why", "hard", "half"]


def group(case_id):
    """The id of the file a case is about: the case's id without its last letter."""
    return case_id.rsplit("-", 1)[0]


def assign(rows):
    """Sets "half": whole files, in the order of their hash, to the half that needs them more.

    The files (groups of cases over the same code) are taken largest first, those of one
    size by the sha256 of their id. Each goes to the half that leaves the smaller sum, over
    the labels, of squared differences between the halves; at a tie the parity of the first
    hex digit of the sha256 decides (even: tune). So no code is in both halves.
    """
    files = collections.defaultdict(list)
    for row in rows:
        files[group(row["id"])].append(row)

    def digest(name):
        return hashlib.sha256(name.encode()).hexdigest()

    balance = collections.Counter()  # label -> tune minus held
    for name in sorted(files, key=lambda n: (-len(files[n]), digest(n))):
        here = collections.Counter(row["task"] for row in files[name])
        tune = sum((balance[l] + n) ** 2 for l, n in here.items())
        held = sum((balance[l] - n) ** 2 for l, n in here.items())
        if tune == held:
            half = "tune" if int(digest(name)[0], 16) % 2 == 0 else "held"
        else:
            half = "tune" if tune < held else "held"
        for row in files[name]:
            row["half"] = half
            balance[row["task"]] += 1 if half == "tune" else -1


def problems(rows):
    out, seen, per_file = [], set(), collections.defaultdict(list)
    for row in rows:
        who = row.get("id", "?")
        if list(row) != FIELDS:
            out.append(f"{who}: fields are {list(row)}")
            continue
        if who in seen:
            out.append(f"{who}: id twice")
        seen.add(who)
        lines = row["code"].count("\n")
        if not 15 <= lines <= 150 or not row["code"].endswith("\n"):
            out.append(f"{who}: {lines} lines")
        start, end = row["range"]["start_line"], row["range"]["end_line"]
        if not 1 <= start <= end <= lines:
            out.append(f"{who}: range {start}..{end} of {lines}")
        elif not "".join(row["code"].split("\n")[start - 1:end]).strip():
            out.append(f"{who}: range is blank")
        for label in [row["task"]] + row["also"]:
            if label not in LABELS:
                out.append(f"{who}: unknown label {label}")
        if row["task"] in row["also"]:
            out.append(f"{who}: task repeated in also")
        if row["path"].startswith("/") or not row["why"]:
            out.append(f"{who}: path or why")
        if row["instruction"] is not None and not row["instruction"].strip():
            out.append(f"{who}: empty instruction")
        per_file[group(who)].append(row)
    for name, cases in per_file.items():
        if len(cases) > 4 or len({c["code"] for c in cases}) != 1:
            out.append(f"{name}: {len(cases)} cases, {len({c['code'] for c in cases})} codes")
        if len({json.dumps([c["range"], c["instruction"]]) for c in cases}) != len(cases):
            out.append(f"{name}: two cases with the same range and instruction")
    return out


def load():
    rows = []
    for name in sorted(glob.glob(os.path.join(HERE, "*.jsonl"))):
        with open(name, encoding="utf-8") as file:
            rows += [json.loads(line) for line in file if line.strip()]
    return rows


def main():
    rows = load()
    bad = problems(rows)
    before = {row["id"]: row["half"] for row in rows}
    assign(rows)
    bad += [f"{r['id']}: half is {before[r['id']]}, the rule says {r['half']}"
            for r in rows if r["half"] != before[r["id"]]]
    count = collections.Counter
    print(f"{len(rows)} cases over {len({group(r['id']) for r in rows})} files; "
          f"with instruction {sum(r['instruction'] is not None for r in rows)}, "
          f"without {sum(r['instruction'] is None for r in rows)}; "
          f"hard negatives {sum(r['hard'] for r in rows)}; "
          f"halves {dict(count(r['half'] for r in rows))}")
    for label in LABELS:
        halves = count(r["half"] for r in rows if r["task"] == label)
        print(f"  {label:8} {sum(halves.values()):4}  tune {halves['tune']:3}  held {halves['held']:3}")
    for language, n in count(r["language"] for r in rows).most_common():
        print(f"  {language:18} {n:4}")
    for line in bad:
        print("problem:", line)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
