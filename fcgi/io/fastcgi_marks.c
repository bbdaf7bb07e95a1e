#include "io/fastcgi_marks.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>

#define MARK_EVERY 16
/* A peer that stands still is waited for once, then left alone for a while. */
#define BEHIND_MAX_MS   100
#define BEHIND_PAUSE_MS 1000

void fastcgi_marks_add(struct fastcgi_marks *marks,
                       const struct loop_watch *watch, uint64_t now_ms)
{
    const uint64_t number = marks->count++;
    const size_t at = number / MARK_EVERY % FASTCGI_MARKS;

    if (number % MARK_EVERY != 0)
        return;
    marks->ring[at].watch = watch;
    marks->ring[at].sent_at_ms = now_ms;
}

void fastcgi_marks_forget(struct fastcgi_marks *marks,
                          const struct loop_watch *watch)
{
    for (size_t i = 0; i < FASTCGI_MARKS; i++) {
        if (marks->ring[i].watch == watch)
            marks->ring[i].watch = NULL;
    }
}

bool fastcgi_marks_are_behind(struct fastcgi_marks *marks, uint64_t now_ms)
{
    /* The one whose place is taken next. */
    const size_t oldest =
        (marks->count + MARK_EVERY - 1) / MARK_EVERY % FASTCGI_MARKS;
    const struct loop_watch *watch = marks->ring[oldest].watch;
    int unread = 0;

    if (watch == NULL || now_ms < marks->nobody_is_behind_until_ms)
        return false;
    ioctl(watch->fd, SIOCOUTQ, &unread); /* fails: then it is not behind */
    if (unread > 0 && now_ms - marks->ring[oldest].sent_at_ms < BEHIND_MAX_MS)
        return true;
    if (unread > 0)
        marks->nobody_is_behind_until_ms = now_ms + BEHIND_PAUSE_MS;
    marks->ring[oldest].watch = NULL;
    return false;
}
