/* new_file.h -- the scope new-file: where the file goes, and how it reaches the editor.
 *
 * The place is derived from what the project does already, never from what the model
 * says, and is free.  The file is created only by an act of the user's: the choice in
 * a message, trimtab.decide, or the editor's own preview.
 */
#ifndef TT_SESSION_NEW_FILE_H
#define TT_SESSION_NEW_FILE_H

#include "session/attempt.h"

/* Can this client create a file at all? */
bool tt_new_file_possible(const struct tt_session *session);

/* Find the place, in a job; tt_context_begin goes on from there. */
void tt_new_file_begin(struct tt_attempt *attempt);

/* The file is written: hand it over as the attempt wants it. */
void tt_new_file_deliver(struct tt_attempt *attempt);

/* As one hunk, for trimtab.decide. */
struct tt_lsp_proposal;
int tt_new_file_proposal(const struct tt_attempt *attempt, struct tt_arena *arena,
                         struct tt_lsp_proposal *out);

/* It was accepted: create it. */
int tt_new_file_create(struct tt_attempt *attempt);

/* The path for a file about `path` (relative to the workspace), by the conventions of its
 * language and of the folders there are: a test, or a neighbour of this `kind` ("service";
 * empty: just a new one).  `names_in` tells the names of a folder; may be NULL.  In `arena`;
 * p is NULL when memory is out, or when no name is free. */
struct tt_new_file_world {
    void (*names_in)(void *arg, tt_str folder, bool (*take)(void *to, tt_str name), void *to);
    void *arg;
};
tt_str tt_new_file_path(tt_str path, tt_str language, bool test, tt_str kind,
                        const struct tt_new_file_world *world, struct tt_arena *arena);

#endif
