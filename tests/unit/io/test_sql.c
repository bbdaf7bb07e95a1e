/* test_sql.c -- the same of both databases; see database.h. */
#include "io/sql.h"

#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

#include "base/mem.h"
#include "database.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct sql_conn *conn;
static struct sql_conn *other;

static const char insert[] =
    "INSERT INTO thing (word, number, bytes) VALUES ($1, $2, $3)";
static const char select_all[] =
    "SELECT word, number, bytes, id FROM thing ORDER BY id";

static int start_anew(void **state)
{
    (void)state;
    conn = sql_conn_new(&database, database_patience, true);
    other = sql_conn_new(&database, database_patience, true);
    assert_int_equal(sql_conn_open(conn), SQL_OK);
    assert_int_equal(sql_conn_open(other), SQL_OK);
    assert_int_equal(
        sql_script(conn,
                   "DROP TABLE IF EXISTS part; DROP TABLE IF EXISTS thing;"
                   "CREATE TABLE thing (id {id},"
                   " word TEXT UNIQUE CHECK (length(word) < 10),"
                   " number {int64} NOT NULL, bytes {bytes}) {strict};"
                   "CREATE TABLE part (thing {int64} NOT NULL"
                   " REFERENCES thing (id)) {strict}"),
        SQL_OK);
    return 0;
}

static int end(void **state)
{
    (void)state;
    sql_conn_free(conn);
    sql_conn_free(other);
    return 0;
}

static enum sql_result put(struct sql_conn *to, const char *word)
{
    return sql_query(to, insert,
                     SQL_VALUES(SQL_TEXT(span_of(word)), SQL_INT(1), SQL_NULL));
}

static void assert_word(size_t row, const char *word)
{
    assert_true(span_is(sql_bytes(conn, row, 0), word));
}

/* How many there are, as 'from' sees it. */
static size_t count(struct sql_conn *from)
{
    assert_int_equal(sql_query(from, select_all, SQL_NO_VALUES), SQL_OK);
    return sql_row_count(from);
}

/* --- values -------------------------------------------------------------- */

static void values_come_back_as_they_were(void **state)
{
    static const struct {
        const char *word;
        int64_t number;
        struct span bytes;
    } rows[] = {
        {"", 0, {"", 0}},
        {"a'b\"c;--", -1, {"\0\xff\n\\x", 5}},
        {"\xe8\x8c\xb6 \xf0\x9f\x8d\xb5", INT64_MAX, {"x", 1}},
        {"%_\\$1", INT64_MIN, {"\0", 1}},
        {NULL, 42, {NULL, 0}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct span word = span_of(rows[i].word);

        assert_int_equal(
            sql_query(conn, insert,
                      SQL_VALUES(word.at != NULL ? SQL_TEXT(word) : SQL_NULL,
                                 SQL_INT(rows[i].number),
                                 rows[i].bytes.at != NULL
                                     ? SQL_BYTES(rows[i].bytes)
                                     : SQL_NULL)),
            SQL_OK);
        assert_int_equal(sql_changed(conn), 1);
        assert_int_equal(sql_row_count(conn), 0);
    }
    assert_int_equal(count(other), COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_int_equal(sql_is_null(other, i, 0), rows[i].word == NULL);
        assert_int_equal(sql_is_null(other, i, 2), rows[i].bytes.at == NULL);
        assert_int_equal(sql_int(other, i, 1), rows[i].number);
        assert_true(span_equal(sql_bytes(other, i, 0), span_of(rows[i].word)));
        assert_true(span_equal(sql_bytes(other, i, 2), rows[i].bytes));
        assert_int_equal(sql_bytes(other, i, 0).at == NULL,
                         rows[i].word == NULL);
    }
}

static void parameters_may_stand_in_any_order(void **state)
{
    static const char statement[] =
        "INSERT INTO thing (number, word) VALUES ($2, $1) RETURNING word, $2";

    (void)state;
    assert_int_equal(
        sql_query(conn, statement,
                  SQL_VALUES(SQL_TEXT(span_of("one")), SQL_INT(2))),
        SQL_OK);
    assert_word(0, "one");
    assert_int_equal(sql_int(conn, 0, 1), 2);
    assert_int_equal(sql_changed(conn), 1);
}

static void large_answers_come_whole(void **state)
{
    char bytes[3000];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)i;
    for (int64_t i = 0; i < 100; i++)
        assert_int_equal(
            sql_query(conn, insert,
                      SQL_VALUES(SQL_NULL, SQL_INT(i),
                                 SQL_BYTES(((struct span){bytes, 3000})))),
            SQL_OK);
    assert_int_equal(count(conn), 100);
    for (size_t i = 0; i < 100; i++) {
        assert_int_equal(sql_int(conn, i, 1), (int64_t)i);
        assert_true(span_equal(sql_bytes(conn, i, 2),
                               (struct span){bytes, sizeof bytes}));
    }
}

