/* product.h -- what one may ask of the shop, as text from outside. */
#ifndef PRODUCT_H
#define PRODUCT_H

#include <stdbool.h>

#include "base/span.h"

#define SKU_MAX 32
/* Of one product in one cart: more is a mistake, or ill will. */
#define QUANTITY_MAX 99

/* 1 to SKU_MAX of a-z 0-9 - with a letter or a digit first. */
bool product_sku_is_valid(struct span sku);

/* 0 to QUANTITY_MAX in decimal digits, without sign or leading zeros. */
bool product_quantity_parse(struct span text, unsigned *quantity);

#endif
