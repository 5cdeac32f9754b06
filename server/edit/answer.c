/* answer.c -- cuts the answer into lines and shows each to the parsers of all
 * syntaxes that are wanted; at the end the one whose first mark came first has
 * the answer. */
#include "edit/answer.h"

#include "base/buf.h"
#include "edit/parse.h"
#include "edit/parse_blocks.h"
#include "edit/parse_call.h"
#include "edit/parse_patch.h"
#include "edit/parse_region.h"
#include "edit/parse_udiff.h"
#include "trimtab/error.h"

#include <stdlib.h>

struct tt_answer_parser {
    enum tt_edit_format format;
    struct tt_buf line; /* the one being read */
    enum { AT_START, IN_THOUGHTS, IN_ANSWER } at;
    bool thoughts_known;   /* where they are was said, or a tag may be text */
    struct tt_fence fence; /* the open one, whatever the syntax; kind 0: none */
    unsigned fence_depth;
    size_t fed, past; /* bytes that came; bytes of lines before this one */
    size_t from;      /* where the answer begins, behind the thoughts */
    bool lone_end;    /* their end alone had a tag */
    int err;          /* sticky */
    struct tt_parse_blocks blocks;
    struct tt_parse_patch patch, body;
    struct tt_parse_call call;
    struct tt_parse_udiff udiff;
    struct tt_parse_region region;
};

static void init_syntaxes(struct tt_answer_parser *parser, struct tt_arena *arena)
{
    tt_parse_blocks_init(&parser->blocks, arena);
    tt_parse_patch_init(&parser->patch, arena, false);
    tt_parse_patch_init(&parser->body, arena, true);
    tt_parse_call_init(&parser->call, arena, parser->format == TT_FORMAT_STR_REPLACE);
    tt_parse_udiff_init(&parser->udiff, arena);
    tt_parse_region_init(&parser->region, arena);
}

static void release_syntaxes(struct tt_answer_parser *parser)
{
    tt_parse_blocks_release(&parser->blocks);
    tt_parse_patch_release(&parser->patch);
    tt_parse_patch_release(&parser->body);
    tt_parse_call_release(&parser->call);
    tt_parse_region_release(&parser->region);
}

struct tt_answer_parser *tt_answer_parser_create(enum tt_edit_format format, struct tt_arena *arena)
{
    struct tt_answer_parser *parser = calloc(1, sizeof(*parser));

    if (!parser)
        return NULL;
    parser->format = format;
    tt_buf_init(&parser->line, TT_ANSWER_MAX + 1);
    init_syntaxes(parser, arena);
    return parser;
}

void tt_answer_parser_destroy(struct tt_answer_parser *parser)
{
    if (!parser)
        return;
    tt_buf_release(&parser->line);
    release_syntaxes(parser);
    free(parser);
}

static bool wants(const struct tt_answer_parser *parser, enum tt_edit_format format)
{
    return parser->format == TT_FORMAT_AUTO || parser->format == format;
}

/* Some models think aloud before they answer, and the edits of their thoughts are
 * not the answer. */
static const struct thoughts_tag {
    const char *word, *begin, *end;
} thoughts_tags[] = {
    { "<think", "<think>", "</think>" },
    { "<think", "<thinking>", "</thinking>" },
    { "<thought", "<thought>", "</thought>" },
    { "<reasoning", "<reasoning>", "</reasoning>" },
};

static bool holds(tt_str line, const char *word)
{
    return line.n && memmem(line.p, line.n, word, strlen(word));
}

/* `rest` is what is left of the line being read. */
static void begins_at(struct tt_answer_parser *parser, tt_str rest)
{
    parser->from = parser->past + (size_t)(rest.p - tt_buf_str(&parser->line).p);
}

