/* healthcheck.c -- are the workers and gateways of this host ready?
 *
 * For supervisors and containers: asks each of them for /readyz as nginx would,
 * and says which one does not answer. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "io/fastcgi_records.h"
#include "programs.h"

#define TIMEOUT_S 2

static int connect_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    strncpy(to.sun_path, path, sizeof(to.sun_path) - 1);
    if (fd != -1 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    if (fd != -1)
        close(fd);
    return -1;
}

/* 'address' is "ADDRESS:PORT"; who listens on every address is asked on this
 * host's own. */
static int connect_tcp(const char *address)
{
    const char *colon = strrchr(address, ':');
    struct sockaddr_in to = {.sin_family = AF_INET};
    char *host = mem_copy(address, (size_t)(colon - address));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    to.sin_port = htons((uint16_t)strtoul(colon + 1, NULL, 10));
    inet_pton(AF_INET, strcmp(host, "0.0.0.0") == 0 ? "127.0.0.1" : host,
              &to.sin_addr);
    mem_free(host);
    if (fd != -1 && connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
        return fd;
    if (fd != -1)
        close(fd);
    return -1;
}

static bool send_all(int fd, struct span bytes)
{
    while (bytes.len > 0) {
        ssize_t n = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL);

        if (n <= 0)
            return false;
        bytes.at += n;
        bytes.len -= (size_t)n;
    }
    return true;
}

/* Whether the answer has 'wanted' after 'skip' bytes. */
static bool answer_has(int fd, size_t skip, struct span wanted)
{
    char answer[64];
    size_t have = 0;

    while (have < skip + wanted.len) {
        ssize_t n = recv(fd, answer + have, skip + wanted.len - have, 0);

        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return memcmp(answer + skip, wanted.at, wanted.len) == 0;
}

/* FastCGI; a record's header goes before the answer. */
static bool worker_is_ready(int fd)
{
    static const struct fastcgi_param params[] = {{"REQUEST_METHOD", "GET"},
                                                  {"DOCUMENT_URI", "/readyz"}};
    struct buf request = {0};
    bool ready;

    fastcgi_add_request(&request, params, sizeof(params) / sizeof(params[0]));
    ready = send_all(fd, buf_span(&request)) &&
            answer_has(fd, 8, span_of("Status: 200"));
    buf_fini(&request);
    return ready;
}

/* HTTP. */
static bool gateway_is_ready(int fd)
{
    return send_all(fd, span_of("GET /readyz HTTP/1.1\r\nHost: gateway\r\n"
                                "Connection: close\r\n\r\n")) &&
           answer_has(fd, 0, span_of("HTTP/1.1 200"));
}

static bool is_ready(const char *address, bool (*ask)(int fd))
{
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    bool ready;
    int fd = strncmp(address, "unix:", 5) == 0 ? connect_unix(address + 5)
                                               : connect_tcp(address);

    if (fd == -1)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    ready = ask(fd);
    close(fd);
    return ready;
}

/* Whether all 'count' of them are. */
static bool are_ready(const char *listen, unsigned count, const char *kind,
                      bool (*ask)(int fd))
{
    bool ready = true;

    for (unsigned number = 1; number <= count; number++) {
        char *address = config_listen_address(listen, number);

        if (!is_ready(address, ask)) {
            log_warn("not_ready", "%s=%u address=%s", kind, number,
                     log_quote(span_of(address)));
            ready = false;
        }
        mem_free(address);
    }
    return ready;
}

int healthcheck_main(const struct config *config, int argc, char **argv)
{
    bool ready;

    (void)argv;
    if (argc > 0) {
        log_error("usage", "healthcheck=\"takes no arguments\"");
        return 2;
    }
    ready =
        are_ready(config->listen, config->workers, "worker", worker_is_ready);
    ready &= are_ready(config->gateway_listen, config->gateways, "gateway",
                       gateway_is_ready);
    return ready ? 0 : 1;
}
