#include "services/rooms_sql.h"

#include "services/hold_sql.h"
#include "services/rooms_sql_private.h"

/* A room that is being changed: what it was when it was held. */
struct held {
    struct sql_conn *conn;
    struct room_job *job;
    size_t others; /* who are in it besides him, invited ones not counted */
};

static enum sql_result refuse(struct room_job *job, enum room_outcome outcome)
{
    job->outcome = outcome;
    return SQL_OK;
}

/* --- who ----------------------------------------------------------------- */

/* Who is to be brought into a room is held, too. */
static enum sql_result hold_accounts(struct sql_conn *conn,
                                     struct room_job *job)
{
    const bool is_for_two = job->name.key[0] != '\0' && job->other != 0 &&
                            job->other != job->account;

    return is_for_two ? hold_sql_accounts(conn, &job->account, &job->other)
                      : hold_sql_account(conn, &job->account);
}

/* Nobody of that name is 0: what that means depends on the deed. */
static enum sql_result find_other(struct sql_conn *conn, struct room_job *job)
{
    enum sql_result result;

    if (job->name.key[0] == '\0')
        return SQL_OK;
    result = sql_query(conn, "SELECT id FROM account WHERE name_key = $1",
                       SQL_VALUES(SQL_STRING(job->name.key)));
    if (result == SQL_OK && sql_row_count(conn) > 0)
        job->other = sql_int(conn, 0, 0);
    return result;
}

/* --- counting ------------------------------------------------------------ */

/* 'statement' counts for $1; at 'max' it is 'outcome'. */
static enum sql_result limit(struct sql_conn *conn, struct room_job *job,
                             const char *statement, int64_t value, int64_t max,
                             enum room_outcome outcome)
{
    enum sql_result result;

    if (job->outcome != ROOM_DONE)
        return SQL_OK;
    result = sql_query(conn, statement, SQL_VALUES(SQL_INT(value)));
    if (result == SQL_OK && sql_int(conn, 0, 0) >= max)
        job->outcome = outcome;
    return result;
}

static enum sql_result limit_joined(struct sql_conn *conn, struct room_job *job,
                                    int64_t account)
{
    return limit(conn, job,
                 "SELECT count(*) FROM room_member WHERE account_id = $1",
                 account, ROOMS_JOINED_MAX, ROOM_TOO_MANY_JOINED);
}

static enum sql_result limit_members(struct sql_conn *conn,
                                     struct room_job *job)
{
    return limit(conn, job,
                 "SELECT count(*) FROM room_member WHERE room_id = $1",
                 job->seen.id, ROOM_MEMBERS_MAX, ROOM_TOO_MANY_MEMBERS);
}

static enum sql_result limit_owned(struct sql_conn *conn, struct room_job *job,
                                   int64_t account)
{
    return limit(conn, job,
                 "SELECT count(*) FROM room WHERE owner_id = $1 "
                 "AND archived_at IS NULL",
                 account, ROOMS_OWNED_MAX, ROOM_TOO_MANY_OWNED);
}

/* --- rooms that are made ------------------------------------------------- */

static enum sql_result insert_member(struct sql_conn *conn,
                                     const struct room_job *job,
                                     int64_t account, const char *state)
{
    return sql_query(conn,
                     "INSERT INTO room_member "
                     "(room_id, account_id, state, since) "
                     "VALUES ($1, $2, $3, $4)",
                     SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(account),
                                SQL_STRING(state), SQL_INT(job->now)));
}

static enum sql_result make(struct sql_conn *conn, struct room_job *job)
{
    enum sql_result result = limit_owned(conn, job, job->account);

