#include "model/contact.h"

bool contact_is_asking(struct contact_pair pair)
{
    return pair.theirs == CONTACT_ASKED && pair.mine != CONTACT_BLOCKED;
}

bool contact_is_blocked(struct contact_pair pair)
{
    return pair.mine == CONTACT_BLOCKED || pair.theirs == CONTACT_BLOCKED;
}

static void accept(struct contact_pair *pair)
{
    pair->mine = CONTACT_ACCEPTED;
    pair->theirs = CONTACT_ACCEPTED;
}

/* What they knew of each other, on both sides. */
static void part(struct contact_pair *pair)
{
    if (pair->theirs == CONTACT_ACCEPTED)
        pair->theirs = CONTACT_NONE;
    pair->mine = CONTACT_NONE;
}

/* --- the deeds ----------------------------------------------------------- */

static enum contact_result ask(struct contact_pair *pair)
{
    if (pair->mine == CONTACT_BLOCKED)
        return CONTACT_IS_BLOCKED;
    if (contact_is_asking(*pair))
        accept(pair);
    else if (pair->mine == CONTACT_NONE)
        pair->mine = CONTACT_ASKED;
    return CONTACT_OK;
}

static enum contact_result accept_asked(struct contact_pair *pair)
{
    if (contact_is_asking(*pair))
        accept(pair);
    return pair->mine == CONTACT_ACCEPTED ? CONTACT_OK : CONTACT_NOT_ASKED;
}

static void refuse(struct contact_pair *pair)
{
    if (contact_is_asking(*pair))
        pair->theirs = CONTACT_NONE;
}

static void block(struct contact_pair *pair)
{
    part(pair);
    pair->mine = CONTACT_BLOCKED;
}

static void unblock(struct contact_pair *pair)
{
    if (pair->mine != CONTACT_BLOCKED)
        return;
    pair->mine = CONTACT_NONE;
    if (pair->theirs == CONTACT_ASKED)
        pair->theirs = CONTACT_NONE;
}

static void leave(struct contact_pair *pair)
{
    if (pair->mine != CONTACT_BLOCKED)
        part(pair);
}

enum contact_result contact_do(enum contact_deed deed,
                               struct contact_pair *pair)
{
    switch (deed) {
    case CONTACT_ASK:
        return ask(pair);
    case CONTACT_ACCEPT:
        return accept_asked(pair);
    case CONTACT_REFUSE:
        refuse(pair);
        break;
    case CONTACT_BLOCK:
        block(pair);
        break;
    case CONTACT_UNBLOCK:
        unblock(pair);
        break;
    case CONTACT_REMOVE:
        leave(pair);
        break;
    }
    return CONTACT_OK;
}
