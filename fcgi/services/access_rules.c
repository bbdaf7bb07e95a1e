#include "services/access_rules.h"

#include "base/mem.h"

static int compare_person(struct span a, const char *b)
{
    const size_t len = strlen(b);
    const int order = memcmp(a.at, b, a.len < len ? a.len : len);

    return order != 0 ? order : (a.len > len) - (a.len < len);
}

static bool is_member(const struct access_rules *rules, int64_t account)
{
    size_t from = 0;
    size_t to = rules->member_count;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (rules->members[middle] == account)
            return true;
        if (rules->members[middle] < account)
            from = middle + 1;
        else
            to = middle;
    }
    return false;
}

/* The first of 'person', or where it would be. */
static size_t first_sanction(const struct access_rules *rules,
                             struct span person)
{
    size_t from = 0;
    size_t to = rules->sanction_count;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;

        if (compare_person(person, rules->sanctions[middle].person) > 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* When the one of that kind ends; 0: there is none. */
static int64_t sanction_end(const struct access_rules *rules,
                            struct span person, bool is_ban, int64_t now)
{
    for (size_t i = first_sanction(rules, person);
         i < rules->sanction_count &&
         span_is(person, rules->sanctions[i].person);
         i++) {
        if (rules->sanctions[i].is_ban == is_ban &&
            rules->sanctions[i].until > now)
            return rules->sanctions[i].until;
    }
    return 0;
}

static enum access_verdict judge_person(const struct access_rules *rules,
                                        struct span person,
                                        enum access_wish wish, int64_t now,
                                        int64_t *until)
{
    int64_t end = sanction_end(rules, person, true, now);

    if (end != 0) {
        *until = end;
        return ACCESS_BANNED;
    }
    end = wish == ACCESS_POST ? sanction_end(rules, person, false, now) : 0;
    if (end != 0) {
        *until = end;
        return ACCESS_MUTED;
    }
    return ACCESS_ALLOWED;
}

static enum access_verdict judge_post(const struct access_rules *rules)
{
    if (rules->is_archived)
        return ACCESS_ARCHIVED;
    return rules->is_blocked ? ACCESS_BLOCKED : ACCESS_ALLOWED;
}

/* Of one who is known. */
static enum access_verdict judge_known(const struct access_rules *rules,
                                       struct span person,
                                       enum access_wish wish, int64_t now,
                                       int64_t *until)
{
    const int64_t account = person_account(person);

    if (rules->is_closed &&
        (!rules->is_there || account == 0 || !is_member(rules, account)))
        return ACCESS_NOT_FOUND;
    if (account != 0 && account == rules->owner)
        return ACCESS_ALLOWED;
    return judge_person(rules, person, wish, now, until);
}

/* Whether it is the same for all. */
static bool is_for_all(const struct access_rules *rules, enum access_wish wish)
{
    return !rules->is_closed && !rules->has_bans &&
           (wish == ACCESS_READ || rules->sanction_count == 0);
}

enum access_verdict access_rules_judge(const struct access_rules *rules,
                                       struct span person,
                                       enum access_wish wish, int64_t now,
                                       int64_t *until)
{
    enum access_verdict verdict = ACCESS_ALLOWED;

    if (!is_for_all(rules, wish))
        verdict = person.at != NULL
                      ? judge_known(rules, person, wish, now, until)
                      : ACCESS_WHO;
    if (verdict == ACCESS_ALLOWED && wish == ACCESS_POST)
        verdict = judge_post(rules);
    return verdict;
}

void access_rules_fini(struct access_rules *rules)
{
    mem_free(rules->members);
    mem_free(rules->sanctions);
    *rules = (struct access_rules){0};
}

bool access_is_refused(enum access_verdict verdict)
{
    switch (verdict) {
    case ACCESS_NOT_FOUND:
    case ACCESS_BANNED:
    case ACCESS_MUTED:
    case ACCESS_ARCHIVED:
    case ACCESS_BLOCKED:
        return true;
    case ACCESS_ALLOWED:
    case ACCESS_WHO:
    case ACCESS_LOADING:
    case ACCESS_UNAVAILABLE:
        break;
    }
    return false;
}
