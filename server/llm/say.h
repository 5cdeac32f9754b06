/* say.h -- a failed request in words for the person who asked.
 *
 * What happened, which provider and status, their own words, what to do next;
 * one line, never the key.
 */
#ifndef TT_LLM_SAY_H
#define TT_LLM_SAY_H

#include "llm/stream.h"

struct tt_llm_who {
    tt_str name;  /* the entry in `models`: "claude" */
    tt_str model; /* the model's id */
    enum tt_llm_provider provider;
    tt_str base_url;  /* empty: the provider's own */
    tt_str key_env;   /* the variable that holds the key: "ANTHROPIC_API_KEY" */
    tt_str key;       /* taken out of whatever they say; may be empty */
    bool has_key;     /* a key was sent */
    bool from_editor; /* and the editor gave it, whatever key_env says */
};

/* The sentence, in `arena`; empty for a complete answer; p is NULL when out of
 * memory.  Example: "claude (anthropic, claude-sonnet-5) did not accept the
 * key: HTTP 401, "invalid x-api-key" (request req_1). Set ANTHROPIC_API_KEY to
 * a valid key, then try again." */
tt_str tt_llm_say(struct tt_arena *arena, const struct tt_llm_who *who,
                  const struct tt_llm_outcome *outcome);

/* Their words made fit to show: one line, no control characters, at most
 * `max` bytes, with `key` and anything shaped like a key masked. */
tt_str tt_llm_clean(struct tt_arena *arena, tt_str words, tt_str key, size_t max);

#endif
