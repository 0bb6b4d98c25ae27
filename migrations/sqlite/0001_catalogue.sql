-- What the shop sells. Money is cents, time is milliseconds since 1970 UTC.

create table shop_meta (
    key text primary key,
    value text not null
) strict, without rowid;

create table size_tables (
    id integer primary key,
    name text not null unique
) strict;

-- One row per size and measure. A measure is 身高, 体重, 胸围, 腰围, 脚长 …; lengths in millimetres, weights in grams.
create table size_rows (
    size_table_id integer not null references size_tables (id),
    position integer not null,
    size text not null,
    measure text not null,
    least integer not null,
    most integer not null check (most >= least),
    primary key (size_table_id, position, measure)
) strict, without rowid;

create table products (
    id integer primary key,
    title text not null,
    brand text not null,
    category text not null,
    description text not null,
    on_shelf integer not null default 1 check (on_shelf in (0, 1)),
    -- 0 where the seven days without reason do not hold: food once opened, underwear, made to measure.
    returnable integer not null default 1 check (returnable in (0, 1)),
    warranty_months integer not null default 0,
    needs_installation integer not null default 0 check (needs_installation in (0, 1)),
    rating_sum integer not null default 0,
    rating_count integer not null default 0,
    sold integer not null default 0,
    image text,
    size_table_id integer references size_tables (id),
    listed_at integer not null
) strict;
create index products_category on products (category, sold desc);
create index products_brand on products (brand, sold desc);

create table product_attributes (
    product_id integer not null references products (id),
    position integer not null,
    name text not null,
    value text not null,
    primary key (product_id, position)
) strict, without rowid;

create table variants (
    id integer primary key,
    product_id integer not null references products (id),
    position integer not null,
    colour text,
    size text,
    price integer not null check (price >= 0),
    stock integer not null check (stock >= 0)
) strict;
create index variants_product on variants (product_id, position);

-- The price of a variant from a moment on; the newest row is the price now.
create table price_history (
    variant_id integer not null references variants (id),
    since integer not null,
    price integer not null check (price >= 0),
    primary key (variant_id, since)
) strict, without rowid;

create table promotions (
    id integer primary key,
    title text not null,
    -- threshold_off: amount off from threshold on; percent: percent of the price is paid; gift: gift_text is added.
    kind text not null check (kind in ('threshold_off', 'percent', 'gift')),
    threshold integer not null default 0,
    amount integer not null default 0,
    percent integer not null default 100,
    gift_text text,
    category text,
    brand text,
    stacks_with_coupons integer not null default 1 check (stacks_with_coupons in (0, 1)),
    starts_at integer not null,
    ends_at integer not null
) strict;

create table shipping_regions (
    province text primary key,
    reachable integer not null check (reachable in (0, 1)),
    fee integer not null,
    -- No fee from this basket on.
    free_from integer not null,
    days_least integer not null,
    days_most integer not null
) strict, without rowid;

-- Words cut by the segmenter, joined by blanks. The row id is the product's.
create virtual table product_search using fts5 (
    title, brand, category, attributes, description,
    content = '', contentless_delete = 1, tokenize = 'unicode61'
);
