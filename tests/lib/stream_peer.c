/* stream_peer.c -- see stream_peer.h. */
#include "stream_peer.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define END                                                                                        \
    "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\",\"choices\":["       \
    "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"
#define HEAD                                                                                       \
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

struct stream_peer_conn {
    int fd;
    char head[4096]; /* of the request, as far as it came */
    size_t n;
    size_t body_left;
    bool in_body;
    uint32_t left; /* pieces still to send; 0: no answer is under way */
    uint64_t due;
};

uint64_t stream_peer_now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void say(int fd, const char *text, size_t n)
{
    while (n > 0) {
        ssize_t done = send(fd, text, n, MSG_NOSIGNAL);

        if (done <= 0)
            return;
        text += done;
        n -= (size_t)done;
    }
}

static void say_chunk(int fd, const char *body)
{
    char chunk[512];
    int n = snprintf(chunk, sizeof(chunk), "%zx\r\n%s\r\n", strlen(body), body);

    say(fd, chunk, (size_t)n);
}

static void send_piece(struct stream_peer *peer, struct stream_peer_conn *conn)
{
    char body[256];

    snprintf(body, sizeof(body),
             "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"model\":\"m\","
             "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"%llu \"},"
             "\"finish_reason\":null}]}\n\n",
             (unsigned long long)stream_peer_now());
    say_chunk(conn->fd, body);
    conn->due += (uint64_t)peer->every_us * 1000;
    if (--conn->left > 0)
        return;
    say_chunk(conn->fd, END);
    say(conn->fd, "0\r\n\r\n", 5);
    atomic_fetch_sub(&peer->streaming, 1);
}

static void begin_answer(struct stream_peer *peer, struct stream_peer_conn *conn)
{
    conn->n = 0;
    conn->in_body = false;
    conn->left = peer->events;
    conn->due = stream_peer_now() + (uint64_t)peer->every_us * 1000;
    say(conn->fd, HEAD, strlen(HEAD));
    atomic_fetch_add(&peer->streaming, 1);
}

static void drop(struct stream_peer *peer, struct stream_peer_conn *conn)
{
    if (conn->left)
        atomic_fetch_sub(&peer->streaming, 1);
    close(conn->fd);
    *conn = (struct stream_peer_conn){ .fd = -1 };
}

static void take_head(struct stream_peer_conn *conn)
{
    const char *end, *length;

    conn->head[conn->n] = '\0';
    end = strstr(conn->head, "\r\n\r\n");
    if (!end)
        return;
    length = strcasestr(conn->head, "content-length:");
    conn->in_body = true;
    conn->body_left = length && length < end ? strtoul(length + 15, NULL, 10) : 0;
    conn->body_left -= conn->n - (size_t)(end + 4 - conn->head);
}

static void receive(struct stream_peer *peer, struct stream_peer_conn *conn)
{
    char rest[8192];
    ssize_t n;

    if (conn->in_body) {
        n = recv(conn->fd, rest, sizeof(rest), 0);
        conn->body_left -= n > 0 ? (size_t)n : 0;
    } else {
        n = recv(conn->fd, conn->head + conn->n, sizeof(conn->head) - 1 - conn->n, 0);
        conn->n += n > 0 ? (size_t)n : 0;
        take_head(conn);
    }
    if (n <= 0)
        drop(peer, conn);
    else if (conn->in_body && conn->body_left == 0)
        begin_answer(peer, conn);
}

static void take_in(struct stream_peer *peer)
{
    int fd = accept(peer->listener, NULL, NULL), one = 1;

    for (int i = 0; fd >= 0 && i < STREAM_PEER_MAX; i++) {
        if (peer->conns[i].fd >= 0)
            continue;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
        peer->conns[i].fd = fd;
        return;
    }
    if (fd >= 0)
        close(fd);
}

/* Gives when the next piece is due; UINT64_MAX: none. */
static uint64_t send_due(struct stream_peer *peer)
{
    uint64_t next = UINT64_MAX;

    for (int i = 0; i < STREAM_PEER_MAX; i++) {
        struct stream_peer_conn *conn = &peer->conns[i];

        if (conn->fd < 0 || !conn->left)
            continue;
        if (conn->due <= stream_peer_now())
            send_piece(peer, conn);
        if (conn->left && conn->due < next)
            next = conn->due;
    }
    return next;
}

static void *serve(void *arg)
{
    struct stream_peer *peer = arg;
    struct pollfd fds[STREAM_PEER_MAX + 1];

    while (!atomic_load(&peer->stop)) {
        uint64_t next = send_due(peer), now = stream_peer_now();
        uint64_t ns = next == UINT64_MAX ? 20000000 : next > now ? next - now : 0;
        const struct timespec wait = { (time_t)(ns / 1000000000), (long)(ns % 1000000000) };
        const struct timespec most = { 0, 20000000 };

        fds[STREAM_PEER_MAX] = (struct pollfd){ peer->listener, POLLIN, 0 };
        for (int i = 0; i < STREAM_PEER_MAX; i++)
            fds[i] = (struct pollfd){ peer->conns[i].fd, POLLIN, 0 };
        if (ppoll(fds, STREAM_PEER_MAX + 1, ns < 20000000 ? &wait : &most, NULL) <= 0)
            continue;
        if (fds[STREAM_PEER_MAX].revents)
            take_in(peer);
        for (int i = 0; i < STREAM_PEER_MAX; i++) {
            if (fds[i].revents && peer->conns[i].fd >= 0)
                receive(peer, &peer->conns[i]);
        }
    }
    return NULL;
}

int stream_peer_start(struct stream_peer *peer, uint32_t events, uint32_t every_us)
{
    struct sockaddr_in at = { .sin_family = AF_INET };
    socklen_t n = sizeof(at);

    *peer = (struct stream_peer){ .events = events, .every_us = every_us };
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer->conns = calloc(STREAM_PEER_MAX, sizeof(*peer->conns));
    peer->listener = socket(AF_INET, SOCK_STREAM, 0);
    for (int i = 0; peer->conns && i < STREAM_PEER_MAX; i++)
        peer->conns[i].fd = -1;
    if (!peer->conns || peer->listener < 0 ||
        bind(peer->listener, (const struct sockaddr *)&at, sizeof(at)) ||
        listen(peer->listener, 256) || getsockname(peer->listener, (struct sockaddr *)&at, &n) ||
        pthread_create(&peer->thread, NULL, serve, peer))
        return -1;
    peer->port = ntohs(at.sin_port);
    return 0;
}

void stream_peer_stop(struct stream_peer *peer)
{
    atomic_store(&peer->stop, true);
    pthread_join(peer->thread, NULL);
    for (int i = 0; i < STREAM_PEER_MAX; i++) {
        if (peer->conns[i].fd >= 0)
            close(peer->conns[i].fd);
    }
    close(peer->listener);
    free(peer->conns);
}
