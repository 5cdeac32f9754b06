/* redact.h -- secrets in code are replaced before the code is sent.
 *
 * One redaction serves everything of one request: the document, the read-only
 * files, the instruction.  Each different secret gets one placeholder, which
 * stands on the same line as the secret did; the same secret is the same
 * placeholder everywhere.  The model's answer is mapped back before the edit
 * engine sees it, and an answer that alters, drops or moves a placeholder is
 * refused: it cannot know what it would change.
 */
#ifndef TT_PROMPT_REDACT_H
#define TT_PROMPT_REDACT_H

#include "base/arena.h"
#include "trimtab/range.h"

enum tt_secret_kind {
    TT_SECRET_PRIVATE_KEY,
    TT_SECRET_CLOUD_KEY, /* a key with a known shape: AWS, GCP, GitHub, Stripe, ... */
    TT_SECRET_JWT,
    TT_SECRET_CONNECTION, /* the password in a URL */
    TT_SECRET_VALUE,      /* a literal assigned to a name that says secret */
};

const char *tt_secret_kind_name(enum tt_secret_kind kind); /* "a private key" */

struct tt_secret {
    enum tt_secret_kind kind;
    struct tt_range range; /* of the value itself, never across a line end */
};

/* The secrets in a text, sorted and disjoint, in `arena`.  Pure; linear time. */
int tt_secret_find(struct tt_arena *arena, tt_str text, struct tt_secret **out, size_t *n);

struct tt_redact; /* opaque: redact.c; lives in its arena */

/* Placeholders will differ from everything that stands in any of `texts`
 * (borrowed during the call): pass all that will be redacted with it.  What is a
 * secret in one of them is one in all of them, wherever it stands as a word of
 * its own.  NULL when out of memory. */
struct tt_redact *tt_redact_create(struct tt_arena *arena, const tt_str *texts, size_t n);

/* *out is `text` itself when it holds no secret, else a copy in the arena.
 * TT_ETOOBIG: over 9999 different secrets. */
int tt_redact_apply(struct tt_redact *redact, tt_str text, tt_str *out);

/* The same for a part of `text`, whose secrets were found by tt_secret_find: so
 * that a part from the middle of a key is recognised. */
int tt_redact_part(struct tt_redact *redact, tt_str text, const struct tt_secret *secrets, size_t n,
                   struct tt_range part, tt_str *out);

size_t tt_redact_count(const struct tt_redact *redact); /* different secrets so far */
enum tt_secret_kind tt_redact_kind(const struct tt_redact *redact, size_t i);

/* For the edit engine, which puts them back itself: what all placeholders begin
 * with, the i-th of them, and what it stands for.  They live in the arena. */
tt_str tt_redact_prefix(const struct tt_redact *redact);
tt_str tt_redact_mark(const struct tt_redact *redact, size_t i);
tt_str tt_redact_secret(const struct tt_redact *redact, size_t i);

/* What is wrong with an answer (NULL: nothing), before it is mapped back: a
 * placeholder that was altered or invented.  A sentence for the model and the
 * user, in the arena; *bad is set when there is one. */
int tt_redact_check_answer(struct tt_redact *redact, tt_str answer, bool *bad, tt_str *why);

/* Put the secrets back; *out lives in `arena` (or is `answer` itself).  A
 * placeholder inside a JSON string (`json`) is replaced by the escaped secret. */
int tt_redact_restore(const struct tt_redact *redact, struct tt_arena *arena, tt_str answer,
                      bool json, tt_str *out);

/* Does each of these edits (of `before`, the real text) keep every redacted
 * secret where it is?  The lines that it touches must hold the same secrets in
 * the same order, behind the same words, as before.  False also when memory
 * runs out. */
bool tt_redact_edits_ok(struct tt_redact *redact, tt_str before, const struct tt_text_edit *edits,
                        size_t n);

#endif
