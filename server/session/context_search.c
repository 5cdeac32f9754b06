/* context_search.c -- definitions that a region uses, looked for off the loop: in open
 * documents and in files of the workspace.
 *
 * The job owns copies of everything it reads and finds its attempt again by id:
 * an attempt that was cancelled meanwhile simply is not there any more.
 */
#include "session/context.h"

#include "analysis/related.h"
#include "session/ask.h"
#include "session/project.h"
#include "session/source.h"
#include "syntax/lang.h"
#include "syntax/parse.h"
#include "text/text.h"
#include "trimtab/error.h"

#include <stdlib.h>

#define OPEN_MAX        24u               /* open documents that are looked at */
#define FILES_MAX       200u              /* other paths that are thought of */
#define READS_MAX       48u               /* files that are read for one question */
#define READ_BYTES      ((size_t)4 << 20) /* ... in all */
#define FOLDERS_MAX     8u
#define SOURCE_MAX      ((size_t)512 << 10) /* bytes of one of them */
#define ITEMS_MAX       12u
#define ITEM_LINES      80u   /* a longer definition is cut */
#define DOCUMENT_TOKENS 6000u /* as prompt.h: what is shown of the file itself */

/* A file that may hold a definition. */
struct file {
    tt_str path;          /* relative to the root */
    struct tt_text *text; /* owned share; NULL: there is none, or it is not read yet */
    tt_str bytes;         /* in the job's arena */
    struct TSTree *tree;  /* owned */
    bool tried, parsed;
};

struct search {
    struct tt_job job;
    struct tt_anchor *anchor;
    uint64_t attempt;
    struct tt_session_options options;
    const struct tt_config *config; /* a reference */
    struct tt_arena arena;
    tt_str root;
    tt_str *ignore; /* lines of .trimtabignore */
    size_t n_ignore;

    const struct tt_lang *lang;
    struct file own; /* the document itself */
    struct tt_range target, symbol, used_in;
    bool own_too; /* it is too long to be shown whole */
    struct file files[OPEN_MAX + FILES_MAX];
    size_t n_files;
    size_t n_reads, n_bytes;
    tt_str folders[FOLDERS_MAX]; /* whose files are in `files` */
    size_t n_folders;
    uint64_t room; /* tokens */

    struct tt_prompt_item *items;
    size_t n_items;
};

static bool ignored(const struct search *self, tt_str path)
{
    return tt_config_ignored(self->config, path) ||
           tt_ignore_lines_match(self->ignore, self->n_ignore, path);
}

static struct tt_source source_of(const struct search *self, const struct file *file)
{
    return (struct tt_source){
        .lang = file == &self->own ? self->lang : tt_lang_for_path(file->path),
        .bytes = file->bytes,
        .tree = file->tree,
        .path = file->path,
    };
}

/* From the disk, unless an editor has it open. */
static void read_text(struct search *self, struct file *file)
{
    char *bytes = NULL;
    size_t n = 0;

    if (file->text || !self->options.read_source || self->n_reads == READS_MAX ||
        self->n_bytes > READ_BYTES ||
        self->options.read_source(self->options.arg, self->root, file->path, SOURCE_MAX, &bytes,
                                  &n))
        return;
    self->n_reads++;
    self->n_bytes += n;
    (void)!tt_text_create((tt_str){ bytes, n }, &file->text, NULL);
    free(bytes);
}

/* What git ignores is not shown, also where an editor has it open. */
static bool hidden(const struct search *self, const struct file *file)
{
    return file->text && file != &self->own && self->options.may_show &&
           !self->options.may_show(self->options.arg, self->root, file->path);
}

static bool load(struct search *self, struct file *file)
{
    struct tt_buf flat = TT_BUF_INIT(SOURCE_MAX);

    if (file->tried || !source_of(self, file).lang)
        return file->bytes.p != NULL;
    file->tried = true;
    if (hidden(self, file))
        return false;
    read_text(self, file);
    if (file->text && tt_text_flatten(file->text, &flat) == 0)
        file->bytes = tt_arena_dup(&self->arena, tt_buf_str(&flat));
    tt_buf_release(&flat);
    return file->bytes.p != NULL;
}

static bool parse(struct search *self, struct file *file)
{
    struct tt_parser *parser;

    if (!load(self, file))
        return false;
    parser = file->parsed ? NULL : tt_parser_create();
    file->parsed = true;
    if (parser)
        (void)!tt_parse(parser, source_of(self, file).lang, file->text, NULL, NULL, &file->tree);
    tt_parser_destroy(parser);
    return file->tree != NULL;
}

static struct file *file_at(struct search *self, tt_str path)
{
    for (size_t i = 0; i < self->n_files; i++) {
        if (tt_str_eq(self->files[i].path, path))
            return &self->files[i];
    }
    if (self->n_files == sizeof(self->files) / sizeof(self->files[0]))
        return NULL;
    self->files[self->n_files].path = path;
    return &self->files[self->n_files++];
}

