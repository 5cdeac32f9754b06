/* store.c -- a queue and the one thread that writes.
 *
 * Outcomes that wait are written in one transaction: many at once cost one
 * fsync.  Receipts come before them: a user may look for one at once.  What fails is given up, with
 * its message once; a lock is worth more tries, because another trimtab may hold it for a moment.
 */
#include "store/store.h"

#include "store/database.h"
#include "store/receipts.h"
#include "trimtab/error.h"

#include <pthread.h>
#include <stdlib.h>

#define MAX_QUEUE   20000
#define MAX_RECEIPT ((size_t)1 << 20)
#define MAX_ANSWER  ((size_t)16 << 20)
#define BATCH       500
#define LOCK_TRIES  2

enum kind { OUTCOME, RECEIPT, ANSWER, MARK };

struct item {
    struct item *next;
    uint64_t ticket; /* of an outcome; a mark's id */
    enum kind kind;
    size_t n;
    char json[]; /* n bytes and a NUL */
};

struct tt_store {
    pthread_t thread;
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t more;   /* something was queued, or it is time to end */
    pthread_cond_t idle;   /* everything queued is done */
    struct item *first, **tail;
    size_t waiting; /* queued and being written */
    uint64_t last_ticket;
    bool ending;

    /* The writer's alone: */
    char *dir;
    struct tt_store_events events;
    struct tt_database *db;
    int db_error;        /* for good; 0: may be (re)opened */
    unsigned complained; /* bits, by kind */
};

/* Once per cause: a broken disk must not fill the user's screen. */
static void complain(struct tt_store *store, enum kind kind, struct tt_buf *message)
{
    unsigned about = 1u << kind;

    if (message->n && !(store->complained & about) && store->events.on_trouble)
        store->events.on_trouble(store->events.arg, tt_buf_str(message));
    store->complained |= about;
    tt_buf_clear(message);
}

static int ready(struct tt_store *store, struct tt_buf *message)
{
    int err = store->db_error;

    if (store->db || err)
        return err;
    err = tt_database_open(store->dir, &store->db, message);
    if (err != TT_ETIMEOUT && err != TT_ENOMEM)
        store->db_error = err;
    return err;
}

static int append(struct tt_store *store, const struct item *item, struct tt_buf *message)
{
    tt_str json = { item->json, item->n };
    struct tt_outcome outcome;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = tt_outcome_read_json(json, &arena, &outcome);
    if (!err)
        err = tt_database_append(store->db, json, &outcome, message);
    tt_arena_release(&arena);
    return err;
}

static int write_once(struct tt_store *store, const struct item *batch, struct tt_buf *message)
{
    int err = ready(store, message);

    if (!err)
        err = tt_database_begin(store->db, message);
    for (const struct item *i = batch; i && !err; i = i->next) {
        if (i->kind == OUTCOME)
            err = append(store, i, message);
    }
    if (!err)
        err = tt_database_commit(store->db, message);
    if (err && store->db)
        tt_database_rollback(store->db);
    return err;
}

static int write_outcomes(struct tt_store *store, const struct item *batch)
{
    struct tt_buf message = TT_BUF_INIT(TT_BUF_OWN);
    int err = 0;

    for (int tries = 0; tries < LOCK_TRIES; tries++) {
        tt_buf_clear(&message);
        err = write_once(store, batch, &message);
        if (err != TT_ETIMEOUT)
            break;
    }
    if (err)
        complain(store, OUTCOME, &message);
    else
        store->complained &= ~(1u << OUTCOME);
    tt_buf_release(&message);
    return err;
}

static void write_line(struct tt_store *store, const struct item *item)
{
    struct tt_buf message = TT_BUF_INIT(TT_BUF_OWN);
    enum tt_receipts_file file = item->kind == RECEIPT ? TT_RECEIPTS : TT_ANSWERS;

    if (tt_receipts_append(store->dir, file, (tt_str){ item->json, item->n }, TT_RECEIPTS_MAX,
                           &message))
        complain(store, item->kind, &message);
    else
        store->complained &= ~(1u << item->kind);
    tt_buf_release(&message);
}

static size_t write_batch(struct tt_store *store, struct item *batch)
{
    bool outcomes = false;
    size_t n = 0;
    int err = 0;

    for (const struct item *i = batch; i; i = i->next) {
        if (i->kind == OUTCOME)
            outcomes = true;
        else if (i->kind != MARK)
            write_line(store, i);
    }
    if (outcomes)
        err = write_outcomes(store, batch);
    while (batch) {
        struct item *next = batch->next;

        if (batch->kind == OUTCOME && store->events.on_written)
            store->events.on_written(store->events.arg, batch->ticket, err);
        if (batch->kind == MARK && store->events.on_mark)
            store->events.on_mark(store->events.arg, batch->ticket);
        free(batch);
        batch = next;
        n++;
    }
    return n;
}

