/* sim.c -- see sim.h. */
#include "sim.h"

#include "editor.h"
#include "fake_io.h"
#include "model.h"

#include "session/attempt.h"
#include "session/session.h"
#include "session/state.h"
#include "syntax/parse.h"
#include "text/text.h"

#include <cjson/cJSON.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define DOCS        3
#define ANTHROPIC   "sk-ant-sim-0123456789"
#define OPENAI      "sk-sim-9876543210"
#define MAX_STEPS   4000
#define MAX_OPEN    64
#define MAX_ACTIONS 24

/* --- what the editor waits for ------------------------------------------------------- */

enum kind { ASK, RESOLVE, MENU, QUICK }; /* QUICK: everything that is answered by itself */

struct request {
    int id, doc, version;
    enum kind kind;
    bool answered, waits; /* waits: its answer comes at the end of an attempt */
    bool automatic;       /* a menu that nobody asked for */
    size_t cancelled_at;  /* index of the first message after the cancel; 0: not cancelled */
};

struct ask {
    uint64_t attempt;
    int request, doc;
    char name[32];
    size_t stopped_at; /* as cancelled_at, of the attempt */
    bool explicit_act, applied;
    bool over;          /* when last seen */
    bool again;         /* may be given twice: an action that is resolved */
    const char *family; /* of the model that was named; NULL: none */
    bool open[DOCS];    /* in the server, when it began */
};

struct inbox {
    char *json; /* owned */
    int seen_version[DOCS];
    bool seen_open[DOCS];
};

struct progress {
    char token[64];
    bool begun, ended;
};

struct preview {
    char name[32];
    bool done;
};

struct sim {
    const struct sim_plan *plan;
    struct sim_result *result;
    struct random random; /* of this step */
    struct fake_io fake;
    struct tt_session *session;
    struct random clock_random;
    uint64_t clock_us;
    bool slow;
    enum sim_encoding encoding;
    bool refuses, null_settings, by_resolve;
    bool calm;   /* nobody types much */
    bool breaks; /* the models often break the syntax */
    bool down;   /* the models have too much to do, all the time */
    unsigned faults_percent;
    struct sim_doc docs[DOCS];

    char **outbox; /* to the server; owned */
    void (**on_delivery)(struct sim *sim, int argument);
    int *arguments;
    size_t n_outbox, cap_outbox, delivered;
    struct inbox *inbox; /* from the server */
    size_t n_inbox, cap_inbox, handled;

    struct request *requests;
    size_t n_requests, cap_requests;
    int next_id;
    struct ask *asks;
    size_t n_asks, cap_asks;
    struct sim_transfer *transfers;
    size_t n_transfers, cap_transfers, seen_https;
    uint64_t newest_attempt;
    struct progress *progress;
    size_t n_progress, cap_progress;
    struct preview *previews;
    size_t n_previews, cap_previews;

    cJSON *actions[MAX_ACTIONS]; /* model actions of the last menus */
    int action_docs[MAX_ACTIONS], n_actions;
    char proposals[8][32];
    int proposal_docs[8], n_proposals;
    char duels[4][32];
    int n_duels;
    bool chose_anyway;
    unsigned told, told_before; /* messages to the user; ... when last looked */
    char *last_told;            /* owned */
    char status[32];
    unsigned step;
};

#define GROW(list, n, cap)                                                                         \
    do {                                                                                           \
        if ((n) == (cap)) {                                                                        \
            (cap) = (cap) ? (cap)*2 : 64;                                                          \
            (list) = realloc((list), (cap) * sizeof(*(list)));                                     \
            if (!(list))                                                                           \
                abort();                                                                           \
        }                                                                                          \
    } while (0)

__attribute__((format(printf, 2, 3))) static void fail(struct sim *sim, const char *fmt, ...)
{
    va_list ap;

    if (sim->result->failure[0])
        return;
    va_start(ap, fmt);
    vsnprintf(sim->result->failure, sizeof(sim->result->failure), fmt, ap);
    va_end(ap);
    sim->result->failed_at = sim->step;
}

__attribute__((format(printf, 2, 3))) static void say(struct sim *sim, const char *fmt, ...)
{
    va_list ap;

    if (!sim->plan->log)
        return;
    fprintf(sim->plan->log, "%5u  ", sim->step);
    va_start(ap, fmt);
    vfprintf(sim->plan->log, fmt, ap);
    va_end(ap);
    fputc('\n', sim->plan->log);
}

static uint32_t below(struct sim *sim, uint32_t n)
{
    return random_below(&sim->random, n);
}

/* --- to the server --------------------------------------------------------------------- */

static void post(struct sim *sim, cJSON *message, void (*on_delivery)(struct sim *, int),
                 int argument)
{
    if (sim->n_outbox == sim->cap_outbox) {
        sim->cap_outbox = sim->cap_outbox ? sim->cap_outbox * 2 : 64;
        sim->outbox = realloc(sim->outbox, sim->cap_outbox * sizeof(*sim->outbox));
        sim->on_delivery = realloc(sim->on_delivery, sim->cap_outbox * sizeof(*sim->on_delivery));
        sim->arguments = realloc(sim->arguments, sim->cap_outbox * sizeof(*sim->arguments));
        if (!sim->outbox || !sim->on_delivery || !sim->arguments)
            abort();
    }
    cJSON_AddStringToObject(message, "jsonrpc", "2.0");
    sim->outbox[sim->n_outbox] = cJSON_PrintUnformatted(message);
    sim->on_delivery[sim->n_outbox] = on_delivery;
    sim->arguments[sim->n_outbox++] = argument;
    cJSON_Delete(message);
}

static void notify(struct sim *sim, const char *method, cJSON *params,
                   void (*on_delivery)(struct sim *, int), int argument)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddStringToObject(message, "method", method);
    if (params)
        cJSON_AddItemToObject(message, "params", params);
    post(sim, message, on_delivery, argument);
}

static struct request *request(struct sim *sim, const char *method, cJSON *params, enum kind kind,
                               int doc, bool waits)
{
    cJSON *message = cJSON_CreateObject();
    struct request *r;

    GROW(sim->requests, sim->n_requests, sim->cap_requests);
    r = &sim->requests[sim->n_requests++];
    *r = (struct request){ .id = ++sim->next_id, .doc = doc, .kind = kind, .waits = waits };
    r->version = doc >= 0 ? sim->docs[doc].version : 0;
    cJSON_AddNumberToObject(message, "id", r->id);
    cJSON_AddStringToObject(message, "method", method);
    if (params)
        cJSON_AddItemToObject(message, "params", params);
    say(sim, "  request %d: %s", r->id, method);
    post(sim, message, NULL, 0);
    return r;
}

static void add_position(cJSON *parent, const char *name, struct sim_position at)
{
    cJSON *position = cJSON_AddObjectToObject(parent, name);

    cJSON_AddNumberToObject(position, "line", at.line);
    cJSON_AddNumberToObject(position, "character", at.character);
}

static cJSON *range_json(struct sim_position start, struct sim_position end)
{
    cJSON *range = cJSON_CreateObject();

    add_position(range, "start", start);
    add_position(range, "end", end);
    return range;
}

static cJSON *document_params(const struct sim_doc *doc, bool version)
{
    cJSON *params = cJSON_CreateObject(), *id = cJSON_AddObjectToObject(params, "textDocument");

    cJSON_AddStringToObject(id, "uri", doc->uri);
    if (version)
        cJSON_AddNumberToObject(id, "version", doc->version);
    return params;
}

/* --- the documents of the editor ------------------------------------------------------------ */

/* The change of a document reached the server: what it must have now. */
static void seen_change(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];

    doc->seen_version++;
}

/* Texts on their way, in order: a queue beside the outbox would do the same. */
struct sent_text {
    int doc;
    struct sim_text text;
};

static void seen_text(struct sim *sim, int slot);

static struct sent_text *sent_texts;
static size_t n_sent_texts, cap_sent_texts;

static int remember(const struct sim_doc *doc, int i)
{
    GROW(sent_texts, n_sent_texts, cap_sent_texts);
    sent_texts[n_sent_texts] = (struct sent_text){ .doc = i };
    sim_text_set(&sent_texts[n_sent_texts].text, doc->text.p, doc->text.n);
    return (int)n_sent_texts++;
}

static void seen_text(struct sim *sim, int slot)
{
    struct sent_text *sent = &sent_texts[slot];
    struct sim_doc *doc = &sim->docs[sent->doc];

    sim_text_set(&doc->seen, sent->text.p, sent->text.n);
    sim_text_free(&sent->text);
    seen_change(sim, sent->doc);
}

static void seen_open(struct sim *sim, int slot)
{
    struct sim_doc *doc = &sim->docs[sent_texts[slot].doc];

    doc->seen_open = true;
    doc->seen_version = 0;
    seen_text(sim, slot);
}

static void seen_close(struct sim *sim, int i)
{
    sim->docs[i].seen_open = false;
}

static void open_doc(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *params = cJSON_CreateObject(), *item = cJSON_AddObjectToObject(params, "textDocument");

    doc->open = true;
    doc->version = 1;
    cJSON_AddStringToObject(item, "uri", doc->uri);
    cJSON_AddStringToObject(item, "languageId", "python");
    cJSON_AddNumberToObject(item, "version", 1);
    cJSON_AddStringToObject(item, "text", doc->text.p);
    say(sim, "open %s", doc->uri);
    notify(sim, "textDocument/didOpen", params, seen_open, remember(doc, i));
}

static void close_doc(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];

    doc->open = false;
    say(sim, "close %s", doc->uri);
    notify(sim, "textDocument/didClose", document_params(doc, false), seen_close, i);
}

