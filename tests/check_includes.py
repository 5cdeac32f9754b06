#!/usr/bin/env python3
"""Hold every #include of server/ and include/ against cmake/modules.txt.

    check_includes.py [CHECKOUT]     prints file:line and the broken rule; exit 1
    check_includes.py --self-test    a tree with each kind of fault must fail
"""

import re
import sys
import tempfile
from pathlib import Path

# The headers by which each foreign library of the table is reached.
FOREIGN = {
    "cjson": r"cjson/|cJSON\.h$",
    "curl": r"curl/",
    "pcre2": r"pcre2",
    "sqlite": r"sqlite3",
    "treesitter": r"tree[_-]sitter/",
    "uv": r"uv(\.h$|/)",
}

# What a module of the core may include of the system: C11 without files,
# threads, signals and locales.  (stdio is here for snprintf.)
C_LIBRARY = set(
    "assert ctype errno float inttypes limits math stdalign stdarg stdatomic stdbool stddef "
    "stdint stdio stdlib stdnoreturn string strings time".split()
)

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


class Module:
    def __init__(self, name, needs, foreign, side):
        self.name = name
        self.needs = {n for n in needs if "/" not in n}
        self.headers = {n for n in needs if "/" in n}
        self.foreign = set(foreign)
        self.core = side == "core"


def read_table(path):
    """The rows of modules.txt; a row may name only modules above it."""
    modules, faults = {}, []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.split() for cell in line.split("|")]
        if len(cells) != 4 or len(cells[0]) != 1 or cells[3] not in (["core"], ["shell"]):
            faults.append((path, number, "expected: name | modules | foreign | core or shell"))
            continue
        (name,), needs, foreign, (side,) = cells
        needs = [n for n in needs if n != "-"]
        foreign = [f for f in foreign if f != "-"]
        for need in needs:
            if need.split("/")[0] not in modules:
                faults.append((path, number, f"{name} names {need}, which is not a row above it"))
            elif side == "core" and not modules[need.split("/")[0]].core:
                faults.append((path, number, f"{name} is core and names {need} of the shell"))
        for library in foreign:
            if library not in FOREIGN:
                faults.append((path, number, f"{name} names an unknown library: {library}"))
        modules[name] = Module(name, needs, foreign, side)
    return modules, faults


def foreign_library(header):
    for library, pattern in FOREIGN.items():
        if re.match(pattern, header):
            return library
    return None


def judge_system(module, header):
    library = foreign_library(header)
    if library:
        if module is None:
            return f"public headers may not include {library}: <{header}>"
        if library not in module.foreign:
            return f"{module.name} may not include {library}: <{header}>"
        return None
    if (module is None or module.core) and header.removesuffix(".h") not in C_LIBRARY:
        who = module.name + " is of the core and" if module else "public headers"
        return f"{who} may include only the C library, not <{header}>"
    return None


def public_owner(header, modules):
    """The module whose public header trimtab/<module>.h is, or None."""
    return modules.get(Path(header).stem)


def judge_own(module, header, modules, root):
    """`module` is None for a public header that belongs to no module."""
    if "/" not in header:
        return f'write "{header}" with its folder, as "text/text.h"'
    if foreign_library(header):
        return judge_system(module, header)
    first = header.split("/")[0]
    if first == "trimtab":
        found = root / "include" / header
        owner = public_owner(header, modules)
        if owner and owner is not module and (module is None or owner.name not in module.needs):
            who = module.name if module else "a public header of no module"
            return f'{who} may not include "{header}", the public header of {owner.name}'
    elif first not in modules:
        return f'"{header}": {first} is no module of cmake/modules.txt'
    elif module is None:
        return f'public headers may include only trimtab/, not "{header}"'
    elif first != module.name and first not in module.needs and header not in module.headers:
        may = " ".join(sorted(module.needs | module.headers)) or "nothing"
        return f'{module.name} may not include "{header}" (it may: {may})'
    else:
        found = root / "server" / header
    if not found.is_file():
        return f'"{header}" does not exist'
    return None


