/* edit.h -- turn a model's answer into the smallest safe set of text edits.
 *
 * The engine is a pure function of its input: no files, no network, no LSP types,
 * and no clock but for what the syntax guard may take.  Positions are byte offsets
 * into `before`; the server turns them into line/character pairs at its edge, in
 * the encoding the client negotiated.  Safe to call from any thread; one call uses
 * one thread.
 *
 *     struct tt_edit_input in = { .before = text, .path = path, .lang = lang,
 *                                 .tree = tree, .answer = reply, .complete = true };
 *     struct tt_edit_plan *plan;
 *     if (tt_edit_plan_create(&in, &plan) == 0) {
 *         if (tt_edit_plan_verdict(plan) == TT_EDIT_READY)
 *             for (size_t i = 0; i < tt_edit_plan_count(plan); i++)
 *                 offer(tt_edit_plan_at(plan, i));
 *         else
 *             tell(tt_edit_plan_reason(plan));
 *         tt_edit_plan_destroy(plan);
 *     }
 */
#ifndef TT_EDIT_H
#define TT_EDIT_H

#include "trimtab/range.h"
#include "trimtab/str.h"

#include <stdint.h>

struct tt_lang;         /* a grammar; see syntax/lang.h */
struct TSTree;          /* tree-sitter's; only syntax/ looks inside */
struct tt_guard_limits; /* syntax/guard.h */
struct tt_buf;

/* What became of the answer.  None of these is an error: each is a normal
 * outcome the router records and the user may be told about.
 * X(NAME, "name"): the name is the one of the JSON contract. */
#define TT_VERDICT_MAP(X)                                                                          \
    X(READY, "ready")                 /* the edits may be offered */                               \
    X(UNCHANGED, "unchanged")         /* the answer is what the file already says */               \
    X(UNREADABLE, "unreadable")       /* no code found in the answer, or no certain reading */     \
    X(NO_MATCH, "no_match")           /* it refers to text the file does not have */               \
    X(AMBIGUOUS, "ambiguous")         /* it fits in more than one place */                         \
    X(OUT_OF_BOUNDS, "out_of_bounds") /* it touches bytes outside `allowed` */                     \
    X(BREAKS_SYNTAX, "breaks_syntax") /* the result parses worse than `before` */                  \
    X(TRUNCATED, "truncated")         /* the answer is not complete */                             \
    X(PLACEHOLDER, "placeholder")     /* it stands for code it does not show */                    \
    X(TOO_MUCH_DELETED, "too_much_deleted") /* a rewritten region lost more than the limit */      \
    X(OTHER_FILE, "other_file")             /* it wants to change other files only */              \
    X(STALE, "stale") /* the target was changed meanwhile (set by the session) */

enum tt_verdict {
#define X(name, text) TT_EDIT_##name,
    TT_VERDICT_MAP(X)
#undef X
};

/* How the answer says what to change. */
enum tt_edit_format {
    TT_FORMAT_AUTO,           /* whatever it turns out to be */
    TT_FORMAT_SEARCH_REPLACE, /* fenced <<<<<<< SEARCH / ======= / >>>>>>> REPLACE */
    TT_FORMAT_PATCH,          /* V4A: *** Begin Patch */
    TT_FORMAT_STR_REPLACE,    /* a tool call's JSON object: old_str and new_str */
    TT_FORMAT_UDIFF,          /* unified diff; its line numbers are hints at most */
    TT_FORMAT_REGION,         /* the whole region, rewritten */
};

/* A hunk that only changes what nobody asked to be changed. */
enum tt_edit_noise {
    TT_NOISE_NONE,
    TT_NOISE_LAYOUT,  /* white space and line breaks */
    TT_NOISE_COMMENT, /* comments, or text between the code that is not code */
    TT_NOISE_RENAME,  /* the same names renamed throughout */
};

/* A secret that was replaced by a mark before the text was sent. */
struct tt_edit_redaction {
    tt_str mark, secret;
};

/* Everything is borrowed during the call.  Zero is the default of each field. */
struct tt_edit_input {
    tt_str before;   /* the snapshot, valid UTF-8, at most 2^31 bytes */
    tt_str path;     /* of the file, relative to the workspace; empty: unknown */
    bool loose_path; /* the same file name in another folder is this file too (command line) */
    bool is_new;     /* the file does not exist yet; `before` is empty */
    bool complete;   /* the stream was proven complete; false: TT_EDIT_TRUNCATED, always */
    bool so_far;     /* the reply still streams: an unfinished last block is left out (search and
                      * replace only).  For showing; never for applying */
    tt_str answer;   /* the whole reply, any bytes */
    enum tt_edit_format format;

    const struct tt_range *allowed; /* where edits may land: sorted, disjoint; none: anywhere */
    size_t n_allowed;
    struct tt_range scope;  /* the enclosing node, for text that the file has several times;
                             * empty: the first to the last of `allowed` */
    struct tt_range region; /* what a whole rewrite replaces; empty: the scope, or everything */
    bool region_asked;    /* code without marks was asked for; else it must look like the region */
    bool imports_allowed; /* the import block may be changed too (flagged in the hunk) */