/* What of the line is the answer's; nothing of it inside of the thoughts. */
static tt_str without_thoughts(struct tt_answer_parser *parser, tt_str line)
{
    bool first = parser->at == AT_START && !tt_is_blank(line);

    parser->at = first ? IN_ANSWER : parser->at;
    for (size_t i = 0; first && i < sizeof(thoughts_tags) / sizeof(thoughts_tags[0]); i++) {
        if (tt_str_starts(tt_trim_left(line), tt_str_from(thoughts_tags[i].begin)))
            parser->at = IN_THOUGHTS;
    }
    parser->thoughts_known |= parser->at == IN_THOUGHTS;
    for (size_t i = 0;
         parser->at == IN_THOUGHTS && i < sizeof(thoughts_tags) / sizeof(thoughts_tags[0]); i++) {
        const char *end = thoughts_tags[i].end;
        const char *at = line.n ? memmem(line.p, line.n, end, strlen(end)) : NULL;

        if (at) {
            parser->at = IN_ANSWER;
            line = tt_str_sub(line, (size_t)(at - line.p) + strlen(end), line.n);
            begins_at(parser, line);
            return line;
        }
    }
    return parser->at == IN_THOUGHTS ? tt_str_sub(line, 0, 0) : line;
}

/* A model whose prompt ends with "<think>" sends the end of its thoughts alone:
 * then all that came before were thoughts.  Not where the tag may be text: inside
 * of a fence or an edit, or when the answer speaks of such tags. */
static tt_str behind_lone_end(struct tt_answer_parser *parser, tt_str line)
{
    tt_str rest = tt_trim_left(line);
    bool between = !parser->fence.kind && parser->blocks.at == TT_BLOCKS_OUTSIDE &&
                   !parser->patch.inside && !parser->udiff.in_hunk;
    bool is_end = false;

    if (parser->thoughts_known)
        return line;
    for (size_t i = 0; i < sizeof(thoughts_tags) / sizeof(thoughts_tags[0]); i++) {
        parser->thoughts_known |= holds(line, thoughts_tags[i].word);
        is_end = is_end || tt_skip(&rest, thoughts_tags[i].end);
    }
    if (!is_end || !between || parser->thoughts_known)
        return line;
    parser->thoughts_known = true;
    release_syntaxes(parser);
    init_syntaxes(parser, parser->blocks.p.arena);
    begins_at(parser, rest);
    parser->lone_end = true;
    return rest;
}

static void note_fence(struct tt_answer_parser *parser, tt_str line)
{
    if (!parser->fence.kind) {
        tt_fence_open(line, &parser->fence);
        parser->fence.info = (tt_str){ NULL, 0 }; /* is of this line alone */
        parser->fence_depth = 0;
    } else if (!tt_fence_holds(&parser->fence, &parser->fence_depth, line)) {
        parser->fence.kind = '\0';
    }
}

static void one_line(struct tt_answer_parser *parser)
{
    tt_str line = tt_buf_str(&parser->line);
    int err = parser->line.err;

    if (parser->at == AT_START && tt_str_starts(line, TT_STR("\xEF\xBB\xBF")))
        line = tt_str_sub(line, 3, line.n);
    line = behind_lone_end(parser, without_thoughts(parser, line));
    note_fence(parser, line);
    while (tt_str_ends(line, TT_STR("\r"))) /* "\r\r\n": made by a pipe that knew better twice */
        line.n--;
    if (wants(parser, TT_FORMAT_SEARCH_REPLACE))
        tt_parse_blocks_line(&parser->blocks, line);
    if (wants(parser, TT_FORMAT_PATCH))
        tt_parse_patch_line(&parser->patch, line);
    if (parser->format == TT_FORMAT_PATCH)
        tt_parse_patch_line(&parser->body, line);
    if (wants(parser, TT_FORMAT_STR_REPLACE))
        tt_parse_call_line(&parser->call, line);
    if (wants(parser, TT_FORMAT_UDIFF))
        tt_parse_udiff_line(&parser->udiff, line);
    if (wants(parser, TT_FORMAT_REGION))
        tt_parse_region_line(&parser->region, line);
    const struct tt_parse *all[] = { &parser->blocks.p, &parser->patch.p, &parser->body.p,
                                     &parser->call.p,   &parser->udiff.p, &parser->region.p };
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        err = err ? err : all[i]->err;
    parser->err = parser->err ? parser->err : err;
    parser->past += parser->line.n + 1;
    tt_buf_clear(&parser->line);
}

