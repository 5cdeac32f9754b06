/* text.h -- the documents of a simulated editor.
 *
 * It keeps its text by code of its own, in bytes, so that the server's positions
 * are held against something that shares nothing with them.
 */
#ifndef TT_SIM_TEXT_H
#define TT_SIM_TEXT_H

#include "random.h"

#include <stdbool.h>
#include <stddef.h>

enum sim_encoding { SIM_UTF8, SIM_UTF16, SIM_UTF32 };

struct sim_text {
    char *p; /* owned, UTF-8, NUL-terminated */
    size_t n;
};

struct sim_position {
    unsigned line, character;
};

#define SIM_PAST 12

struct sim_doc {
    char uri[48];
    char alias[48]; /* the same, spelt in another way */
    bool open;
    int version;
    unsigned generation;  /* one more with each change, whatever the version says */
    struct sim_text text; /* as the user sees it */
    struct sim_text past[SIM_PAST];
    int n_past;

    /* What has reached the server. */
    bool seen_open;
    int seen_version; /* 0: it was told none */
    unsigned seen_generation;
    unsigned seen_hash;   /* of the text */
    unsigned result_text; /* hash of the text that it is about */
    char result_id[24];   /* of the diagnostics that it has */
    struct sim_text seen;
};

void sim_text_set(struct sim_text *text, const char *p, size_t n);
void sim_text_free(struct sim_text *text);
/* Replace bytes [start, end). */
void sim_text_replace(struct sim_text *text, size_t start, size_t end, const char *with);

size_t sim_offset(const struct sim_text *text, struct sim_position at, enum sim_encoding encoding);
struct sim_position sim_position(const struct sim_text *text, size_t offset,
                                 enum sim_encoding encoding);

/* A module of Python functions whose lines are nearly all different. */
void sim_doc_fill(struct sim_doc *doc, struct random *random, bool crlf);
/* ... and at its end something that needs no model to be mended. */
void sim_doc_add_raise(struct sim_doc *doc, unsigned key, bool crlf);

/* What the user types next: bytes [*start, *end) become `with` (256 bytes). */
void sim_doc_typing(const struct sim_doc *doc, struct random *random, size_t *start, size_t *end,
                    char with[256]);

/* Line `i` without its newline; false when there is no such line. */
bool sim_line(const struct sim_text *text, unsigned i, size_t *start, size_t *end);
unsigned sim_lines(const struct sim_text *text);

/* How often these whole lines stand in the text; *at is the first place. */
unsigned sim_count(const struct sim_text *text, const char *lines, size_t *at);

#endif
