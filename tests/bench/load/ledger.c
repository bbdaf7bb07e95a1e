#include "load/ledger.h"

#include <string.h>

#include "base/mem.h"

#define WORD_BITS 64U

uint32_t ledger_send(struct ledger *ledger, uint64_t now_ns)
{
    if (ledger->count == ledger->cap) {
        ledger->cap = ledger->cap > 0 ? ledger->cap * 2 : 8;
        ledger->entries = mem_resize(ledger->entries,
                                     ledger->cap * sizeof ledger->entries[0]);
    }
    ledger->entries[ledger->count] = (struct ledger_entry){.sent_ns = now_ns};
    return (uint32_t)ledger->count++;
}

void ledger_acknowledge(struct ledger *ledger, uint32_t n, uint64_t now_ns)
{
    ledger->entries[n].acknowledged_ns = now_ns;
}

static bool was_told(const struct ledger_reader *reader, uint32_t n)
{
    const size_t word = n / WORD_BITS;

    return word < reader->words &&
           (reader->told[word] >> (n % WORD_BITS) & 1) != 0;
}

static void set_told(struct ledger_reader *reader, uint32_t n)
{
    const size_t word = n / WORD_BITS;

    if (word >= reader->words) {
        const size_t words = word + word / 2 + 1;

        reader->told = mem_resize(reader->told, words * sizeof reader->told[0]);
        memset(reader->told + reader->words, 0,
               (words - reader->words) * sizeof reader->told[0]);
        reader->words = words;
    }
    reader->told[word] |= UINT64_C(1) << (n % WORD_BITS);
    reader->count++;
}

/* Those who were told it first decide where it stands. */
static void find_place(struct ledger *ledger,
                       const struct ledger_reader *reader,
                       struct ledger_entry *entry)
{
    if (reader->place == ledger->places) {
        entry->place = ++ledger->places;
    } else {
        entry->after = reader->place;
        entry->before = UINT32_MAX;
    }
}

/* What has no place and was told to 'reader' stands before 'place'. */
static void bound_adrift(struct ledger *ledger, struct ledger_reader *reader,
                         uint32_t place)
{
    for (size_t at = 0; at < reader->adrift.len; at += sizeof(uint32_t)) {
        uint32_t n;
        struct ledger_entry *entry;

        memcpy(&n, reader->adrift.data + at, sizeof n);
        entry = &ledger->entries[n];
        if (entry->before > place)
            entry->before = place;
    }
    buf_clear(&reader->adrift);
}

/* Moves the reader on to message 'n'; false if it stands before something that
 * he was told already. */
static bool move_on(struct ledger *ledger, struct ledger_reader *reader,
                    uint32_t n)
{
    struct ledger_entry *entry = &ledger->entries[n];

    if (entry->place != 0) {
        if (entry->place <= reader->place)
            return false;
        bound_adrift(ledger, reader, entry->place);
        reader->place = entry->place;
        return true;
    }
    if (entry->before <= reader->place)
        return false;
    if (entry->after < reader->place)
        entry->after = reader->place;
    reader->place = entry->after;
    buf_add(&reader->adrift, &n, sizeof n);
    return true;
}

bool ledger_tell(struct ledger *ledger, struct ledger_reader *reader,
                 uint32_t n, uint64_t sent_ns, uint64_t now_ns)
{
    struct ledger_entry *entry;

    if (n >= ledger->count || ledger->entries[n].sent_ns != sent_ns) {
        ledger->counts.strange++;
        return false;
    }
    if (was_told(reader, n)) {
        ledger->counts.doubled++;
        return false;
    }
    entry = &ledger->entries[n];
    if (entry->told == 0)
        find_place(ledger, reader, entry);
    if (!move_on(ledger, reader, n))
        ledger->counts.reordered++;
    set_told(reader, n);
    entry->told++;
    if (now_ns > entry->told_ns)
        entry->told_ns = now_ns;
    return true;
}

/* Whether every reader has a right to it. */
static bool is_due(const struct ledger_entry *entry)
{
    return entry->acknowledged_ns != 0 || entry->told > 0;
}

void ledger_audit_reader(struct ledger *ledger,
                         const struct ledger_reader *reader)
{
    if (reader->count == ledger->count)
        return;
    for (uint32_t n = 0; n < ledger->count; n++) {
        if (is_due(&ledger->entries[n]) && !was_told(reader, n))
            ledger->counts.lost++;
    }
}

void ledger_audit_order(struct ledger *ledger)
{
    uint32_t *order = mem_alloc((ledger->places + 1) * sizeof order[0]);
    uint64_t latest_sent_ns = 0; /* of those that stand before */

    for (uint32_t n = 0; n < ledger->count; n++) {
        if (ledger->entries[n].place > 0)
            order[ledger->entries[n].place - 1] = n;
    }
    for (uint32_t i = 0; i < ledger->places; i++) {
        const struct ledger_entry *entry = &ledger->entries[order[i]];

        if (entry->acknowledged_ns != 0 &&
            entry->acknowledged_ns < latest_sent_ns)
            ledger->counts.reordered++;
        if (entry->sent_ns > latest_sent_ns)
            latest_sent_ns = entry->sent_ns;
    }
    mem_free(order);
}

void ledger_fini(struct ledger *ledger)
{
    mem_free(ledger->entries);
    *ledger = (struct ledger){0};
}

void ledger_reader_fini(struct ledger_reader *reader)
{
    mem_free(reader->told);
    buf_fini(&reader->adrift);
    *reader = (struct ledger_reader){0};
}