static void keep_past(struct sim_doc *doc)
{
    if (doc->n_past == SIM_PAST) {
        sim_text_free(&doc->past[0]);
        memmove(doc->past, doc->past + 1, (SIM_PAST - 1) * sizeof(doc->past[0]));
        doc->past[--doc->n_past] = (struct sim_text){ NULL, 0 };
    }
    sim_text_set(&doc->past[doc->n_past++], doc->text.p, doc->text.n);
}

/* `changes` are LSP's, from the text before to the text after. */
static void send_change(struct sim *sim, int i, cJSON *changes)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *params;

    doc->version++;
    params = document_params(doc, true);
    cJSON_AddItemToObject(params, "contentChanges", changes);
    notify(sim, "textDocument/didChange", params, seen_text, remember(doc, i));
}

static cJSON *change_json(struct sim *sim, const struct sim_text *before, size_t start, size_t end,
                          const char *with)
{
    cJSON *change = cJSON_CreateObject();

    cJSON_AddItemToObject(change, "range",
                          range_json(sim_position(before, start, sim->encoding),
                                     sim_position(before, end, sim->encoding)));
    cJSON_AddStringToObject(change, "text", with);
    return change;
}

static void replace_all(struct sim *sim, int i, const struct sim_text *text)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *changes = cJSON_CreateArray(), *change = cJSON_CreateObject();

    sim_text_set(&doc->text, text->p, text->n);
    cJSON_AddStringToObject(change, "text", doc->text.p);
    cJSON_AddItemToArray(changes, change);
    send_change(sim, i, changes);
}

static void type(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    cJSON *changes = cJSON_CreateArray();
    unsigned n = below(sim, 6) == 0 ? 1 + below(sim, 3) : 1;

    keep_past(doc);
    for (unsigned k = 0; k < n; k++) {
        size_t start, end;
        char with[256];

        sim_doc_typing(doc, &sim->random, &start, &end, with);
        say(sim, "type in %s: [%zu, %zu) becomes %zu bytes", doc->uri, start, end, strlen(with));
        cJSON_AddItemToArray(changes, change_json(sim, &doc->text, start, end, with));
        sim_text_replace(&doc->text, start, end, with);
    }
    send_change(sim, i, changes);
}

static void undo(struct sim *sim, int i)
{
    struct sim_doc *doc = &sim->docs[i];
    struct sim_text text;

    if (!doc->n_past)
        return;
    text = doc->past[--doc->n_past];
    doc->past[doc->n_past] = (struct sim_text){ NULL, 0 };
    say(sim, "undo in %s", doc->uri);
    replace_all(sim, i, &text);
    sim_text_free(&text);
}

/* The server's text is the text that it was told. */
static void check_texts(struct sim *sim)
{
    struct tt_arena arena;

    tt_arena_init(&arena);
    for (int i = 0; i < DOCS && sim->session->phase == TT_PHASE_RUNNING; i++) {
        struct sim_doc *doc = &sim->docs[i];
        struct tt_snapshot *now = tt_session_document(sim->session, tt_str_from(doc->uri), &arena);

        if (!now != !doc->seen_open)
            fail(sim, "%s is %s in the server", doc->uri, now ? "open" : "not open");
        else if (now && (tt_text_size(now->text) != doc->seen.n ||
                         !tt_text_matches(now->text, (struct tt_range){ 0, (uint32_t)doc->seen.n },
                                          (tt_str){ doc->seen.p, doc->seen.n })))
            fail(sim, "the server's text of %s is not the editor's", doc->uri);
        else if (now && now->version != doc->seen_version)
            fail(sim, "the server has version %d of %s, which is at %d", (int)now->version,
                 doc->uri, doc->seen_version);
    }
    tt_arena_release(&arena);
}

/* --- transfers ------------------------------------------------------------------------------ */

static struct ask *ask_of(struct sim *sim, uint64_t attempt)
{
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (sim->asks[i].attempt == attempt)
            return &sim->asks[i];
    }
    return NULL;
}

static struct ask *ask_named(struct sim *sim, const char *name)
{
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (strcmp(sim->asks[i].name, name) == 0)
            return &sim->asks[i];
    }
    return NULL;
}

static int doc_of(struct sim *sim, const char *uri)
{
    for (int i = 0; i < DOCS; i++) {
        if (strcmp(sim->docs[i].uri, uri) == 0)
            return i;
    }
    return -1;
}

static int doc_of_slice(struct sim *sim, tt_str uri)
{
    char text[64];

    snprintf(text, sizeof(text), "%.*s", TT_STR_ARG(uri));
    return doc_of(sim, text);
}

/* Attempts and transfers that the session has begun since the last look. */
/* Does the user have to hear of its end?  Not when the edit is in the document, when a
 * call is answered instead, or when the user ended it. */
static bool must_be_told(const struct ask *ask, const struct tt_attempt *a)
{
    return !ask->applied && !a->cancelled && (a->delivery == TT_DELIVER_APPLY || a->sends > 0);
}

/* Nobody else can be asked than who was named: then the user hears what was wrong. */
static bool says_cause(const struct sim *sim, uint64_t attempt)
{
    const struct sim_transfer *t = NULL;
    const struct ask *ask = NULL;

    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (sim->transfers[i].attempt == attempt)
            t = &sim->transfers[i];
    }
    for (size_t i = 0; i < sim->n_asks; i++) {
        if (sim->asks[i].attempt == attempt)
            ask = &sim->asks[i];
    }
    return !t || !ask->family || t->fault != SIM_TLS || !t->ended || !sim->last_told ||
           strstr(sim->last_told, "Corp Proxy CA");
}

/* What came to nothing just now was said just now. */
static void check_ends(struct sim *sim)
{
    unsigned ended = 0;
    uint64_t last = 0;

    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        struct ask *ask = ask_of(sim, a->id);
        bool over = !tt_attempt_running(a);

        if (over && !ask->over && must_be_told(ask, a)) {
            ended++;
            last = a->id;
        }
        ask->over = over;
    }
    if (ended == 1 && !says_cause(sim, last))
        fail(sim, "the certificate of the proxy is not named: %.200s", sim->last_told);
    if (ended > sim->told - sim->told_before && sim->session->phase == TT_PHASE_RUNNING)
        fail(sim, "%u requests came to nothing (the last is %llu), and the user was told %u times",
             ended, (unsigned long long)last, sim->told - sim->told_before);
    sim->told_before = sim->told;
}

static const char *family_named(const struct tt_attempt *a)
{
    return tt_str_eq(a->model_named, TT_STR("claude")) ? "/v1/messages"
           : tt_str_eq(a->model_named, TT_STR("gpt"))  ? "/chat/completions"
                                                       : NULL;
}

static void begin_transfer(struct sim *sim, struct sim_transfer *t, const struct tt_attempt *a,
                           const struct fake_http *http)
{
    const struct ask *ask = ask_of(sim, a->id);
    struct sim_text text = { 0 };
    struct sim_question question = {
        .text = &text,
        .strict = a->scope == TT_PROMPT_RANGE,
        .broken = !a->snapshot || !a->snapshot->tree || tt_tree_has_error(a->snapshot->tree),
        .new_file = a->scope == TT_PROMPT_NEW_FILE,
        .breaks = sim->breaks,
        .anthropic = strstr(http->url, "/v1/messages") != NULL,
        .faults_percent = sim->faults_percent,
    };

    t->attempt = a->id;
    t->doc = doc_of_slice(sim, a->uri);
    sim_text_set(&text, a->bytes.p, a->bytes.n);
    question.first = sim_position(&text, a->target.start, SIM_UTF8).line;
    question.last = sim_position(&text, a->target.end, SIM_UTF8).line;
    if (question.last > question.first)
        question.last--; /* the target is whole lines */
    question.asked_first = sim_position(&text, a->range.start, SIM_UTF8).line;
    question.asked_last = sim_position(&text, a->range.end, SIM_UTF8).line;
    sim_transfer_init(t, &sim->random, &question);
    if (sim->down)
        t->fault = SIM_STATUS;
    sim_text_free(&text);
    if (ask && ask->family && !strstr(http->url, ask->family))
        fail(sim, "another model is asked than the one that was named: %s", http->url);
}

static void look_around(struct sim *sim)
{
    uint64_t newest = sim->newest_attempt;

    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        char name[24];
        tt_str s;

        if (a->id <= sim->newest_attempt)
            continue;
        GROW(sim->asks, sim->n_asks, sim->cap_asks);
        s = tt_attempt_name(a, name);
        sim->asks[sim->n_asks] = (struct ask){
            .attempt = a->id,
            .request = (int)a->call,
            .doc = doc_of_slice(sim, a->uri),
            .again = a->delivery == TT_DELIVER_RESOLVE,
            .family = family_named(a),
        };
        for (int i = 0; i < DOCS; i++)
            sim->asks[sim->n_asks].open[i] = sim->docs[i].seen_open;
        snprintf(sim->asks[sim->n_asks++].name, sizeof(sim->asks[0].name), "%.*s", TT_STR_ARG(s));
        sim->result->asked++;
        if (a->id > newest)
            newest = a->id;
    }
    sim->newest_attempt = newest;
    while (sim->seen_https < sim->fake.n_https) {
        struct fake_http *http = &sim->fake.https[sim->seen_https++];
        struct sim_transfer *t;

        GROW(sim->transfers, sim->n_transfers, sim->cap_transfers);
        t = &sim->transfers[sim->n_transfers++];
        *t = (struct sim_transfer){ .http = http->id, .serial = (unsigned)sim->n_transfers };
        for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
            if (a->http == http->id && a->bytes.p)
                begin_transfer(sim, t, a, http);
        }
        if (!t->stream && !http->cancelled)
            fail(sim, "a request went out that belongs to no attempt");
        if (strstr(http->body, ANTHROPIC) || strstr(http->body, OPENAI))
            fail(sim, "a key is in the body of a request");
        say(sim, "  transfer %u begins for %s: it says `%s`, and the connection: %s; old: %s",
            t->serial, sim->docs[t->doc].uri, sim_answer_name(t->answer), sim_fault_name(t->fault),
            t->old[0]);
        for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
            if (a->http == http->id)
                say(sim, "    scope %d, range %u-%u, target %u-%u, %s", (int)a->scope,
                    a->range.start, a->range.end, a->target.start, a->target.end,
                    a->action ? "action" : "words");
        }
    }
    check_ends(sim);
}

