/* test_peer.c -- the editor's end of the line, whatever it is made of. */
#include "net_test.h"

#include "net/peer.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct editor {
    uv_loop_t loop;
    struct tt_peer *peer; /* freed in on_closed, as an owner may */
    struct tt_buf in;
    int eofs, status, closed;
    size_t close_at; /* close the peer inside on_bytes after so many; 0: never */
};

static void on_bytes(struct tt_peer *peer, tt_str bytes)
{
    struct editor *e = peer->data;

    assert_true(bytes.n > 0);
    tt_buf_add(&e->in, bytes);
    if (e->close_at && e->in.n >= e->close_at)
        tt_peer_close(peer);
}

static void on_eof(struct tt_peer *peer, int status)
{
    struct editor *e = peer->data;

    e->eofs++;
    e->status = status;
}

static void on_closed(struct tt_peer *peer)
{
    struct editor *e = peer->data;

    e->closed++;
    free(peer);
    e->peer = NULL;
}

static const struct tt_peer_events events = { on_bytes, on_eof, on_closed };

static void editor_begin(struct editor *e, const struct tt_peer_options *options)
{
    signal(SIGPIPE, SIG_IGN);
    memset(e, 0, sizeof(*e));
    uv_loop_init(&e->loop);
    tt_buf_init(&e->in, 64 << 20);
    e->peer = calloc(1, sizeof(*e->peer));
    assert_int_equal(tt_peer_open(e->peer, &e->loop, options, &events, e), 0);
    assert_int_equal(e->eofs, 0); /* never from inside */
}

static void editor_end(struct editor *e)
{
    if (e->peer) {
        tt_peer_close(e->peer);
        tt_peer_close(e->peer);
        assert_int_equal(e->closed, 0); /* never from inside */
    }
    uv_run(&e->loop, UV_RUN_DEFAULT);
    assert_int_equal(e->closed, 1);
    assert_int_equal(uv_loop_close(&e->loop), 0);
    tt_buf_release(&e->in);
}

static void editor_until_eof(struct editor *e)
{
    while (!e->eofs)
        uv_run(&e->loop, UV_RUN_ONCE);
}

static int send_text(struct tt_peer *peer, const char *text)
{
    return tt_peer_send(peer, strdup(text), strlen(text));
}

static void flush(struct editor *e)
{
    while (!tt_peer_is_drained(e->peer))
        uv_run(&e->loop, UV_RUN_ONCE);
}

static void expect_read(int fd, const char *want)
{
    char got[256] = "";
    ssize_t n = read(fd, got, sizeof(got) - 1);

    assert_true(n >= 0);
    assert_string_equal(got, want);
}

static void make_pair(bool sockets, int ours[2], int theirs[2])
{
    int a[2], b[2];

    if (sockets) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, a), 0);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, b), 0);
    } else {
        assert_int_equal(pipe(a), 0);
        assert_int_equal(pipe(b), 0);
    }
    ours[0] = a[0], theirs[1] = a[1];
    ours[1] = b[1], theirs[0] = b[0];
}

static void test_pipes_and_sockets(void **state)
{
    (void)state;
    for (int sockets = 0; sockets < 2; sockets++) {
        struct editor e;
        int ours[2], theirs[2];
        struct tt_peer_options options = { .kind = TT_PEER_STDIO };

        make_pair(sockets, ours, theirs);
        options.fd_in = ours[0];
        options.fd_out = ours[1];
        editor_begin(&e, &options);
        assert_int_equal(write(theirs[1], "Content-", 8), 8);
        uv_run(&e.loop, UV_RUN_ONCE);
        assert_int_equal(write(theirs[1], "Length", 6), 6);
        assert_int_equal(send_text(e.peer, "{}"), 0);
        assert_int_equal(send_text(e.peer, "{\"a\":1}"), 0);
        flush(&e);
        expect_read(theirs[0], "Content-Length: 2\r\n\r\n{}Content-Length: 7\r\n\r\n{\"a\":1}");
        close(theirs[1]);
        editor_until_eof(&e);
        assert_int_equal(e.status, 0);
        assert_string_equal(e.in.p, "Content-Length");
        assert_int_equal(send_text(e.peer, "late"), 0); /* its end may still be open */
        flush(&e);
        editor_end(&e);
        close(theirs[0]);
    }
}

