/* trees.c -- see trees.h. */
#include "trees.h"

#include "test.h"

const struct sample samples[] = {
    { "python", "import os\n\nclass A(B):\n    def f(self, x: int = 3) -> str:\n"
                "        if x > 1 and not self.y:\n            return f\"{x!r} \xF0\x9F\x98\x80\"\n"
                "        for i in range(10):\n            print(i, *a, **k)\n\n"
                "@deco\nasync def g():\n    try:\n        await h()\n    except:\n        pass\n" },
    { "javascript", "import a from 'b';\nconst f = async (x) => { await g(`t ${x}`); };\n"
                    "items.forEach(async (i) => { await save(i); });\n"
                    "class A extends B { #p = 1; get q() { return this.#p / 2; } }\n"
                    "if (a) { b() } else c();\n// \xE6\xBC\xA2\n" },
    { "tsx",
      "export function V<T>({ a }: P<T>): JSX.Element {\n  const [s, set] = useState<T>();\n"
      "  return <div className=\"x\" onClick={() => set(a as T)}>{s ?? 'none'} text</div>;\n}\n"
      "interface P<T> { a: T; readonly b?: string }\n" },
    { "go", "package main\n\nimport \"fmt\"\n\nfunc (s *S) F(x int, y ...string) (err error) {\n"
            "\tdefer s.mu.Unlock()\n\tfor i := range y {\n\t\tfmt.Println(i, y[i])\n\t}\n"
            "\treturn nil\n}\n" },
    { "sql", "CREATE TABLE a (id bigint PRIMARY KEY, b text NOT NULL, c numeric(10, 2));\n"
             "SELECT a.id, count(*) FROM a JOIN b ON b.a_id = a.id WHERE a.b = 'x' GROUP BY a.id;\n"
             "INSERT INTO a (id, b) VALUES (1, 'y');\n" },
    { "json", "{\"a\": [1, 2.5e3, true, null], \"b\": {\"c\": \"\\u00e9\"}}\n" },
    { "yaml", "a:\n  - b: 1\n    c: [x, y]\n  - |\n    text\n    more\nd: &e \"f\"\ng: *e\n" },
    { "bash", "#!/bin/sh\nf() {\n  for x in \"$@\"; do echo \"${x%/}\" | sed 's/a/b/'; done\n}\n"
              "cat <<END\nhi $USER\nEND\n" },
    { "ruby", "class A < B\n  def f(x, *y)\n    z = <<~T\n      a #{x}\n    T\n"
              "    y.each { |i| puts i }\n  end\nend\n" },
    { "c", "#include <a.h>\nstatic int f(const char *s, ...)\n{\n    switch (*s) {\n    case 'a':\n"
           "        return g((struct b){ .c = 1 });\n    }\n    return sizeof(int[3]);\n}\n" },
};

const size_t n_samples = COUNT(samples);

struct tt_text *make_text(tt_str bytes)
{
    struct tt_text *text;

    CHECK(tt_text_create(bytes, &text, NULL) == 0);
    return text;
}

const struct tt_lang *lang_of(const char *name)
{
    const struct tt_lang *lang = tt_lang_by_name(tt_str_from(name));

    CHECK(lang != NULL, "%s", name);
    return lang;
}

struct tt_text *long_text(const char *source, size_t bytes)
{
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_text *text;

    while (buf.n < bytes)
        tt_buf_adds(&buf, source);
    text = make_text(tt_buf_str(&buf));
    tt_buf_release(&buf);
    return text;
}

/* --- comparing trees ------------------------------------------------------ */

/* What a tree says, and where: more than an S-expression, and quicker. */
static void write_tree(TSNode node, struct tt_buf *out)
{
    TSTreeCursor cursor = ts_tree_cursor_new(node);
    bool up = false;

    do {
        TSNode at = ts_tree_cursor_current_node(&cursor);
        TSPoint start = ts_node_start_point(at), end = ts_node_end_point(at);
        const char *field = ts_tree_cursor_current_field_name(&cursor);

        if (!up)
            tt_buf_addf(out, "(%s%s%s%s %u-%u %u:%u-%u:%u %u%s", field ? field : "",
                        field ? ": " : "", ts_node_is_missing(at) ? "MISSING " : "",
                        ts_node_type(at), ts_node_start_byte(at), ts_node_end_byte(at), start.row,
                        start.column, end.row, end.column, ts_node_descendant_count(at),
                        ts_node_has_changes(at) ? " changed" : "");
        if (!up && ts_tree_cursor_goto_first_child(&cursor))
            continue;
        tt_buf_addc(out, ')');
        if (ts_tree_cursor_goto_next_sibling(&cursor)) {
            up = false;
            continue;
        }
        up = true;
        if (!ts_tree_cursor_goto_parent(&cursor))
            break;
    } while (true);
    ts_tree_cursor_delete(&cursor);
}

bool trees_equal(const TSTree *a, const TSTree *b, struct tt_buf *left, struct tt_buf *right)
{
    tt_buf_clear(left);
    tt_buf_clear(right);
    write_tree(ts_tree_root_node(a), left);
    write_tree(ts_tree_root_node(b), right);
    CHECK(left->err == 0 && right->err == 0);
    return tt_str_eq(tt_buf_str(left), tt_buf_str(right));
}

uint64_t rnd(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    *seed ^= *seed << 17;
    return *seed >> 11;
}

void random_edit(uint64_t *seed, const struct tt_text *text, struct tt_range within,
                 struct tt_text_edit *edit, struct tt_buf *scratch)
{
    static const char *const words[] = { " ",   "x", "\n", "(", ")",      "\"", "    ",    "{",
                                         "}\n", ",", "# ", "'", "return", "1",  "\xC3\xA9" };
    uint32_t size = tt_text_size(text);
    struct tt_range from;

    edit->range.start = within.start + (uint32_t)(rnd(seed) % (within.end - within.start + 1));
    edit->range.end = edit->range.start + (rnd(seed) % 3 ? 0 : (uint32_t)(rnd(seed) % 12));
    if (edit->range.end > size)
        edit->range.end = size;
    while (!tt_text_is_boundary(text, edit->range.start))
        edit->range.start--;
    while (!tt_text_is_boundary(text, edit->range.end))
        edit->range.end++;
    edit->text = tt_str_from(words[rnd(seed) % COUNT(words)]);
    if (rnd(seed) % 4 == 0 && size) {
        from.start = tt_text_line_full(text, (uint32_t)(rnd(seed) % tt_text_lines(text))).start;
        from.end = tt_text_line_full(text, tt_text_line_at(text, from.start)).end;
        tt_buf_clear(scratch);
        CHECK(tt_text_copy(text, from, scratch) == 0);
        edit->text = tt_buf_str(scratch);
    }
}