    const struct tt_lang *lang; /* NULL: no syntax check, no noise marks */
    const struct TSTree *tree;  /* of `before`; NULL: parsed here.  Not shared with other threads */
    const struct tt_guard_limits *guard_limits; /* NULL: a second of the thread's processor time */
    bool layout_asked, comments_asked, renames_asked; /* then such hunks are not noise */
    uint8_t deletion_limit; /* percent of a rewritten region that may go; 0: 30 */

    const struct tt_edit_redaction *redactions; /* put back into the answer before it is matched */
    size_t n_redactions;
    tt_str
        redaction_prefix; /* what all marks begin with; a mark not listed is TT_EDIT_PLACEHOLDER */
};

/* What a user accepts or rejects: some lines and what becomes of them.  `edit`
 * changes whole lines where it can; edits [first_edit, first_edit + n_edits)
 * of the plan are the same change in the fewest bytes. */
struct tt_edit_hunk {
    struct tt_text_edit edit;
    tt_str label; /* "line 12: changed", in words for a list */
    size_t first_edit, n_edits;
    enum tt_edit_noise noise;
    bool in_imports; /* outside the asked range, inside the import block */
};

/* A place that the answer may have meant.  Never used to apply anything. */
struct tt_edit_candidate {
    struct tt_range range; /* whole lines of `before` */
    uint32_t line;         /* 1-based */
    uint8_t similarity;    /* percent; 100 for each of several exact matches */
};

struct tt_edit_plan; /* opaque; owns everything its functions return */

/* On success *out is a new plan for the caller to destroy.  Fails only with
 * TT_ENOMEM, or TT_EINVALID when a range is not inside `before` or `before` is
 * too long. */
int tt_edit_plan_create(const struct tt_edit_input *in, struct tt_edit_plan **out);
void tt_edit_plan_destroy(struct tt_edit_plan *plan); /* NULL is fine */

enum tt_verdict tt_edit_plan_verdict(const struct tt_edit_plan *plan);
/* Only the syntax or the deletion guard doubts: verdict BREAKS_SYNTAX or
 * TOO_MUCH_DELETED, hunks and edits can be read, nothing may be applied without
 * an explicit act of the user. */
bool tt_edit_plan_held(const struct tt_edit_plan *plan);
/* READY, but the syntax guard of a grammar that is known to raise false alarms
 * had a doubt, or there was no time for it: a sentence for the user, else empty. */
tt_str tt_edit_plan_warning(const struct tt_edit_plan *plan);
tt_str tt_edit_plan_reason(const struct tt_edit_plan *plan); /* one sentence for the user */
tt_str tt_edit_plan_advice(const struct tt_edit_plan *plan); /* for the model; empty: do not ask */
/* The format that came, whatever was asked for; AUTO when none was found. */
enum tt_edit_format tt_edit_plan_format(const struct tt_edit_plan *plan);
/* How many bytes of the reply were thoughts in front of the answer, tags included. */
size_t tt_edit_plan_answer_from(const struct tt_edit_plan *plan);
/* Only the end of those thoughts had a tag: until it came they looked like the answer. */
bool tt_edit_plan_lone_end(const struct tt_edit_plan *plan);

/* Sorted, disjoint, smallest; none unless READY or held.  They hold every hunk,
 * noise included. */
size_t tt_edit_plan_count(const struct tt_edit_plan *plan);
const struct tt_text_edit *tt_edit_plan_at(const struct tt_edit_plan *plan, size_t i);
size_t tt_edit_plan_hunk_count(const struct tt_edit_plan *plan);
const struct tt_edit_hunk *tt_edit_plan_hunk_at(const struct tt_edit_plan *plan, size_t i);

/* With NO_MATCH and AMBIGUOUS: the nearest places, best first. */
size_t tt_edit_plan_candidate_count(const struct tt_edit_plan *plan);
const struct tt_edit_candidate *tt_edit_plan_candidate_at(const struct tt_edit_plan *plan,
                                                          size_t i);

/* Paths of other files that blocks of the answer named; they were left out. */
size_t tt_edit_plan_skipped_count(const struct tt_edit_plan *plan);
tt_str tt_edit_plan_skipped_at(const struct tt_edit_plan *plan, size_t i);

/* The text after all hunks (or after those that are not noise), appended to
 * `out`.  Without edits: the text as it was.  TT_ENOMEM or TT_ETOOBIG from the
 * buffer.  `before` must be the text that the plan was made for. */
int tt_edit_plan_result(const struct tt_edit_plan *plan, tt_str before, bool drop_noise,
                        struct tt_buf *out);

/* "no_match"; "search-replace". */
const char *tt_verdict_name(enum tt_verdict verdict);
const char *tt_edit_format_name(enum tt_edit_format format);
/* False when there is no such format. */
bool tt_edit_format_from(tt_str name, enum tt_edit_format *out);

#endif
