#!/usr/bin/env python3
"""Plant each bug of mutants.json in a copy of the server and let the simulation find it.

    tests/sim/mutants.py [NAME...]     all of them, or those that are named
    tests/sim/mutants.py --write       ... and keep the seed that finds each in mutants.json
    tests/sim/mutants.py --missing     only those of which no seed is known
    tests/sim/mutants.py --strict      only with the seeds that are kept: a bug that its seed does
                                       not find any more is missed
    tests/sim/mutants.py --check       without building anything: is the place of each bug still
                                       there, once; has each a seed; does README.md name bugs that
                                       exist, for fifteen kinds of complaint?

Prints one line a bug: what users would call it, the seed that finds it, and how.  A seed that
is kept is tried first, then seeds from 1.  Exit code 1 when one is not found.
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parents[2]
COPY = ROOT / "build" / "mutants" / "tree"
BUILD = ROOT / "build" / "mutants" / "build"
SESSIONS = 400
JOBS = 4  # that look for bugs, beside the one that plants them
SECONDS = 150  # of looking, on a busy machine
COMPLAINTS = 15
HANGS = 200  # more, for the session that was under way


def load():
    return json.loads((ROOT / "tests/sim/mutants.json").read_text())


def changes(mutant):
    return [mutant, *mutant.get("also", [])]


def problems(mutants):
    for mutant in mutants:
        path = ROOT / mutant["file"]
        if not path.exists():
            yield f"{mutant['name']}: there is no {mutant['file']} any more"
            continue
        text = path.read_text()
        for change in changes(mutant):
            count = text.count(change["find"])
            if count != 1:
                yield (f"{mutant['name']}: its text stands {count} times in {mutant['file']}, so it "
                       "cannot be planted; plant the same bug where the code does this now:\n"
                       + "".join(f"    {line}\n" for line in change["find"].splitlines()))


def unfinished(mutants):
    """What a reader of the table would miss."""
    names = {mutant["name"] for mutant in mutants}
    if len(names) != len(mutants):
        yield "two planted bugs have one name"
    for mutant in mutants:
        if "seed" not in mutant:
            yield (f"{mutant['name']}: no seed is known that finds it: "
                   f"tests/sim/mutants.py --write {mutant['name']}")
    rows = re.findall(r"^\| [^|`]+ \| (`.*`) \|$", (ROOT / "tests/sim/README.md").read_text(), re.M)
    if len(rows) != COMPLAINTS:
        yield f"README.md: {len(rows)} kinds of complaint, where there were {COMPLAINTS}"
    for name in re.findall(r"`([^`]+)`", " ".join(rows)):
        if name not in names:
            yield f"README.md: there is no planted bug {name}"


def refresh(source, target):
    """Copy what differs, as a new file: a run that was ended may have left a bug behind."""
    target = pathlib.Path(target)
    if not target.exists() or target.read_bytes() != pathlib.Path(source).read_bytes():
        shutil.copyfile(source, target)
    return target


def prepare():
    COPY.mkdir(parents=True, exist_ok=True)
    for name in ("server", "include", "protocol", "cmake", "tests"):
        shutil.copytree(ROOT / name, COPY / name, dirs_exist_ok=True, copy_function=refresh)
    for name in ("CMakeLists.txt", "package.json", "package-lock.json", ".npmrc"):
        refresh(ROOT / name, COPY / name)
    run("cmake", "-S", COPY, "-B", BUILD, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
        "-DTT_TESTS=OFF", "-DTT_BENCH=ON", "--log-level=WARNING")
    build()
    shutil.copy2(BUILD / "sim", BUILD / "sim-sound")


def run(*command, **options):
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL,
                          **options)


def build():
    result = subprocess.run(["cmake", "--build", str(BUILD), "--target", "sim", "--", "--quiet"],
                            capture_output=True, text=True)
    if result.returncode:
        sys.exit(result.stdout[-3000:] + result.stderr[-1000:])


def simulate(program, *options):
    try:
        result = subprocess.run([str(program), "--no-shrink", *options], capture_output=True,
                                text=True, timeout=SECONDS + HANGS, errors="replace")
    except subprocess.TimeoutExpired:
        return "the session hangs"
    if result.returncode == 0:
        return None
    lines = [line for line in result.stdout.splitlines() if line.startswith("seed ")]
    return lines[0] if lines else f"the session crashes ({result.stderr.strip()[-120:]})"


def plant(mutant):
    """A program with this bug; the sources are as before."""
    path = COPY / mutant["file"]
    original = path.read_text()
    text = original
    for change in changes(mutant):
        text = text.replace(change["find"], change["replace"])
    path.write_text(text)
    build()
    path.write_text(original)
    return shutil.copy2(BUILD / "sim", BUILD / f"sim-{mutant['name']}")


def hunt(mutant, program, mutants):
    how = ["--starve"] if mutant.get("starve") else []
    kept = mutant.get("seed")
    found = kept is not None and simulate(program, *how, "--seed", str(kept), "--sessions", "1")
    if not found and "--strict" not in sys.argv:
        found = simulate(program, *how, "--sessions", str(SESSIONS), "--seconds", str(SECONDS))
    pathlib.Path(program).unlink()
    seed = re.match(r"seed (\d+)", found or "")
    if seed and simulate(BUILD / "sim-sound", *how, "--seed", seed[1], "--sessions", "1"):
        sys.exit(f"seed {seed[1]} fails without a planted bug: mend that first")
    if seed and "--write" in sys.argv:
        mutant["seed"] = int(seed[1])
        keep(mutants)
    print(f"{'found ' if found else 'MISSED'}  {mutant['name']}: {mutant['pain']}: "
          f"{found or missed(kept)}", flush=True)
    return found


def missed(kept):
    if "--strict" in sys.argv:
        return "it has no seed" if kept is None else f"seed {kept} does not find it any more"
    return "not found"


def keep(mutants):
    path = ROOT / "tests/sim/mutants.json"
    path.write_text(json.dumps(mutants, indent=1, ensure_ascii=False) + "\n")


def main():
    mutants = load()
    bad = list(problems(mutants))
    if bad:
        sys.exit("\n".join(bad))
    if "--check" in sys.argv:
        bad = list(unfinished(mutants))
        if bad:
            sys.exit("\n".join(bad))
        print(f"{len(mutants)} planted bugs: each can be planted, and has a seed")
        return
    names = [name for name in sys.argv[1:] if not name.startswith("--")]
    chosen = [m for m in mutants if (not names or m["name"] in names)
              and not ("--missing" in sys.argv and "seed" in m)]
    prepare()
    with ThreadPoolExecutor(JOBS) as pool:
        hunts = [pool.submit(hunt, mutant, plant(mutant), mutants) for mutant in chosen]
    sys.exit(1 if any(not hunt.result() for hunt in hunts) else 0)


if __name__ == "__main__":
    main()