static bool transfer_open(struct sim *sim, const struct sim_transfer *t)
{
    const struct fake_http *http = &sim->fake.https[t - sim->transfers];

    return !http->cancelled && !http->ended;
}

static void end_transfer(struct sim *sim, struct sim_transfer *t)
{
    static const struct {
        int status;
        const char *body;
    } errors[] = {
        { 429, "{\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}" },
        { 500, "{\"error\":{\"type\":\"api_error\",\"message\":\"oops\"}}" },
        { 529,
          "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"full\"}}" },
        { 400, "{\"error\":{\"type\":\"invalid_request_error\",\"message\":\"bad parameter\"}}" },
        { 200, "<html>a portal</html>" },
        /* after these the model is not asked again, so they are rare */
        { 401, "{\"error\":{\"type\":\"authentication_error\",\"message\":\"no\"}}" },
        { 404, "{\"error\":{\"type\":\"not_found_error\",\"message\":\"no such model\"}}" },
    };
    static const char in_stream[] = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":"
                                    "\"overloaded_error\",\"message\":\"full\"}}\n\n";
    unsigned i = sim->down ? 0 : below(sim, below(sim, 16) ? 5 : 7);

    t->ended = true;
    t->whole = t->fault == SIM_WHOLE && t->answer != SIM_TRUNCATED;
    sim->result->answers += t->whole;
    switch (t->fault) {
    case SIM_STATUS:
        fake_io_http_head(&sim->fake, t->http, errors[i].status, "application/json");
        fake_io_http_body(&sim->fake, t->http, tt_str_from(errors[i].body));
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
        return;
    case SIM_NO_CONNECTION:
        fake_io_http_end(&sim->fake, t->http,
                         below(sim, 2) ? TT_HTTP_NO_CONNECTION : TT_HTTP_NO_HOST);
        return;
    case SIM_TLS:
        fake_io_http_fail(&sim->fake, t->http, TT_HTTP_TLS, "issued by Corp Proxy CA");
        return;
    case SIM_ERROR_IN:
        fake_io_http_body(&sim->fake, t->http, tt_str_from(in_stream));
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
        return;
    case SIM_CUT:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_CUT);
        return;
    case SIM_STALL:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_TIMEOUT_IDLE);
        return;
    default:
        fake_io_http_end(&sim->fake, t->http, TT_HTTP_OK);
    }
}

/* The next bytes of a transfer, or its end. */
static void network(struct sim *sim, bool much)
{
    struct sim_transfer *t = NULL;
    size_t n, open = 0;

    for (size_t i = 0; i < sim->n_transfers; i++)
        open += transfer_open(sim, &sim->transfers[i]);
    if (!open)
        return;
    n = below(sim, (uint32_t)open);
    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (transfer_open(sim, &sim->transfers[i]) && n-- == 0)
            t = &sim->transfers[i];
    }
    sim->result->events++;
    if (below(sim, 2))
        fake_io_advance(&sim->fake, 1 + below(sim, 150));
    if (!transfer_open(sim, t))
        return;
    if (t->fault == SIM_STATUS || t->fault == SIM_NO_CONNECTION || t->fault == SIM_TLS) {
        say(sim, "transfer %u fails", t->serial);
        end_transfer(sim, t);
        return;
    }
    if (!t->head_sent) {
        t->head_sent = true;
        fake_io_http_head(&sim->fake, t->http, 200, "text/event-stream");
        return;
    }
    n = much ? t->cut - t->at : 1 + below(sim, 400);
    if (n > t->cut - t->at)
        n = t->cut - t->at;
    if (n) {
        t->at += n;
        fake_io_http_body(&sim->fake, t->http, (tt_str){ t->stream + t->at - n, n });
    }
    if (t->at == t->cut && transfer_open(sim, t) &&
        (t->fault != SIM_STALL || much || below(sim, 20) == 0)) {
        say(sim, "transfer %u ends", t->serial);
        end_transfer(sim, t);
    }
}

/* --- edits that come ------------------------------------------------------------------------- */

/* The transfer whose words are in the text after and not before; NULL: none, or
 * (with a failure) several. */
static struct sim_transfer *writer_of(struct sim *sim, const struct sim_text *before,
                                      const struct sim_text *after)
{
    struct sim_transfer *found = NULL;

    for (const char *p = after->p; (p = strstr(p, "trusted_")) != NULL; p++) {
        unsigned serial = (unsigned)strtoul(p + 8, NULL, 10);
        unsigned was = 0, is = 0;
        char word[32];

        snprintf(word, sizeof(word), "trusted_%uq", serial);
        for (const char *q = before->p; (q = strstr(q, word)) != NULL; q++)
            was++;
        for (const char *q = after->p; (q = strstr(q, word)) != NULL; q++)
            is++;
        if (is <= was)
            continue;
        if (serial == 0 || serial > sim->n_transfers) {
            fail(sim, "an edit holds half of a word: %.24s", p);
            return NULL;
        }
        if (found && found->serial != serial) {
            fail(sim, "an edit holds words of two answers: %u and %u", found->serial, serial);
            return NULL;
        }
        found = &sim->transfers[serial - 1];
    }
    return found;
}

/* Replace old by fresh everywhere it may stand; true when one of them gives
 * `after`.  With two pairs both must stand once. */
static bool is_expected(const struct sim_transfer *t, const struct sim_text *before,
                        const struct sim_text *after)
{
    size_t at, n = strlen(t->old[0]), from = 0;
    struct sim_text text = { 0 };
    bool same = false;

    while (!same && from < before->n) {
        const char *p = strstr(before->p + from, t->old[0]);

        if (!p)
            break;
        from = (size_t)(p - before->p) + 1;
        if (p != before->p && p[-1] != '\n')
            continue;
        sim_text_set(&text, before->p, before->n);
        at = (size_t)(p - before->p);
        sim_text_replace(&text, at, at + n, t->fresh[0]);
        if (t->old[1][0] && sim_count(&text, t->old[1], &at) > 0)
            sim_text_replace(&text, at, at + strlen(t->old[1]), t->fresh[1]);
        same = text.n == after->n && memcmp(text.p, after->p, text.n) == 0;
    }
    sim_text_free(&text);
    return same;
}

/* Check an edit that would turn `before` into `after` by replacing `size` bytes, in
 * message `index`. */
static void check_edit(struct sim *sim, int doc, const struct sim_text *before,
                       const struct sim_text *after, size_t size, size_t index)
{
    struct sim_transfer *t = writer_of(sim, before, after);
    struct ask *ask;

    if (sim->result->failure[0])
        return;
    if (!t) {
        fail(sim, "an edit that no answer asked for");
        return;
    }
    ask = ask_of(sim, t->attempt);
    if (size > strlen(t->old[0]) + strlen(t->old[1]))
        fail(sim, "an edit replaces %zu bytes, for an answer about %zu (transfer %u)", size,
             strlen(t->old[0]) + strlen(t->old[1]), t->serial);
    if (!t->whole)
        fail(sim, "half an answer was applied (transfer %u: %s, %s)", t->serial,
             sim_answer_name(t->answer), sim_fault_name(t->fault));
    else if (sim_transfer_lies(t))
        fail(sim, "a lie was applied (transfer %u: %s)", t->serial, sim_answer_name(t->answer));
    else if (t->answer == SIM_BROKEN && !sim->chose_anyway && !(ask && ask->explicit_act))
        fail(sim, "an edit that breaks the syntax came by itself (transfer %u)", t->serial);
    else if (t->doc != doc)
        fail(sim, "an edit for %s came for %s", sim->docs[t->doc].uri, sim->docs[doc].uri);
    else if (ask && ask->stopped_at && index >= ask->stopped_at)
        fail(sim, "an edit came after its request was cancelled (transfer %u)", t->serial);
    else if (!(ask && ask->explicit_act) && !sim->chose_anyway && !is_expected(t, before, after))
        fail(sim, "an edit does something else than its answer said (transfer %u)", t->serial);
    if (ask && ask->applied && !ask->again)
        fail(sim, "an edit came twice (transfer %u)", t->serial);
    if (ask)
        ask->applied = true;
}

/* The text after these LSP edits; false (with a failure) when they are out of
 * order or overlap. */
static bool apply_edits(struct sim *sim, const struct sim_text *before, const cJSON *edits,
                        struct sim_text *out, size_t *replaced)
{
    size_t limit = before->n;

