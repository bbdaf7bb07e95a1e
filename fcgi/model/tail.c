#include "model/tail.h"

#include "base/fatal.h"
#include "base/mem.h"

void tail_init(struct tail *tail, size_t keep)
{
    *tail = (struct tail){.keep = keep, .newest = CURSOR_START};
}

static void drop_oldest(struct tail *tail)
{
    mem_free(tail->entries[tail->first].json);
    tail->first = (tail->first + 1) % tail->cap;
    tail->count--;
}

void tail_fini(struct tail *tail)
{
    while (tail->count > 0)
        drop_oldest(tail);
    mem_free(tail->entries);
    tail->entries = NULL;
    tail->cap = 0;
}

void tail_restart(struct tail *tail, struct cursor newest)
{
    while (tail->count > 0)
        drop_oldest(tail);
    tail->newest = newest;
}

static bool is_young(const struct tail_entry *entry, uint64_t now_ms)
{
    return entry->heard_ms != 0 && now_ms - entry->heard_ms < TAIL_YOUNG_MS;
}

static void grow(struct tail *tail, size_t cap)
{
    struct tail_entry *entries = mem_alloc(cap * sizeof(*entries));

    for (size_t i = 0; i < tail->count; i++)
        entries[i] = *tail_at(tail, i);
    mem_free(tail->entries);
    tail->entries = entries;
    tail->first = 0;
    tail->cap = cap;
}

/* Room for one more.  The ring is made with the first message, as most rooms of a
 * busy site are asked for and silent, and grows while what it holds is young. */
static void make_room(struct tail *tail, uint64_t now_ms)
{
    if (tail->entries == NULL) {
        grow(tail, tail->keep);
        return;
    }
    while (tail->count >= tail->keep && !is_young(tail_at(tail, 0), now_ms))
        drop_oldest(tail);
    if (tail->count < tail->cap)
        return;
    if (2 * tail->cap <= TAIL_GROWTH * tail->keep)
        grow(tail, 2 * tail->cap);
    else
        drop_oldest(tail);
}

static void append(struct tail *tail, const struct tail_entry *entry)
{
    make_room(tail, entry->heard_ms);
    MUST(tail->count < tail->cap);
    tail->entries[(tail->first + tail->count) % tail->cap] = *entry;
    tail->count++;
}

enum tail_push tail_push(struct tail *tail, uint64_t epoch,
                         const struct tail_entry *entry)
{
    const bool is_very_first = tail->newest.epoch == 0 && entry->prev_seq == 0;

    if (tail->newest.epoch != epoch && !is_very_first)
        return TAIL_ALIEN;
    if (tail->newest.epoch == epoch && entry->seq <= tail->newest.seq)
        return TAIL_KNOWN;
    if (entry->prev_seq != tail->newest.seq)
        return TAIL_MISSED;
    append(tail, entry);
    tail->newest = (struct cursor){epoch, entry->seq};
    return TAIL_PUSHED;
}

void tail_fill(struct tail *tail, uint64_t epoch,
               const struct tail_entry *entry)
{
    append(tail, entry);
    if (tail->newest.epoch != epoch || tail->newest.seq < entry->seq)
        tail->newest = (struct cursor){epoch, entry->seq};
}

/* How many entries are not newer than 'seq': the index of the first that is. */
static size_t index_after(const struct tail *tail, uint64_t seq)
{
    size_t low = 0;
    size_t high = tail->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (tail_at(tail, middle)->seq <= seq)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum tail_verdict tail_judge(const struct tail *tail, struct cursor cursor,
                             size_t *index)
{
    if (cursor_is_absent(cursor)) {
        *index = 0;
        return tail->count > 0 ? TAIL_NEWS : TAIL_NOTHING;
    }
    /* 0-0 precedes every epoch: nothing had been said when it was given. */
    if (cursor.epoch != tail->newest.epoch && cursor.epoch != 0)
        return TAIL_STRANGE;
    if (cursor.seq > tail->newest.seq)
        return TAIL_STRANGE;
    if (cursor.seq == tail->newest.seq)
        return TAIL_NOTHING;
    *index = index_after(tail, cursor.seq);
    /* Somebody may have deleted the list and left the head. */
    if (*index == tail->count)
        return TAIL_GAP;
    return tail_at(tail, *index)->prev_seq > cursor.seq ? TAIL_GAP : TAIL_NEWS;
}

const struct tail_entry *tail_at(const struct tail *tail, size_t index)
{
    MUST(index < tail->count);
    return &tail->entries[(tail->first + index) % tail->cap];
}

/* The index of the entry of that id; 'count' when there is none. */
static size_t index_of(const struct tail *tail, struct cursor id)
{
    const size_t after = index_after(tail, id.seq);

    if (id.epoch != tail->newest.epoch || after == 0 ||
        tail_at(tail, after - 1)->seq != id.seq)
        return tail->count;
    return after - 1;
}

const struct tail_entry *tail_find(const struct tail *tail, struct cursor id)
{
    const size_t index = index_of(tail, id);

    return index < tail->count ? tail_at(tail, index) : NULL;
}

void tail_replace(struct tail *tail, struct cursor id, char *json, size_t len,
                  size_t plain_len)
{
    const size_t index = index_of(tail, id);
    struct tail_entry *entry;

    MUST(index < tail->count);
    entry = &tail->entries[(tail->first + index) % tail->cap];
    mem_free(entry->json);
    entry->json = json;
    entry->len = len;
    entry->plain_len = plain_len;
}
