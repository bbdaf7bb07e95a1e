-- The shop: what there is to have, what was ordered, and what was put on the shelf or taken off it by hand.
--
-- What is in somebody's cart is in Redis, with how many are left beside that (services/store_shop.h).  Here is what
-- lasts: of each product, at any time,
--
--     initial + the adjustments - what was ordered = remaining, and that is never below nothing
--
-- so no error elsewhere can sell what is not there.

CREATE TABLE product (
    -- What it is called in requests.
    sku TEXT PRIMARY KEY NOT NULL
        CHECK (length(sku) BETWEEN 1 AND 32),

    -- Its place on the shelf.  The first one is what is meant where no sku is given.
    place {int64} NOT NULL
        CONSTRAINT product_place_is_unique UNIQUE,

    -- What it is called on the page, in English and in Chinese.
    name_en TEXT NOT NULL
        CHECK (length(name_en) BETWEEN 1 AND 80),
    name_zh TEXT NOT NULL
        CHECK (length(name_zh) BETWEEN 1 AND 80),

    -- A file's name below www/pictures.
    picture TEXT NOT NULL
        CHECK (length(picture) BETWEEN 1 AND 80),

    -- How many there were at the beginning.
    initial {int64} NOT NULL
        CHECK (initial >= 0),

    -- How many are not ordered yet: on the shelf or in carts.
    remaining {int64} NOT NULL
        CONSTRAINT product_is_not_oversold CHECK (remaining >= 0)
) {strict};

-- What `holdline shop stock` changed.
CREATE TABLE stock_adjustment (
    id {id},

    sku TEXT NOT NULL
        REFERENCES product (sku),

    -- How many came (above nothing) or went.
    change {int64} NOT NULL
        CHECK (change <> 0),

    adjusted_at {int64} NOT NULL
        CHECK (adjusted_at > 0)
) {strict};

-- (ORDER is a word of SQL.)
CREATE TABLE order_ (
    -- The number that the customer is told.
    id {id},

    -- The client's own: asking again under it is answered with this order.
    client_key TEXT NOT NULL
        CONSTRAINT order_key_is_unique UNIQUE
        CHECK (length(client_key) BETWEEN 1 AND 64),

    -- SHA-256 of the session whose cart it was: nobody else is told of the order.
    session_hash TEXT NOT NULL
        CHECK (length(session_hash) = 64),

    -- Which of the parcels that Redis packed under this key it is (services/shop.h).
    parcel TEXT NOT NULL
        CHECK (length(parcel) BETWEEN 1 AND 32),

    ordered_at {int64} NOT NULL
        CHECK (ordered_at > 0)
) {strict};

CREATE TABLE order_line (
    order_id {int64} NOT NULL
        REFERENCES order_ (id),

    sku TEXT NOT NULL
        REFERENCES product (sku),

    quantity {int64} NOT NULL
        CHECK (quantity > 0),

    PRIMARY KEY (order_id, sku)
) {strict};

-- One row.  An order is only taken for a parcel of this generation; with the next one Redis begins anew from what
-- stands here, and what was on its way from before is not written any more (services/shop.h).
CREATE TABLE shop_generation (
    generation {int64} NOT NULL
        CHECK (generation > 0)
) {strict};

INSERT INTO shop_generation (generation) VALUES (1);

INSERT INTO product (sku, place, name_en, name_zh, picture, initial, remaining) VALUES
    ('teapot', 1, 'Teapot', '茶壶', 'teapot.svg', 10, 10),
    ('cup', 2, 'Tea cup', '茶杯', 'cup.svg', 48, 48),
    ('kettle', 3, 'Kettle', '水壶', 'kettle.svg', 5, 5),
    ('tea-tin', 4, 'Tin of tea', '罐装茶叶', 'tea-tin.svg', 120, 120);
