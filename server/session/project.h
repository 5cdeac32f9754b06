/* project.h -- what a workspace brings along for prompts, and the user's own.
 *
 *   .trimtabignore      files that are never sent; read from every project
 *   AGENTS.md           rules for assistants      \ only from a folder that the
 *   .trimtab/prompts/   templates                 / user trusts (`trimtab trust`)
 *   .trimtab/rules/     rules of the analysis, likewise only when trusted
 *   prompts/, rules/    the user's templates and rules, beside config.json
 *
 * All are read off the loop, at the start and whenever one changes.
 */
#ifndef TT_SESSION_PROJECT_H
#define TT_SESSION_PROJECT_H

#include "session/state.h"

#include "prompt/prompt.h"

struct tt_project {
    struct tt_arena arena; /* owns everything below */
    bool trusted;
    tt_str *ignore; /* lines of .trimtabignore, in their order */
    size_t n_ignore;
    tt_str rules, rules_path; /* empty: none, or not trusted */
    struct tt_prompt_file *overlay;
    size_t n_overlay;
    struct tt_rule_file *rule_files; /* the user's rules, and the project's where it is trusted */
    size_t n_rule_files, cap_rule_files;
};

/* Read everything again, in a job; the user's config.json too when `user`. */
void tt_project_read(struct tt_session *session, bool user);
void tt_project_release(struct tt_session *session);

/* Is this file never to be sent?  By the settings or by .trimtabignore. */
bool tt_project_ignores(const struct tt_session *session, tt_str path);

/* The lines of an ignore file, as .gitignore has them: the last that matches
 * decides, "!" takes a file back. */
bool tt_ignore_lines_match(const tt_str *lines, size_t n, tt_str path);

#endif