    *replaced = 0;
    sim_text_set(out, before->p, before->n);
    for (int i = cJSON_GetArraySize(edits) - 1; i >= 0; i--) {
        const cJSON *edit = cJSON_GetArrayItem(edits, i),
                    *range = cJSON_GetObjectItem(edit, "range");
        const cJSON *ends[2] = { cJSON_GetObjectItem(range, "start"),
                                 cJSON_GetObjectItem(range, "end") };
        size_t at[2];

        for (int k = 0; k < 2; k++) {
            struct sim_position p = {
                (unsigned)cJSON_GetObjectItem(ends[k], "line")->valueint,
                (unsigned)cJSON_GetObjectItem(ends[k], "character")->valueint,
            };
            struct sim_position back;

            at[k] = sim_offset(before, p, sim->encoding);
            back = sim_position(before, at[k], sim->encoding);
            if (back.line != p.line || back.character != p.character) {
                fail(sim, "an edit at %u:%u, which is not a place in the text", p.line,
                     p.character);
                return false;
            }
        }
        if (at[0] > at[1] || at[1] > limit) {
            fail(sim, "edits that overlap or are out of order");
            return false;
        }
        limit = at[0];
        *replaced += at[1] - at[0];
        sim_text_replace(out, at[0], at[1], cJSON_GetObjectItem(edit, "newText")->valuestring);
    }
    return true;
}

/* It was chosen when the question was put: then nothing was open there. */
static void check_new_place(struct sim *sim, const struct ask *ask, const char *uri)
{
    int i = uri ? doc_of(sim, uri) : -1;

    if (!uri || strncmp(uri, "file:///w/", 10) != 0 || strstr(uri, ".."))
        fail(sim, "a new file at an odd place: %s", uri ? uri : "none");
    else if (i >= 0 && ask && ask->open[i])
        fail(sim, "a new file in the place of %s, which is open", uri);
}

/* The editor shows it and asks, and its user says yes. */
static bool asks_first(const cJSON *edit, const cJSON *change)
{
    const char *id = cJSON_GetStringValue(cJSON_GetObjectItem(change, "annotationId"));
    const cJSON *all = cJSON_GetObjectItem(edit, "changeAnnotations");

    return id &&
           cJSON_IsTrue(cJSON_GetObjectItem(cJSON_GetObjectItem(all, id), "needsConfirmation"));
}

/* A new file: one that a whole answer wrote, where nothing was, after the user said yes.
 * An editor does not create what exists, open or not. */
static bool take_file(struct sim *sim, const cJSON *edit_of, size_t index)
{
    const cJSON *changes = cJSON_GetObjectItem(edit_of, "documentChanges");
    const cJSON *create = cJSON_GetArrayItem(changes, 0), *fill = cJSON_GetArrayItem(changes, 1);
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(create, "uri"));
    const cJSON *edit = cJSON_GetArrayItem(cJSON_GetObjectItem(fill, "edits"), 0);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItem(edit, "newText"));
    struct sim_text before = { 0 }, after = { 0 };
    struct sim_transfer *t = NULL;
    struct ask *ask;
    int i = uri ? doc_of(sim, uri) : -1;

    if (!text || cJSON_GetArraySize(changes) != 2) {
        fail(sim, "a new file without its text");
        return false;
    }
    sim_text_set(&before, "", 0);
    sim_text_set(&after, text, strlen(text));
    t = writer_of(sim, &before, &after);
    sim_text_free(&before);
    sim_text_free(&after);
    ask = t ? ask_of(sim, t->attempt) : NULL;
    check_new_place(sim, ask, uri);
    if (!ask || !t->whole || t->answer != SIM_FILE || strcmp(text, t->fresh[0]) != 0)
        fail(sim, "a new file that is no answer: %.100s", text);
    else if (!ask->explicit_act && !sim->chose_anyway && !asks_first(edit_of, create))
        fail(sim, "a file was created and nobody said yes (transfer %u)", t->serial);
    else if (ask->applied)
        fail(sim, "a file was created twice (transfer %u)", t->serial);
    else if (ask->stopped_at && index >= ask->stopped_at)
        fail(sim, "a file was created after its request was cancelled (transfer %u)", t->serial);
    else if (i < 0)
        ask->applied = true;
    sim->result->created += i < 0;
    return i < 0;
}

/* Take a WorkspaceEdit as an editor does.  `by_model`: an answer must have said
 * it; else it is an offline rewrite. */
static bool take_edit(struct sim *sim, const cJSON *edit, size_t index, bool by_model)
{
    const cJSON *change = cJSON_GetArrayItem(cJSON_GetObjectItem(edit, "documentChanges"), 0);
    const cJSON *id = cJSON_GetObjectItem(change, "textDocument");
    const cJSON *uri = cJSON_GetObjectItem(id, "uri"),
                *version = cJSON_GetObjectItem(id, "version");
    struct sim_text after = { 0 };
    struct sim_doc *doc;
    size_t size;
    bool taken = false;
    int i = uri ? doc_of(sim, uri->valuestring) : -1;

    if (cJSON_GetObjectItem(change, "kind"))
        return take_file(sim, edit, index);
    if (i < 0 || !cJSON_IsNumber(version)) {
        fail(sim, "an edit without a document or its version");
        return false;
    }
    doc = &sim->docs[i];
    if (index < sim->n_inbox && sim->inbox[index].seen_open[i] && by_model &&
        version->valueint != sim->inbox[index].seen_version[i])
        fail(sim, "an edit for version %d, when the server had version %d", version->valueint,
             sim->inbox[index].seen_version[i]);
    if (!doc->open || version->valueint != doc->version) {
        sim->result->stale++;
        return false;
    }
    if (apply_edits(sim, &doc->text, cJSON_GetObjectItem(change, "edits"), &after, &size)) {
        if (by_model)
            check_edit(sim, i, &doc->text, &after, size, index);
        keep_past(doc);
        replace_all(sim, i, &after);
        taken = true;
    }
    sim_text_free(&after);
    return taken;
}

/* --- from the server ---------------------------------------------------------------------------
 */

static void drain(struct sim *sim)
{
    for (size_t i = 0; i < sim->fake.n_sent; i++) {
        struct inbox *in;

        GROW(sim->inbox, sim->n_inbox, sim->cap_inbox);
        in = &sim->inbox[sim->n_inbox++];
        in->json = sim->fake.sent[i];
        for (int k = 0; k < DOCS; k++) {
            in->seen_version[k] = sim->docs[k].seen_version;
            in->seen_open[k] = sim->docs[k].seen_open;
        }
        if (strstr(in->json, "\"method\":\"window/showMessage")) {
            sim->told++;
            free(sim->last_told);
            sim->last_told = malloc(strlen(in->json) + 1);
            if (!sim->last_told)
                abort();
            memcpy(sim->last_told, in->json, strlen(in->json) + 1);
            say(sim, "  told: %s", in->json);
        }
        if (strstr(in->json, ANTHROPIC) || strstr(in->json, OPENAI))
            fail(sim, "a key in a message to the editor");
    }
    sim->fake.n_sent = 0;
    for (size_t i = 0; i < sim->fake.n_records; i++) {
        const char *record = sim->fake.records[i];

        if (strstr(record, ANTHROPIC) || strstr(record, OPENAI))
            fail(sim, "a key in a record");
        free(sim->fake.records[i]);
    }
    sim->fake.n_records = 0;
}

static void answer(struct sim *sim, const cJSON *id, cJSON *result)
{
    cJSON *message = cJSON_CreateObject();

    cJSON_AddItemToObject(message, "id", cJSON_Duplicate(id, true));
    cJSON_AddItemToObject(message, "result", result);
    post(sim, message, NULL, 0);
}

static void on_apply(struct sim *sim, const cJSON *message, size_t index)
{
    const cJSON *edit = cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "edit");
    cJSON *result = cJSON_CreateObject();
    bool taken;

    if (sim->refuses && below(sim, 3) == 0) {
        cJSON_AddBoolToObject(result, "applied", false);
        cJSON_AddStringToObject(result, "failureReason", "the user said no");
        answer(sim, cJSON_GetObjectItem(message, "id"), result);
        sim->result->stale++;
        return;
    }
    taken = take_edit(sim, edit, index, true);
    say(sim, "applyEdit: %s", taken ? "applied" : "not applied");
    sim->result->applied += taken;
    cJSON_AddBoolToObject(result, "applied", taken);
    answer(sim, cJSON_GetObjectItem(message, "id"), result);
}

/* The user says yes to what waits, whatever was cancelled before. */
static void chosen_anyway(struct sim *sim)
{
    sim->chose_anyway = true;
    for (struct tt_attempt *a = sim->session->attempts; a; a = a->next) {
        if (a->stage == TT_ATTEMPT_PROPOSED)
            ask_of(sim, a->id)->stopped_at = 0;
    }
}

static void on_server_request(struct sim *sim, const char *method, const cJSON *message,
                              size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(message, "id");

    if (strcmp(method, "workspace/applyEdit") == 0) {
        on_apply(sim, message, index);
    } else if (strcmp(method, "workspace/configuration") == 0) {
        cJSON *result = cJSON_CreateArray();

        cJSON_AddItemToArray(result, cJSON_CreateNull());
        answer(sim, id, sim->null_settings ? (cJSON_Delete(result), cJSON_CreateNull()) : result);
    } else if (strcmp(method, "window/showMessageRequest") == 0) {
        cJSON *choice = NULL;

        if (below(sim, 3) == 0) {
            const cJSON *actions =
                cJSON_GetObjectItem(cJSON_GetObjectItem(message, "params"), "actions");
            choice = cJSON_Duplicate(cJSON_GetArrayItem(actions, 0), true);
            if (choice)
                chosen_anyway(sim);
        }
        answer(sim, id, choice ? choice : cJSON_CreateNull());
    } else {
        answer(sim, id, cJSON_CreateNull());
    }
}

