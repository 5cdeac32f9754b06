/* template.h -- the texts that prompts are made of (templates/README.md). */
#ifndef TT_PROMPT_TEMPLATE_H
#define TT_PROMPT_TEMPLATE_H

#include "prompt/prompt.h"

/* The template of that name ("tasks/errors.md"): from the overlay, or built
 * in.  Empty when there is none.  Borrowed from where it is kept. */
tt_str tt_template_find(const struct tt_prompt_file *overlay, size_t n, tt_str name);

/* The part of a template before its first section, without blank lines at its end. */
tt_str tt_template_main(tt_str text);

/* The text of the section "## NAME"; empty when there is none. */
tt_str tt_template_section(tt_str text, tt_str name);

/* The section of that name in any of tasks/: the overlay's first. */
tt_str tt_template_task_section(const struct tt_prompt_file *overlay, size_t n, tt_str name);

/* A built-in template by its position; false behind the last one. */
bool tt_template_at(size_t i, tt_str *name, tt_str *text);

#endif