int tt_answer_feed(struct tt_answer_parser *parser, tt_str bytes)
{
    if (!parser->err && bytes.n > TT_ANSWER_MAX - parser->fed)
        parser->err = TT_ETOOBIG;
    parser->fed += parser->err ? 0 : bytes.n;
    while (bytes.n && !parser->err) {
        const char *nl = memchr(bytes.p, '\n', bytes.n);
        size_t end = nl ? (size_t)(nl - bytes.p) : bytes.n;

        parser->err = tt_buf_add(&parser->line, tt_str_sub(bytes, 0, end));
        if (nl && !parser->err)
            one_line(parser);
        bytes = tt_str_sub(bytes, end + 1, bytes.n);
    }
    return parser->err;
}

/* Does this result say that the answer is of its syntax? */
static bool claims(const struct tt_answer *a)
{
    return a->first_line && (a->n || a->state != TT_ANSWER_NONE);
}

static void choose(const struct tt_answer *all, size_t n, struct tt_answer *out)
{
    const struct tt_answer *best = NULL;

    for (size_t i = 0; i < n; i++) {
        if (claims(&all[i]) && (!best || all[i].first_line < best->first_line))
            best = &all[i];
    }
    if (!best)
        return;
    *out = *best;
    for (size_t i = 0; i < n; i++) {
        if (&all[i] != best && claims(&all[i]) && all[i].n && all[i].first_line > best->last_line &&
            best->state == TT_ANSWER_COMPLETE) {
            out->state = TT_ANSWER_MALFORMED;
            out->problem = TT_STR("it mixes two ways to describe an edit");
        }
    }
}

int tt_answer_finish(struct tt_answer_parser *parser, struct tt_answer *out)
{
    bool last_newline = parser->line.n == 0;
    struct tt_answer all[4], answer = { .format = TT_FORMAT_AUTO };

    if (!parser->err && parser->line.n)
        one_line(parser);
    tt_parse_blocks_end(&parser->blocks);
    tt_parse_patch_end(&parser->patch);
    if (parser->format == TT_FORMAT_PATCH)
        tt_parse_patch_end(&parser->body);
    tt_parse_call_end(&parser->call);
    tt_parse_udiff_end(&parser->udiff, last_newline);
    tt_parse_region_end(&parser->region, last_newline);
    parser->err = parser->err ? parser->err : parser->call.p.err;
    if (parser->err)
        return parser->err;
    tt_parse_result(&parser->blocks.p, TT_FORMAT_SEARCH_REPLACE, &all[0]);
    tt_parse_result(&parser->patch.p, TT_FORMAT_PATCH, &all[1]);
    tt_parse_result(&parser->call.p, TT_FORMAT_STR_REPLACE, &all[2]);
    tt_parse_result(&parser->udiff.p, TT_FORMAT_UDIFF, &all[3]);
    choose(all, 4, &answer);
    if (answer.format == TT_FORMAT_AUTO && parser->format == TT_FORMAT_PATCH)
        tt_parse_result(&parser->body.p, TT_FORMAT_PATCH, &answer);
    if (answer.format == TT_FORMAT_AUTO && wants(parser, TT_FORMAT_REGION)) {
        tt_parse_result(&parser->region.p, TT_FORMAT_REGION, &answer);
        if (parser->format == TT_FORMAT_AUTO && !answer.n && answer.state == TT_ANSWER_NONE)
            answer.format = TT_FORMAT_AUTO;
    }
    answer.from = parser->from < parser->fed ? parser->from : parser->fed;
    answer.lone_end = parser->lone_end;
    *out = answer;
    return 0;
}
