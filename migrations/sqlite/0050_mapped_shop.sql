-- A shop in a database of its own: what is ours beside it may name customers, orders and variants that are only there.

create table new_bindings (
    conversation_id text primary key,
    customer_id integer not null,
    verified_at integer not null,
    method text not null
) strict, without rowid;
insert into new_bindings select conversation_id, customer_id, verified_at, method from bindings;
drop table bindings;
alter table new_bindings rename to bindings;

create table new_cases (
    id integer primary key,
    customer_id integer,
    conversation_id text,
    order_id integer references orders (id),
    -- The order's number where the order is in the merchant's database.
    order_number text,
    kind text not null,
    summary text not null,
    state text not null default 'open' check (state in ('open', 'closed')),
    opened_at integer not null,
    promised_at integer not null,
    closed_at integer,
    resolution text
) strict;
insert into new_cases (id, customer_id, conversation_id, order_id, kind, summary, state, opened_at, promised_at,
                       closed_at, resolution)
    select id, customer_id, conversation_id, order_id, kind, summary, state, opened_at, promised_at,
           closed_at, resolution from cases;
drop table cases;
alter table new_cases rename to cases;
create index cases_customer on cases (customer_id);
create index cases_open on cases (state, promised_at);

create table new_restock_notices (
    id integer primary key,
    conversation_id text not null,
    variant_id integer not null,
    created_at integer not null,
    notified_at integer
) strict;
insert into new_restock_notices select id, conversation_id, variant_id, created_at, notified_at from restock_notices;
drop table restock_notices;
alter table new_restock_notices rename to restock_notices;
create unique index restock_notices_open on restock_notices (conversation_id, variant_id) where notified_at is null;
create index restock_notices_variant on restock_notices (variant_id) where notified_at is null;

create table new_interactions (
    id integer primary key,
    customer_id integer not null,
    product_id integer not null references products (id),
    kind text not null check (kind in ('view', 'cart', 'buy', 'rating')),
    -- 1 to 5 stars for a rating.
    rating integer check (rating between 1 and 5),
    at integer not null,
    order_id integer references orders (id),
    -- The row of the merchant's table that it came from; null for what was seen here.
    source_id integer unique
) strict;
insert into new_interactions (id, customer_id, product_id, kind, rating, at, order_id)
    select id, customer_id, product_id, kind, rating, at, order_id from interactions;
drop table interactions;
alter table new_interactions rename to interactions;
create index interactions_customer on interactions (customer_id, at);
create index interactions_at on interactions (at);

-- A change that the merchant's database does not take by itself: staff see it, and a webhook may deliver it.
create table service_requests (
    id integer primary key,
    key text not null unique,
    kind text not null,
    customer_id integer not null,
    order_number text,
    -- The change as JSON: it holds what the shopper confirmed, such as a new address.
    change text not null,
    state text not null default 'open' check (state in ('open', 'done', 'refused')),
    created_at integer not null,
    closed_at integer,
    resolution text,
    -- Delivery by webhook.
    attempts integer not null default 0,
    next_attempt_at integer not null,
    delivered_at integer,
    fault text
) strict;
create index service_requests_open on service_requests (state, created_at);
create index service_requests_due on service_requests (next_attempt_at) where delivered_at is null;

-- The round in which a synchronised product came last; null for those of the embedded shop.
alter table products add column synced_at integer;

-- How far each part was synchronised from the merchant's database.
create table sync_progress (
    part text primary key,
    since integer not null,
    after integer not null,
    finished_at integer,
    rows integer not null default 0
) strict, without rowid;
