#include "endpoints/shop_reply.h"

#include <inttypes.h>

#include "io/json.h"

/* The newest answer of each form without retry_ms, for who has nothing in the
 * cart: what it says depends on the place in the feed, and on which product is
 * asked about. */
static struct {
    struct http_packet *packet; /* one reference; NULL: nothing is kept */
    struct cursor cursor;
    size_t asked;
} kept[SHOP_REPLY_CART + 1];

/* --- JSON ---------------------------------------------------------------- */

static void add_ends(struct buf *json, const struct shop_stand *stand)
{
    if (stand->yours > 0)
        buf_addf(json, "\"ends_in_ms\":%" PRId64, stand->ends_in_ms);
    else
        buf_add_str(json, "\"ends_in_ms\":null");
}

static void add_stand(struct buf *json, const struct shop_stand *stand)
{
    buf_addf(json,
             "\"sku\":\"%s\",\"available\":%" PRId64 ",\"yours\":%" PRId64 ",",
             stand->product->sku, stand->available, stand->yours);
    add_ends(json, stand);
}

void shop_reply_add(struct buf *json, const struct shop_view *view)
{
    const struct shop_stand *stand = &view->stands[view->asked];
    char cursor[CURSOR_TEXT_SIZE];

    cursor_format(cursor, view->cursor);
    buf_addf(json, "\"inventorycount\":\"%" PRId64 "\",", stand->available);
    add_stand(json, stand);
    buf_addf(json, ",\"cursor\":\"%s\"", cursor);
}

static void add_names(struct buf *json, const struct shop_product *product)
{
    buf_add_str(json, ",\"name\":{\"en\":");
    json_add_string(json, span_of(product->name_en));
    buf_add_str(json, ",\"zh\":");
    json_add_string(json, span_of(product->name_zh));
    buf_add_str(json, "},\"picture\":");
    json_add_string(json, span_of(product->picture));
}

static void add_products(struct buf *json, const struct shop_view *view,
                         bool with_names)
{
    buf_add_str(json, ",\"products\":[");
    for (size_t i = 0; i < view->count; i++) {
        buf_add_str(json, i == 0 ? "{" : ",{");
        add_stand(json, &view->stands[i]);
        if (with_names)
            add_names(json, view->stands[i].product);
        buf_add_char(json, '}');
    }
    buf_add_char(json, ']');
}

static void add_items(struct buf *json, const struct shop_view *view)
{
    bool is_first = true;

    buf_add_str(json, ",\"items\":[");
    for (size_t i = 0; i < view->count; i++) {
        const struct shop_stand *stand = &view->stands[i];

        if (stand->yours == 0)
            continue;
        buf_addf(json, "%s{\"sku\":\"%s\",\"quantity\":%" PRId64 ",",
                 is_first ? "" : ",", stand->product->sku, stand->yours);
        is_first = false;
        add_ends(json, stand);
        buf_add_char(json, '}');
    }
    buf_add_char(json, ']');
}

static struct http_packet *render(const struct shop_view *view,
                                  enum shop_reply_form form, unsigned retry_ms)
{
    struct buf json = {0};
    struct http_packet *packet;

    buf_add_char(&json, '{');
    shop_reply_add(&json, view);
    switch (form) {
    case SHOP_REPLY_STATUS:
        break;
    case SHOP_REPLY_ALL:
    case SHOP_REPLY_PRODUCTS:
        add_products(&json, view, form == SHOP_REPLY_PRODUCTS);
        break;
    case SHOP_REPLY_CART:
        add_items(&json, view);
        break;
    }
    if (retry_ms > 0)
        buf_addf(&json, ",\"retry_ms\":%u", retry_ms);
    buf_add_str(&json, "}\n");
    packet = http_packet_new(200, "application/json", NULL, buf_span(&json));
    buf_fini(&json);
    return packet;
}

/* --- sharing ------------------------------------------------------------- */

static bool has_cart(const struct shop_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        if (view->stands[i].yours > 0)
            return true;
    }
    return false;
}

/* Stays ours. */
static struct http_packet *shared(const struct shop_view *view,
                                  enum shop_reply_form form)
{
    if (kept[form].packet == NULL ||
        kept[form].cursor.epoch != view->cursor.epoch ||
        kept[form].cursor.seq != view->cursor.seq ||
        kept[form].asked != view->asked) {
        http_packet_unref(kept[form].packet);
        kept[form].packet = render(view, form, 0);
        kept[form].cursor = view->cursor;
        kept[form].asked = view->asked;
    }
    return kept[form].packet;
}

void shop_reply_send(struct http_call *call, const struct shop_view *view,
                     enum shop_reply_form form, unsigned retry_ms)
{
    struct http_packet *own;

    if (retry_ms == 0 && !has_cart(view)) {
        http_send_packet(call, shared(view, form));
        return;
    }
    own = render(view, form, retry_ms);
    http_send_packet(call, own);
    http_packet_unref(own);
}

void shop_reply_send_order(struct http_call *call, unsigned status,
                           const struct shop_order *order,
                           const struct shop_view *view)
{
    struct buf json = {0};

    buf_addf(&json, "{\"number\":\"%" PRId64 "\",\"lines\":[", order->number);
    for (size_t i = 0; i < order->count; i++)
        buf_addf(&json, "%s{\"sku\":\"%s\",\"quantity\":%" PRId64 "}",
                 i == 0 ? "" : ",", order->items[i].sku,
                 order->items[i].quantity);
    buf_add_str(&json, "],");
    shop_reply_add(&json, view);
    buf_add_str(&json, "}\n");
    http_send_json(call, status, NULL, buf_span(&json));
    buf_fini(&json);
}

void shop_reply_fini(void)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
        http_packet_unref(kept[i].packet);
        kept[i].packet = NULL;
    }
}