static void test_files(void **state)
{
    char in_path[] = "/tmp/tt-peer-in-XXXXXX", out_path[] = "/tmp/tt-peer-out-XXXXXX";
    struct editor e;
    int in = mkstemp(in_path), out = mkstemp(out_path);
    struct tt_peer_options options = { .kind = TT_PEER_STDIO, .fd_in = in, .fd_out = out };
    static char big[200000];
    char got[64] = "";
    int fd;

    (void)state;
    memset(big, 'x', sizeof(big));
    assert_int_equal(write(in, big, sizeof(big)), sizeof(big));
    lseek(in, 0, SEEK_SET);
    editor_begin(&e, &options);
    assert_int_equal(send_text(e.peer, "one"), 0);
    assert_int_equal(send_text(e.peer, "two"), 0);
    editor_until_eof(&e);
    assert_int_equal(e.status, 0);
    assert_int_equal(e.in.n, sizeof(big));
    flush(&e);
    editor_end(&e);
    fd = open(out_path, O_RDONLY);
    assert_true(read(fd, got, sizeof(got) - 1) > 0);
    assert_string_equal(got, "Content-Length: 3\r\n\r\noneContent-Length: 3\r\n\r\ntwo");
    close(fd);
    unlink(in_path);
    unlink(out_path);
}

/* The pool may still be writing when the peer is closed. */
static void test_close_while_writing_a_file(void **state)
{
    (void)state;
    for (int i = 0; i < 30; i++) {
        char path[] = "/tmp/tt-peer-out-XXXXXX";
        struct editor e;
        struct tt_peer_options options = { .kind = TT_PEER_STDIO,
                                           .fd_in = open("/dev/null", O_RDONLY),
                                           .fd_out = mkstemp(path) };

        editor_begin(&e, &options);
        assert_int_equal(tt_peer_send(e.peer, calloc(1, 4 << 20), 4 << 20), 0);
        assert_int_equal(send_text(e.peer, "never sent"), 0);
        if (i % 2)
            usleep(200);
        editor_end(&e);
        unlink(path);
    }
}

static void test_dev_null(void **state)
{
    struct editor e;
    int in = open("/dev/null", O_RDONLY), out = open("/dev/null", O_WRONLY);
    struct tt_peer_options options = { .kind = TT_PEER_STDIO, .fd_in = in, .fd_out = out };

    (void)state;
    editor_begin(&e, &options);
    assert_int_equal(send_text(e.peer, "x"), 0);
    editor_until_eof(&e);
    assert_int_equal(e.status, 0);
    editor_end(&e);
}

static void test_full_disk(void **state)
{
    struct editor e;
    int in[2], out = open("/dev/full", O_WRONLY);
    struct tt_peer_options options = { .kind = TT_PEER_STDIO, .fd_out = out };

    (void)state;
    assert_int_equal(pipe(in), 0);
    options.fd_in = in[0];
    editor_begin(&e, &options);
    assert_int_equal(send_text(e.peer, "x"), 0);
    assert_int_equal(send_text(e.peer, "y"), 0);
    editor_until_eof(&e);
    assert_int_equal(e.status, TT_EIO);
    assert_int_equal(send_text(e.peer, "z"), TT_ECANCELED);
    assert_true(tt_peer_is_drained(e.peer));
    editor_end(&e);
    close(in[1]);
}

/* ---- connections ---- */

static void test_connects(void **state)
{
    (void)state;
    for (int tcp = 0; tcp < 2; tcp++) {
        struct sockaddr_un un = { .sun_family = AF_UNIX };
        struct sockaddr_in in = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001) };
        socklen_t n = sizeof(in);
        int listener = socket(tcp ? AF_INET : AF_UNIX, SOCK_STREAM, 0), fd;
        struct tt_peer_options options = { .kind = tcp ? TT_PEER_TCP : TT_PEER_PIPE };
        struct editor e;

        snprintf(un.sun_path, sizeof(un.sun_path), "/tmp/tt-peer-%d.sock", (int)getpid());
        assert_int_equal(tcp ? bind(listener, (struct sockaddr *)&in, sizeof(in))
                             : bind(listener, (struct sockaddr *)&un, sizeof(un)),
                         0);
        assert_int_equal(listen(listener, 1), 0);
        if (tcp)
            getsockname(listener, (struct sockaddr *)&in, &n);
        options.path = un.sun_path;
        options.port = ntohs(in.sin_port);
        editor_begin(&e, &options);
        assert_int_equal(send_text(e.peer, "{}"), 0); /* before it is connected */
        fd = accept(listener, NULL, NULL);
        assert_true(fd >= 0);
        assert_int_equal(write(fd, "hi", 2), 2);
        flush(&e);
        expect_read(fd, "Content-Length: 2\r\n\r\n{}");
        close(fd);
        editor_until_eof(&e);
        assert_string_equal(e.in.p, "hi");
        editor_end(&e);
        close(listener);
        unlink(un.sun_path);
    }
}

