-- Service requests, behaviour, and the memory of what was applied.

create table cases (
    id integer primary key,
    customer_id integer references customers (id),
    conversation_id text,
    order_id integer references orders (id),
    kind text not null,
    summary text not null,
    state text not null default 'open' check (state in ('open', 'closed')),
    opened_at integer not null,
    promised_at integer not null,
    closed_at integer,
    resolution text
) strict;
create index cases_customer on cases (customer_id);
create index cases_open on cases (state, promised_at);

create table restock_notices (
    id integer primary key,
    conversation_id text not null,
    variant_id integer not null references variants (id),
    created_at integer not null,
    notified_at integer
) strict;
create unique index restock_notices_open on restock_notices (conversation_id, variant_id) where notified_at is null;
create index restock_notices_variant on restock_notices (variant_id) where notified_at is null;

create table price_protections (
    id integer primary key,
    line_id integer not null references order_lines (id),
    amount integer not null check (amount > 0),
    at integer not null
) strict;
create index price_protections_line on price_protections (line_id);

create table compensations (
    id integer primary key,
    order_id integer not null references orders (id),
    amount integer not null check (amount > 0),
    reason text not null,
    at integer not null
) strict;
create index compensations_order on compensations (order_id);

create table cash_backs (
    id integer primary key,
    order_id integer not null unique references orders (id),
    amount integer not null check (amount > 0),
    -- Asked for, paid, refused.
    state text not null default 'requested' check (state in ('requested', 'paid', 'refused')),
    requested_at integer not null,
    updated_at integer not null
) strict;

create table installations (
    id integer primary key,
    order_id integer not null references orders (id),
    line_id integer not null unique references order_lines (id),
    day text not null,
    half text not null check (half in ('morning', 'afternoon')),
    booked_at integer not null
) strict;

create table interactions (
    id integer primary key,
    customer_id integer not null references customers (id),
    product_id integer not null references products (id),
    kind text not null check (kind in ('view', 'cart', 'buy', 'rating')),
    -- 1 to 5 stars for a rating.
    rating integer check (rating between 1 and 5),
    at integer not null,
    order_id integer references orders (id)
) strict;
create index interactions_customer on interactions (customer_id, at);
create index interactions_at on interactions (at);

-- One row per change that was applied, so that a repeat answers the same and does nothing.
create table applied_changes (
    key text primary key,
    kind text not null,
    customer_id integer,
    applied_at integer not null,
    applied text not null
) strict, without rowid;
