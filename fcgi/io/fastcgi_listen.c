#include "io/fastcgi_listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

/* A full backlog of a unix socket is an instant 502. */
#define BACKLOG 4096
/* A request is parsed from the socket buffer, so all of it must fit. */
#define RECEIVE_BUFFER (256 * 1024)

static int listen_unix(const char *path)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    struct stat there;
    int fd;

    if (strlen(path) >= sizeof(to.sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(to.sun_path, path, strlen(path));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    /* Left behind by a process that was killed, if nobody answers there. */
    if (lstat(path, &there) == 0 && S_ISSOCK(there.st_mode) &&
        connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1 &&
        errno == ECONNREFUSED)
        unlink(path);
    if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

static int listen_tcp(const char *host, const char *port_text)
{
    struct sockaddr_in to = {.sin_family = AF_INET};
    const int yes = 1;
    const int buffer = RECEIVE_BUFFER;
    char *end;
    unsigned long port = strtoul(port_text, &end, 10);
    int fd;

    if (*port_text == '\0' || *end != '\0' || port > 65535 ||
        inet_pton(AF_INET, host, &to.sin_addr) != 1) {
        errno = EINVAL;
        return -1;
    }
    to.sin_port = htons((uint16_t)port);
    fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd == -1)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    /* Inherited by accepted sockets, and only so is the window of a
     * connection large enough from its start. */
    setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    if (bind(fd, (struct sockaddr *)&to, sizeof(to)) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    close(fd);
    return -1;
}

int fastcgi_listen(const char *address)
{
    const char *colon = strrchr(address, ':');
    char *host;
    int fd = -1;

    if (strncmp(address, "unix:", 5) == 0) {
        fd = listen_unix(address + 5);
    } else if (colon != NULL) {
        host = mem_copy(address, (size_t)(colon - address));
        fd = listen_tcp(host, colon + 1);
        mem_free(host);
    } else {
        errno = EINVAL;
    }
    if (fd == -1)
        log_error_errno("listen_failed", "address=%s",
                        log_quote(span_of(address)));
    return fd;
}