    if (result == SQL_OK)
        result = limit_joined(conn, job, job->account);
    if (result != SQL_OK || job->outcome != ROOM_DONE)
        return result;
    result = sql_query(
        conn,
        "INSERT INTO room (name, kind, title, title_look, "
        "topic, owner_id, created_at) "
        "VALUES ($1, 'private', $2, $3, $4, $5, $6) "
        "RETURNING id",
        SQL_VALUES(SQL_STRING(job->room), SQL_STRING(job->title.shown),
                   SQL_STRING(job->title.look), SQL_STRING(job->topic),
                   SQL_INT(job->account), SQL_INT(job->now)));
    if (result == SQL_NOT_UNIQUE)
        return refuse(job, ROOM_TITLE_TAKEN);
    if (result != SQL_OK)
        return result;
    job->is_new = true;
    job->seen.id = sql_int(conn, 0, 0);
    return insert_member(conn, job, job->account, "member");
}

static enum sql_result insert_direct(struct sql_conn *conn,
                                     struct room_job *job, const char *pair)
{
    enum sql_result result = sql_query(
        conn,
        "INSERT INTO room (name, kind, pair, created_at) "
        "VALUES ($1, 'direct', $2, $3) RETURNING id",
        SQL_VALUES(SQL_STRING(job->room), SQL_STRING(pair), SQL_INT(job->now)));

    if (result != SQL_OK)
        return result;
    job->is_new = true;
    job->seen.id = sql_int(conn, 0, 0);
    result = insert_member(conn, job, job->account, "member");
    return result == SQL_OK ? insert_member(conn, job, job->other, "member")
                            : result;
}

/* Between two who know each other.  One that is there already is found whatever
 * they are to each other now: what was said can be read. */
static enum sql_result make_direct(struct sql_conn *conn, struct room_job *job)
{
    char pair[ROOM_PAIR_SIZE];
    enum sql_result result;

    if (job->other == 0)
        return refuse(job, ROOM_NO_ACCOUNT);
    if (job->other == job->account)
        return refuse(job, ROOM_ONESELF);
    room_pair(pair, job->account, job->other);
    result = sql_query(conn, "SELECT id FROM room WHERE pair = $1",
                       SQL_VALUES(SQL_STRING(pair)));
    if (result != SQL_OK)
        return result;
    if (sql_row_count(conn) > 0) {
        job->seen.id = sql_int(conn, 0, 0);
        return SQL_OK;
    }
    result = sql_query(conn,
                       "SELECT count(*) FROM contact WHERE state = 'accepted' "
                       "AND ((account_id = $1 AND other_id = $2) OR "
                       "(account_id = $2 AND other_id = $1))",
                       SQL_VALUES(SQL_INT(job->account), SQL_INT(job->other)));
    if (result != SQL_OK)
        return result;
    if (sql_int(conn, 0, 0) != 2)
        return refuse(job, ROOM_NOT_CONTACT);
    result = limit_joined(conn, job, job->account);
    if (result == SQL_OK)
        result = limit_joined(conn, job, job->other);
    return result == SQL_OK && job->outcome == ROOM_DONE
               ? insert_direct(conn, job, pair)
               : result;
}

/* --- rooms that are there ------------------------------------------------ */

/* Holds the room against others who change it; then reads it. */
static enum sql_result hold_room(struct held *held)
{
    struct room_job *job = held->job;
    bool is_there;
    enum sql_result result =
        hold_sql_room(held->conn, span_of(job->room), job->now, &is_there);

    if (result == SQL_OK && !is_there)
        return refuse(job, ROOM_NOT_FOUND);
    if (result == SQL_OK)
        result = rooms_sql_see(held->conn, job->account,
                               SQL_TEXT(span_of(job->room)), &job->seen);
    if (result == SQL_OK && job->seen.id == 0)
        return refuse(job, ROOM_NOT_FOUND);
    if (result != SQL_OK)
        return result;
    result =
        sql_query(held->conn,
                  "SELECT count(*) FROM room_member WHERE room_id = $1 "
                  "AND state = 'member' AND account_id <> $2",
                  SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->account)));
    if (result == SQL_OK)
        held->others = (size_t)sql_int(held->conn, 0, 0);
    return result;
}

/* Whether it is his to do; what is only for those who are in is not found by
 * others. */
