/* wall_clock.c -- a time of day that a test can move, for programs that load
 * this before the C library (LD_PRELOAD).
 *
 * The file that WALL_CLOCK names holds one int64_t in the machine's order: by
 * how many seconds it is later than it is.  It is mapped, so whoever writes it
 * moves the clock of all these programs at once.  What counts time
 * (CLOCK_MONOTONIC) is left alone, as a machine's is when somebody sets its
 * clock.
 *
 * libfaketime does the same and more, but hangs in Debian's Redis: its start
 * needs malloc, and jemalloc's start needs the clock. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t no_offset = 0;

static int64_t offset_s(void)
{
    static const volatile int64_t *offset;
    const char *path;
    void *mapped;
    int fd;

    if (offset != NULL)
        return *offset;
    path = getenv("WALL_CLOCK");
    fd = path != NULL ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    mapped = mmap(NULL, sizeof(*offset), PROT_READ, MAP_SHARED, fd, 0);
    if (fd != -1)
        close(fd);
    offset = mapped != MAP_FAILED ? mapped : &no_offset;
    return *offset;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    int result = (int)syscall(SYS_clock_gettime, clock, now);

    if (result == 0 &&
        (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        now->tv_sec += offset_s();
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec precise;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0)
        return -1;
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *to)
{
    struct timespec now = {0};

    clock_gettime(CLOCK_REALTIME, &now);
    if (to != NULL)
        *to = now.tv_sec;
    return now.tv_sec;
}
