#include "endpoints/addresses.h"

#include <string.h>

#include "base/bucket.h"
#include "base/fatal.h"
#include "base/list.h"
#include "base/map.h"
#include "base/mem.h"

/* By then its bucket is full. */
#define KEPT_MS (1000 * ADDRESS_POSTS_BURST / ADDRESS_POSTS_PER_S)

struct address {
    struct addresses *addresses;
    size_t uses;
    struct list_node idle; /* in addresses->idle, when uses is 0 */
    uint64_t idle_since_ms;
    struct bucket posts;
    size_t name_len;
    char name[];
};

struct addresses {
    struct loop *loop; /* the caller's, outlives us */
    struct map *by_name;
    struct list idle; /* longest first */
};

struct addresses *addresses_new(struct loop *loop)
{
    struct addresses *addresses = mem_alloc(sizeof(*addresses));

    addresses->loop = loop;
    addresses->by_name = map_new();
    list_init(&addresses->idle);
    return addresses;
}

static void address_free(struct address *address)
{
    list_remove(&address->idle);
    map_remove(address->addresses->by_name,
               (struct span){address->name, address->name_len});
    mem_free(address);
}

void addresses_free(struct addresses *addresses)
{
    struct list_node *node;

    if (addresses == NULL)
        return;
    while ((node = list_first(&addresses->idle)) != NULL)
        address_free(LIST_ITEM(node, struct address, idle));
    MUST(map_count(addresses->by_name) == 0);
    map_free(addresses->by_name);
    mem_free(addresses);
}

struct address *addresses_use(struct addresses *addresses, struct span name)
{
    struct address *address;

    if (name.at == NULL)
        return NULL;
    address = map_get(addresses->by_name, name);
    if (address == NULL) {
        address = mem_alloc(sizeof(*address) + name.len);
        address->addresses = addresses;
        address->name_len = name.len;
        memcpy(address->name, name.at, name.len);
        bucket_init(&address->posts, ADDRESS_POSTS_BURST,
                    loop_now_ms(addresses->loop));
        map_set(addresses->by_name, name, address);
    }
    list_remove(&address->idle);
    address->uses++;
    return address;
}

void address_unuse(struct address *address)
{
    if (address == NULL || --address->uses > 0)
        return;
    address->idle_since_ms = loop_now_ms(address->addresses->loop);
    list_push(&address->addresses->idle, &address->idle);
}

bool address_may_post(struct address *address)
{
    return address == NULL ||
           bucket_take(&address->posts, ADDRESS_POSTS_PER_S,
                       ADDRESS_POSTS_BURST,
                       loop_now_ms(address->addresses->loop));
}

void addresses_forget(struct addresses *addresses)
{
    const uint64_t now_ms = loop_now_ms(addresses->loop);
    struct list_node *node;

    while ((node = list_first(&addresses->idle)) != NULL) {
        struct address *address = LIST_ITEM(node, struct address, idle);

        if (now_ms - address->idle_since_ms < KEPT_MS)
            return;
        address_free(address);
    }
}
