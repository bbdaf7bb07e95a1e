#include "base/descriptors.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

/* Each takes 8 bytes of the kernel's memory; who may have more than these has
 * more time to grow, too. */
#define ROOM_MAX 65536

static void make_room(size_t count)
{
    const int last = (int)(count < ROOM_MAX ? count : ROOM_MAX) - 1;
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int far;

    if (fd == -1)
        return;
    far = fcntl(fd, F_DUPFD_CLOEXEC, last);
    if (far != -1)
        close(far);
    close(fd);
}

void descriptors_raise(size_t most)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max < most ? limit.rlim_max : most;
        setrlimit(RLIMIT_NOFILE, &limit);
        make_room(descriptors_limit());
    }
}

size_t descriptors_limit(void)
{
    struct rlimit limit = {0};

    getrlimit(RLIMIT_NOFILE, &limit);
    return (size_t)limit.rlim_cur;
}