/* What was answered was paid for, and the user hears how much. */
static void check_price(struct sim *sim, const char *token, const char *words)
{
    uint64_t id = strncmp(token, "trimtab/", 8) == 0 ? strtoull(token + 8, NULL, 10) : 0;

    for (size_t i = 0; i < sim->n_transfers; i++) {
        if (sim->transfers[i].attempt == id && sim->transfers[i].whole &&
            (!words || !strchr(words, '$') || strstr(words, " 0 tokens in")))
            fail(sim, "a request ends without its price: %s", words ? words : "");
    }
}

static void on_progress(struct sim *sim, const cJSON *params)
{
    const cJSON *token = cJSON_GetObjectItem(params, "token");
    const char *kind =
        cJSON_GetStringValue(cJSON_GetObjectItem(cJSON_GetObjectItem(params, "value"), "kind"));
    struct progress *p = NULL;

    if (!cJSON_IsString(token) || !kind) {
        fail(sim, "progress without a token or a kind");
        return;
    }
    for (size_t i = 0; i < sim->n_progress; i++) {
        if (strcmp(sim->progress[i].token, token->valuestring) == 0)
            p = &sim->progress[i];
    }
    if (strcmp(kind, "begin") == 0) {
        if (p) {
            fail(sim, "progress %s begins twice", token->valuestring);
            return;
        }
        GROW(sim->progress, sim->n_progress, sim->cap_progress);
        p = &sim->progress[sim->n_progress++];
        *p = (struct progress){ .begun = true };
        snprintf(p->token, sizeof(p->token), "%s", token->valuestring);
    } else if (!p || p->ended) {
        fail(sim, "progress %s: %s %s", token->valuestring, kind,
             p ? "after its end" : "before it began");
    } else if (strcmp(kind, "end") == 0) {
        p->ended = true;
        check_price(sim, token->valuestring,
                    cJSON_GetStringValue(
                        cJSON_GetObjectItem(cJSON_GetObjectItem(params, "value"), "message")));
    }
}

static void on_diagnostics(struct sim *sim, const cJSON *params, size_t index)
{
    const cJSON *uri = cJSON_GetObjectItem(params, "uri");
    const cJSON *version = cJSON_GetObjectItem(params, "version"), *item;
    int i = uri ? doc_of(sim, uri->valuestring) : -1;
    struct sim_doc *doc = i < 0 ? NULL : &sim->docs[i];

    if (!doc) {
        fail(sim, "diagnostics for a document that nobody opened");
        return;
    }
    if (cJSON_IsNumber(version) && sim->inbox[index].seen_open[i] &&
        version->valueint > sim->inbox[index].seen_version[i])
        fail(sim, "diagnostics for a version that was never sent");
    if (!cJSON_IsNumber(version) || version->valueint != doc->version || !doc->open)
        return;
    cJSON_ArrayForEach(item, cJSON_GetObjectItem(params, "diagnostics"))
    {
        const cJSON *end = cJSON_GetObjectItem(cJSON_GetObjectItem(item, "range"), "end");
        struct sim_position at = { (unsigned)cJSON_GetObjectItem(end, "line")->valueint,
                                   (unsigned)cJSON_GetObjectItem(end, "character")->valueint };
        struct sim_position back =
            sim_position(&doc->text, sim_offset(&doc->text, at, sim->encoding), sim->encoding);

        if (back.line != at.line || back.character != at.character)
            fail(sim, "a diagnostic ends at %u:%u, which is not a place in version %d", at.line,
                 at.character, doc->version);
    }
}

/* Only for showing: in the document, for a version that was sent, and never after
 * the end of its attempt. */
static void on_preview(struct sim *sim, const cJSON *params, size_t index)
{
    const char *name = cJSON_GetStringValue(cJSON_GetObjectItem(params, "id"));
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(params, "uri"));
    const cJSON *hunks = cJSON_GetObjectItem(params, "hunks");
    const cJSON *version = cJSON_GetObjectItem(params, "version");
    int i = uri ? doc_of(sim, uri) : -1;
    struct preview *p = NULL;
    struct sim_text after = { 0 };
    size_t size;

    if (!name || i < 0 || !cJSON_IsNumber(version)) {
        fail(sim, "a preview of nothing that was asked");
        return;
    }
    for (size_t k = 0; k < sim->n_previews; k++) {
        if (strcmp(sim->previews[k].name, name) == 0)
            p = &sim->previews[k];
    }
    if (!p) {
        GROW(sim->previews, sim->n_previews, sim->cap_previews);
        p = &sim->previews[sim->n_previews++];
        *p = (struct preview){ .done = false };
        snprintf(p->name, sizeof(p->name), "%s", name);
    }
    if (p->done)
        fail(sim, "a preview of %s after its end", name);
    p->done = cJSON_IsTrue(cJSON_GetObjectItem(params, "done"));
    sim->result->previews += cJSON_GetArraySize(hunks) > 0;
    if (sim->inbox[index].seen_open[i] && version->valueint > sim->inbox[index].seen_version[i])
        fail(sim, "a preview for a version that was never sent");
    if (cJSON_GetArraySize(hunks) && sim->docs[i].open && version->valueint == sim->docs[i].version)
        apply_edits(sim, &sim->docs[i].text, hunks, &after, &size);
    sim_text_free(&after);
}

static void no_preview_left(struct sim *sim)
{
    for (size_t i = 0; i < sim->n_previews; i++) {
        if (!sim->previews[i].done)
            fail(sim, "nothing runs, and the preview of %s is still shown", sim->previews[i].name);
    }
}

static void on_notification(struct sim *sim, const char *method, const cJSON *params, size_t index)
{
    if (strcmp(method, "$/progress") == 0) {
        on_progress(sim, params);
    } else if (strcmp(method, "textDocument/publishDiagnostics") == 0) {
        on_diagnostics(sim, params, index);
    } else if (strcmp(method, "trimtab/status") == 0) {
        snprintf(sim->status, sizeof(sim->status), "%s",
                 cJSON_GetStringValue(cJSON_GetObjectItem(params, "state")));
        if (strcmp(sim->status, "idle") == 0)
            no_preview_left(sim);
    } else if (strcmp(method, "trimtab/preview") == 0) {
        on_preview(sim, params, index);
    }
}

static void choose_action(struct sim *sim);

static void keep_actions(struct sim *sim, const cJSON *actions, int doc, bool automatic)
{
    const cJSON *action;

    cJSON_ArrayForEach(action, actions)
    {
        if (cJSON_GetObjectItem(action, "data") &&
            (automatic || cJSON_IsTrue(cJSON_GetObjectItem(action, "isPreferred"))))
            fail(sim, "an action that asks a model, %s",
                 automatic ? "in a menu that nobody asked for" : "as the preferred one");
        if (cJSON_GetObjectItem(action, "disabled") || !cJSON_GetObjectItem(action, "data"))
            continue;
        if (sim->n_actions == MAX_ACTIONS) {
            cJSON_Delete(sim->actions[0]);
            memmove(sim->actions, sim->actions + 1, (MAX_ACTIONS - 1) * sizeof(sim->actions[0]));
            memmove(sim->action_docs, sim->action_docs + 1, (MAX_ACTIONS - 1) * sizeof(int));
            sim->n_actions--;
        }
        sim->action_docs[sim->n_actions] = doc;
        sim->actions[sim->n_actions++] = cJSON_Duplicate(action, true);
    }
}

static void keep_name(char names[][32], int *n, int most, const char *name)
{
    if (*n == most) {
        memmove(names[0], names[1], (size_t)(most - 1) * 32);
        --*n;
    }
    snprintf(names[(*n)++], 32, "%s", name);
}

/* The hunks of a proposal, checked as if they were all applied. */
static void check_proposal(struct sim *sim, const cJSON *proposal, size_t index)
{
    char *shown = sim->plan->log ? cJSON_PrintUnformatted(proposal) : NULL;
    const cJSON *hunks = cJSON_GetObjectItem(proposal, "hunks");
    const char *uri = cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "uri"));
    const cJSON *version = cJSON_GetObjectItem(proposal, "version");
    int i = uri ? doc_of(sim, uri) : -1;
    struct sim_text after = { 0 };
    size_t size;

    if (shown)
        say(sim, "  %s", shown);
    free(shown);
    if (!cJSON_GetArraySize(hunks) || !version)
        return;
    sim->result->proposals++;
    if (cJSON_GetObjectItem(proposal, "create"))
        check_new_place(
            sim, ask_named(sim, cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "id"))), uri);
    else if (i < 0)
        fail(sim, "a proposal for no document");
    keep_name(sim->proposals, &sim->n_proposals, 8,
              cJSON_GetStringValue(cJSON_GetObjectItem(proposal, "id")));
    if (i < 0 || cJSON_GetObjectItem(proposal, "create"))
        return;
    if (sim->inbox[index].seen_open[i] && version->valueint > sim->inbox[index].seen_version[i])
        fail(sim, "a proposal for a version that was never sent");
    if (sim->docs[i].open && version->valueint == sim->docs[i].version &&
        apply_edits(sim, &sim->docs[i].text, hunks, &after, &size)) {
        struct sim_transfer *t = writer_of(sim, &sim->docs[i].text, &after);

        if (t && (!t->whole || sim_transfer_lies(t)))
            fail(sim, "a proposal from an answer that cannot be used (transfer %u: %s, %s)",
                 t->serial, sim_answer_name(t->answer), sim_fault_name(t->fault));
        else if (!t)
            fail(sim, "a proposal that no answer made");
        else if (t->doc != i)
            fail(sim, "a proposal for the wrong document");
    }
    sim_text_free(&after);
}

