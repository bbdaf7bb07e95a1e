#include "services/recall.h"

#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

struct recalled {
    struct list_node link; /* in recall->by_age, oldest first */
    uint64_t until_ms;
    struct session session;
};

struct recall {
    struct loop *loop;    /* the caller's, outlives us */
    uint64_t ms;          /* so long one is remembered */
    struct map *by_token; /* struct recalled, ours */
    struct list by_age;
};

static struct span token_of(const struct recalled *r)
{
    return (struct span){r->session.token, SECRET_TOKEN_LEN};
}

static void forget(struct recall *recall, struct recalled *r)
{
    map_remove(recall->by_token, token_of(r));
    list_remove(&r->link);
    mem_free(r);
}

static void forget_old(struct recall *recall)
{
    const uint64_t now = loop_now_ms(recall->loop);
    struct list_node *node;

    while ((node = list_first(&recall->by_age)) != NULL) {
        struct recalled *r = LIST_ITEM(node, struct recalled, link);

        if (r->until_ms > now && map_count(recall->by_token) <= RECALL_MAX)
            return;
        forget(recall, r);
    }
}

void recall_add(struct recall *recall, const struct session *session)
{
    struct recalled *r = map_get(
        recall->by_token, (struct span){session->token, SECRET_TOKEN_LEN});

    if (r != NULL)
        forget(recall, r);
    r = mem_alloc(sizeof(*r));
    r->session = *session;
    r->session.is_new = false;
    r->until_ms = loop_now_ms(recall->loop) + recall->ms;
    map_set(recall->by_token, token_of(r), r);
    list_push(&recall->by_age, &r->link);
    forget_old(recall);
}

bool recall_get(struct recall *recall, struct span token,
                struct session *session)
{
    struct recalled *r;

    forget_old(recall);
    r = token.at != NULL ? map_get(recall->by_token, token) : NULL;
    if (r != NULL)
        *session = r->session;
    return r != NULL;
}

/* Rare enough to look at all of them. */
void recall_drop(struct recall *recall, struct span hash)
{
    char hex[SECRET_HEX_SIZE];

    LIST_FOREACH(node, &recall->by_age) {
        struct recalled *r = LIST_ITEM(node, struct recalled, link);

        secret_hash(hex, token_of(r));
        if (span_is(hash, hex)) {
            forget(recall, r);
            return;
        }
    }
}

void recall_drop_all(struct recall *recall)
{
    struct list_node *node;

    while ((node = list_first(&recall->by_age)) != NULL)
        forget(recall, LIST_ITEM(node, struct recalled, link));
}

struct recall *recall_new(struct loop *loop, uint64_t ms)
{
    struct recall *recall = mem_alloc(sizeof(*recall));

    recall->loop = loop;
    recall->ms = ms;
    recall->by_token = map_new();
    list_init(&recall->by_age);
    return recall;
}

void recall_free(struct recall *recall)
{
    if (recall == NULL)
        return;
    recall_drop_all(recall);
    map_free(recall->by_token);
    mem_free(recall);
}