static enum room_outcome judge(const struct room_job *job)
{
    const struct room_seen *seen = &job->seen;
    const bool is_for_invited =
        job->deed == ROOM_JOIN || job->deed == ROOM_REFUSE;
    const bool is_for_members =
        job->deed == ROOM_LEAVE || job->deed == ROOM_ENTER || is_for_invited;

    if (job->deed == ROOM_ENTER)
        return seen->is_archived ? ROOM_NO_LINK : ROOM_DONE;
    if (seen->kind == ROOM_PUBLIC)
        return ROOM_NOT_PRIVATE;
    if (!seen->is_member && !(seen->is_invited && is_for_members))
        return ROOM_NOT_FOUND;
    if (seen->kind != ROOM_PRIVATE)
        return ROOM_NOT_PRIVATE;
    if (!is_for_members && seen->owner != job->account)
        return ROOM_NOT_OWNER;
    if (seen->is_archived && !is_for_members)
        return ROOM_IS_ARCHIVED;
    return ROOM_DONE;
}

/* Somebody in the room; ROOM_NOT_MEMBER when he is not, or only 'invited'. */
static enum sql_result check_other(struct held *held, bool may_be_invited)
{
    struct room_job *job = held->job;
    const enum sql_result result =
        sql_query(held->conn,
                  "SELECT state FROM room_member "
                  "WHERE room_id = $1 AND account_id = $2",
                  SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->other)));

    if (result != SQL_OK)
        return result;
    if (sql_row_count(held->conn) == 0 ||
        (!may_be_invited && !span_is(sql_bytes(held->conn, 0, 0), "member")))
        job->outcome = ROOM_NOT_MEMBER;
    return SQL_OK;
}

static enum sql_result retitle(struct held *held)
{
    struct room_job *job = held->job;
    const enum sql_result result = sql_query(
        held->conn, "UPDATE room SET title = $2, title_look = $3 WHERE id = $1",
        SQL_VALUES(SQL_INT(job->seen.id), SQL_STRING(job->title.shown),
                   SQL_STRING(job->title.look)));

    return result == SQL_NOT_UNIQUE ? refuse(job, ROOM_TITLE_TAKEN) : result;
}

static enum sql_result set_topic(struct held *held)
{
    return sql_query(
        held->conn, "UPDATE room SET topic = $2 WHERE id = $1",
        SQL_VALUES(SQL_INT(held->job->seen.id), SQL_STRING(held->job->topic)));
}

/* Who is in it already stays what he is. */
static enum sql_result invite(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result;

    if (job->other == 0)
        return refuse(job, ROOM_NO_ACCOUNT);
    result = limit_members(held->conn, job);
    if (result == SQL_OK)
        result = limit_joined(held->conn, job, job->other);
    if (result != SQL_OK || job->outcome != ROOM_DONE)
        return result;
    return sql_query(held->conn,
                     "INSERT INTO room_member "
                     "(room_id, account_id, state, since) "
                     "VALUES ($1, $2, 'invited', $3) "
                     "ON CONFLICT (room_id, account_id) DO NOTHING",
                     SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->other),
                                SQL_INT(job->now)));
}

static enum sql_result link(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result =
        sql_query(held->conn,
                  "DELETE FROM room_invite WHERE room_id = $1 "
                  "AND used_by IS NULL AND expires_at <= $2",
                  SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->now)));

    if (result == SQL_OK)
        result = limit(held->conn, job,
                       "SELECT count(*) FROM room_invite "
                       "WHERE room_id = $1 AND used_by IS NULL",
                       job->seen.id, ROOM_LINKS_MAX, ROOM_TOO_MANY_LINKS);
    if (result != SQL_OK || job->outcome != ROOM_DONE)
        return result;
    return sql_query(held->conn,
                     "INSERT INTO room_invite (secret_hash, room_id, made_by, "
                     "made_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
                     SQL_VALUES(SQL_STRING(job->secret_hash),
                                SQL_INT(job->seen.id), SQL_INT(job->account),
                                SQL_INT(job->now), SQL_INT(job->expires_at)));
}

