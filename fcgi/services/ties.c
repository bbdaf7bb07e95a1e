#include "services/ties.h"

#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "io/secret.h"

#define MARK_DIGITS 16

uint64_t ties_mark(struct span hash)
{
    char digits[MARK_DIGITS + 1] = "";

    if (hash.len >= MARK_DIGITS)
        memcpy(digits, hash.at, MARK_DIGITS);
    return strtoull(digits, NULL, 16);
}

void ties_init(struct ties *ties)
{
    list_init(&ties->all);
    list_init(&ties->told);
}

static bool has_ended(const struct ties *ties, uint64_t mark)
{
    for (size_t i = 0; i < TIES_ENDED; i++) {
        if (ties->ended[i] == mark && mark != 0)
            return true;
    }
    return false;
}

bool ties_add(struct ties *ties, struct tie *tie, struct span token,
              tie_fn *on_event)
{
    char hash[SECRET_HEX_SIZE];

    MUST(!list_node_is_linked(&tie->link));
    secret_hash(hash, token);
    tie->mark = ties_mark(span_of(hash));
    tie->on_event = on_event;
    if (has_ended(ties, tie->mark))
        return false;
    list_push(&ties->all, &tie->link);
    return true;
}

void ties_remove(struct tie *tie)
{
    list_remove(&tie->link);
}

void ties_tell(struct ties *ties, struct span hash, enum tie_event event)
{
    const uint64_t mark = ties_mark(hash);
    struct list_node *node;

    if (event == TIE_ENDED)
        ties->ended[ties->next_ended++ % TIES_ENDED] = mark;
    LIST_FOREACH(one, &ties->all) {
        if (LIST_ITEM(one, struct tie, link)->mark == mark) {
            list_remove(one);
            list_push(&ties->told, one);
        }
    }
    /* One at a time: a callback may remove one that is still in 'told'. */
    while ((node = list_pop(&ties->told)) != NULL) {
        struct tie *tie = LIST_ITEM(node, struct tie, link);

        if (event != TIE_ENDED)
            list_push(&ties->all, node);
        tie->on_event(tie, event);
    }
}