static void what_changed_is_counted(void **state)
{
    (void)state;
    put(conn, "a");
    put(conn, "b");
    sql_query(conn, "UPDATE thing SET number = 7", SQL_NO_VALUES);
    assert_int_equal(sql_changed(conn), 2);
    count(conn);
    assert_int_equal(sql_changed(conn), 0);
    sql_query(conn, "DELETE FROM thing WHERE word = $1",
              SQL_VALUES(SQL_TEXT(span_of("a"))));
    assert_int_equal(sql_changed(conn), 1);
    sql_query(conn, "DELETE FROM thing WHERE word = $1",
              SQL_VALUES(SQL_TEXT(span_of("a"))));
    assert_int_equal(sql_changed(conn), 0);
}

/* --- what is refused ----------------------------------------------------- */

static void who_comes_second_hears_it(void **state)
{
    (void)state;
    assert_int_equal(put(conn, "a"), SQL_OK);
    assert_int_equal(put(other, "a"), SQL_NOT_UNIQUE);
    assert_true(*sql_conn_error(other) != '\0');
    assert_int_equal(put(other, "b"), SQL_OK);
    assert_int_equal(sql_query(conn,
                               "INSERT INTO thing (word, number) VALUES ($1, 1)"
                               " ON CONFLICT (word) DO NOTHING",
                               SQL_VALUES(SQL_TEXT(span_of("a")))),
                     SQL_OK);
    assert_int_equal(sql_changed(conn), 0);
}

static void constraints_hold(void **state)
{
    (void)state;
    assert_int_equal(put(conn, "much too long"), SQL_REFUSED);
    assert_int_equal(
        sql_query(conn, insert, SQL_VALUES(SQL_NULL, SQL_NULL, SQL_NULL)),
        SQL_REFUSED);
    assert_int_equal(sql_query(conn, "INSERT INTO part (thing) VALUES ($1)",
                               SQL_VALUES(SQL_INT(1000))),
                     SQL_REFUSED);
    assert_int_equal(count(conn), 0);
}

static void text_is_text(void **state)
{
    static const struct span bad[] = {
        {"a\0b", 3},     {"\0", 1},           {"\xff", 1},
        {"\xc0\xaf", 2}, {"\xed\xa0\x80", 3},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(bad); i++)
        assert_int_equal(
            sql_query(conn, insert,
                      SQL_VALUES(SQL_TEXT(bad[i]), SQL_INT(1), SQL_NULL)),
            SQL_REFUSED);
    assert_int_equal(count(conn), 0);
}

static void a_value_is_never_a_statement(void **state)
{
    (void)state;
    assert_int_equal(
        sql_query(conn, "SELECT word FROM thing WHERE word = $1",
                  SQL_VALUES(SQL_TEXT(span_of("'; DROP TABLE thing; --")))),
        SQL_OK);
    assert_int_equal(count(conn), 0);
}

static void a_wrong_statement_is_an_error_and_no_more(void **state)
{
    (void)state;
    assert_int_equal(sql_query(conn, "SELEKT 1", SQL_NO_VALUES), SQL_FAILED);
    assert_int_equal(sql_query(conn, "SELECT 1 FROM nowhere", SQL_NO_VALUES),
                     SQL_FAILED);
    assert_int_equal(sql_query(conn, "SELECT word FROM thing WHERE word = $1",
                               SQL_NO_VALUES),
                     SQL_FAILED);
    assert_int_equal(sql_script(conn, "SELECT {nothing}"), SQL_FAILED);
    assert_int_equal(sql_row_count(conn), 0);
    assert_int_equal(put(conn, "a"), SQL_OK);
}

/* --- transactions -------------------------------------------------------- */

static void others_see_it_when_it_is_committed(void **state)
{
    (void)state;
    assert_int_equal(sql_begin(conn), SQL_OK);
    assert_int_equal(put(conn, "a"), SQL_OK);
    assert_int_equal(put(conn, "b"), SQL_OK);
    assert_int_equal(count(conn), 2);
    assert_int_equal(count(other), 0);
    assert_int_equal(sql_commit(conn), SQL_OK);
    assert_int_equal(count(other), 2);
}

