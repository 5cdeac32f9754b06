#!/usr/bin/env python3
"""rewrites_keep_tests.py -- do the safe rewrites change what a repository's own tests say?

    rewrites_keep_tests.py TRIMTAB CHECKOUT [--install COMMAND] --test COMMAND

Copies the checkout, installs, runs its tests, rewrites the copy with `trimtab fix --write`
until nothing is left to rewrite (a second run must find nothing), and runs the tests again.
Compared are the lines that name a failing test, without times.  A test that failed before may
fail again; when one is new, the tests are run once more on the code as it was, so that
a flaky one is not taken for ours.  Fetches nothing by itself but what --install does.
Exit code 1: a new failure, or rewrites that do not settle.  docs/rules-precision.md has
what came of it on which repositories.
"""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# How mocha, jest, vitest, node:test (spec and TAP), vows and bmocha mark a failure.
FAILED = re.compile(r"^\s*(?:not ok \d+ -?|✖|✗|✕|×|\d+\)|FAIL\b|●)\s*(.+)$")
TIMES = re.compile(r"\s*\(?\b[\d.]+ ?(?:ms|s|m)\b\)?|\s+# .*$")
COUNTS = re.compile(r"(?im)^.*\b\d+ (?:passing|failing|pending|passed|failed|skipped)\b.*$|"
                    r"^(?:# |ℹ )(?:tests|pass|fail|skipped) \d+.*$")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def run_tests(command, folder, seconds):
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True,
                          errors="replace", check=False, timeout=seconds,
                          env={**os.environ, "CI": "1", "FORCE_COLOR": "0"})
    said = COLOR.sub("", done.stdout + done.stderr)
    failed = set()
    for line in said.splitlines():
        found = FAILED.match(line)
        if found:
            failed.add(TIMES.sub("", found.group(1)).strip())
    counts = [TIMES.sub("", c).strip() for c in COUNTS.findall(said)]
    return failed, counts[-8:], done.returncode


def tell(name, result):
    failed, counts, code = result
    print(f"{name}: exit code {code}, {len(failed)} names of failing tests")
    for line in counts:
        print("    " + line)
    if not counts:
        sys.exit("the tests said no number: does the command run any?")


def fix(trimtab, folder, write):
    command = [trimtab, "fix", "--json", "."] + (["--write"] if write else [])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"trimtab fix failed: {done.stderr}")
    files = json.loads(done.stdout)["files"]
    return sum(len(f["edits"]) for f in files), len(files)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trimtab")
    parser.add_argument("checkout")
    parser.add_argument("--install", default="npm ci --ignore-scripts --no-audit --no-fund")
    parser.add_argument("--test", required=True)
    parser.add_argument("--seconds", type=int, default=1800, help="for one run of the tests")
    args = parser.parse_args()
    trimtab = os.path.abspath(args.trimtab)
    with tempfile.TemporaryDirectory(prefix="trimtab-rewrites-") as work:
        copy = os.path.join(work, "code")
        shutil.copytree(args.checkout, copy, symlinks=True,
                        ignore=shutil.ignore_patterns("node_modules", ".git"))
        # Some install scripts and tests ask git.
        subprocess.run("git init -q && git add -A && git -c user.name=x -c user.email=x@x "
                       "commit -qm x", shell=True, cwd=copy, check=True)
        subprocess.run(args.install, shell=True, cwd=copy, check=True, stdout=subprocess.DEVNULL)
        before = run_tests(args.test, copy, args.seconds)
        tell("before", before)
        edits, files = fix(trimtab, copy, True)
        print(f"{edits} edits in {files} files")
        if fix(trimtab, copy, False)[0]:
            sys.exit("a second run would rewrite more")
        after = run_tests(args.test, copy, args.seconds)
        tell("after", after)
        new = after[0] - before[0]
        if new:
            subprocess.run("git stash -q", shell=True, cwd=copy, check=True)
            again = run_tests(args.test, copy, args.seconds)
            tell("once more as it was", again)
            new -= again[0]
        for name in sorted(new):
            print("new failure: " + name)
        print("no new failure" if not new else f"{len(new)} new failures")
        sys.exit(1 if new else 0)


if __name__ == "__main__":
    main()
