#!/usr/bin/env python3
"""rewrites_keep_tests.py -- do the safe rewrites change what a repository's own tests say?

    rewrites_keep_tests.py TRIMTAB CHECKOUT [--install COMMAND] --test COMMAND

Copies the checkout, installs, runs its tests, rewrites the copy with `trimtab fix --write`
until nothing is left to rewrite (a second run must find nothing), and runs the tests again.
Compared are the lines that name a failing test, without times.  A test that failed before may
fail again; when one is new, the tests are run once more on the code as it was, so that
a flaky one is not taken for ours.  Fetches nothing by itself but what --install does.
A rewrite that no test runs proves nothing, so the tests of the copy as it was are run under
coverage (V8's own for JavaScript; coverage.py, where `--test` begins with `python3 -m`), and the
rewrites whose code they ran are counted.
Exit code 1: a new failure, or rewrites that do not settle.  docs/rules-precision.md has
what came of it on which repositories.
"""
import argparse
import bisect
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

# How mocha, jest, vitest, node:test (spec and TAP), vows, bmocha and pytest -rfE mark a failure.
FAILED = re.compile(r"^\s*(?:not ok \d+ -?|✖|✗|✕|×|\d+\)|FAIL\b|FAILED\b|ERROR\b|●)\s*(.+)$")
TIMES = re.compile(r"\s*\(?\b[\d.]+ ?(?:ms|s|m)\b\)?|\s+# .*$")
COUNTS = re.compile(r"(?im)^.*\b\d+ (?:passing|failing|pending|passed|failed|skipped)\b.*$|"
                    r"^(?:# |ℹ )(?:tests|pass|fail|skipped) \d+.*$")
COLOR = re.compile(r"\x1b\[[0-9;]*m")


def run_tests(command, folder, seconds, **more):
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True,
                          errors="replace", check=False, timeout=seconds,
                          env={**os.environ, "CI": "1", "FORCE_COLOR": "0", **more})
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
    """The files that are (or would be) rewritten, each with its edits."""
    command = [trimtab, "fix", "--json", "--encoding", "utf-16", "."] + (["--write"] if write else [])
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"trimtab fix failed: {done.stderr}")
    return json.loads(done.stdout)["files"]


def edits_of(files):
    return sum(len(f["edits"]) for f in files)


def ran_v8(folder, path, start, reports):
    """Did the place run?  The smallest range around it says so; offsets are UTF-16 units."""
    with open(os.path.join(folder, path), "rb") as file:
        text = file.read().decode("utf-8", "replace")
    lines = text.split("\n")[: start["line"]]
    at = sum(len(line.encode("utf-16-le")) // 2 + 1 for line in lines) + start["character"]
    for report in reports:
        for script in report:
            if not script["url"].endswith("/" + path.removeprefix("./")):
                continue
            around = [r for f in script["functions"] for r in f["ranges"]
                      if r["startOffset"] <= at < r["endOffset"]]
            if around and min(around, key=lambda r: r["endOffset"] - r["startOffset"])["count"]:
                return True
    return False


def reached(command, folder, seconds, files):
    """How many of the rewrites' places the tests run."""
    if command.startswith("python3 -m "):
        run_tests(command.replace("python3 -m", "python3 -m coverage run -m", 1), folder, seconds)
        subprocess.run("python3 -m coverage combine -q; python3 -m coverage json -q -o .lines.json",
                       shell=True, cwd=folder, check=False, stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, ".lines.json"), encoding="utf-8") as file:
            lines = {os.path.normpath(k): v["executed_lines"]
                     for k, v in json.load(file)["files"].items()}
        def ran(path, start):
            # A statement of several lines counts where it begins.
            known = lines.get(os.path.normpath(path), [])
            i = bisect.bisect_right(known, start["line"] + 1)
            return i > 0 and start["line"] + 1 - known[i - 1] < 4
    else:
        place = os.path.join(folder, ".v8-coverage")
        run_tests(command, folder, seconds, NODE_V8_COVERAGE=place)
        reports = []
        for name in glob.glob(os.path.join(place, "*.json")):
            with open(name, encoding="utf-8") as file:
                reports.append([r for r in json.load(file)["result"] if r["url"].startswith("file:")])
        shutil.rmtree(place, ignore_errors=True)
        def ran(path, start):
            return ran_v8(folder, path, start, reports)
    return sum(ran(f["path"], e["range"]["start"]) for f in files for e in f["edits"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trimtab")
    parser.add_argument("checkout")
    parser.add_argument("--install", default="npm ci --ignore-scripts --no-audit --no-fund")
    parser.add_argument("--test", required=True)
    parser.add_argument("--seconds", type=int, default=1800, help="for one run of the tests")
    parser.add_argument("--coverage", action="store_true", help="count rewrites that tests run")
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
        files = fix(trimtab, copy, False)
        run = reached(args.test, copy, args.seconds, files) if args.coverage else 0
        subprocess.run("git checkout -q .", shell=True, cwd=copy, check=True)
        fix(trimtab, copy, True)
        print(f"{edits_of(files)} edits in {len(files)} files"
              + (f", {run} of them run by the tests" if args.coverage else ""))
        if fix(trimtab, copy, False):
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