/* The room of a link that is good, so that it can be held. */
static enum sql_result find_link(struct sql_conn *conn, struct room_job *job)
{
    const enum sql_result result =
        sql_query(conn,
                  "SELECT r.name FROM room_invite i JOIN room r "
                  "ON r.id = i.room_id WHERE i.secret_hash = $1 "
                  "AND i.used_by IS NULL AND i.expires_at > $2",
                  SQL_VALUES(SQL_STRING(job->secret_hash), SQL_INT(job->now)));

    if (result != SQL_OK)
        return result;
    if (sql_row_count(conn) == 0)
        return refuse(job, ROOM_NO_LINK);
    return rooms_sql_copy(job->room, sizeof(job->room), sql_bytes(conn, 0, 0));
}

/* Two who come with one link: the second finds it used.  Who is in already keeps
 * it for somebody else. */
static enum sql_result enter(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result;

    if (job->seen.is_member)
        return SQL_OK;
    result = sql_query(
        held->conn,
        "UPDATE room_invite SET used_by = $2 "
        "WHERE secret_hash = $1 AND used_by IS NULL",
        SQL_VALUES(SQL_STRING(job->secret_hash), SQL_INT(job->account)));
    if (result == SQL_OK && sql_changed(held->conn) == 0)
        return refuse(job, ROOM_NO_LINK);
    if (result == SQL_OK && !job->seen.is_invited)
        result = limit_members(held->conn, job);
    if (result == SQL_OK && !job->seen.is_invited)
        result = limit_joined(held->conn, job, job->account);
    if (result != SQL_OK || job->outcome != ROOM_DONE)
        return result;
    return sql_query(held->conn,
                     "INSERT INTO room_member "
                     "(room_id, account_id, state, since) "
                     "VALUES ($1, $2, 'member', $3) "
                     "ON CONFLICT (room_id, account_id) DO UPDATE "
                     "SET state = 'member', since = excluded.since",
                     SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->account),
                                SQL_INT(job->now)));
}

static enum sql_result join(struct held *held)
{
    const struct room_job *job = held->job;

    return sql_query(held->conn,
                     "UPDATE room_member SET state = 'member', since = $3 "
                     "WHERE room_id = $1 AND account_id = $2 "
                     "AND state = 'invited'",
                     SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->account),
                                SQL_INT(job->now)));
}

static enum sql_result take_out(struct held *held, int64_t account)
{
    return sql_query(
        held->conn,
        "DELETE FROM room_member WHERE room_id = $1 AND account_id = $2",
        SQL_VALUES(SQL_INT(held->job->seen.id), SQL_INT(account)));
}

/* An archived room has no links, and nobody is on his way into it. */
static enum sql_result archive(struct held *held)
{
    const struct room_job *job = held->job;
    enum sql_result result =
        sql_query(held->conn, "UPDATE room SET archived_at = $2 WHERE id = $1",
                  SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->now)));

    if (result == SQL_OK)
        result = sql_query(held->conn,
                           "DELETE FROM room_invite "
                           "WHERE room_id = $1 AND used_by IS NULL",
                           SQL_VALUES(SQL_INT(job->seen.id)));
    return result == SQL_OK ? sql_query(held->conn,
                                        "DELETE FROM room_member WHERE "
                                        "room_id = $1 AND state = 'invited'",
                                        SQL_VALUES(SQL_INT(job->seen.id)))
                            : result;
}

static enum sql_result abandon(struct held *held)
{
    const struct room_job *job = held->job;
    const enum sql_result result =
        job->seen.is_archived ? SQL_OK : archive(held);

    return result == SQL_OK
               ? sql_query(held->conn,
                           "UPDATE room SET owner_id = NULL WHERE id = $1",
                           SQL_VALUES(SQL_INT(job->seen.id)))
               : result;
}

static enum sql_result leave(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result = SQL_OK;

    if (job->seen.owner == job->account) {
        if (held->others > 0 && !job->seen.is_archived)
            return refuse(job, ROOM_OWNER_LEAVES);
        result = abandon(held);
    }
    return result == SQL_OK ? take_out(held, job->account) : result;
}