static void on_result(struct sim *sim, struct request *r, const cJSON *result, size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(result, "id");

    switch (r->kind) {
    case MENU:
        keep_actions(sim, result, r->doc, r->automatic);
        if (below(sim, 2))
            choose_action(sim);
        break;
    case RESOLVE:
        if (cJSON_GetObjectItem(result, "edit")) {
            bool taken = false;

            sim->result->resolved++;
            if (r->cancelled_at && index >= r->cancelled_at)
                fail(sim, "a resolved action after its request was cancelled");
            taken = take_edit(sim, cJSON_GetObjectItem(result, "edit"), index, true);
            say(sim, "resolved action: %s", taken ? "applied" : "not applied");
        }
        break;
    case ASK:
        if (r->cancelled_at && index >= r->cancelled_at)
            fail(sim, "request %d was answered with a result after it was cancelled", r->id);
        if (cJSON_GetObjectItem(result, "hunks"))
            check_proposal(sim, result, index);
        if (cJSON_GetObjectItem(result, "a") && cJSON_IsString(id)) {
            check_proposal(sim, cJSON_GetObjectItem(result, "a"), index);
            check_proposal(sim, cJSON_GetObjectItem(result, "b"), index);
            keep_name(sim->duels, &sim->n_duels, 4, id->valuestring);
        }
        break;
    case QUICK:
        break;
    }
}

static void on_response(struct sim *sim, const cJSON *message, size_t index)
{
    const cJSON *id = cJSON_GetObjectItem(message, "id");
    const cJSON *error = cJSON_GetObjectItem(message, "error");

    if (cJSON_IsNull(id) || !cJSON_IsNumber(id))
        return;
    if (id->valueint < 1 || id->valueint > sim->next_id) {
        fail(sim, "an answer to a request that nobody made: %d", id->valueint);
        return;
    }
    for (size_t i = sim->n_requests; i > 0; i--) {
        struct request *r = &sim->requests[i - 1];

        if (r->id != id->valueint)
            continue;
        if (r->answered)
            fail(sim, "request %d was answered twice", r->id);
        r->answered = true;
        if (error) {
            const cJSON *words = cJSON_GetObjectItem(error, "message");

            sim->result->refused++;
            if (!words || !words->valuestring[0])
                fail(sim, "an error that says nothing");
            say(sim, "request %d: error: %s", r->id, words ? words->valuestring : "");
        } else if (!cJSON_HasObjectItem(message, "result")) {
            fail(sim, "an answer with neither result nor error");
        } else {
            on_result(sim, r, cJSON_GetObjectItem(message, "result"), index);
        }
        return;
    }
}

/* The editor reads one message. */
static void read_one(struct sim *sim)
{
    size_t index = sim->handled;
    cJSON *message;
    const char *method;

    if (index == sim->n_inbox)
        return;
    sim->handled++;
    sim->result->events++;
    message = cJSON_Parse(sim->inbox[index].json);
    if (!message) {
        fail(sim, "not JSON: %.80s", sim->inbox[index].json);
        return;
    }
    method = cJSON_GetStringValue(cJSON_GetObjectItem(message, "method"));
    if (!method)
        on_response(sim, message, index);
    else if (cJSON_GetObjectItem(message, "id"))
        on_server_request(sim, method, message, index);
    else
        on_notification(sim, method, cJSON_GetObjectItem(message, "params"), index);
    cJSON_Delete(message);
    free(sim->inbox[index].json);
    sim->inbox[index].json = NULL;
}

/* --- what the user does -------------------------------------------------------------------------
 */

static int an_open_doc(struct sim *sim)
{
    int i = (int)below(sim, DOCS);

    return sim->docs[i].open ? i : sim->docs[0].open ? 0 : -1;
}

static cJSON *some_range(struct sim *sim, const struct sim_doc *doc)
{
    unsigned lines = sim_lines(&doc->text), first = below(sim, lines);
    unsigned last = first + below(sim, 6);
    size_t start, end;
    struct sim_position to;

    if (last >= lines)
        last = lines - 1;
    if (!sim_line(&doc->text, last, &start, &end))
        return NULL;
    to = sim_position(&doc->text, end, sim->encoding);
    to.character += below(sim, 12) == 0; /* one too long: some editors do that */
    return range_json((struct sim_position){ first, 0 }, to);
}

static struct request *execute(struct sim *sim, const char *command, cJSON *argument,
                               enum kind kind, int doc, bool waits)
{
    cJSON *params = cJSON_CreateObject(), *arguments;

    cJSON_AddStringToObject(params, "command", command);
    arguments = cJSON_AddArrayToObject(params, "arguments");
    cJSON_AddItemToArray(arguments, argument);
    return request(sim, "workspace/executeCommand", params, kind, doc, waits);
}

static void ask(struct sim *sim)
{
    static const char *const models[] = { "claude", "gpt" };
    static const char *const scopes[] = { "range", "symbol", "file", "new-file" };
    int i = an_open_doc(sim);
    cJSON *argument;
    bool propose = below(sim, 3) == 0;
    char words[80];

    if (i < 0)
        return;
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "uri", sim->docs[i].uri);
    if (below(sim, 10))
        cJSON_AddItemToObject(argument, "range", some_range(sim, &sim->docs[i]));
    snprintf(words, sizeof(words), "make this call safer, please (%u)", sim->step);
    cJSON_AddStringToObject(argument, "instruction", words);
    if (below(sim, 2))
        cJSON_AddStringToObject(argument, "scope", scopes[below(sim, 4)]);
    if (below(sim, 3) == 0)
        cJSON_AddStringToObject(argument, "model", models[below(sim, 2)]);
    if (below(sim, 4) == 0)
        cJSON_AddNumberToObject(argument, "version", sim->docs[i].version);
    if (propose)
        cJSON_AddBoolToObject(argument, "apply", false);
    say(sim, "ask about %s%s", sim->docs[i].uri, propose ? ", as a proposal" : "");
    execute(sim, "trimtab.edit", argument, ASK, i, propose);
}

static void menu(struct sim *sim)
{
    int i = an_open_doc(sim);
    unsigned trigger = below(sim, 5); /* 1: invoked, 2: automatic, else not said */
    cJSON *params, *context;

    if (i < 0)
        return;
    params = document_params(&sim->docs[i], false);
    cJSON_AddItemToObject(params, "range", some_range(sim, &sim->docs[i]));
    context = cJSON_AddObjectToObject(params, "context");
    cJSON_AddArrayToObject(context, "diagnostics");
    if (trigger == 1 || trigger == 2)
        cJSON_AddNumberToObject(context, "triggerKind", trigger);
    say(sim, "menu in %s", sim->docs[i].uri);
    request(sim, "textDocument/codeAction", params, MENU, i, false)->automatic = trigger == 2;
}

/* Choose an action from one of the last menus, however old. */
static void choose_action(struct sim *sim)
{
    const cJSON *action, *command;
    int i;

    if (!sim->n_actions)
        return;
    i = below(sim, 2) ? sim->n_actions - 1 : (int)below(sim, (uint32_t)sim->n_actions);
    action = sim->actions[i];
    command = cJSON_GetObjectItem(action, "command");
    say(sim, "choose: %s", cJSON_GetStringValue(cJSON_GetObjectItem(action, "title")));
    if (cJSON_GetObjectItem(action, "edit")) {
        take_edit(sim, cJSON_GetObjectItem(action, "edit"), (size_t)-1, false);
    } else if (cJSON_IsObject(command)) {
        request(sim, "workspace/executeCommand", cJSON_Duplicate(command, true), ASK,
                sim->action_docs[i], false);
    } else {
        request(sim, "codeAction/resolve", cJSON_Duplicate(action, true), RESOLVE,
                sim->action_docs[i], true);
    }
}

static void mark_explicit(struct sim *sim, const char *name)
{
    struct ask *a = ask_named(sim, name);

    if (a) {
        a->explicit_act = true;
        a->stopped_at = 0;
    }
}

static void decide(struct sim *sim)
{
    cJSON *argument;
    const char *name;

    if (!sim->n_proposals)
        return;
    name = sim->proposals[below(sim, (uint32_t)sim->n_proposals)];
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "id", name);
    if (below(sim, 3) == 0)
        cJSON_AddStringToObject(argument, "accept", below(sim, 2) ? "none" : "all");
    else
        cJSON_AddItemToObject(
            argument, "accept",
            cJSON_CreateStringArray((const char *const[]){ "h1", "h2" }, 1 + (int)below(sim, 2)));
    mark_explicit(sim, name);
    say(sim, "decide about %s", name);
    execute(sim, "trimtab.decide", argument, QUICK, -1, false);
}

/* A cancel reached the server: from here on nothing of it may come. */
static void cancel_seen(struct sim *sim, int id)
{
    for (size_t i = 0; i < sim->n_requests; i++) {
        if (sim->requests[i].id == id && sim->requests[i].waits && !sim->requests[i].answered)
            sim->requests[i].cancelled_at = sim->n_inbox;
    }
}

/* The same of an attempt.  An action that was resolved before the cancel came may be
 * chosen again, and is given again. */
static void stop_seen(struct sim *sim, int index)
{
    struct ask *a = &sim->asks[index];
    const struct tt_attempt *attempt = tt_attempt_find(sim->session, a->attempt);

    if (a->again && !(attempt && tt_attempt_running(attempt)))
        return;
    if (!a->explicit_act && !a->stopped_at)
        a->stopped_at = sim->n_inbox;
}

static void cancel_request(struct sim *sim)
{
    cJSON *params;
    struct request *r;

    if (!sim->n_requests)
        return;
    r = &sim->requests[sim->n_requests - 1 -
                       below(sim, sim->n_requests < 6 ? (uint32_t)sim->n_requests : 6)];
    if (r->answered || r->kind == QUICK)
        return;
    params = cJSON_CreateObject();
    cJSON_AddNumberToObject(params, "id", r->id);
    say(sim, "cancel request %d", r->id);
    sim->result->cancelled++;
    notify(sim, "$/cancelRequest", params, cancel_seen, r->id);
}

