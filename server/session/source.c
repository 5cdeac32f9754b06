/* source.c -- see source.h. */
#include "session/source.h"

#include "documents/snapshot.h"
#include "session/findings.h"
#include "syntax/guard.h"
#include "text/text.h"

tt_str tt_source_bytes(const struct tt_snapshot *snapshot, struct tt_arena *arena)
{
    uint32_t size = tt_text_size(snapshot->text);
    char *p = tt_arena_alloc(arena, (size_t)size + 1);

    for (uint32_t at = 0; p && at < size;) {
        tt_str chunk = tt_text_chunk(snapshot->text, at);

        memcpy(p + at, chunk.p, chunk.n);
        at += (uint32_t)chunk.n;
    }
    return (tt_str){ p, p ? size : 0 };
}

struct tt_source tt_source_of(struct tt_session *session, const struct tt_snapshot *snapshot,
                              tt_str bytes)
{
    const struct tt_doc_state *state = tt_doc_state(session, snapshot->key, false);

    return (struct tt_source){
        .lang = snapshot->lang,
        .bytes = bytes,
        .tree = snapshot->tree,
        .path = tt_settings_relative(session, snapshot->path),
        .error_cause = state && state->error_cause,
    };
}

struct tt_range tt_source_imports(const struct tt_snapshot *snapshot, tt_str bytes)
{
    if (!snapshot->tree)
        return (struct tt_range){ 0, 0 };
    return tt_guard_imports(snapshot->tree, bytes);
}