static void what_is_rolled_back_never_was(void **state)
{
    (void)state;
    assert_int_equal(sql_begin(conn), SQL_OK);
    assert_int_equal(put(conn, "a"), SQL_OK);
    sql_rollback(conn);
    assert_int_equal(count(conn), 0);
    assert_int_equal(put(other, "a"), SQL_OK);
}

static void after_an_error_there_is_no_going_on(void **state)
{
    (void)state;
    assert_int_equal(put(conn, "a"), SQL_OK);
    assert_int_equal(sql_begin(conn), SQL_OK);
    assert_int_equal(put(conn, "b"), SQL_OK);
    assert_int_equal(put(conn, "a"), SQL_NOT_UNIQUE);
    assert_int_equal(put(conn, "c"), SQL_NOT_UNIQUE);
    assert_int_equal(sql_commit(conn), SQL_NOT_UNIQUE);
    sql_rollback(conn);
    assert_int_equal(count(conn), 1);
    assert_int_equal(put(conn, "c"), SQL_OK);
}

static void who_waits_for_a_lock_gives_up(void **state)
{
    (void)state;
    put(conn, "a");
    assert_int_equal(sql_begin(conn), SQL_OK);
    sql_query(conn, "UPDATE thing SET number = 2", SQL_NO_VALUES);
    assert_int_equal(
        sql_query(other, "UPDATE thing SET number = 3", SQL_NO_VALUES),
        SQL_BUSY);
    assert_int_equal(count(other), 1); /* who reads does not wait */
    assert_int_equal(sql_commit(conn), SQL_OK);
    assert_int_equal(
        sql_query(other, "UPDATE thing SET number = 3", SQL_NO_VALUES), SQL_OK);
}

static void of_those_alone_one_waits(void **state)
{
    (void)state;
    assert_int_equal(sql_begin_alone(conn), SQL_OK);
    assert_int_equal(sql_begin_alone(other), SQL_BUSY);
    sql_rollback(other);
    assert_int_equal(sql_commit(conn), SQL_OK);
    assert_int_equal(sql_begin_alone(other), SQL_OK);
    sql_rollback(other);
}

static void a_statement_that_takes_too_long_is_ended(void **state)
{
    static const char endless[] =
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
        " SELECT count(*) FROM n";
    const struct sql_patience short_patience = {
        .connect_ms = 2000, .statement_ms = 100, .lock_ms = 100};
    struct sql_conn *hasty = sql_conn_new(&database, short_patience, false);

    (void)state;
    assert_int_equal(sql_conn_open(hasty), SQL_OK);
    assert_int_equal(sql_query(hasty, endless, SQL_NO_VALUES), SQL_BUSY);
    assert_int_equal(put(hasty, "a"), SQL_OK);
    sql_conn_free(hasty);
}

/* --- jobs ---------------------------------------------------------------- */

static struct loop *loop;
static struct sql *sql;

/* What a job is told, and what came of it. */
struct order {
    char word[16];
    size_t count;
    bool commits;
};

/* What on_done heard. */
struct answer {
    int calls;
    enum sql_result result;
    size_t count; /* SIZE_MAX: there was no data */
};

static int freed;
static sem_t go;      /* jobs that wait go on */
static sem_t waiting; /* one for each job that waits */

static void count_freed(void *data)
{
    freed++;
    mem_free(data);
}

static enum sql_result run_put(struct sql_conn *job, void *data)
{
    struct order *order = data;
    enum sql_result result = sql_begin(job);

    if (result == SQL_OK)
        result = put(job, order->word);
    if (result == SQL_OK && order->commits)
        result = sql_commit(job);
    order->count = 7;
    return result;
}

static enum sql_result run_count(struct sql_conn *job, void *data)
{
    struct order *order = data;
    enum sql_result result = sql_query(job, select_all, SQL_NO_VALUES);

    order->count = sql_row_count(job);
    return result;
}

static enum sql_result run_wait(struct sql_conn *job, void *data)
{
    (void)data;
    sem_post(&waiting);
    sem_wait(&go);
    return sql_query(job, select_all, SQL_NO_VALUES);
}

static const struct sql_work put_work = {"put", run_put, count_freed};
static const struct sql_work count_work = {"count", run_count, count_freed};
static const struct sql_work wait_work = {"wait", run_wait, count_freed};