/* Whole lines, and not too many of them. */
static struct tt_range shown_part(tt_str bytes, struct tt_range range)
{
    uint32_t lines = 0, end = range.start;

    while (range.start > 0 && bytes.p[range.start - 1] != '\n')
        range.start--;
    while (end < range.end && lines < ITEM_LINES)
        lines += bytes.p[end++] == '\n';
    while (end < bytes.n && end > 0 && bytes.p[end - 1] != '\n')
        end++;
    return (struct tt_range){ range.start, end };
}

static bool add_item(struct search *self, const struct file *file, struct tt_range range)
{
    struct tt_range part = shown_part(file->bytes, range);
    tt_str text = tt_str_sub(file->bytes, part.start, part.end);
    uint64_t tokens = tt_tokens_text(text);
    uint32_t line = 1;

    if (self->n_items == ITEMS_MAX || tokens > self->room)
        return false;
    for (uint32_t i = 0; i < part.start; i++)
        line += file->bytes.p[i] == '\n';
    for (size_t i = 0; i < self->n_items; i++) {
        if (self->items[i].line == line && tt_str_eq(self->items[i].path, file->path))
            return true;
    }
    self->room -= tokens;
    self->items[self->n_items++] = (struct tt_prompt_item){ file->path, text, line };
    return true;
}

static bool mentions(tt_str bytes, tt_str name)
{
    return name.n && memmem(bytes.p, bytes.n, name.p, name.n);
}

static bool look_in(struct search *self, struct file *file, tt_str name)
{
    struct tt_source source;
    struct tt_range range;

    /* most files of a folder do not even have the word: they are not parsed */
    if (ignored(self, file->path) || !load(self, file) || !mentions(file->bytes, name) ||
        !parse(self, file))
        return false;
    source = source_of(self, file);
    if (!tt_related_definition(&source, name, &range))
        return false;
    add_item(self, file, range);
    return true;
}

/* Defined in the file itself: shown only where the file is not shown whole. */
static bool in_own_file(struct search *self, tt_str name)
{
    struct tt_source source = source_of(self, &self->own);
    struct tt_range range;

    if (!tt_related_definition(&source, name, &range))
        return false;
    if (self->own_too && !tt_range_overlaps(range, self->target) &&
        !tt_range_overlaps(range, self->symbol))
        add_item(self, &self->own, range);
    return true;
}

struct listing {
    struct search *self;
    tt_str folder;
};

static bool take_name(void *to, tt_str name)
{
    const struct listing *listing = to;
    struct search *self = listing->self;
    tt_str path;

    if (tt_lang_for_path(name) != self->lang)
        return true;
    path = tt_arena_printf(&self->arena, "%.*s%.*s", TT_STR_ARG(listing->folder), TT_STR_ARG(name));
    return path.p && (tt_str_eq(path, self->own.path) || file_at(self, path));
}

/* `folder` is empty or ends in a slash. */
static void list_folder(struct search *self, tt_str folder)
{
    struct listing listing = { self, folder };

    for (size_t i = 0; i < self->n_folders; i++) {
        if (tt_str_eq(self->folders[i], folder))
            return;
    }
    if (self->n_folders == FOLDERS_MAX || !self->options.list_sources)
        return;
    self->folders[self->n_folders++] = folder;
    self->options.list_sources(self->options.arg, self->root, folder, take_name, &listing);
}

static bool stands_in(tt_str path, tt_str folder)
{
    return tt_str_starts(path, folder) && !memchr(path.p + folder.n, '/', path.n - folder.n);
}

static bool look_in_folder(struct search *self, tt_str folder, tt_str name)
{
    if (tt_str_eq(folder, TT_STR("./")))
        folder.n = 0;
    list_folder(self, folder);
    for (size_t i = 0; i < self->n_files; i++) {
        struct file *file = &self->files[i];

        if (stands_in(file->path, folder) && source_of(self, file).lang == self->lang &&
            look_in(self, file, name))
            return true;
    }
    return false;
}

static void look_for(struct search *self, tt_str name)
{
    struct tt_source source = source_of(self, &self->own);
    tt_str paths[TT_RELATED_PATHS], original = name;
    size_t n;

    if (in_own_file(self, name))
        return;
    n = tt_related_paths(&source, self->used_in, name, &self->arena, paths, &original);
    for (size_t i = 0; i < n; i++) {
        bool folder = tt_str_ends(paths[i], TT_STR("/"));
        struct file *file = folder ? NULL : file_at(self, paths[i]);

        if (folder ? look_in_folder(self, paths[i], original)
                   : file && look_in(self, file, original))
            return;
    }
}

