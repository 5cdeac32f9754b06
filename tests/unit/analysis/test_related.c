/* test_related.c -- names, the files they come from, their definitions. */
#include "analysis/related.h"
#include "base/buf.h"
#include "code.h"
#include "test.h"

static const struct {
    const char *language, *path, *text, *name;
    const char *want; /* paths and the original name, each with a space behind it */
} paths[] = {
    { "python", "shop/api.py", "from shop.db import get\n", "get",
      "shop/shop/db.py shop/shop/db/__init__.py shop/db.py shop/db/__init__.py get " },
    { "python", "shop/api.py", "from .db import get as fetch\n", "fetch",
      "shop/db.py shop/db/__init__.py get " },
    { "python", "shop/v1/api.py", "from ..db import get\n", "get",
      "shop/db.py shop/db/__init__.py get " },
    { "python", "api.py", "from ...db import get\n", "get", "get " },
    { "python", "api.py", "from db import get\n", "other", "" },
    { "typescript", "src/a.ts", "import { b as c } from './lib/b';\n", "c",
      "src/lib/b.ts src/lib/b.tsx src/lib/b.js src/lib/b/index.ts src/lib/b/index.js "
      "src/lib/b.mjs b " },
    { "typescript", "src/a.ts", "import b from '../b.js';\n", "b", "b.js b.ts b " },
    { "javascript", "a.js", "import b from '../../etc/b.js';\n", "b", "b " },
    { "javascript", "a.js", "import b from './x/../../../b.js';\n", "b", "b " },
    { "javascript", "a.js", "import b from 'express';\n", "b", "b " },
    { "java", "src/main/java/com/x/A.java", "package com.x;\nimport com.y.B;\nclass A {}\n", "B",
      "src/main/java/com/y/B.java B " },
    { "java", "src/com/x/A.java", "package com.x;\nclass A {}\n", "Other",
      "src/com/x/Other.java Other " },
    { "python", "shop/api.py", "from shop import db\ndb.get()\n", "get",
      "shop/shop/db.py shop/shop/db/__init__.py shop/db.py shop/db/__init__.py get " },
    { "python", "shop/api.py", "from . import db as d\nd.get()\n", "get",
      "shop/db.py shop/db/__init__.py get " },
    { "python", "api.py", "import shop.db\nshop.db.get()\n", "get",
      "shop/db.py shop/db/__init__.py get " },
    { "python", "api.py", "import db as d\nd.get()\n", "get", "db.py db/__init__.py get " },
    { "python", "api.py", "import db\nxdb.get(); db.gets(); get()\n", "get", "" },
    { "typescript", "a.ts", "import * as db from './db.js';\ndb.get();\n", "get",
      "db.js db.ts get " },
    { "javascript", "a.js", "const db = require('./db.js');\ndb.get();\n", "get",
      "db.js db.ts get " },
    { "javascript", "a.js", "const { put, get } = require('./db.js');\nget();\n", "get",
      "db.js db.ts get " },
    { "javascript", "a.js", "const { put } = require('./db.js');\nget();\n", "get", "" },
    { "go", "a.go", "package a\n", "b", "./ b " },
    { "go", "api/a.go", "package a\n", "b", "api/ b " },
    { "go", "a.go",
      "package a\nimport (\n\t\"fmt\"\n\t\"x.org/shop/internal/store\"\n)\nvar b = store.New()\n",
      "New", "x.org/shop/internal/store/ shop/internal/store/ internal/store/ store/ New " },
    { "go", "a.go", "package a\nimport s \"x/store\"\nfunc f(b *s.Order) {}\n", "Order",
      "x/store/ store/ Order " },
    { "c", "src/a.c", "#include <stdio.h>\n#include \"b.h\"\n#include \"x/c.h\"\n", "f",
      "src/b.h b.h include/b.h src/x/c.h x/c.h include/x/c.h f " },
    { "c", "a.c", "#include \"../b.h\"\n", "f", "" },
    { "rust", "src/api/orders.rs", "use crate::db::orders::{get, put as set};\n", "get",
      "src/db/orders.rs src/db/orders/mod.rs get " },
    { "rust", "src/api/orders.rs", "use super::db::get;\n", "get",
      "src/api/db.rs src/api/db/mod.rs get " },
    { "rust", "src/main.rs", "fn main() {}\n", "get", "src/ get " },
    { "c-sharp", "Orders/Api.cs", "class Api {}\n", "Order", "Orders/ Order " },
};