static void test_nobody_listens(void **state)
{
    static const struct tt_peer_options rows[] = {
        { .kind = TT_PEER_PIPE, .path = "/nonexistent/sock" },
        { .kind = TT_PEER_TCP, .port = 1 },
    };

    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct editor e;

        editor_begin(&e, &rows[i]);
        assert_int_equal(send_text(e.peer, "{}"), 0);
        editor_until_eof(&e);
        assert_int_equal(e.status, TT_EIO);
        assert_true(tt_peer_is_drained(e.peer));
        editor_end(&e);
        editor_begin(&e, &rows[i]);
        editor_end(&e); /* closed while connecting */
    }
}

static void test_bad_options(void **state)
{
    static char long_path[300];
    const struct tt_peer_options rows[] = {
        { .kind = TT_PEER_PIPE },
        { .kind = TT_PEER_PIPE, .path = "" },
        { .kind = TT_PEER_PIPE, .path = long_path },
        { .kind = TT_PEER_TCP },
        { .kind = TT_PEER_TCP, .port = 65536 },
        { .kind = TT_PEER_STDIO, .fd_in = 999, .fd_out = 1 },
        { .kind = TT_PEER_STDIO, .fd_in = -1, .fd_out = 1 },
    };
    struct tt_peer *peer = calloc(1, sizeof(*peer));
    uv_loop_t loop;

    (void)state;
    memset(long_path, 'a', sizeof(long_path) - 1);
    uv_loop_init(&loop);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        assert_int_equal(tt_peer_open(peer, &loop, &rows[i], &events, NULL), TT_EINVALID);
    assert_int_equal(uv_loop_close(&loop), 0);
    free(peer);
}

/* ---- an editor that does not read, and one that goes away ---- */

static void test_backpressure(void **state)
{
    struct editor e;
    int ours[2], theirs[2];
    struct tt_peer_options options = { .kind = TT_PEER_STDIO };
    static char sink[1 << 20];
    size_t n = 4 << 20;

    (void)state;
    make_pair(true, ours, theirs);
    options.fd_in = ours[0];
    options.fd_out = ours[1];
    editor_begin(&e, &options);
    for (int i = 0; i < 3; i++)
        assert_int_equal(tt_peer_send(e.peer, calloc(1, n), n), 0);
    assert_int_equal(write(theirs[1], "x", 1), 1);
    for (int i = 0; i < 5; i++)
        uv_run(&e.loop, UV_RUN_NOWAIT);
    assert_int_equal(e.in.n, 0); /* not read while the editor does not read */
    fcntl(theirs[0], F_SETFL, O_NONBLOCK);
    while (!tt_peer_is_drained(e.peer)) {
        (void)!read(theirs[0], sink, sizeof(sink));
        uv_run(&e.loop, UV_RUN_NOWAIT);
    }
    while (!e.in.n)
        uv_run(&e.loop, UV_RUN_ONCE);
    /* and over the limit it counts as gone */
    assert_int_equal(tt_peer_send(e.peer, calloc(1, n), n), 0);
    e.peer->queued += TT_PEER_MAX_QUEUE; /* as if so much waited */
    assert_int_equal(tt_peer_send(e.peer, calloc(1, 8), 8), TT_ETOOBIG);
    e.peer->queued -= TT_PEER_MAX_QUEUE;
    editor_until_eof(&e);
    assert_int_equal(e.status, TT_ETOOBIG);
    editor_end(&e); /* with a write in flight */
    close(theirs[0]);
    close(theirs[1]);
}

static void test_editor_gone(void **state)
{
    struct editor e;
    int ours[2], theirs[2];
    struct tt_peer_options options = { .kind = TT_PEER_STDIO };

    (void)state;
    make_pair(true, ours, theirs);
    options.fd_in = ours[0];
    options.fd_out = ours[1];
    editor_begin(&e, &options);
    close(theirs[0]);
    assert_int_equal(send_text(e.peer, "{}"), 0);
    editor_until_eof(&e);
    assert_int_equal(e.eofs, 1);
    assert_int_equal(e.status, TT_EIO);
    editor_end(&e);
    close(theirs[1]);
}

static void test_close_inside_bytes(void **state)
{
    struct editor e;
    int ours[2], theirs[2];
    struct tt_peer_options options = { .kind = TT_PEER_STDIO };

    (void)state;
    make_pair(false, ours, theirs);
    options.fd_in = ours[0];
    options.fd_out = ours[1];
    editor_begin(&e, &options);
    e.close_at = 1;
    assert_int_equal(write(theirs[1], "x", 1), 1);
    while (!e.in.n)
        uv_run(&e.loop, UV_RUN_ONCE);
    editor_end(&e);
    close(theirs[0]);
    close(theirs[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pipes_and_sockets),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_close_while_writing_a_file),
        cmocka_unit_test(test_dev_null),
        cmocka_unit_test(test_full_disk),
        cmocka_unit_test(test_connects),
        cmocka_unit_test(test_nobody_listens),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_backpressure),
        cmocka_unit_test(test_editor_gone),
        cmocka_unit_test(test_close_inside_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
