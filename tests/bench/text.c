/* text.c -- what a keystroke, an open and a large file cost in text, syntax and
 * documents: build/release/bench/bench_text [FILE.py]
 *
 * Without a file it makes 10,000 lines of Python.  Times are processor times, so
 * that a busy machine does not change them much; memory is what malloc says is
 * in use.
 */
#include "text/text.h"
#include "base/buf.h"
#include "documents/documents.h"
#include "syntax/lang.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double mb_in_use(void)
{
    struct mallinfo2 info = mallinfo2();

    return (double)(info.uordblks + info.hblkhd) / 1e6;
}

static double mb_resident(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long all = 0, resident = 0;

    if (f && fscanf(f, "%ld %ld", &all, &resident) != 2)
        resident = 0;
    if (f)
        fclose(f);
    return (double)resident * 4096 / 1e6;
}

/* --- a tt_io that runs jobs when asked ------------------------------------ */

static struct tt_job *jobs[16];
static size_t n_jobs;

static int on_work(struct tt_io *io, struct tt_job *job)
{
    (void)io;
    if (n_jobs == sizeof(jobs) / sizeof(jobs[0]))
        return -1;
    jobs[n_jobs++] = job;
    return 0;
}

static uint64_t on_random(struct tt_io *io)
{
    (void)io;
    return 1;
}

static void run_jobs(void)
{
    while (n_jobs) {
        struct tt_job *job = jobs[--n_jobs];

        job->run(job);
        job->done(job, 0);
    }
}

/* --- times ---------------------------------------------------------------- */

#define MOST 4000

static double times[MOST];
static size_t n_times;

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static void report(const char *what)
{
    qsort(times, n_times, sizeof(times[0]), by_value);
    printf("%-44s p50 %8.3f ms   p99 %8.3f ms   max %8.3f ms\n", what, times[n_times / 2],
           times[n_times * 99 / 100], times[n_times - 1]);
    n_times = 0;
}

static void python(struct tt_buf *buf, unsigned lines)
{
    for (unsigned i = 0; i < lines / 10; i++)
        tt_buf_addf(buf,
                    "class Service%u(Base):\n"
                    "    \"\"\"Fetches things of kind %u.\"\"\"\n"
                    "    def fetch(self, user_id: int, limit: int = %u) -> list[dict]:\n"
                    "        response = requests.get(f\"{self.base}/users/{user_id}\", json=None)\n"
                    "        if response.status_code != 200:\n"
                    "            raise ServiceError(\"bad status\", response.status_code)\n"
                    "        items = [item for item in response.json() if item[\"ok\"]]\n"
                    "        self.cache[user_id] = items\n"
                    "        return items[:limit]\n"
                    "\n",
                    i, i, i);
}

static bool read_file(const char *path, struct tt_buf *buf)
{
    FILE *f = fopen(path, "rb");
    char part[65536];
    size_t n;

    if (!f)
        return false;
    while ((n = fread(part, 1, sizeof(part), f)) > 0)
        tt_buf_add(buf, (tt_str){ part, n });
    fclose(f);
    return true;
}