def includes(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, *match.groups()


def reached(header, root, known):
    """The foreign libraries that an own header brings along, by its includes."""
    if header not in known:
        known[header] = set()  # ends a circle
        path = root / ("include" if header.startswith("trimtab/") else "server") / header
        for _, _, name in includes(path) if path.is_file() else []:
            library = foreign_library(name)
            known[header] |= {library} if library else reached(name, root, known)
    return known[header]


def check_file(path, module, modules, root, known):
    for number, quote, header in includes(path):
        fault = (
            judge_system(module, header)
            if quote == "<"
            else judge_own(module, header, modules, root)
        )
        # The shell joins the libraries: there, a struct of one may be part of another.
        pure = module is None or module.core
        brought = reached(header, root, known) - (module.foreign if module else set())
        if not fault and quote == '"' and pure and brought:
            who = module.name if module else "public headers"
            fault = f'{who} may not include {" ".join(sorted(brought))}: "{header}" does'
        if fault:
            yield path, number, fault


def sources(folder):
    return sorted(p for p in folder.rglob("*") if p.suffix in (".c", ".h", ".def", ".inc"))


def check(root):
    modules, faults = read_table(root / "cmake" / "modules.txt")
    known = {}
    for path in sources(root / "include"):
        faults += check_file(path, public_owner(path.name, modules), modules, root, known)
    server = root / "server"
    for path in sources(server):
        name = path.relative_to(server).parts[0]
        if name not in modules:
            faults.append((path, 1, f"{name} is no module of cmake/modules.txt"))
        else:
            faults += check_file(path, modules[name], modules, root, known)
    return faults


def main(root):
    faults = check(root)
    for path, number, fault in faults:
        print(f"{path.relative_to(root)}:{number}: {fault}")
    if faults:
        print(f"{len(faults)} includes against the table in cmake/modules.txt")
    return 1 if faults else 0


GOOD = {
    "cmake/modules.txt": """
# comment
base  | -                     | -     | core
llm   | base                  | cjson | core
edit  | base llm/request.h    | -     | core
net   | base                  | uv    | shell
""",
    "include/trimtab/str.h": "#include <stddef.h>\n",
    "include/trimtab/llm.h": '#include "base/buf.h"\n#include "trimtab/str.h"\n',
    "server/base/buf.h": '#include "trimtab/str.h"\n',
    "server/llm/request.h": '#include "base/buf.h"\n',
    "server/llm/sse.c": '#include <cjson/cJSON.h>\n#include "llm/request.h"\n',
    "server/edit/plan.c": '#include "llm/request.h"\n',
    "server/net/peer.c": '#include <uv.h>\n#include <unistd.h>\n#include "base/buf.h"\n',
}

# What is added to a file of the good tree, and a word of the fault that must follow.
BAD = [
    ("server/base/buf.h", '#include "llm/request.h"', 'base may not include "llm/request.h"'),
    ("server/edit/plan.c", '#include "llm/sse.h"', 'edit may not include "llm/sse.h"'),
    ("server/edit/plan.c", '#include "trimtab/llm.h"', 'may not include "trimtab/llm.h"'),
    ("include/trimtab/str.h", '#include "trimtab/llm.h"', "a public header of no module"),
    ("server/edit/plan.c", "#include <cjson/cJSON.h>", "edit may not include cjson"),
    ("server/edit/plan.c", "#include <uv.h>", "edit may not include uv"),
    ("server/edit/plan.c", "#  include  <unistd.h>", "only the C library"),
    ("server/edit/plan.c", '#include "plan.h"', "with its folder"),
    ("server/llm/request.h", "#include <cjson/cJSON.h>", '"llm/request.h" does'),
    ("server/llm/sse.c", '#include "base/gone.h"', "does not exist"),
    ("server/llm/sse.c", '#include "nowhere/a.h"', "no module"),
    ("server/llm/sse.c", "#include <sqlite3.h>", "llm may not include sqlite"),
    ("server/other/a.c", "", "no module"),
    ("include/trimtab/str.h", '#include "base/buf.h"', "public headers"),
    ("include/trimtab/str.h", "#include <uv.h>", "public headers"),
    ("cmake/modules.txt", "rpc | lsp | - | core", "not a row above"),
    ("cmake/modules.txt", "rpc | net | - | core", "of the shell"),
    ("cmake/modules.txt", "rpc | base | boost | core", "unknown library"),
    ("cmake/modules.txt", "rpc | base", "expected"),
]


def write_tree(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def self_test():
    failed = 0
    for name, line, wanted in [(None, None, None), *BAD]:
        files = dict(GOOD)
        if name:
            files[name] = files.get(name, "") + line + "\n"
        with tempfile.TemporaryDirectory() as folder:
            write_tree(Path(folder), files)
            faults = [fault for _, _, fault in check(Path(folder))]
        if faults if wanted is None else not any(wanted in fault for fault in faults):
            print(f"{name}: {line}\n  wanted: {wanted}\n  got: {faults}")
            failed += 1
    print(f"{len(BAD) + 1 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    if sys.argv[1:] == ["--self-test"]:
        sys.exit(self_test())
    sys.exit(main(Path(sys.argv[1] if sys.argv[1:] else ".").resolve()))
