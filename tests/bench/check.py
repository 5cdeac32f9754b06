#!/usr/bin/env python3
"""check.py -- `trimtab check` beside `ast-grep scan`, in turns: wall time and peak memory.

    ./dev bench check [FOLDER...] [--rounds N]

Each FOLDER is a checkout with code in Python, JavaScript, TypeScript, Go or Java; without
one, a tree is put together of npm packages that the benchmarks install.  Both look at the same
files of these languages, with all processors; the peer carries tests/bench/ast-grep/*.yml, which look
for the same weaknesses, and our rules are all on, also those that ship switched off (the peer's
are never off).  What they print is thrown away.  Exit code 1 when we are slower or
need more memory on one of the trees; an error of either program ends the run.
"""
import argparse
import glob
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = ("eslint", "knex", "mongoose", "sequelize", "typeorm", "webpack")
ENDINGS = (".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts", ".go", ".java")
LEFT_OUT = {".git", "node_modules", "vendor", "dist", "build"}


def rules_into(folder):
    """The peer's rules, one file a language, and the configuration that names them."""
    rules = folder / "rules"
    rules.mkdir()
    for file in sorted((HERE / "ast-grep").glob("*.yml")):
        for language in {"javascript": ("JavaScript", "TypeScript", "Tsx")}.get(
                file.stem, (file.stem.capitalize(),)):
            text = re.sub(r"(?m)^language: .*", "language: " + language, file.read_text())
            text = re.sub(r"(?m)^id: ", f"id: {language.lower()}-", text)
            (rules / f"{language.lower()}.yml").write_text(text)
    (folder / "sgconfig.yml").write_text("ruleDirs: [rules]\n")
    return folder / "sgconfig.yml"


def all_rules_on(program, folder):
    """A folder of settings under which no rule is off."""
    rules = json.loads(subprocess.run([program, "rule", "--json"], capture_output=True, check=True).stdout)
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"rules": {r["id"]: "hint" for r in rules["rules"]}}))
    return folder


def copy_code(source, target):
    """Only code, so that neither program profits from what it leaves out."""
    n = size = 0
    for where, folders, names in os.walk(source):
        folders[:] = [f for f in folders if f not in LEFT_OUT]
        for name in names:
            path = os.path.join(where, name)
            if not name.endswith(ENDINGS) or name.endswith((".min.js", ".d.ts")) or os.path.islink(path):
                continue
            to = os.path.join(target, os.path.relpath(path, source))
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copyfile(path, to)
            n += 1
            size += os.path.getsize(path)
    return n, size


def measure(command, good):
    """Seconds and MB of one run; both programs say by 1 that something was found."""
    began = time.monotonic()
    with open(os.devnull, "wb") as null, tempfile.TemporaryFile() as said:
        child = subprocess.Popen(command, stdout=null, stderr=said)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in good:
            said.seek(0)
            sys.exit(f"{command[0]} ended with {child.returncode}: "
                     f"{said.read(2000).decode(errors='replace')}")
    return took, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def count(command, good):
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode not in good:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[:2000]}")
    return done.stdout


def compare(name, tree, commands, rounds):
    rows = {program: [] for program in commands}
    for _ in range(rounds):
        for program, (command, good) in commands.items():
            rows[program].append(measure([*command, str(tree)], good))
    medians = {program: [statistics.median(c) for c in zip(*r)] for program, r in rows.items()}
    print(f"\n{name}, medians of {rounds}")
    for program, (wall, memory, cpu) in medians.items():
        worst = max(r[0] for r in rows[program])
        print(f"  {program:9} wall {wall:6.2f} s (worst {worst:6.2f})   memory {memory:5.0f} MB"
              f"   processor {cpu:6.2f} s")
    ours, theirs = (medians[p] for p in commands)
    print(f"  trimtab / ast-grep: wall {ours[0] / theirs[0]:.2f}, memory {ours[1] / theirs[1]:.2f}, "
          f"processor {ours[2] / theirs[2]:.2f}", flush=True)
    return ours[0] <= theirs[0] and ours[1] <= theirs[1]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    place = os.environ["BENCH_PLACE"]
    found = glob.glob(f"{place}/node_modules/@ast-grep/cli-*/ast-grep")
    if not found:
        sys.exit(f"there is no ast-grep for this machine in {place}")
    good = True
    with tempfile.TemporaryDirectory(prefix="trimtab-bench-") as work:
        work = pathlib.Path(work)
        config = rules_into(work)
        os.environ["TRIMTAB_CONFIG_DIR"] = str(all_rules_on(os.environ["TRIMTAB"], work / "settings"))
        commands = {
            "trimtab": ([os.environ["TRIMTAB"], "check", "--json"], (0, 1)),
            "ast-grep": ([found[0], "scan", "--config", str(config), "--json=compact"], (0, 1)),
        }
        trees = [(os.path.basename(os.path.abspath(f)), [f]) for f in args.folders] or [
            ("npm packages", [f"{place}/node_modules/{p}" for p in PACKAGES])]
        for i, (name, sources) in enumerate(trees):
            tree = work / f"tree{i}"
            files = size = 0
            for source in sources:
                if not os.path.isdir(source):
                    sys.exit(f"{source} is no folder")
                n, bytes_ = copy_code(source, tree / os.path.basename(os.path.abspath(source)))
                files, size = files + n, size + bytes_
            if not files:
                sys.exit(f"there is no code in {name}")
            found_by = [count([*c, str(tree)], ok).count(b'"severity"') for c, ok in commands.values()]
            good &= compare(f"{name}: {files} files, {size / 1e6:.1f} MB; "
                            f"findings {found_by[0]} and {found_by[1]}", tree, commands, args.rounds)
            shutil.rmtree(tree)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
