/* test_outcomes.c -- what became of an edit: one script a row, a letter a step.
 *
 *   A  ask, and the model's good answer is applied by the editor
 *   R  ask for a proposal (apply: false) and get it
 *   B  ask; the answer is one that our checks refuse, twice
 *   F  ask; the line is cut    X  ask, and cancel
 *   H  ask; the answer is handed to an editor that never says what it does with it
 *   h  that editor applies it after all, in two changes, with typing elsewhere between
 *   y  accept the proposal     n  reject it     m  the same again from the other model
 *   g  ask gpt by name for the same      k  ask claude, which has answered already
 *   u  undo    r  redo    e  change 7 of the 11 bytes that were written    d  delete it all
 *   o  type elsewhere    p  white space inside of it    s  save    c  close    C  open again
 *   t  5 seconds    w  a minute    W  five minutes    q  the session ends
 */
#include "asking.h"

static const char saving[] =
    "{\"general\":{\"positionEncodings\":[\"utf-16\"]},"
    "\"textDocument\":{\"synchronization\":{\"didSave\":true},"
    "\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}},"
    "\"dataSupport\":true,\"disabledSupport\":true,\"resolveSupport\":{\"properties\":[\"edit\"]}}}"
    ",\"window\":{\"workDoneProgress\":true},"
    "\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true}}}";

static const struct {
    const char *name, *steps, *kind; /* kind: NULL: none but `spent` */
    double survived;
} rows[] = {
    { "saved, and a minute later", "Asw", "kept", 1 },
    { "a minute, then saved", "Aws", "kept", 1 },
    { "not saved, five minutes", "AW", "kept", 1 },
    { "not saved, a minute is not enough", "Awt", NULL, 0 },
    { "saved at once, and the session ends", "Asq", "kept", 1 },
    { "the session ends before anything is known", "Aq", NULL, 0 },
    { "a minute, and the session ends", "Awq", "kept", 1 },
    { "typing elsewhere does not matter", "Aoosw", "kept", 1 },
    { "formatting it does not matter", "Apsw", "kept", 1 },
    { "some of it was changed", "Aesw", "edited", 4.0 / 11 },
    { "some of it, after the first save", "Asew", "edited", 4.0 / 11 },
    { "all of it was deleted by hand", "Adt", NULL, 0 },
    { "all of it was deleted by hand, and ten seconds", "Adtt", "undone", 0 },
    { "undone", "Autt", "undone", 0 },
    { "undone, with typing elsewhere before", "Aodtt", "undone", 0 },
    { "undone and redone", "Aurttsw", "kept", 1 },
    { "undone, redone, undone", "Aurutt", "undone", 0 },
    { "undone after the save", "Asutt", "undone", 0 },
    { "undone, and the session ends", "Auq", "undone", 0 },
    { "undone after a minute", "Awutt", "undone", 0 },
    { "undone once it is settled", "Aswutt", "kept", 1 },
    { "closed without saving", "Actt", "undone", 0 },
    { "closed after the save", "Asc", "kept", 1 },
    { "changed, saved, closed", "Aesc", "edited", 4.0 / 11 },
    { "closed and opened for another language", "AcCsw", "kept", 1 },
    { "closed, opened, undone", "AcCutt", "undone", 0 },
    { "opened again without it", "AcuC", "undone", 0 },
    { "never applied", "HW", NULL, 0 },
    { "applied without a word", "Hhsw", "kept", 1 },
    { "applied without a word, and undone", "Hhdtt", "undone", 0 },
    { "typed elsewhere, not applied", "HooW", NULL, 0 },
    { "a proposal is taken", "Rysw", "kept", 1 },
    { "a proposal is taken and undone", "Ryutt", "undone", 0 },
    { "a proposal is rejected", "Rn", "rejected", 0 },
    { "a proposal is not answered", "RWq", "ignored", 0 },
    { "a proposal, and the session ends at once", "Rq", NULL, 0 },
    { "our checks refuse it", "B", "refused", 0 },
    { "the line is cut", "F", NULL, 0 },
    { "cancelled", "X", NULL, 0 },
    { "the other model is asked instead", "Am", "switched", 0 },
    { "another model is named for the same", "Ag", "switched", 0 },
    { "another model is named long after", "RWWgq", "ignored", 0 },
    { "the same model is named for the same", "Aksw", "kept", 1 },
    { "the other model, after a rejection", "Rnm", "rejected", 0 },
    { "the other model, after a cut line", "Fm", NULL, 0 },
};

struct life {
    struct rig rig;
    char id[40];
};