static void bench_python(struct tt_documents *docs, tt_str source)
{
    static const char line_of_code[] = "        total = compute(user_id, [limit, \"x\"])\n";
    struct tt_document_open open = { .key = TT_STR("py"), .text = source };
    double before = mb_in_use(), t = now_ms();
    struct tt_snapshot *s;
    struct tt_buf flat = TT_BUF_INIT(TT_BUF_OWN);
    uint32_t line;

    open.lang = tt_lang_by_name(TT_STR("python"));
    tt_documents_open(docs, &open);
    printf("open, %.0f KB, on the loop thread %25.3f ms\n", (double)source.n / 1e3, now_ms() - t);
    t = now_ms();
    run_jobs();
    printf("  the rest of its parse, in a job %27.3f ms\n", now_ms() - t);
    s = tt_documents_get(docs, open.key);
    printf("  memory: %.1f MB in use, %.1f MB resident; tree by estimate %.1f MB\n",
           mb_in_use() - before, mb_resident(), (double)tt_tree_estimate(s->tree) / 1e6);

    line = tt_text_lines(s->text) / 2 / 10 * 10;
    for (unsigned i = 0; i < 2000; i++) {
        uint32_t n = sizeof(line_of_code) - 1;
        struct tt_position at = { line + i / n, i % n };
        struct tt_document_change change = { true, { at, at }, { line_of_code + i % n, 1 } };

        t = now_ms();
        tt_documents_change(docs, open.key, true, (int64_t)i, &change, 1, false, TT_UTF16);
        times[n_times++] = now_ms() - t;
        run_jobs();
    }
    report("keystroke: change, parse on the loop");
    for (unsigned i = 0; i < 500; i++) {
        t = now_ms();
        tt_buf_clear(&flat);
        tt_text_flatten(tt_documents_get(docs, open.key)->text, &flat);
        times[n_times++] = now_ms() - t;
    }
    report("  flatten the text");
    for (unsigned i = 0; i < 500; i++) {
        struct tt_document_change change;

        tt_buf_clear(&flat);
        tt_text_flatten(tt_documents_get(docs, open.key)->text, &flat);
        flat.p[flat.n / 2] = i % 2 ? 'a' : 'b';
        change = (struct tt_document_change){ .text = tt_buf_str(&flat) };
        t = now_ms();
        tt_documents_change(docs, open.key, true, (int64_t)i, &change, 1, false, TT_UTF16);
        times[n_times++] = now_ms() - t;
        run_jobs();
    }
    report("the same from a client that sends all of it");
    printf("  memory after that: %.1f MB in use, %.1f MB resident\n", mb_in_use() - before,
           mb_resident());
    t = now_ms();
    tt_documents_close(docs, open.key);
    printf("close, on the loop thread %35.3f ms\n", now_ms() - t);
    run_jobs();
    tt_buf_release(&flat);
}

static void bench_large(struct tt_documents *docs)
{
    struct tt_document_open open = { .key = TT_STR("large") };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    double before, t;

    while (buf.n < 50u << 20)
        python(&buf, 1000);
    before = mb_in_use();
    open.text = tt_buf_str(&buf);
    open.lang = tt_lang_by_name(TT_STR("python"));
    t = now_ms();
    tt_documents_open(docs, &open);
    printf("open, 50 MB %49.3f ms   %.1f MB\n", now_ms() - t, mb_in_use() - before);
    for (unsigned i = 0; i < 2000; i++) {
        struct tt_position at = { i * 700, 3 };
        struct tt_document_change change = { true, { at, at }, TT_STR("x") };

        t = now_ms();
        tt_documents_change(docs, open.key, true, (int64_t)i, &change, 1, false, TT_UTF16);
        times[n_times++] = now_ms() - t;
    }
    report("keystroke in 50 MB (not parsed)");
    t = now_ms();
    tt_documents_close(docs, open.key);
    printf("close, 50 MB %48.3f ms\n", now_ms() - t);
    tt_buf_release(&buf);
}

int main(int argc, char **argv)
{
    struct tt_io io = { .work = on_work, .random = on_random };
    struct tt_buf buf = TT_BUF_INIT(TT_BUF_OWN);
    struct tt_documents *docs;

    /* glibc keeps small freed blocks apart and joins all of them when somebody asks
     * for a large one: 2 to 6 ms on the loop thread after a job has freed a tree.
     * Without that the worst keystroke takes what the parse budget says. */
    mallopt(M_MXFAST, 0);
    if (argc > 1 && !read_file(argv[1], &buf)) {
        fprintf(stderr, "bench_text: cannot read %s\n", argv[1]);
        return 2;
    }
    if (argc == 1)
        python(&buf, 10000);
    if (tt_documents_create(&io, NULL, &docs))
        return 1;
    bench_python(docs, tt_buf_str(&buf));
    bench_large(docs);
    tt_documents_destroy(docs);
    tt_buf_release(&buf);
    return 0;
}