static void test_paths(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        struct tt_buf got = TT_BUF_INIT(1 << 16);
        struct tt_arena arena = { 0 };
        tt_str out[TT_RELATED_PATHS], original = { NULL, 0 };
        struct code code;
        size_t n;

        code_init(&code, tt_str_from(paths[i].language), tt_str_from(paths[i].path),
                  tt_str_from(paths[i].text));
        n = tt_related_paths(&code.source, (struct tt_range){ 0, (uint32_t)code.source.bytes.n },
                             tt_str_from(paths[i].name), &arena, out, &original);
        for (size_t k = 0; k < n; k++)
            tt_buf_addf(&got, "%.*s ", TT_STR_ARG(out[k]));
        if (n || paths[i].want[0])
            tt_buf_addf(&got, "%.*s ", TT_STR_ARG(original));
        CHECK(tt_str_eq(tt_buf_str(&got), tt_str_from(paths[i].want)), "row %zu: %.*s", i,
              TT_STR_ARG(tt_buf_str(&got)));
        tt_buf_release(&got);
        tt_arena_release(&arena);
        code_release(&code);
    }
}

static const struct {
    const char *language, *text, *name;
    const char *want; /* its first line; NULL: not found */
} definitions[] = {
    { "python", "import os\n@cache\ndef a():\n    pass\n", "a", "@cache" },
    { "python", "class A:\n    def inner(self):\n        pass\n", "inner", NULL },
    { "python", "LIMIT = 3\n", "LIMIT", "LIMIT = 3" },
    { "typescript", "export interface A { x: number }\n", "A", "export interface A { x: number }" },
    { "typescript", "export const f = () => 1;\n", "f", "export const f = () => 1;" },
    { "javascript", "export default class B {}\n", "B", "export default class B {}" },
    { "go", "package a\n\ntype T struct {\n\tx int\n}\n", "T", "type T struct {" },
    { "go", "package a\n\nfunc F() {}\n", "F", "func F() {}" },
    { "java", "package a;\npublic record R(int x) {}\n", "R", "public record R(int x) {}" },
    { "python", "a()\n", "a", NULL },
    { "go", "package a\n\nconst (\n\tX = 1\n\tY = 2\n)\n", "Y", "Y = 2" },
    { "c", "struct a { int x; };\n", "a", "struct a { int x; }" },
    { "c", "int f(struct a *x);\n", "f", "int f(struct a *x);" },
    { "c", "struct a *f(void)\n{\n}\n", "a", NULL },
    { "c", "#ifndef H\n#define H\nstruct b;\nchar *f(int n);\n#endif\n", "f", "char *f(int n);" },
    { "c", "#define LIMIT 3\n", "LIMIT", "#define LIMIT 3" },
    { "c", "typedef struct { int x; } T;\n", "T", "typedef struct { int x; } T;" },
    { "cpp", "namespace n {\nclass A { int x; };\n}\n", "A", "class A { int x; }" },
    { "rust", "pub struct S { x: i32 }\n", "S", "pub struct S { x: i32 }" },
    { "rust", "pub fn f() {}\n", "f", "pub fn f() {}" },
    { "ruby", "class A\n  def x; end\nend\n", "A", "class A" },
    { "ruby", "def f(x)\nend\n", "f", "def f(x)" },
    { "php", "<?php\nnamespace X;\nclass A {}\n", "A", "class A {}" },
    { "php", "<?php\nfunction f() {}\n", "f", "function f() {}" },
    { "c-sharp", "namespace X;\npublic record R(int A);\n", "R", "public record R(int A);" },
    { "c-sharp", "namespace X {\n  class A {}\n}\n", "A", "class A {}" },
    { "kotlin", "data class A(val x: Int)\n", "A", "data class A(val x: Int)" },
    { "kotlin", "fun f() = 1\n", "f", "fun f() = 1" },
    { "sql", "CREATE TABLE orders (id int);\n", "orders", NULL },
};

static void test_definitions(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(definitions) / sizeof(definitions[0]); i++) {
        struct tt_range range = { 0, 0 };
        struct code code;
        bool found;

        code_init(&code, tt_str_from(definitions[i].language), TT_STR("x"),
                  tt_str_from(definitions[i].text));
        found = tt_related_definition(&code.source, tt_str_from(definitions[i].name), &range);
        CHECK(found == (definitions[i].want != NULL), "row %zu: %s", i, definitions[i].text);
        if (found)
            CHECK(tt_str_starts(tt_str_sub(code.source.bytes, range.start, range.end),
                                tt_str_from(definitions[i].want)),
                  "row %zu: %s", i, definitions[i].text + range.start);
        code_release(&code);
    }
}

static void test_names(void **state)
{
    struct tt_buf got = TT_BUF_INIT(1 << 16);
    tt_str names[TT_RELATED_NAMES];
    struct code code;
    size_t n;

    (void)state;
    code_init(&code, TT_STR("python"), TT_STR("x.py"),
              TT_STR("before()\ndef f(one):\n    two(one, two)\n    x.three\nafter()\n"));
    n = tt_related_names(&code.source, (struct tt_range){ 9, 50 }, names);
    for (size_t i = 0; i < n; i++)
        tt_buf_addf(&got, "%.*s ", TT_STR_ARG(names[i]));
    CHECK(tt_str_eq(tt_buf_str(&got), TT_STR("one two three ")), "%.*s",
          TT_STR_ARG(tt_buf_str(&got)));
    tt_buf_release(&got);
    code_release(&code);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_paths),
        cmocka_unit_test(test_definitions),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
