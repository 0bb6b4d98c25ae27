-- Who buys, what is theirs, and what proves it.

create table customers (
    id integer primary key,
    name text not null,
    phone text not null unique,
    gender text,
    age_group text,
    level text not null default '普通会员',
    points integer not null default 0,
    registered_at integer not null
) strict;

create table addresses (
    id integer primary key,
    customer_id integer not null references customers (id),
    receiver_name text not null,
    receiver_phone text not null,
    province text not null,
    city text not null,
    district text not null,
    street text not null,
    is_default integer not null default 0 check (is_default in (0, 1))
) strict;
create index addresses_customer on addresses (customer_id);

create table gift_cards (
    id integer primary key,
    customer_id integer not null references customers (id),
    code text not null unique,
    face integer not null check (face > 0),
    balance integer not null check (balance >= 0 and balance <= face),
    expires_at integer not null
) strict;
create index gift_cards_customer on gift_cards (customer_id);

create table coupons (
    id integer primary key,
    title text not null,
    -- amount_off: amount off; percent: percent of the price is paid.
    kind text not null check (kind in ('amount_off', 'percent')),
    threshold integer not null default 0,
    amount integer not null default 0,
    percent integer not null default 100,
    category text,
    valid_from integer not null,
    valid_until integer not null
) strict;

create table customer_coupons (
    id integer primary key,
    coupon_id integer not null references coupons (id),
    customer_id integer not null references customers (id),
    received_at integer not null,
    -- The order that used it; null while it can be used.
    order_id integer references orders (id),
    used_at integer
) strict;
create index customer_coupons_customer on customer_coupons (customer_id);
create index customer_coupons_order on customer_coupons (order_id);

-- The customer that a conversation proved to be. Made by verification only.
create table bindings (
    conversation_id text primary key,
    customer_id integer not null references customers (id),
    verified_at integer not null,
    method text not null
) strict, without rowid;

-- Failed verifications per scope: 'global' or a conversation.
create table identity_failures (
    scope text primary key,
    failures integer not null,
    last_failure_at integer not null,
    locked_until integer not null
) strict, without rowid;
