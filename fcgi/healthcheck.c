/* healthcheck.c -- are the workers of this host ready?
 *
 * For supervisors and containers: asks each worker for /readyz as nginx would,
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

/* Whether the answer begins with "Status: 200"; FastCGI's record header goes
 * before it. */
static bool answer_is_200(int fd)
{
    static const char wanted[] = "Status: 200";
    char answer[8 + sizeof(wanted) - 1];
    size_t have = 0;

    while (have < sizeof(answer)) {
        ssize_t n = recv(fd, answer + have, sizeof(answer) - have, 0);

        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return memcmp(answer + 8, wanted, sizeof(wanted) - 1) == 0;
}

static bool is_ready(const char *address)
{
    static const struct fastcgi_param params[] = {{"REQUEST_METHOD", "GET"},
                                                  {"DOCUMENT_URI", "/readyz"}};
    const struct timeval timeout = {.tv_sec = TIMEOUT_S};
    struct buf request = {0};
    bool ready;
    int fd = strncmp(address, "unix:", 5) == 0 ? connect_unix(address + 5)
                                               : connect_tcp(address);

    if (fd == -1)
        return false;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
    fastcgi_add_request(&request, params, sizeof(params) / sizeof(params[0]));
    ready = send_all(fd, buf_span(&request)) && answer_is_200(fd);
    buf_fini(&request);
    close(fd);
    return ready;
}

int healthcheck_main(const struct config *config, int argc, char **argv)
{
    int status = 0;

    (void)argv;
    if (argc > 0) {
        log_error("usage", "healthcheck=\"takes no arguments\"");
        return 2;
    }
    for (unsigned number = 1; number <= config->workers; number++) {
        char *address = config_listen_address(config, number);

        if (!is_ready(address)) {
            log_warn("worker_not_ready", "worker=%u address=%s", number,
                     log_quote(span_of(address)));
            status = 1;
        }
        mem_free(address);
    }
    return status;
}