static enum sql_result remove_other(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result;

    if (job->other == job->account)
        return refuse(job, ROOM_ONESELF);
    result = check_other(held, true);
    return result == SQL_OK && job->outcome == ROOM_DONE
               ? take_out(held, job->other)
               : result;
}

static enum sql_result hand_over(struct held *held)
{
    struct room_job *job = held->job;
    enum sql_result result;

    if (job->other == job->account)
        return refuse(job, ROOM_ONESELF);
    result = check_other(held, false);
    if (result == SQL_OK)
        result = limit_owned(held->conn, job, job->other);
    if (result != SQL_OK || job->outcome != ROOM_DONE)
        return result;
    result =
        sql_query(held->conn, "UPDATE room SET owner_id = $2 WHERE id = $1",
                  SQL_VALUES(SQL_INT(job->seen.id), SQL_INT(job->other)));
    return result == SQL_NOT_UNIQUE ? refuse(job, ROOM_TITLE_TAKEN) : result;
}

static enum sql_result change(struct held *held)
{
    switch (held->job->deed) {
    case ROOM_RETITLE:
        return retitle(held);
    case ROOM_SET_TOPIC:
        return set_topic(held);
    case ROOM_INVITE:
        return invite(held);
    case ROOM_LINK:
        return link(held);
    case ROOM_ENTER:
        return enter(held);
    case ROOM_JOIN:
        return join(held);
    case ROOM_REFUSE:
        return held->job->seen.is_member ? SQL_OK
                                         : take_out(held, held->job->account);
    case ROOM_LEAVE:
        return leave(held);
    case ROOM_REMOVE:
        return remove_other(held);
    case ROOM_HAND_OVER:
        return hand_over(held);
    case ROOM_ARCHIVE:
        return archive(held);
    case ROOM_NEW:
    case ROOM_DIRECT:
        break;
    }
    return SQL_FAILED;
}

static enum sql_result change_room(struct sql_conn *conn, struct room_job *job)
{
    struct held held = {.conn = conn, .job = job};
    enum sql_result result = SQL_OK;

    if (job->deed == ROOM_ENTER)
        result = find_link(conn, job);
    if (result == SQL_OK && job->outcome == ROOM_DONE)
        result = hold_room(&held);
    if (result == SQL_OK && job->outcome == ROOM_DONE)
        job->outcome = judge(job);
    return result == SQL_OK && job->outcome == ROOM_DONE ? change(&held)
                                                         : result;
}

/* --- doing it ------------------------------------------------------------ */

static enum sql_result do_deed(struct sql_conn *conn, struct room_job *job)
{
    enum sql_result result;
    bool is_there;

    if (job->deed != ROOM_NEW && job->deed != ROOM_DIRECT)
        return change_room(conn, job);
    result = job->deed == ROOM_NEW ? make(conn, job) : make_direct(conn, job);
    return result == SQL_OK && job->outcome == ROOM_DONE && job->is_new
               ? hold_sql_room(conn, span_of(job->room), job->now, &is_there)
               : result;
}

static enum sql_result do_it(struct sql_conn *conn, void *data)
{
    struct room_job *job = data;
    enum sql_result result = find_other(conn, job);

    if (result == SQL_OK)
        result = sql_begin(conn);
    if (result == SQL_OK)
        result = hold_accounts(conn, job);
    if (result == SQL_OK && job->account == 0)
        return refuse(job, ROOM_NOT_FOUND); /* deleted meanwhile */
    if (result == SQL_OK)
        result = do_deed(conn, job);
    if (result == SQL_OK && job->outcome == ROOM_DONE)
        result = rooms_sql_see_id(conn, job->account, job->seen.id, &job->seen);
    if (result == SQL_OK && job->outcome == ROOM_DONE)
        result = sql_commit(conn);
    return result; /* what was not committed is rolled back */
}

const struct sql_work rooms_sql_do = {"room_change", do_it, NULL};