static void cancel_attempt(struct sim *sim)
{
    size_t i;
    cJSON *params = cJSON_CreateObject();

    if (!sim->n_asks) {
        cJSON_Delete(params);
        return;
    }
    i = sim->n_asks - 1 - below(sim, sim->n_asks < 5 ? (uint32_t)sim->n_asks : 5);
    say(sim, "cancel %s", sim->asks[i].name);
    sim->result->cancelled++;
    if (below(sim, 2)) {
        char token[48];

        snprintf(token, sizeof(token), "trimtab/%llu", (unsigned long long)sim->asks[i].attempt);
        cJSON_AddStringToObject(params, "token", token);
        for (size_t k = 0; k < sim->n_progress; k++) {
            if (strcmp(sim->progress[k].token, token) == 0 && !sim->progress[k].ended) {
                notify(sim, "window/workDoneProgress/cancel", params, stop_seen, (int)i);
                return;
            }
        }
        cJSON_Delete(params);
        return;
    }
    cJSON_AddStringToObject(params, "id", sim->asks[i].name);
    execute(sim, "trimtab.cancel", params, QUICK, -1, false);
    sim->on_delivery[sim->n_outbox - 1] = stop_seen;
    sim->arguments[sim->n_outbox - 1] = (int)i;
}

static void follow_up(struct sim *sim)
{
    cJSON *argument;
    struct ask *a;

    if (!sim->n_asks)
        return;
    a = &sim->asks[sim->n_asks - 1 - below(sim, sim->n_asks < 5 ? (uint32_t)sim->n_asks : 5)];
    argument = cJSON_CreateObject();
    cJSON_AddStringToObject(argument, "id", a->name);
    if (below(sim, 3) == 0)
        cJSON_AddBoolToObject(argument, "apply", false);
    switch (below(sim, 3)) {
    case 0:
        say(sim, "retry %s", a->name);
        execute(sim, "trimtab.retry", argument, ASK, a->doc, false);
        break;
    case 1:
        say(sim, "refine %s", a->name);
        cJSON_AddStringToObject(argument, "instruction", "and shorter");
        execute(sim, "trimtab.refine", argument, ASK, a->doc, false);
        break;
    default:
        cJSON_DeleteItemFromObject(argument, "apply");
        execute(sim, "trimtab.explain", argument, QUICK, a->doc, false);
    }
}

static void duel(struct sim *sim)
{
    int i = an_open_doc(sim);
    cJSON *argument = cJSON_CreateObject();

    if (sim->n_duels && below(sim, 2)) {
        static const char *const winners[] = { "a", "b", "none" };

        cJSON_AddStringToObject(argument, "id", sim->duels[below(sim, (uint32_t)sim->n_duels)]);
        cJSON_AddStringToObject(argument, "winner", winners[below(sim, 3)]);
        say(sim, "rate");
        execute(sim, "trimtab.rate", argument, QUICK, -1, false);
        return;
    }
    if (i < 0) {
        cJSON_Delete(argument);
        return;
    }
    cJSON_AddStringToObject(argument, "uri", sim->docs[i].uri);
    cJSON_AddItemToObject(argument, "range", some_range(sim, &sim->docs[i]));
    cJSON_AddStringToObject(argument, "instruction", "make it safer");
    say(sim, "compare in %s", sim->docs[i].uri);
    execute(sim, "trimtab.compare", argument, ASK, i, true);
}

static void odd_message(struct sim *sim)
{
    cJSON *params = cJSON_CreateObject();
    int i = an_open_doc(sim);

    switch (below(sim, 6)) {
    case 0:
        request(sim, "workspace/neverHeardOf", params, QUICK, -1, false);
        return;
    case 1:
        request(sim, "textDocument/codeAction", params, QUICK, -1, false);
        return;
    case 2:
        cJSON_AddStringToObject(params, "command", "trimtab.nothing");
        request(sim, "workspace/executeCommand", params, QUICK, -1, false);
        return;
    case 3:
        request(sim, "initialize", params, QUICK, -1, false);
        return;
    case 4:
        cJSON_AddNumberToObject(params, "id", 4711);
        notify(sim, "$/cancelRequest", params, NULL, 0);
        return;
    default:
        cJSON_Delete(params);
        if (i >= 0)
            request(sim, "textDocument/diagnostic", document_params(&sim->docs[i], false), QUICK, i,
                    false);
    }
}

static void settings(struct sim *sim)
{
    static const char *const choices[] = {
        "{\"settings\":{\"trimtab\":{\"policy\":\"economy\"}}}",
        "{\"settings\":{\"trimtab\":{\"policy\":\"quality\",\"routing\":\"learned\"}}}",
        "{\"settings\":{\"trimtab\":{\"delivery\":\"resolve\"}}}",
        "{\"settings\":null}",
        "{\"settings\":{\"trimtab\":{\"polcy\":7}}}",
    };

    say(sim, "settings");
    notify(sim, "workspace/didChangeConfiguration", cJSON_Parse(choices[below(sim, 5)]), NULL, 0);
}

static void save(struct sim *sim)
{
    int i = an_open_doc(sim);
    cJSON *params;

    if (i < 0)
        return;
    params = document_params(&sim->docs[i], false);
    if (below(sim, 2))
        cJSON_AddStringToObject(params, "text", sim->docs[i].text.p);
    notify(sim, "textDocument/didSave", params, NULL, 0);
}

static void open_or_close(struct sim *sim)
{
    int i = (int)below(sim, DOCS);

    if (sim->docs[i].open)
        close_doc(sim, i);
    else
        open_doc(sim, i);
}

/* --- time
 * -------------------------------------------------------------------------------------------- */

static void deliver_event(void *arg, const struct tt_event *event)
{
    struct sim *sim = arg;

    sim->result->events++;
    tt_session_event(sim->session, event);
}

/* A machine that is now fast, now slow. */
static uint64_t clock_us(void *arg)
{
    struct sim *sim = arg;

    sim->clock_us += random_below(&sim->clock_random, sim->slow ? 3000 : 60);
    return sim->clock_us;
}

static const char *key_of(void *arg, const char *env)
{
    (void)arg;
    return strcmp(env, "ANTHROPIC_API_KEY") == 0 ? ANTHROPIC
           : strcmp(env, "OPENAI_API_KEY") == 0  ? OPENAI
                                                 : NULL;
}

/* Nothing goes on that nobody waits for; nothing is asked without end. */
static void check_transfers(struct sim *sim)
{
    for (size_t i = sim->n_transfers > 40 ? sim->n_transfers - 40 : 0; i < sim->n_transfers; i++) {
        const struct sim_transfer *t = &sim->transfers[i];
        struct tt_attempt *attempt;
        unsigned n = 0, whole = 0;

        if (!transfer_open(sim, t))
            continue;
        attempt = tt_attempt_find(sim->session, t->attempt);
        if (!attempt || !tt_attempt_running(attempt))
            fail(sim, "transfer %u goes on, though its request is over", t->serial);
        for (size_t k = 0; k <= i; k++) {
            n += sim->transfers[k].attempt == t->attempt;
            whole += sim->transfers[k].attempt == t->attempt && sim->transfers[k].whole;
        }
        if (n > 12 || whole > 1)
            fail(sim, "one request went out %u times, %u of them answered", n, whole);
    }
}

/* One message reaches the server. */
static void deliver_one(struct sim *sim)
{
    size_t i = sim->delivered;
    void (*then)(struct sim *, int);

    if (i == sim->n_outbox)
        return;
    sim->delivered++;
    then = sim->on_delivery[i];
    /* What the server must know by the time it answers: texts before, cancels after. */
    if (then && then != cancel_seen && then != stop_seen)
        then(sim, sim->arguments[i]);
    fake_io_editor(&sim->fake, sim->outbox[i]);
    drain(sim);
    if (then == cancel_seen || then == stop_seen)
        then(sim, sim->arguments[i]);
    free(sim->outbox[i]);
    sim->outbox[i] = NULL;
    check_texts(sim);
}

static void pump(struct sim *sim, unsigned most)
{
    for (unsigned i = 0; i < most && !sim->result->failure[0]; i++) {
        bool busy = sim->delivered < sim->n_outbox || sim->handled < sim->n_inbox;

        deliver_one(sim);
        busy |= fake_io_step(&sim->fake);
        drain(sim);
        look_around(sim);
        read_one(sim);
        if (!busy)
            return;
    }
}

/* A menu is opened, something is chosen from it, and nobody types meanwhile. */
static void menu_in_peace(struct sim *sim)
{
    menu(sim);
    pump(sim, 60);
    choose_action(sim);
    pump(sim, 20);
    fake_io_advance(&sim->fake, 200);
    pump(sim, 20);
}