static void look_for_all(struct search *self, struct tt_range range)
{
    struct tt_source source = source_of(self, &self->own);
    tt_str names[TT_RELATED_NAMES];
    size_t n = tt_related_names(&source, range, names);

    self->used_in = range;
    for (size_t i = 0; i < n && self->n_items < ITEMS_MAX; i++)
        look_for(self, names[i]);
}

static void run(struct tt_job *job)
{
    struct search *self = (struct search *)(void *)job;

    self->items = tt_arena_array(&self->arena, ITEMS_MAX, sizeof(*self->items));
    if (!self->items || !parse(self, &self->own))
        return;
    look_for_all(self, self->target);
    look_for_all(self, self->symbol); /* what the rest of the function works with */
}

static void file_release(struct file *file)
{
    tt_text_unref(file->text);
    tt_tree_destroy(file->tree);
}

static void take_items(struct tt_attempt *attempt, const struct search *self)
{
    struct tt_arena *arena = &attempt->arena;

    attempt->items = tt_arena_array(arena, self->n_items + 1, sizeof(*attempt->items));
    for (size_t i = 0; attempt->items && i < self->n_items; i++) {
        struct tt_prompt_item *item = &attempt->items[attempt->n_items];

        item->path = tt_arena_dup(arena, self->items[i].path);
        item->text = tt_arena_dup(arena, self->items[i].text);
        item->line = self->items[i].line;
        attempt->n_items += item->path.p && item->text.p;
    }
}

static void done(struct tt_job *job, int status)
{
    struct search *self = (struct search *)(void *)job;
    struct tt_session *session = self->anchor->session;
    struct tt_attempt *attempt = session ? tt_attempt_find(session, self->attempt) : NULL;

    if (attempt && attempt->stage == TT_ATTEMPT_READING) {
        if (status == 0)
            take_items(attempt, self);
        tt_ask_begin(attempt);
    }
    tt_anchor_unref(self->anchor);
    tt_config_unref(self->config);
    file_release(&self->own);
    for (size_t i = 0; i < self->n_files; i++)
        file_release(&self->files[i]);
    tt_arena_release(&self->arena);
    free(self);
}

static void take_open(struct tt_session *session, struct search *self)
{
    struct tt_snapshot *snapshot;

    for (size_t i = 0;
         (snapshot = tt_documents_next(session->documents, &i)) && self->n_files < OPEN_MAX;) {
        tt_str path = tt_settings_relative(session, snapshot->path);
        struct file *file = &self->files[self->n_files];

        if (!path.n || path.p[0] == '/' || !snapshot->lang || snapshot->damaged ||
            snapshot->out_of_sync || tt_text_size(snapshot->text) > SOURCE_MAX ||
            tt_str_eq(path, self->own.path))
            continue;
        file->path = tt_arena_dup(&self->arena, path);
        if (!file->path.p)
            continue;
        file->text = tt_text_ref(snapshot->text);
        self->n_files++;
    }
}

static struct search *search_new(struct tt_attempt *attempt, uint64_t room)
{
    struct tt_session *session = attempt->session;
    const struct tt_project *project = session->project;
    struct search *self = calloc(1, sizeof(*self));

    if (!self)
        return NULL;
    self->job = (struct tt_job){ run, done, NULL };
    self->anchor = tt_anchor_ref(session->anchor);
    self->attempt = attempt->id;
    self->options = session->options;
    self->config = tt_config_ref(session->config);
    self->root = tt_arena_dup(&self->arena, session->folders[0]);
    self->lang = attempt->snapshot->lang;
    self->own.path = tt_arena_dup(&self->arena, attempt->path);
    self->own.text = tt_text_ref(attempt->snapshot->text);
    self->target = attempt->target;
    self->symbol = attempt->symbol;
    self->own_too = tt_tokens_text(attempt->bytes) > DOCUMENT_TOKENS;
    self->room = room;
    if (project && project->n_ignore) {
        self->ignore = tt_arena_array(&self->arena, project->n_ignore, sizeof(*self->ignore));
        for (size_t i = 0; self->ignore && i < project->n_ignore; i++)
            self->ignore[self->n_ignore++] = tt_arena_dup(&self->arena, project->ignore[i]);
    }
    take_open(session, self);
    return self;
}

int tt_context_search(struct tt_attempt *attempt)
{
    struct tt_session *session = attempt->session;
    uint64_t room = session->config->context_tokens;
    struct search *self;

    if (!room || !session->n_folders || !session->options.read_source || !attempt->snapshot->lang ||
        !attempt->path.n || attempt->path.p[0] == '/' || attempt->bytes.n > SOURCE_MAX)
        return TT_ENOTFOUND;
    self = search_new(attempt, room);
    if (!self)
        return TT_ENOMEM;
    attempt->stage = TT_ATTEMPT_READING;
    if (session->io->work(session->io, &self->job) < 0)
        done(&self->job, TT_ECANCELED);
    return 0;
}
