/* rig.h -- a session in a fake world, with an editor that has one document.
 *
 * The editor keeps the text and applies what the session sends, by LSP's rules,
 * in UTF-16; a test may type into it at any moment.
 */
#ifndef TT_RIG_H
#define TT_RIG_H

#include "fake_io.h"
#include "session/session.h"

#include <cjson/cJSON.h>

struct rig {
    struct fake_io fake;
    struct tt_session *session;
    cJSON **messages; /* parsed, in order; owned */
    size_t n_messages, cap_messages, seen;
    char *text; /* of the document, as the editor has it; owned */
    int version;
    int next_id;
    bool refuse_edits;                      /* answer workspace/applyEdit with applied: false */
    bool hold_edits;                        /* do not answer it at all */
    const char *anthropic_key, *openai_key; /* NULL: not set */
};

#define RIG_URI "file:///w/app.py"

/* The usual client: Neovim-like, UTF-16, delivery by command.  `capabilities`
 * and `options` are JSON or NULL for the usual ones. */
void rig_open(struct rig *rig, uint64_t seed, const char *capabilities, const char *options);
void rig_close(struct rig *rig);

/* didOpen as Python; the editor has it from then on. */
void rig_document(struct rig *rig, const char *text);
/* Replace the first `old` of the text by `new_text`, as if typed. */
void rig_type(struct rig *rig, const char *old, const char *new_text);

/* Send; gives the id. */
int rig_request(struct rig *rig, const char *method, const char *params_format, ...)
    __attribute__((format(printf, 3, 4)));
void rig_notify(struct rig *rig, const char *method, const char *params_format, ...)
    __attribute__((format(printf, 3, 4)));

/* Let everything that is due happen; the editor answers what it is asked. */
void rig_settle(struct rig *rig);
void rig_wait(struct rig *rig, uint64_t ms);

/* The response to a request; NULL: none yet. */
const cJSON *rig_response(struct rig *rig, int id);
/* Its result; NULL: none yet, or an error. */
const cJSON *rig_result(struct rig *rig, int id);
/* The newest message with this method; NULL: none. */
const cJSON *rig_last(struct rig *rig, const char *method);
size_t rig_count(struct rig *rig, const char *method);
/* Does any message to the editor, or any record, hold this? */
bool rig_said(struct rig *rig, const char *needle);

/* The whole answer of a model, in the form of the provider that was asked. */
void rig_answer(struct rig *rig, const char *text);
/* As above, in pieces of `step` bytes, and only the first `most` bytes of the
 * stream (0: all). */
void rig_answer_cut(struct rig *rig, const char *text, size_t step, size_t most,
                    enum tt_http_result end);
/* The next piece of an answer of OpenAI's, as one chunk. */
void rig_answer_some(struct rig *rig, const char *text, bool first, bool last);
void rig_answer_status(struct rig *rig, int status, const char *type, const char *body);

#endif
