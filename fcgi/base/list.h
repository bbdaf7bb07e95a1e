/* list.h -- a doubly linked list whose links live inside its members.
 *
 * Adding and removing cost no memory and no search, and a member can take
 * itself out knowing only itself: what a request that ends needs.
 *
 *     struct list waiting;                    the head, list_init first
 *     struct waiter { struct list_node link; ... };
 *     LIST_FOREACH(node, &waiting)
 *         struct waiter *w = LIST_ITEM(node, struct waiter, link);
 *
 * Inside LIST_FOREACH the current member may be removed, its neighbours may
 * not.  A node is zeroed when in no list; list_remove makes it so again, and
 * removing a node that is in none does nothing. */
#ifndef LIST_H
#define LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list_node {
    struct list_node *prev;
    struct list_node *next;
};

struct list {
    struct list_node head; /* a ring through the head; empty: itself twice */
};

#define LIST_ITEM(node, type, member) \
    ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* A name that is being declared cannot stand in parentheses.
 * NOLINTBEGIN(bugprone-macro-parentheses) */
#define LIST_FOREACH(node, list)                     \
    for (struct list_node *node = (list)->head.next, \
                          *node##_next = node->next; \
         node != &(list)->head; node = node##_next, node##_next = node->next)
/* NOLINTEND(bugprone-macro-parentheses) */

static inline void list_init(struct list *list)
{
    list->head.prev = list->head.next = &list->head;
}

static inline bool list_is_empty(const struct list *list)
{
    return list->head.next == &list->head;
}

static inline bool list_node_is_linked(const struct list_node *node)
{
    return node->next != NULL;
}

static inline void list_insert(struct list_node *node, struct list_node *before)
{
    node->prev = before->prev;
    node->next = before;
    before->prev->next = node;
    before->prev = node;
}

static inline void list_push(struct list *list, struct list_node *node)
{
    list_insert(node, &list->head);
}

static inline void list_push_front(struct list *list, struct list_node *node)
{
    list_insert(node, list->head.next);
}

/* NULL when empty. */
static inline struct list_node *list_first(const struct list *list)
{
    return list_is_empty(list) ? NULL : list->head.next;
}

static inline void list_remove(struct list_node *node)
{
    if (node->next == NULL)
        return;
    node->prev->next = node->next;
    node->next->prev = node->prev;
    node->prev = node->next = NULL;
}

/* Removes and returns the first, or NULL. */
static inline struct list_node *list_pop(struct list *list)
{
    struct list_node *node = list_first(list);

    if (node != NULL)
        list_remove(node);
    return node;
}

/* The members of 'from', in their order, behind those of 'to'. */
static inline void list_move_all(struct list *to, struct list *from)
{
    struct list_node *node;

    while ((node = list_pop(from)) != NULL)
        list_push(to, node);
}

#endif