static void on_done(void *arg, enum sql_result result, void *data)
{
    struct answer *answer = arg;
    const struct order *order = data;

    answer->calls++;
    answer->result = result;
    answer->count = order != NULL ? order->count : SIZE_MAX;
}

static struct sql_job *start(const struct sql_work *work, const char *word,
                             struct answer *answer)
{
    struct order *order = mem_alloc(sizeof *order);

    strcpy(order->word, word);
    order->commits = true;
    *answer = (struct answer){0};
    return sql_start(sql, work, order, on_done, answer);
}

/* Turns the loop until it has been answered so often. */
static void turn_until(const int *what, int wanted)
{
    const struct timespec pause = {.tv_nsec = 1000000};

    for (int i = 0; i < 20000 && *what < wanted; i++) {
        loop_turn(loop);
        nanosleep(&pause, NULL);
    }
    assert_int_equal(*what, wanted);
}

static enum sql_result result_of(const struct sql_work *work, const char *word)
{
    struct answer answer;

    start(work, word, &answer);
    assert_int_equal(answer.calls, 0); /* never inside the call */
    turn_until(&answer.calls, 1);
    return answer.result;
}

/* One for all: the threads do not come back once a loop has ended. */
static int make_all(void **state)
{
    loop = loop_new();
    sem_init(&go, 0, 0);
    sem_init(&waiting, 0, 0);
    return database_make(state);
}

static int remove_all(void **state)
{
    loop_free(loop);
    sem_destroy(&go);
    sem_destroy(&waiting);
    return database_remove(state);
}

/* Both connections are held by jobs that wait. */
static void hold(struct answer answers[2])
{
    for (size_t i = 0; i < 2; i++)
        start(&wait_work, "", &answers[i]);
    for (size_t i = 0; i < 2; i++)
        while (sem_trywait(&waiting) != 0)
            loop_turn(loop);
}

static int start_jobs(void **state)
{
    start_anew(state);
    freed = 0;
    while (sem_trywait(&go) == 0 || sem_trywait(&waiting) == 0)
        continue;
    sql = sql_new(loop, &database);
    return 0;
}

static int end_jobs(void **state)
{
    /* For those whom a test that failed left waiting. */
    sem_post(&go);
    sem_post(&go);
    sql_free(sql);
    return end(state);
}

static void a_job_is_done_and_told(void **state)
{
    struct answer answer;

    (void)state;
    assert_false(sql_is_up(sql));
    assert_int_equal(result_of(&put_work, "a"), SQL_OK);
    assert_true(sql_is_up(sql));
    assert_int_equal(result_of(&put_work, "a"), SQL_NOT_UNIQUE);
    assert_int_equal(result_of(&put_work, "much too long"), SQL_REFUSED);
    start(&count_work, "", &answer);
    turn_until(&answer.calls, 1);
    assert_int_equal(answer.count, 1);
    assert_int_equal(freed, 4);
}

static void what_a_job_does_not_commit_is_undone(void **state)
{
    struct order *order = mem_alloc(sizeof *order);
    struct answer answer = {0};

    (void)state;
    strcpy(order->word, "a");
    sql_start(sql, &put_work, order, on_done, &answer);
    turn_until(&answer.calls, 1);
    assert_int_equal(answer.result, SQL_OK);
    assert_int_equal(answer.count, 7);
    assert_int_equal(count(conn), 0);
    assert_int_equal(put(conn, "a"), SQL_OK); /* nothing is locked */
}

static void who_cancels_hears_nothing(void **state)
{
    struct answer held[2];
    struct answer running;
    struct answer queued;
    struct answer refused;
    struct sql_job *job;

    (void)state;
    assert_int_equal(result_of(&count_work, ""), SQL_OK);
    /* One that is running, */
    job = start(&wait_work, "", &running);
    sem_wait(&waiting);
    sql_cancel(job);
    sem_post(&go);
    turn_until(&freed, 2);
    /* one that waits for its turn, */
    hold(held);
    sql_cancel(start(&put_work, "a", &queued));
    assert_int_equal(freed, 3);
    /* and one that will be refused. */
    for (int i = 0; i < 200; i++)
        start(&count_work, "", &queued);
    sql_cancel(start(&put_work, "a", &refused));
    assert_int_equal(freed, 4);
    sem_post(&go);
    sem_post(&go);
    turn_until(&freed, 206);
    assert_int_equal(running.calls, 0);
    assert_int_equal(refused.calls, 0);
    assert_int_equal(count(conn), 0);
}

