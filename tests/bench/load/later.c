#include "load/later.h"

void later_add(struct later *later, struct later_entry *entry, later_fn *fn,
               void *arg)
{
    if (list_node_is_linked(&entry->link))
        return;
    entry->due_ns = nanos_now() + LATER_NS;
    entry->fn = fn;
    entry->arg = arg;
    list_push(&later->entries, &entry->link);
}

/* NULL if none is waiting. */
static struct later_entry *first_of(const struct later *later)
{
    struct list_node *first = list_first(&later->entries);

    return first != NULL ? LIST_ITEM(first, struct later_entry, link) : NULL;
}

uint64_t later_due_ns(const struct later *later)
{
    const struct later_entry *first = first_of(later);

    return first != NULL ? first->due_ns : UINT64_MAX;
}

void later_run(struct later *later)
{
    const uint64_t now_ns = nanos_now();
    struct later_entry *entry;

    while ((entry = first_of(later)) != NULL && entry->due_ns <= now_ns) {
        list_remove(&entry->link);
        entry->fn(entry->arg);
    }
}
