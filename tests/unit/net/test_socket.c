/* test_socket.c -- what libcurl and libuv do to each other's descriptors and timers, with a
 * libcurl that does on purpose what the real one does rarely. */
#include "net_test.h"

#include "net/http_internal.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#define MULTI ((CURLM *)(uintptr_t)1)

/* ---- a libcurl of ours ---- */

static struct {
    curl_socket_callback on_socket;
    curl_multi_timer_callback on_timer;
    void *arg;
    void *assigned[1024]; /* by descriptor */
    int actions, reads;   /* calls of multi_socket_action, of multi_info_read */
    int undrained;        /* actions that were not followed by a read */
    curl_socket_t last_fd;
    int last_flags;
    bool announces_at_cleanup;
    int fd_at_cleanup;
    bool slow;        /* each action takes a millisecond */
    int served[1024]; /* actions by descriptor */
} fake;

static CURLM *fake_init(void)
{
    return MULTI;
}

static CURLMcode fake_setopt(CURLM *multi, CURLMoption option, ...)
{
    va_list ap;

    assert_ptr_equal(multi, MULTI);
    va_start(ap, option);
    if (option == CURLMOPT_SOCKETFUNCTION)
        fake.on_socket = va_arg(ap, curl_socket_callback);
    else if (option == CURLMOPT_TIMERFUNCTION)
        fake.on_timer = va_arg(ap, curl_multi_timer_callback);
    else if (option == CURLMOPT_SOCKETDATA)
        fake.arg = va_arg(ap, void *);
    va_end(ap);
    return CURLM_OK;
}

static CURLMcode fake_assign(CURLM *multi, curl_socket_t fd, void *assigned)
{
    (void)multi;
    fake.assigned[fd] = assigned;
    return CURLM_OK;
}

static CURLMcode fake_action(CURLM *multi, curl_socket_t fd, int flags, int *running)
{
    (void)multi;
    fake.actions++;
    fake.undrained++;
    fake.last_fd = fd;
    fake.last_flags = flags;
    if (fd >= 0 && fd < 1024)
        fake.served[fd]++;
    for (uint64_t until = uv_hrtime() + 1000000; fake.slow && uv_hrtime() < until;)
        ;
    *running = 0;
    return CURLM_OK;
}

static CURLMsg *fake_read(CURLM *multi, int *left)
{
    (void)multi;
    fake.reads++;
    fake.undrained = 0;
    *left = 0;
    return NULL;
}

static int say(curl_socket_t fd, int what)
{
    return fake.on_socket(NULL, fd, what, fake.arg, fake.assigned[fd]);
}

static CURLMcode fake_cleanup(CURLM *multi)
{
    (void)multi;
    if (fake.announces_at_cleanup) { /* a cached connection that says goodbye */
        assert_int_equal(say(fake.fd_at_cleanup, CURL_POLL_IN), 0);
        assert_null(fake.assigned[fake.fd_at_cleanup]); /* not watched any more */
        assert_int_equal(say(fake.fd_at_cleanup, CURL_POLL_REMOVE), 0);
    }
    return CURLM_OK;
}

static CURLSH *fake_share(void)
{
    return NULL;
}

static struct net_test *begin(void)
{
    struct net_test *t = net_test_begin();

    memset(&fake, 0, sizeof(fake));
    t->http.curl = (struct tt_curl){
        .multi_init = fake_init,
        .multi_setopt = fake_setopt,
        .multi_assign = fake_assign,
        .multi_socket_action = fake_action,
        .multi_info_read = fake_read,
        .multi_cleanup = fake_cleanup,
        .share_init = fake_share,
    };
    assert_int_equal(tt_http_multi_open(&t->http), 0);
    assert_non_null(fake.on_socket);
    assert_non_null(fake.on_timer);
    return t;
}

static void turn_until(struct net_test *t, int actions)
{
    while (fake.actions < actions)
        uv_run(&t->loop, UV_RUN_ONCE);
}

/* ---- timers ---- */

static void test_timer_and_draining(void **state)
{
    struct net_test *t = begin();

    (void)state;
    assert_int_equal(fake.on_timer(MULTI, 0, fake.arg), 0);
    assert_int_equal(fake.actions, 0); /* never from inside curl */
    turn_until(t, 1);
    assert_int_equal(fake.last_fd, CURL_SOCKET_TIMEOUT);
    assert_int_equal(fake.undrained, 0); /* after a timeout, too */
    assert_int_equal(fake.on_timer(MULTI, 1, fake.arg), 0);
    assert_int_equal(fake.on_timer(MULTI, -1, fake.arg), 0); /* called off */
    uv_run(&t->loop, UV_RUN_NOWAIT);
    assert_false(uv_is_active((uv_handle_t *)&t->http.timer));
    assert_int_equal(fake.actions, 1);
    net_test_end(t);
}

/* ---- descriptors ---- */

static void test_readable_and_writable(void **state)
{
    struct net_test *t = begin();
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    say(ends[0], CURL_POLL_IN);
    assert_int_equal(write(ends[1], "x", 1), 1);
    turn_until(t, 1);
    assert_int_equal(fake.last_fd, ends[0]);
    assert_int_equal(fake.last_flags, CURL_CSELECT_IN);
    assert_int_equal(fake.undrained, 0);
    say(ends[0], CURL_POLL_INOUT); /* the same handle, wanted for more */
    turn_until(t, 2);
    assert_int_equal(fake.last_flags, CURL_CSELECT_IN | CURL_CSELECT_OUT);
    say(ends[0], CURL_POLL_REMOVE);
    assert_null(fake.assigned[ends[0]]);
    close(ends[0]);
    close(ends[1]);
    net_test_end(t);
}