/* What the steps behind this one speak of. */
static void remember(struct life *l, int id)
{
    const cJSON *answer = cJSON_GetObjectItem(rig_result(&l->rig, id), "id");

    if (answer)
        snprintf(l->id, sizeof(l->id), "%s", answer->valuestring);
}

static int ask(struct life *l, const char *more)
{
    int id = edit(&l->rig, more);

    remember(l, id);
    return id;
}

/* As an editor with full synchronisation does it. */
static void set_text(struct life *l, const char *text)
{
    cJSON *json = cJSON_CreateString(text);
    char *quoted = cJSON_PrintUnformatted(json);

    free(l->rig.text);
    l->rig.text = strdup(text);
    if (l->rig.version) /* else it is closed, and changes on the disk */
        rig_notify(&l->rig, "textDocument/didChange",
                   "{\"textDocument\":{\"uri\":\"" RIG_URI "\",\"version\":%d},"
                   "\"contentChanges\":[{\"text\":%s}]}",
                   ++l->rig.version, quoted);
    free(quoted);
    cJSON_Delete(json);
}

/* Type before the first `place`, as an editor with incremental synchronisation says it. */
static void insert(struct life *l, const char *place, const char *text)
{
    const char *at = strstr(l->rig.text, place);
    size_t size = strlen(l->rig.text) + strlen(text) + 1;
    char *fresh = malloc(size);
    int line = 0, column = 0;

    CHECK(at && fresh);
    for (const char *p = l->rig.text; p < at; p++) {
        column = *p == '\n' ? 0 : column + 1;
        line += *p == '\n';
    }
    snprintf(fresh, size, "%.*s%s%s", (int)(at - l->rig.text), l->rig.text, text, at);
    free(l->rig.text);
    l->rig.text = fresh;
    rig_notify(&l->rig, "textDocument/didChange",
               "{\"textDocument\":{\"uri\":\"" RIG_URI "\",\"version\":%d},"
               "\"contentChanges\":[{\"range\":{\"start\":{\"line\":%d,\"character\":%d},"
               "\"end\":{\"line\":%d,\"character\":%d}},\"text\":\"%s\"}]}",
               ++l->rig.version, line, column, line, column, text);
}

static void propose(struct life *l)
{
    int id = ask(l, ",\"apply\":false");

    rig_answer(&l->rig, GOOD);
    CHECK(rig_result(&l->rig, id));
    remember(l, id);
}

static void decide(struct life *l, const char *accept)
{
    remember(l, command(&l->rig, "decide", "\"id\":\"%s\",\"accept\":\"%s\"", l->id, accept));
}

static void end(struct life *l)
{
    rig_request(&l->rig, "shutdown", "null");
    rig_settle(&l->rig);
    rig_notify(&l->rig, "exit", "null");
}

