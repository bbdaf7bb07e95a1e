/* shop.c -- what an operator has to do with the shop.
 *
 *     holdline shop list            what there is of each product
 *     holdline shop stock SKU +5    five more of it; -5: five fewer
 *
 * It asks SQL only; the workers see a change within a second, and tell all who
 * look. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "programs.h"
#include "services/stock.h"

enum { DONE, FAILED, USAGE, REFUSED }; /* exit statuses */

/* Nobody has a larger shelf. */
#define CHANGE_MAX 1000000

static const struct sql_patience patience = {
    .connect_ms = 10000, .statement_ms = 30000, .lock_ms = 10000};

static int fail(const struct sql_conn *conn, enum sql_result result)
{
    log_error("shop_failed", "result=%s why=%s", sql_result_name(result),
              log_quote(span_of(sql_conn_error(conn))));
    return FAILED;
}

/* --- the list ------------------------------------------------------------ */

static void print_product(void *arg, const struct stock_product *product)
{
    fprintf(arg, "%-32.*s %8" PRId64 " left %8" PRId64 " ordered  %.*s  %.*s\n",
            (int)product->sku.len, product->sku.at, product->remaining,
            product->ordered, (int)product->name_en.len, product->name_en.at,
            (int)product->name_zh.len, product->name_zh.at);
}

static int list(struct sql_conn *conn)
{
    const enum sql_result result = stock_list(conn, print_product, stdout);

    if (result != SQL_OK)
        return fail(conn, result);
    if (fflush(stdout) != 0 || ferror(stdout)) {
        log_error_errno("shop_failed", "doing=write");
        return FAILED;
    }
    return DONE;
}

/* --- the stock ----------------------------------------------------------- */

/* "+5" or "-5". */
static bool parse_change(const char *text, int64_t *change)
{
    char *end;

    if ((text[0] != '+' && text[0] != '-') || text[1] < '0' || text[1] > '9')
        return false;
    errno = 0;
    *change = strtoll(text, &end, 10);
    return *end == '\0' && errno == 0 && *change != 0 &&
           *change >= -CHANGE_MAX && *change <= CHANGE_MAX;
}

static int adjust(struct sql_conn *conn, const char *sku, int64_t by)
{
    struct stock_change change = {
        .sku = span_of(sku), .change = by, .now = (int64_t)clock_wall_ms()};
    const enum sql_result result = stock_adjust(conn, &change);

    if (result != SQL_OK)
        return fail(conn, result);
    switch (change.outcome) {
    case STOCK_DONE:
        log_info("stock_changed", "sku=%s change=%" PRId64 " left=%" PRId64,
                 sku, by, change.remaining);
        return DONE;
    case STOCK_UNKNOWN:
        log_error("product_unknown", "sku=%s", log_quote(span_of(sku)));
        break;
    case STOCK_TOO_FEW:
        log_error("stock_too_few",
                  "sku=%s why=\"so many are not left that are not ordered\"",
                  sku);
        break;
    }
    return REFUSED;
}

/* --- which of the two ---------------------------------------------------- */

int shop_main(const struct config *config, int argc, char **argv)
{
    const bool is_list = argc == 1 && strcmp(argv[0], "list") == 0;
    enum sql_result result;
    struct sql_conn *conn;
    int64_t change = 0;
    int status;

    if (!is_list && (argc != 3 || strcmp(argv[0], "stock") != 0 ||
                     !parse_change(argv[2], &change))) {
        log_error("usage", "shop=\"list | stock SKU +5|-5\"");
        return USAGE;
    }
    conn = sql_conn_new(&config->database, patience, false);
    result = sql_conn_open(conn);
    if (result != SQL_OK)
        status = fail(conn, result);
    else
        status = is_list ? list(conn) : adjust(conn, argv[1], change);
    sql_conn_free(conn);
    return status;
}