static void one_step(struct sim *sim)
{
    unsigned dice = below(sim, 1000);
    int i = an_open_doc(sim);

    if (dice < 200)
        deliver_one(sim);
    else if (dice < 330)
        fake_io_step(&sim->fake);
    else if (dice < 480)
        read_one(sim);
    else if (dice < 640)
        network(sim, below(sim, 3) == 0);
    else if (dice < 720)
        pump(sim, 40);
    else if (dice < 770)
        fake_io_advance(&sim->fake, 1 + below(sim, below(sim, 4) ? 300 : 20000));
    else if (dice < 850) {
        if (i >= 0 && (!sim->calm || below(sim, 6) == 0))
            type(sim, i);
    } else if (dice < 865) {
        if (i >= 0)
            undo(sim, i);
    } else if (dice < 905)
        ask(sim);
    else if (dice < 925)
        sim->calm &&below(sim, 2) ? menu_in_peace(sim) : menu(sim);
    else if (dice < 945)
        choose_action(sim);
    else if (dice < 957)
        decide(sim);
    else if (dice < 965)
        cancel_request(sim);
    else if (dice < 972)
        cancel_attempt(sim);
    else if (dice < 980)
        follow_up(sim);
    else if (dice < 984)
        duel(sim);
    else if (dice < 989)
        odd_message(sim);
    else if (dice < 993)
        open_or_close(sim);
    else if (dice < 996)
        save(sim);
    else if (dice < 998) /* the threads are busy for a while */
        sim->fake.hold_jobs = !sim->fake.hold_jobs;
    else
        settings(sim);
    drain(sim);
    look_around(sim);
    check_transfers(sim);
}

/* --- begin and end
 * -------------------------------------------------------------------------------------- */

static cJSON *capabilities(struct sim *sim)
{
    static const char *const encodings[] = { "utf-8", "utf-16", "utf-32" };
    cJSON *caps = cJSON_Parse(
        "{\"textDocument\":{\"publishDiagnostics\":{\"versionSupport\":true},"
        "\"codeAction\":{\"codeActionLiteralSupport\":{\"codeActionKind\":{\"valueSet\":[]}},"
        "\"dataSupport\":true,\"disabledSupport\":true}},"
        "\"window\":{\"workDoneProgress\":true},"
        "\"workspace\":{\"applyEdit\":true,\"workspaceEdit\":{\"documentChanges\":true,"
        "\"resourceOperations\":[\"create\"]}}}");
    cJSON *general = cJSON_AddObjectToObject(caps, "general");
    cJSON *list = cJSON_AddArrayToObject(general, "positionEncodings");
    cJSON *actions = cJSON_GetObjectItem(cJSON_GetObjectItem(caps, "textDocument"), "codeAction");

    cJSON_AddItemToArray(list, cJSON_CreateString(encodings[sim->encoding]));
    if (sim->by_resolve) {
        cJSON *support = cJSON_AddObjectToObject(actions, "resolveSupport");
        cJSON *what = cJSON_AddArrayToObject(support, "properties");

        cJSON_AddItemToArray(what, cJSON_CreateString("edit"));
    }
    if (below(sim, 2))
        cJSON_AddItemToObject(
            cJSON_GetObjectItem(cJSON_GetObjectItem(caps, "workspace"), "workspaceEdit"),
            "changeAnnotationSupport", cJSON_CreateObject());
    if (below(sim, 2))
        cJSON_AddItemToObject(caps, "experimental",
                              cJSON_Parse("{\"trimtab\":{\"preview\":true}}"));
    if (below(sim, 2))
        cJSON_AddItemToObject(cJSON_GetObjectItem(caps, "window"), "showMessage",
                              cJSON_Parse("{\"messageActionItem\":{}}"));
    if (below(sim, 2))
        cJSON_AddBoolToObject(cJSON_GetObjectItem(caps, "workspace"), "configuration", true);
    return caps;
}

static void begin(struct sim *sim)
{
    struct tt_session_options options = {
        .version = TT_STR("sim"),
        .clock_us = clock_us,
        .arg = sim,
    };
    cJSON *params = cJSON_CreateObject(), *more;
    bool crlf;

    fake_io_init(&sim->fake, sim->plan->seed * 977 + 5);
    sim->fake.deliver = deliver_event;
    sim->fake.key_of = key_of;
    sim->fake.arg = sim;
    sim->encoding = (enum sim_encoding)below(sim, 3);
    sim->by_resolve = below(sim, 2);
    sim->slow = below(sim, 3) == 0;
    sim->clock_random.state = sim->plan->seed;
    sim->refuses = below(sim, 6) == 0;
    sim->calm = below(sim, 2);
    sim->breaks = below(sim, 8) == 0;
    sim->down = below(sim, 16) == 0;
    crlf = below(sim, 4) == 0;
    sim->null_settings = below(sim, 2);
    sim->faults_percent = below(sim, 3) * 20;
    if (tt_session_create(&sim->fake.io, &options, &sim->session) < 0)
        abort();
    cJSON_AddItemToObject(params, "capabilities", capabilities(sim));
    cJSON_AddStringToObject(params, "rootUri", "file:///w");
    more = cJSON_Parse(below(sim, 4) ? "{\"rules\":{\"*\":\"off\"},\"diagnostics\":false}" : "{}");
    cJSON_AddStringToObject(more, "delivery", sim->by_resolve ? "resolve" : "command");
    if (below(sim, 4) == 0)
        cJSON_AddStringToObject(more, "routing", "learned");
    cJSON_AddItemToObject(params, "initializationOptions", more);
    request(sim, "initialize", params, QUICK, -1, false);
    notify(sim, "initialized", cJSON_CreateObject(), NULL, 0);
    for (int i = 0; i < DOCS; i++) {
        snprintf(sim->docs[i].uri, sizeof(sim->docs[i].uri), "file:///w/%s.py",
                 (const char *const[]){ "orders", "caf%C3%A9", "test_orders" }[i]);
        sim_doc_fill(&sim->docs[i], &sim->random, crlf);
        if (i == 0 || below(sim, 2))
            open_doc(sim, i);
    }
    pump(sim, 100);
}

/* Everything that is under way comes to its end; then nothing may be open. */
static void settle(struct sim *sim)
{
    sim->fake.hold_jobs = false;
    for (int round = 0; round < 4000 && !sim->result->failure[0]; round++) {
        bool open = false;

        pump(sim, 1000);
        for (size_t i = 0; i < sim->n_transfers && !open; i++)
            open = transfer_open(sim, &sim->transfers[i]);
        if (open)
            network(sim, true);
        else if (round > 20 && sim->handled == sim->n_inbox && sim->delivered == sim->n_outbox &&
                 !tt_attempts_running(sim->session))
            break;
        fake_io_advance(&sim->fake, 3000);
        drain(sim);
        look_around(sim);
        check_transfers(sim);
    }
}

static void check_quiet(struct sim *sim)
{
    if (sim->result->failure[0])
        return;
    for (size_t i = 0; i < sim->n_requests; i++) {
        if (!sim->requests[i].answered)
            fail(sim, "request %d was never answered", sim->requests[i].id);
    }
    for (size_t i = 0; i < sim->n_progress; i++) {
        if (!sim->progress[i].ended)
            fail(sim, "progress %s never ended", sim->progress[i].token);
    }
    if (tt_attempts_running(sim->session))
        fail(sim, "a request to a model runs for ever");
    if (sim->status[0] && strcmp(sim->status, "busy") == 0)
        fail(sim, "the status stays busy when nothing runs");
}

static void end(struct sim *sim)
{
    if (!sim->result->failure[0] && !sim->fake.exited) {
        request(sim, "shutdown", NULL, QUICK, -1, false);
        pump(sim, 200);
        notify(sim, "exit", NULL, NULL, 0);
        pump(sim, 20);
        if (!sim->fake.exited || sim->fake.exit_code != 0)
            fail(sim, "the session did not end well after shutdown and exit");
        for (size_t i = 0; i < sim->n_requests; i++) {
            if (!sim->requests[i].answered)
                fail(sim, "request %d was not answered by the end", sim->requests[i].id);
        }
    }
    tt_session_destroy(sim->session);
    fake_io_release(&sim->fake);
}

static void release(struct sim *sim)
{
    for (size_t i = sim->delivered; i < sim->n_outbox; i++)
        free(sim->outbox[i]);
    for (size_t i = sim->handled; i < sim->n_inbox; i++)
        free(sim->inbox[i].json);
    for (size_t i = 0; i < sim->n_transfers; i++)
        sim_transfer_free(&sim->transfers[i]);
    for (int i = 0; i < DOCS; i++) {
        sim_text_free(&sim->docs[i].text);
        sim_text_free(&sim->docs[i].seen);
        for (int k = 0; k < sim->docs[i].n_past; k++)
            sim_text_free(&sim->docs[i].past[k]);
    }
    for (int i = 0; i < sim->n_actions; i++)
        cJSON_Delete(sim->actions[i]);
    for (size_t i = 0; i < n_sent_texts; i++)
        sim_text_free(&sent_texts[i].text);
    free(sent_texts);
    sent_texts = NULL;
    n_sent_texts = cap_sent_texts = 0;
    free(sim->outbox);
    free(sim->on_delivery);
    free(sim->arguments);
    free(sim->inbox);
    free(sim->requests);
    free(sim->asks);
    free(sim->last_told);
    free(sim->transfers);
    free(sim->progress);
    free(sim->previews);
}

void sim_run(const struct sim_plan *plan, struct sim_result *result)
{
    struct sim sim = { .plan = plan, .result = result };

    *result = (struct sim_result){ 0 };
    sim.random.state = plan->seed;
    begin(&sim);
    result->steps = plan->steps ? plan->steps : 100 + below(&sim, MAX_STEPS - 100);
    for (unsigned i = 0; i < result->steps && !result->failure[0] && !sim.fake.exited; i++) {
        sim.step = i;
        sim.random.state = plan->seed * 0x9E3779B97F4A7C15u + (uint64_t)i * 0xD1B54A32D192ED03u;
        if (!plan->without || !plan->without[i])
            one_step(&sim);
    }
    sim.step = result->steps;
    if (!result->failure[0])
        settle(&sim);
    check_quiet(&sim);
    end(&sim);
    release(&sim);
}
