#!/usr/bin/env python3
"""Plant each bug of mutants.json in a copy of the server and let the simulation find it.

    tests/sim/mutants.py [NAME...]     all of them, or those that are named
    tests/sim/mutants.py --write       ... and keep the seed that finds each in mutants.json
    tests/sim/mutants.py --check       only: is the place of each bug still there, once?

Prints one line a bug: what users would call it, the seed that finds it, and how.  A seed that
is kept is tried first, then seeds from 1.  Exit code 1 when one is not found.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutants" / "tree"
BUILD = ROOT / "build" / "mutants" / "build"
SESSIONS = 400
SECONDS = 300  # to give up after, on a busy machine


def load():
    return json.loads((ROOT / "tests/sim/mutants.json").read_text())


def changes(mutant):
    return [mutant, *mutant.get("also", [])]


def problems(mutants):
    for mutant in mutants:
        text = (ROOT / mutant["file"]).read_text()
        for change in changes(mutant):
            if text.count(change["find"]) != 1:
                yield f"{mutant['name']}: {mutant['file']} does not hold its text exactly once"


def prepare():
    COPY.mkdir(parents=True, exist_ok=True)
    for name in ("server", "include", "protocol", "cmake", "tests"):
        shutil.copytree(ROOT / name, COPY / name, dirs_exist_ok=True)
    for name in ("CMakeLists.txt", "package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(ROOT / name, COPY / name)
    run("cmake", "-S", COPY, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        "-DTT_TESTS=OFF", "-DTT_BENCH=ON", "--log-level=WARNING")
    build()


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL,
                          **options)


def build():
    result = subprocess.run(["cmake", "--build", str(BUILD), "--target", "sim", "--", "--quiet"],
                            capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout[-3000:] + result.stderr[-1000:])


def simulate(*options):
    try:
        result = subprocess.run([str(BUILD / "sim"), "--no-shrink", *options], capture_output=True,
                                text=True, timeout=SECONDS, errors="replace")
    except subprocess.TimeoutExpired:
        return "the session hangs"
    if result.returncode == 0:
        return None
    lines = [line for line in result.stdout.splitlines() if line.startswith("seed ")]
    return lines[0] if lines else f"the session crashes ({result.stderr.strip()[-120:]})"


def hunt(mutant):
    found = "seed" in mutant and simulate("--seed", str(mutant["seed"]), "--sessions", "1")
    return found or simulate("--sessions", str(SESSIONS))


def keep(mutants):
    path = ROOT / "tests/sim/mutants.json"
    path.write_text(json.dumps(mutants, indent=1, ensure_ascii=False) + "\n")


def main():
    mutants = load()
    bad = list(problems(mutants))
    if bad:
        sys.exit("\n".join(bad))
    if "--check" in sys.argv:
        print(f"{len(mutants)} planted bugs, each place is there")
        return
    wanted = [name for name in sys.argv[1:] if name != "--write"]
    prepare()
    missed = 0
    for mutant in mutants:
        if wanted and mutant["name"] not in wanted:
            continue
        path = COPY / mutant["file"]
        original = path.read_text()
        text = original
        for change in changes(mutant):
            text = text.replace(change["find"], change["replace"])
        path.write_text(text)
        build()
        found = hunt(mutant)
        path.write_text(original)
        missed += found is None
        seed = re.match(r"seed (\d+)", found or "")
        if seed:
            mutant["seed"] = int(seed[1])
        print(f"{'found ' if found else 'MISSED'}  {mutant['name']}: {mutant['pain']}: "
              f"{found or 'not found'}", flush=True)
    if "--write" in sys.argv:
        keep(mutants)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