/* Up to BATCH items off the queue; called with the mutex held. */
static struct item *take(struct tt_store *store)
{
    struct item *batch = store->first, *last = batch;

    for (int n = 1; last && last->next && n < BATCH; n++)
        last = last->next;
    if (!batch)
        return NULL;
    store->first = last->next;
    last->next = NULL;
    if (!store->first)
        store->tail = &store->first;
    return batch;
}

static void *writer(void *arg)
{
    struct tt_store *store = arg;
    struct item *batch;

    pthread_mutex_lock(&store->mutex);
    for (;;) {
        size_t done;

        while (!store->first && !store->ending)
            pthread_cond_wait(&store->more, &store->mutex);
        batch = take(store);
        if (!batch)
            break;
        pthread_mutex_unlock(&store->mutex);
        done = write_batch(store, batch);
        pthread_mutex_lock(&store->mutex);
        store->waiting -= done;
        if (store->waiting == 0)
            pthread_cond_broadcast(&store->idle);
    }
    pthread_mutex_unlock(&store->mutex);
    tt_database_close(store->db);
    return NULL;
}

static void free_store(struct tt_store *store)
{
    pthread_mutex_destroy(&store->mutex);
    pthread_cond_destroy(&store->more);
    pthread_cond_destroy(&store->idle);
    free(store->dir);
    free(store);
}

int tt_store_open(tt_str dir, const struct tt_store_events *events, struct tt_store **out)
{
    struct tt_store *store = calloc(1, sizeof(*store));

    if (!store)
        return TT_ENOMEM;
    pthread_mutex_init(&store->mutex, NULL);
    pthread_cond_init(&store->more, NULL);
    pthread_cond_init(&store->idle, NULL);
    store->tail = &store->first;
    store->events = *events;
    store->dir = strndup(dir.p ? dir.p : "", dir.n);
    if (!store->dir) {
        free_store(store);
        return TT_ENOMEM;
    }
    if (pthread_create(&store->thread, NULL, writer, store) != 0) {
        free_store(store);
        return TT_EIO;
    }
    *out = store;
    return 0;
}

void tt_store_close(struct tt_store *store)
{
    if (!store)
        return;
    pthread_mutex_lock(&store->mutex);
    store->ending = true;
    pthread_cond_signal(&store->more);
    pthread_mutex_unlock(&store->mutex);
    pthread_join(store->thread, NULL);
    free_store(store);
}

/* *ticket is set; with MARK it is taken. */
static int enqueue(struct tt_store *store, tt_str json, enum kind kind, uint64_t *ticket)
{
    struct item *item = malloc(sizeof(*item) + json.n + 1);
    int err = 0;

    if (!item)
        return TT_ENOMEM;
    *item = (struct item){ .kind = kind, .n = json.n };
    memcpy(item->json, json.p ? json.p : "", json.n);
    item->json[json.n] = '\0';
    pthread_mutex_lock(&store->mutex);
    if (store->waiting >= MAX_QUEUE) {
        err = TT_ETOOBIG;
    } else {
        item->ticket = kind == MARK ? *ticket : ++store->last_ticket;
        if (ticket)
            *ticket = item->ticket;
        *store->tail = item;
        store->tail = &item->next;
        store->waiting++;
        pthread_cond_signal(&store->more);
    }
    pthread_mutex_unlock(&store->mutex);
    if (err)
        free(item);
    return err;
}

int tt_store_outcome(struct tt_store *store, tt_str json, uint64_t *ticket)
{
    struct tt_outcome outcome;
    struct tt_arena arena;
    int err;

    tt_arena_init(&arena);
    err = tt_outcome_read_json(json, &arena, &outcome);
    tt_arena_release(&arena);
    return err ? err : enqueue(store, json, OUTCOME, ticket);
}

static int enqueue_line(struct tt_store *store, tt_str json, enum kind kind, size_t max)
{
    if (json.n > max)
        return TT_ETOOBIG;
    if (json.n < 2 || json.p[0] != '{' || memchr(json.p, '\n', json.n))
        return TT_EPARSE;
    return enqueue(store, json, kind, NULL);
}

int tt_store_receipt(struct tt_store *store, tt_str json)
{
    return enqueue_line(store, json, RECEIPT, MAX_RECEIPT);
}

int tt_store_answer(struct tt_store *store, tt_str json)
{
    return enqueue_line(store, json, ANSWER, MAX_ANSWER);
}

int tt_store_mark(struct tt_store *store, uint64_t id)
{
    return enqueue(store, TT_STR(""), MARK, &id);
}

void tt_store_flush(struct tt_store *store)
{
    pthread_mutex_lock(&store->mutex);
    while (store->waiting > 0)
        pthread_cond_wait(&store->idle, &store->mutex);
    pthread_mutex_unlock(&store->mutex);
}