static void step(struct life *l, char c)
{
    struct rig *rig = &l->rig;
    char *text;

    switch (c) {
    case 'A':
        ask(l, "");
        rig_answer(rig, GOOD);
        CHECK(strcmp(rig->text, FIXED) == 0, "%s", rig->text);
        break;
    case 'R':
        propose(l);
        break;
    case 'B':
        ask(l, "");
        rig_answer(rig, BLOCK("    nothing like this\n", "    at all\n"));
        rig_answer(rig, BLOCK("    nothing like this\n", "    at all\n"));
        break;
    case 'F':
        ask(l, ",\"model\":\"claude\"");
        for (int i = 0; i < 10 && fake_io_http(&rig->fake); i++) {
            rig_answer_cut(rig, GOOD, 10, 700, TT_HTTP_CUT);
            rig_wait(rig, 60000);
        }
        CHECK(strcmp(rig->text, SOURCE) == 0, "half an answer was applied");
        break;
    case 'X':
        ask(l, "");
        remember(l, command(rig, "cancel", "\"id\":\"%s\"", l->id));
        break;
    case 'H':
        rig->hold_edits = true;
        ask(l, "");
        rig_answer(rig, GOOD);
        rig->hold_edits = false;
        break;
    case 'h':
        insert(l, ")\n    return resp", ", tim");
        rig_type(rig, "return 1", "return 2");
        insert(l, ")\n    return resp", "eout=10");
        break;
    case 'y':
        decide(l, "all");
        CHECK(strcmp(rig->text, FIXED) == 0, "%s", rig->text);
        break;
    case 'n':
        decide(l, "none");
        break;
    case 'm':
        command(rig, "retry", "\"id\":\"%s\"", l->id);
        break;
    case 'g':
    case 'k':
        ask(l, c == 'g' ? ",\"model\":\"gpt\"" : ",\"model\":\"claude\"");
        rig_answer_status(rig, 400, "application/json", "{}");
        break;
    case 'u':
        set_text(l, SOURCE);
        break;
    case 'r':
        set_text(l, FIXED);
        break;
    case 'e':
        rig_type(rig, "timeout=10", "connect=10");
        break;
    case 'd':
        rig_type(rig, ", timeout=10", "");
        break;
    case 'o':
        if (strstr(rig->text, "return 1\n"))
            rig_type(rig, "return 1", "return 2 + 3");
        else
            rig_type(rig, "return 2 + 3", "return 1");
        break;
    case 'p':
        rig_type(rig, ", timeout=10", ",  timeout = 10");
        rig_type(rig, "timeout = 10", "timeout =10");
        break;
    case 's':
        rig_notify(rig, "textDocument/didSave", "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
        break;
    case 'c':
        rig_notify(rig, "textDocument/didClose", "{\"textDocument\":{\"uri\":\"" RIG_URI "\"}}");
        rig->version = 0;
        break;
    case 'C':
        text = strdup(rig->text);
        rig_document(rig, text);
        free(text);
        break;
    case 't':
        rig_wait(rig, 5000);
        break;
    case 'w':
        rig_wait(rig, 60000);
        break;
    case 'W':
        rig_wait(rig, 300000);
        break;
    case 'q':
        end(l);
        break;
    default:
        fail_msg("no step %c", c);
    }
    rig_settle(rig);
}

/* The outcome of quality among the records, and how often money was spent. */
static cJSON *outcome_of(struct rig *rig, size_t first, int *spent, int *n)
{
    cJSON *found = NULL;

    *spent = *n = 0;
    for (size_t i = first; i < rig->fake.n_records; i++) {
        cJSON *o = cJSON_Parse(rig->fake.records[i]);
        const cJSON *kind = cJSON_GetObjectItem(o, "kind");

        if (kind && strcmp(kind->valuestring, "spent") == 0) {
            ++*spent;
        } else if (kind && cJSON_GetObjectItem(o, "survived")) {
            ++*n;
            if (!found) {
                found = o;
                continue;
            }
        }
        cJSON_Delete(o);
    }
    return found;
}

static void check_row(struct life *l, size_t i)
{
    size_t first = l->rig.fake.n_records;
    const char *kind;
    int spent, n;
    cJSON *o;

    rig_document(&l->rig, SOURCE);
    for (const char *s = rows[i].steps; *s; s++)
        step(l, *s);
    o = outcome_of(&l->rig, first, &spent, &n);
    kind = o ? cJSON_GetObjectItem(o, "kind")->valuestring : NULL;
    CHECK((kind == NULL) == (rows[i].kind == NULL), "%s: got %s", rows[i].name,
          kind ? kind : "nothing");
    if (kind) {
        double survived = cJSON_GetObjectItem(o, "survived")->valuedouble;

        CHECK(strcmp(kind, rows[i].kind) == 0, "%s: got %s", rows[i].name, kind);
        CHECK(n == 1, "%s: %d outcomes", rows[i].name, n);
        CHECK(survived > rows[i].survived - 0.02 && survived < rows[i].survived + 0.02,
              "%s: %.3f survived", rows[i].name, survived);
        CHECK(strcmp(cJSON_GetObjectItem(o, "class")->valuestring, "resilience") == 0);
        CHECK(cJSON_GetObjectItem(o, "tokens_in")->valueint >= 900, "%s", rows[i].name);
        CHECK(cJSON_GetObjectItem(o, "cost_usd")->valuedouble > 0, "%s", rows[i].name);
    }
    CHECK(spent >= 1 || strchr(rows[i].steps, 'X'), "%s: no cost was recorded", rows[i].name);
    for (size_t k = first; k < l->rig.fake.n_records; k++)
        CHECK(!strstr(l->rig.fake.records[k], "\"v\":1") ||
                  !strstr(l->rig.fake.records[k], "requests"),
              "code in the outcome %s", l->rig.fake.records[k]);
    cJSON_Delete(o);
}

/* A session is used again for the next row, unless that row has ended it or has
 * opened a breaker. */
static void test_lives(void **state)
{
    struct life l;
    bool open = false;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (!open)
            rig_open(&l.rig, i + 1, saving, NULL);
        check_row(&l, i);
        open = !l.rig.fake.exited && !strpbrk(rows[i].steps, "FHmgk");
        if (!open)
            rig_close(&l.rig);
    }
    if (open)
        rig_close(&l.rig);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
