#!/usr/bin/env python3
"""rules_sample.py -- what the rules find in real repositories, for reading by hand.

    rules_sample.py count  TRIMTAB FOLDER...
    rules_sample.py sample TRIMTAB FOLDER... [--seed N] [--size N] [--rule ID]... [--around N]

Each FOLDER is a checkout of one repository.  `count` prints hits by rule (with the
number of repositories that have them) and findings per 1,000 lines by repository.
`sample` draws findings, each with the same chance, and prints them with their code: with
`--each N`, at most N are drawn from one repository first, so that none decides alone.  The
same seed, program and checkouts give the same sample.  docs/rules-precision.md holds
what reading such samples said.
"""
import argparse
import collections
import itertools
import json
import os
import random
import subprocess
import sys

# What our rules speak about; a file of another language is no line of theirs.
LANGUAGES = (".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go",
             ".java", ".sql")


def check(program, folder, rules):
    """The findings of one repository, each with the repository's name."""
    args = [program, "check", ".", "--json"]
    for rule in rules:
        args += ["--rule", rule]
    done = subprocess.run(args, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"trimtab check failed in {folder}: {done.stderr}")
    name = os.path.basename(os.path.abspath(folder))
    return [dict(found, repository=name) for found in json.loads(done.stdout)["findings"]]


def files_of(folder):
    for where, dirs, names in os.walk(folder):
        dirs[:] = [d for d in dirs if d not in (".git", "node_modules", "vendor", "dist")]
        for name in names:
            if name.endswith(LANGUAGES):
                yield os.path.join(where, name)


def count_lines(folder):
    total = 0
    for path in files_of(folder):
        if os.path.isfile(path):
            with open(path, "rb") as file:
                total += file.read().count(b"\n")
    return total


def count(args):
    rules = collections.Counter()
    where = collections.defaultdict(set)
    findings = lines = 0
    print("repository                                           lines  findings  per 1,000")
    for folder in args.folders:
        found = check(args.program, folder, args.rule)
        n = count_lines(folder)
        name = os.path.basename(os.path.abspath(folder))
        for f in found:
            rules[f["id"]] += 1
            where[f["id"]].add(name)
        findings, lines = findings + len(found), lines + n
        print(f"{name:48} {n:9} {len(found):9} {1000 * len(found) / max(n, 1):10.2f}")
    print(f"{'all':48} {lines:9} {findings:9} {1000 * findings / max(lines, 1):10.2f}\n")
    print("rule                          hits  repositories")
    for rule, n in rules.most_common():
        print(f"{rule:28} {n:5} {len(where[rule]):6}")
    print(f"{sum(n >= 5 for n in rules.values())} rules have five hits or more")


def show(number, found, folder, around):
    first = found["range"]["start"]["line"]
    last = found["range"]["end"]["line"]
    print(f"## {number}. {found['id']} ({found['severity']}) {found['repository']} "
          f"{found['path']}:{first + 1}\n{found['message']}")
    with open(os.path.join(folder, found["path"]), encoding="utf-8", errors="replace") as file:
        lines = file.read().split("\n")
    for i in range(max(0, first - around), min(len(lines), min(last, first + 8) + around + 1)):
        mark = ">" if first <= i <= last else " "
        print(f"{mark}{i + 1:5} {lines[i][:160]}")
    print()


def at_most(found, each, chance):
    """Of every repository at most so many findings."""
    kept = []
    for _, group in itertools.groupby(found, key=lambda f: f["repository"]):
        group = list(group)
        kept += chance.sample(group, min(each, len(group)))
    return kept


def sample(args):
    folders = {os.path.basename(os.path.abspath(f)): f for f in args.folders}
    found = []
    for folder in args.folders:
        found += check(args.program, folder, args.rule)
    found.sort(key=lambda f: (f["repository"], f["path"], f["range"]["start"]["line"],
                              f["range"]["start"]["character"], f["id"]))
    found_in_all, chance = len(found), random.Random(args.seed)
    if args.each:
        found = at_most(found, args.each, chance)
    drawn = chance.sample(found, min(args.size, len(found)))
    drawn.sort(key=lambda f: (f["id"], f["repository"], f["path"], f["range"]["start"]["line"]))
    print(f"# {len(drawn)} of {found_in_all} findings, seed {args.seed}\n")
    for i, f in enumerate(drawn):
        show(i + 1, f, folders[f["repository"]], args.around)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["count", "sample"])
    parser.add_argument("program", help="the built trimtab")
    parser.add_argument("folders", nargs="+", help="checkouts of repositories")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=100)
    parser.add_argument("--rule", action="append", default=[], help="only these rules")
    parser.add_argument("--each", type=int, help="findings from one repository at most")
    parser.add_argument("--around", type=int, default=4, help="lines shown around a finding")
    args = parser.parse_args()
    args.program = os.path.abspath(args.program)
    count(args) if args.what == "count" else sample(args)


if __name__ == "__main__":
    main()
