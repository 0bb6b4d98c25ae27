-- Inbox, outbox and the lanes in which they are worked off: one lane per queue and conversation, held by one at a time.
create table inbox (
    id bigint generated always as identity primary key,
    key text not null unique,
    conversation text not null references conversations (id),
    -- Orders what waits in one conversation; the channel's own order where it has one.
    place bigint not null,
    received_at bigint not null,
    body text not null,
    state text not null default 'pending',
    tries bigint not null default 0,
    finished_at bigint,
    fault text
);
create index inbox_pending on inbox (conversation, place, id) where state = 'pending';
create index inbox_finished on inbox (finished_at) where state <> 'pending';

create table outbox (
    id bigint generated always as identity primary key,
    conversation text not null references conversations (id),
    inbound_key text not null,
    ordinal bigint not null,
    created_at bigint not null,
    body text not null,
    state text not null default 'pending',
    -- How many parts of a message that was split have been sent.
    part bigint not null default 0,
    tries bigint not null default 0,
    settled_at bigint,
    channel_message text,
    fault text,
    unique (inbound_key, ordinal)
);
create index outbox_open on outbox (conversation, id) where state in ('pending', 'sending');
create index outbox_settled on outbox (conversation, settled_at) where settled_at is not null;
create index outbox_dead on outbox (settled_at) where state in ('dead', 'unknown');

create table lanes (
    queue text not null,
    conversation text not null,
    ready_at bigint not null,
    lease_until bigint not null default 0,
    holder text,
    primary key (queue, conversation)
);
create index lanes_ready on lanes (queue, ready_at);

-- The moment from which a scope may send again, shared by all processes.
create table pacing (
    scope text primary key not null,
    next_at bigint not null
);

create table alerts (
    id bigint generated always as identity primary key,
    at bigint not null,
    kind text not null,
    conversation text,
    reference text not null,
    detail text not null,
    seen_at bigint
);
create index alerts_unseen on alerts (id) where seen_at is null;
