-- A shop on PostgreSQL that does everything in its own way: states are an enum, amounts are cents in one table and
-- numeric in another, moments have zones in one table and are seconds in another, phones have a country code.
create type purchase_status as enum ('new', 'paid', 'sent', 'arrived', 'void');
create table buyers (id bigserial primary key, full_name text, mobile text, joined timestamptz);
create index on buyers (mobile);
create table goods (
    id bigserial primary key, label text not null, maker text, kind text, story text, visible boolean not null,
    stars numeric(2, 1), changed_at timestamptz not null
);
create table items (
    id bigserial primary key, good_id bigint references goods (id), tint text, spec text, price_cents integer not null,
    left_over smallint not null
);
create index on items (good_id);
create table purchases (
    id uuid primary key, code text unique, buyer_id bigint references buyers (id), status purchase_status not null,
    made timestamptz not null, paid_on bigint, total numeric(12, 2) not null, post_cents bigint not null,
    who text, mobile text, place jsonb, cancelled_by text
);
create index on purchases (buyer_id, made);
create table purchase_items (
    id bigserial primary key, purchase_id uuid references purchases (id), item_id bigint references items (id),
    pieces integer not null, each_price numeric(12, 4) not null
);
create index on purchase_items (purchase_id);

insert into buyers values (1, '沈一', '+86 139-0000-0003', '2025-05-01 10:00:00+08'), (2, '沈二', '13900000004', now());
insert into goods values
    (1, '手冲咖啡壶', '一泡', '咖啡器具', '细口', true, 4.7, '2026-06-01 00:00:00+08'),
    (2, '陶瓷滤杯', '一泡', '咖啡器具', '', true, null, '2026-06-02 00:00:00+08');
insert into items values (11, 1, '黑色', '600ml', 15900, 7), (12, 1, '白色', '600ml', 15900, 0), (13, 2, null, null, 4550, 3);
insert into purchases values
    ('00000000-0000-0000-0000-0000000000aa', '2026060112340001', 1, 'sent', '2026-06-01 12:34:00+08', 1780288500, 204.50,
     0, '沈一', '+8613900000003', '{"province": "云南省", "city": "昆明市", "district": "五华区", "street": "翠湖路 1 号"}', null),
    ('00000000-0000-0000-0000-0000000000bb', '2026060212340002', 2, 'new', '2026-06-02 12:34:00+08', null, 45.50,
     800, '沈二', '13900000004', '{}', null);
insert into purchase_items values
    (1, '00000000-0000-0000-0000-0000000000aa', 11, 1, 159.0000), (2, '00000000-0000-0000-0000-0000000000aa', 13, 1, 45.5000),
    (3, '00000000-0000-0000-0000-0000000000bb', 13, 1, 45.5);
