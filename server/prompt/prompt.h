/* prompt.h -- from a task and a place in the code to a question for a model.
 *
 * Two steps: measure (before the decision: how many tokens would this cost?)
 * and build (after it: the neutral request and a list of everything in it).
 * Pure: no files, no clock; the caller brings every text.  Positions are bytes
 * of `document`.
 */
#ifndef TT_PROMPT_H
#define TT_PROMPT_H

#include "base/arena.h"
#include "llm/request.h"
#include "prompt/redact.h"
#include "trimtab/range.h"

/* How the model is to write its edit. */
enum tt_prompt_syntax {
    TT_PROMPT_SEARCH_REPLACE, /* fenced blocks */
    TT_PROMPT_PATCH,          /* *** Begin Patch ... (V4A) */
    TT_PROMPT_STR_REPLACE,    /* a call of the tool propose_edit: edits[{old_str, new_str}] */
    TT_PROMPT_REGION,         /* the target rewritten as a whole, in one fence */
    TT_PROMPT_PROSE,          /* no edit: an explanation */
};

const char *tt_prompt_syntax_name(enum tt_prompt_syntax syntax); /* "search-replace" */

enum tt_prompt_scope { TT_PROMPT_RANGE, TT_PROMPT_SYMBOL, TT_PROMPT_FILE, TT_PROMPT_NEW_FILE };

/* Something to read that may not be changed. */
struct tt_prompt_item {
    tt_str path, text;
    uint32_t line; /* of text's first line in that file, from 1; 0: the whole file */
};

/* An earlier turn of the same conversation, oldest first. */
struct tt_prompt_turn {
    tt_str instruction, answer;
};

/* A template that stands in for the built-in one of the same name, such as
 * "tasks/errors.md" (see server/prompt/templates/README.md). */
struct tt_prompt_file {
    tt_str name, text;
};

/* What measurements have in common, so that a menu costs little: what the templates
 * count, until one changes, and what is shown of one document, until its text changes. */
struct tt_prompt_memo;
struct tt_prompt_memo *tt_prompt_memo_create(void); /* NULL: out of memory */
void tt_prompt_memo_destroy(struct tt_prompt_memo *memo);
void tt_prompt_memo_text_changed(struct tt_prompt_memo *memo); /* NULL is fine */

struct tt_prompt_input {
    tt_str task;        /* "ERR-2", "OTHER" */
    tt_str task_class;  /* "resilience"; empty: none */
    tt_str title;       /* "Add timeout and retry"; may be empty */
    tt_str instruction; /* the user's words; may be empty when title is not */
    tt_str path;        /* as the model shall see it: relative to the workspace */
    tt_str language;    /* "Python" */
    tt_str fence;       /* "python": the info string of code fences; may be empty */
    tt_str document;    /* the snapshot; UTF-8 */

    enum tt_prompt_scope scope;
    struct tt_range target;  /* what may change */
    struct tt_range symbol;  /* the enclosing definition; empty: none known */
    struct tt_range imports; /* the import block; empty: none */
    bool may_import;         /* the imports may be changed too */
    tt_str new_path;         /* NEW_FILE: where the server will put it */

    const tt_str *diagnostics; /* one line each, with their line numbers in the text */
    size_t n_diagnostics;
    const tt_str *conventions; /* found in the project, one line each */
    size_t n_conventions;
    tt_str rules; /* the project's own rules for assistants, if trusted */
    const struct tt_prompt_item *items;
    size_t n_items;
    const struct tt_prompt_turn *turns;
    size_t n_turns;

    const tt_str *harden; /* further task ids whose hardening text is wanted */
    size_t n_harden;
    enum tt_prompt_syntax syntax;
    tt_str reask_answer; /* the answer that was refused, as the model wrote it ... */
    tt_str reask_reason; /* ... and the edit engine's sentence for the model; empty: none */

    const struct tt_prompt_file *overlay; /* user's and project's templates */
    size_t n_overlay;
    uint32_t document_tokens;    /* how much of the document may be shown; 0: the default, 6000 */
    uint32_t item_tokens;        /* ... of all items together; 0: the default, 2000 */
    bool no_redaction;           /* only for a local model, by setting */
    struct tt_prompt_memo *memo; /* NULL: none */
};

struct tt_prompt_size {
    uint64_t tokens_in;  /* plain estimate: scale it by the family (llm/tokens.h) */
    uint64_t tokens_out; /* likely, for the price */
    uint32_t max_output; /* what the request will allow */
};

/* What build() would make, without building the texts around it twice. */
int tt_prompt_measure(const struct tt_prompt_input *in, struct tt_prompt_size *out);

enum tt_prompt_kind {
    TT_PROMPT_PART_INSTRUCTIONS, /* ours: templates */
    TT_PROMPT_PART_INSTRUCTION,  /* the user's */
    TT_PROMPT_PART_DOCUMENT,
    TT_PROMPT_PART_ITEM,
    TT_PROMPT_PART_RULES,
    TT_PROMPT_PART_DIAGNOSTICS,
    TT_PROMPT_PART_CONVENTIONS,
    TT_PROMPT_PART_TURNS,
};

const char *tt_prompt_kind_name(enum tt_prompt_kind kind); /* "document" */

/* One line of the list of everything that is sent. */
struct tt_prompt_part {
    enum tt_prompt_kind kind;
    tt_str path;                    /* of DOCUMENT and ITEM */
    uint32_t first_line, last_line; /* from 1, inclusive; 0: does not apply */
    uint64_t tokens;                /* plain estimate */
};

struct tt_prompt {
    struct tt_llm_request
        request;            /* provider, base_url, model, key, caps are the caller's to set */
    struct tt_range region; /* the target as it was shown: widened to whole lines.  This is what
                             * a REGION answer replaces */
    struct tt_prompt_part *parts;
    size_t n_parts;
    struct tt_redact *redact; /* never NULL unless no_redaction */
    size_t n_dropped_items;   /* that did not fit into item_tokens */
    struct tt_prompt_size size;
};

/* Everything in *out lives in `arena`, apart from what is borrowed from `in`:
 * both must outlive *out.  TT_EINVALID: a range outside the document, or
 * nothing asked; TT_ETOOBIG: the target alone is larger than document_tokens
 * allows; TT_ENOMEM. */
int tt_prompt_build(struct tt_arena *arena, const struct tt_prompt_input *in,
                    struct tt_prompt *out);

#endif
