-- Orders with everything that hangs on them.

create table orders (
    id integer primary key,
    number text not null unique,
    customer_id integer not null references customers (id),
    state text not null,
    placed_at integer not null,
    paid_at integer,
    shipped_at integer,
    delivered_at integer,
    completed_at integer,
    cancelled_at integer,
    shipping_fee integer not null check (shipping_fee >= 0),
    discount integer not null check (discount >= 0),
    -- The part of the total that gift cards paid.
    gift_card integer not null default 0 check (gift_card >= 0),
    total integer not null check (total >= 0),
    payment_method text not null,
    receiver_name text not null,
    receiver_phone text not null,
    province text not null,
    city text not null,
    district text not null,
    street text not null,
    remark text,
    shipping_urged_at integer,
    courier_urged_at integer
) strict;
create index orders_customer on orders (customer_id, placed_at desc);
create index orders_state on orders (state, placed_at);

create table order_lines (
    id integer primary key,
    order_id integer not null references orders (id),
    position integer not null,
    product_id integer not null references products (id),
    variant_id integer not null references variants (id),
    title text not null,
    variant_label text not null,
    quantity integer not null check (quantity > 0),
    unit_price integer not null check (unit_price >= 0)
) strict;
create index order_lines_order on order_lines (order_id, position);

create table gift_card_movements (
    id integer primary key,
    gift_card_id integer not null references gift_cards (id),
    order_id integer references orders (id),
    -- Negative when money is spent.
    amount integer not null,
    at integer not null
) strict;
create index gift_card_movements_card on gift_card_movements (gift_card_id);
create index gift_card_movements_order on gift_card_movements (order_id);

create table parcels (
    id integer primary key,
    order_id integer not null references orders (id),
    courier text not null,
    tracking_number text not null unique,
    expected_at integer
) strict;
create index parcels_order on parcels (order_id);

create table track_events (
    parcel_id integer not null references parcels (id),
    position integer not null,
    at integer not null,
    place text not null,
    what text not null,
    primary key (parcel_id, position)
) strict, without rowid;

create table after_sales (
    id integer primary key,
    order_id integer not null references orders (id),
    line_id integer references order_lines (id),
    kind text not null,
    state text not null,
    quantity integer not null check (quantity > 0),
    reason text not null,
    amount integer not null check (amount >= 0),
    exchange_variant_id integer references variants (id),
    -- The order's state before, for a request that is withdrawn or refused.
    order_state_before text not null,
    requested_at integer not null,
    updated_at integer not null
) strict;
create index after_sales_order on after_sales (order_id);

-- Money on its way back.
create table refunds (
    id integer primary key,
    order_id integer not null references orders (id),
    after_sale_id integer references after_sales (id),
    amount integer not null check (amount > 0),
    -- Where the money goes: the payment method, or 礼品卡.
    way text not null,
    reason text not null,
    started_at integer not null,
    arrived_at integer
) strict;
create index refunds_order on refunds (order_id);
create index refunds_after_sale on refunds (after_sale_id);

create table invoices (
    id integer primary key,
    order_id integer not null unique references orders (id),
    title text not null,
    tax_number text,
    email text,
    amount integer not null check (amount >= 0),
    requested_at integer not null,
    issued_at integer
) strict;