static void who_comes_to_a_full_queue_is_refused_at_once(void **state)
{
    struct answer held[2];
    struct answer queued;
    struct answer refused;

    (void)state;
    hold(held);
    for (int i = 0; i < 200; i++)
        start(&count_work, "", &queued);
    start(&put_work, "a", &refused);
    assert_int_equal(refused.calls, 0);
    loop_turn(loop);
    assert_int_equal(refused.calls, 1);
    assert_int_equal(refused.result, SQL_BUSY);
    assert_int_equal(freed, 1);
    sem_post(&go);
    sem_post(&go);
    turn_until(&freed, 203);
    assert_int_equal(count(conn), 0);
}

/* It takes the five seconds that a job has. */
static void no_job_is_waited_for_for_ever(void **state)
{
    struct answer held[2];
    struct answer queued;

    (void)state;
    hold(held);
    start(&put_work, "a", &queued);
    turn_until(&queued.calls, 1);
    assert_int_equal(queued.result, SQL_BUSY);
    assert_int_equal(held[0].calls, 0);
    turn_until(&held[0].calls, 1);
    turn_until(&held[1].calls, 1);
    assert_int_equal(held[0].result, SQL_AWAY);
    assert_true(held[0].count == SIZE_MAX);
    assert_int_equal(freed, 1); /* the threads still have theirs */
    sem_post(&go);
    sem_post(&go);
    turn_until(&freed, 3);
    assert_int_equal(held[0].calls, 1);
    assert_int_equal(count(conn), 0);
    assert_int_equal(result_of(&put_work, "a"), SQL_OK);
}

static void the_end_does_not_wait_to_be_told(void **state)
{
    struct answer held[2];
    struct answer queued;

    (void)state;
    hold(held);
    start(&put_work, "a", &queued);
    sql_free(sql);
    sql = NULL;
    assert_int_equal(freed, 1);
    sem_post(&go);
    sem_post(&go);
    turn_until(&freed, 3);
    assert_int_equal(held[0].calls + held[1].calls + queued.calls, 0);
    assert_int_equal(count(conn), 0);
}

static void without_a_database_the_answer_is_away(void **state)
{
    struct sql_address nowhere = {0};

    (void)state;
    sql_free(sql);
    assert_true(sql_address_parse(
        &nowhere, database.dialect == SQL_SQLITE
                      ? "sqlite:/nowhere/at/all.db"
                      : "postgres:///postgres?host=/nowhere/at/all"));
    sql = sql_new(loop, &nowhere);
    assert_int_equal(result_of(&count_work, ""), SQL_AWAY);
    assert_false(sql_is_up(sql));
    assert_int_equal(result_of(&count_work, ""), SQL_AWAY);
    sql_free(sql);
    sql = sql_new(loop, &database);
    assert_int_equal(result_of(&count_work, ""), SQL_OK);
    sql_address_fini(&nowhere);
}

#define ANEW(test) cmocka_unit_test_setup_teardown(test, start_anew, end)
#define JOBS(test) cmocka_unit_test_setup_teardown(test, start_jobs, end_jobs)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ANEW(values_come_back_as_they_were),
        ANEW(parameters_may_stand_in_any_order),
        ANEW(large_answers_come_whole),
        ANEW(what_changed_is_counted),
        ANEW(who_comes_second_hears_it),
        ANEW(constraints_hold),
        ANEW(text_is_text),
        ANEW(a_value_is_never_a_statement),
        ANEW(a_wrong_statement_is_an_error_and_no_more),
        ANEW(others_see_it_when_it_is_committed),
        ANEW(what_is_rolled_back_never_was),
        ANEW(after_an_error_there_is_no_going_on),
        ANEW(who_waits_for_a_lock_gives_up),
        ANEW(of_those_alone_one_waits),
        ANEW(a_statement_that_takes_too_long_is_ended),
        JOBS(a_job_is_done_and_told),
        JOBS(what_a_job_does_not_commit_is_undone),
        JOBS(who_cancels_hears_nothing),
        JOBS(who_comes_to_a_full_queue_is_refused_at_once),
        JOBS(no_job_is_waited_for_for_ever),
        JOBS(the_end_does_not_wait_to_be_told),
        JOBS(without_a_database_the_answer_is_away),
    };

    return cmocka_run_group_tests_name("sql", tests, make_all, remove_all);
}