/* Many have something to say all the time: each gets its turn, and the loop goes round. */
static void test_many_ready(void **state)
{
    enum { MANY = 40 };
    struct net_test *t = begin();
    int ends[MANY][2], turns = 0;
    int least = INT_MAX, most = 0;

    (void)state;
    fake.slow = true;
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends[i]), 0);
        say(ends[i][0], CURL_POLL_IN);
        assert_int_equal(write(ends[i][1], "x", 1), 1); /* and never read */
    }
    while (fake.actions < 4 * MANY) {
        int before = fake.actions;

        uv_run(&t->loop, UV_RUN_NOWAIT);
        assert_true(fake.actions - before <= 5); /* not all of them in one turn */
        turns++;
    }
    assert_true(turns >= 4 * MANY / 5);
    assert_int_equal(fake.undrained, 0);
    for (int i = 0; i < MANY; i++) {
        least = fake.served[ends[i][0]] < least ? fake.served[ends[i][0]] : least;
        most = fake.served[ends[i][0]] > most ? fake.served[ends[i][0]] : most;
    }
    assert_true(least >= 3 && most <= 5);
    for (int i = 0; i < MANY; i++) { /* some go while they are in line */
        say(ends[i][0], CURL_POLL_REMOVE);
        close(ends[i][0]);
        close(ends[i][1]);
    }
    for (int i = 0; i < 3; i++)
        uv_run(&t->loop, UV_RUN_NOWAIT);
    assert_true(fake.actions < 4 * MANY + 5);
    net_test_end(t);
}

/* A connection that was refused is a poll error for libuv, which then stops. */
static void test_poll_error(void **state)
{
    struct net_test *t = begin();
    struct sockaddr_in nobody = { .sin_family = AF_INET };
    socklen_t n = sizeof(nobody);
    int closed = socket(AF_INET, SOCK_STREAM, 0), fd = socket(AF_INET, SOCK_STREAM, 0);

    (void)state;
    nobody.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    assert_int_equal(bind(closed, (const struct sockaddr *)&nobody, n), 0);
    assert_int_equal(getsockname(closed, (struct sockaddr *)&nobody, &n), 0);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    (void)!connect(fd, (const struct sockaddr *)&nobody, n); /* nobody listens there */
    say(fd, CURL_POLL_OUT);
    turn_until(t, 1);
    assert_int_equal(fake.last_fd, fd);
    assert_true(fake.last_flags & CURL_CSELECT_ERR);
    assert_int_equal(fake.undrained, 0);
    /* curl does not let go: it is told again, but not for ever */
    for (int i = 0; i < 200; i++)
        uv_run(&t->loop, UV_RUN_NOWAIT);
    assert_true(fake.actions > 1 && fake.actions <= 32);
    say(fd, CURL_POLL_REMOVE);
    close(fd);
    close(closed);
    net_test_end(t);
}

/* The number comes back before libuv has closed the first handle. */
static void test_same_number_again(void **state)
{
    struct net_test *t = begin();

    (void)state;
    for (int i = 0; i < 20; i++) {
        int ends[2], fd, before = fake.actions;

        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        fd = ends[0];
        say(fd, CURL_POLL_IN);
        if (i % 3 == 0) /* an event that nobody takes any more is under way */
            assert_int_equal(write(ends[1], "x", 1), 1);
        say(fd, CURL_POLL_REMOVE);
        close(fd);
        close(ends[1]);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
        assert_int_equal(ends[0], fd);
        say(fd, CURL_POLL_IN); /* no turn of the loop between */
        assert_int_equal(write(ends[1], "y", 1), 1);
        turn_until(t, before + 1);
        assert_int_equal(fake.last_fd, fd);
        say(fd, CURL_POLL_REMOVE);
        close(fd);
        close(ends[1]);
    }
    net_test_end(t);
}

static void test_removed_without_being_announced(void **state)
{
    struct net_test *t = begin();

    (void)state;
    assert_int_equal(say(77, CURL_POLL_REMOVE), 0); /* not even open */
    assert_int_equal(say(78, CURL_POLL_IN), 0);     /* cannot be watched: left to the timeouts */
    assert_int_equal(say(78, CURL_POLL_REMOVE), 0);
    uv_run(&t->loop, UV_RUN_NOWAIT);
    assert_int_equal(fake.actions, 0);
    net_test_end(t);
}

static void test_closing(void **state)
{
    struct net_test *t = begin();
    int ends[2];

    (void)state;
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    say(ends[0], CURL_POLL_IN); /* still watched when the end comes */
    assert_int_equal(write(ends[1], "x", 1), 1);
    fake.on_timer(MULTI, 0, fake.arg); /* and due */
    fake.announces_at_cleanup = true;
    fake.fd_at_cleanup = ends[1];
    net_test_close(t);
    assert_int_equal(fake.actions, 0); /* curl is not asked to act any more */
    assert_null(fake.assigned[ends[1]]);
    close(ends[0]);
    close(ends[1]);
    net_test_end(t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timer_and_draining),
        cmocka_unit_test(test_readable_and_writable),
        cmocka_unit_test(test_many_ready),
        cmocka_unit_test(test_poll_error),
        cmocka_unit_test(test_same_number_again),
        cmocka_unit_test(test_removed_without_being_announced),
        cmocka_unit_test(test_closing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
