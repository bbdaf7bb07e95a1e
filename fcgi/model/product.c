#include "model/product.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool product_sku_is_valid(struct span sku)
{
    if (sku.len < 1 || sku.len > SKU_MAX || sku.at[0] == '-')
        return false;
    for (size_t i = 0; i < sku.len; i++) {
        const char c = sku.at[i];

        if (!is_digit(c) && (c < 'a' || c > 'z') && c != '-')
            return false;
    }
    return true;
}

bool product_quantity_parse(struct span text, unsigned *quantity)
{
    unsigned value = 0;

    if (text.len < 1 || text.len > 2 || (text.len == 2 && text.at[0] == '0'))
        return false;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.at[i]))
            return false;
        value = value * 10 + (unsigned)(text.at[i] - '0');
    }
    *quantity = value;
    return value <= QUANTITY_MAX;
}
