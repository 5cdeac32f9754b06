#!/bin/sh
# rules_speed.sh -- `trimtab check` beside `ast-grep scan`, in turns: wall time and peak memory.
#
#     tests/bench/rules_speed.sh TRIMTAB AST_GREP FOLDER SGCONFIG [ROUNDS]
#
# FOLDER: a large tree of one language. SGCONFIG: an sgconfig.yml with rules for the same
# weaknesses. Both walk the same files with all processors; what they print is thrown away.
set -eu
trimtab=$1 peer=$2 folder=$3 config=$4 rounds=${5:-5}
out=$(mktemp)
trap 'rm -f "$out"' EXIT
measure() { # NAME COMMAND...
    name=$1
    shift
    python3 - "$name" "$@" >>"$out" <<'PY'
import os, resource, subprocess, sys, time
began = time.monotonic()
subprocess.run(sys.argv[2:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
took = time.monotonic() - began
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(sys.argv[1], f"{took:.3f}", usage.ru_maxrss // 1024, f"{usage.ru_utime + usage.ru_stime:.2f}")
PY
}
i=0
while [ "$i" -lt "$rounds" ]; do
    measure trimtab "$trimtab" check --json "$folder"
    measure ast-grep "$peer" scan --config "$config" --json=compact "$folder"
    i=$((i + 1))
done
python3 - "$out" <<'PY'
import collections, statistics, sys
rows = collections.defaultdict(list)
for line in open(sys.argv[1]):
    name, *numbers = line.split()
    rows[name].append([float(n) for n in numbers])
median = {name: [statistics.median(c) for c in zip(*r)] for name, r in rows.items()}
for name, (wall, memory, cpu) in median.items():
    print(f"{name:10} wall {wall:7.2f} s   memory {memory:6.0f} MB   processor {cpu:7.2f} s   (medians of {len(rows[name])})")
a, b = median["trimtab"], median["ast-grep"]
print(f"trimtab / ast-grep: wall {a[0] / b[0]:.2f}, memory {a[1] / b[1]:.2f}, processor {a[2] / b[2]:.2f}")
PY
