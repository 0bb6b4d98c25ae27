-- Conversations and their events. Times are milliseconds since the epoch; JSON is kept as text.
create table conversations (
    id text primary key not null,
    channel text not null,
    created_at bigint not null,
    -- The columns below follow the events, for lists; the events are the truth.
    last_sequence bigint not null default 0,
    last_at bigint not null default 0,
    owner text not null default 'bot',
    owner_reason text,
    owner_since bigint not null default 0,
    staff text,
    customer bigint,
    mood text,
    unread bigint not null default 0,
    in_group bigint not null default 0,
    reachable bigint not null default 1
);
create index conversations_by_owner on conversations (owner, last_at);
create index conversations_by_last_at on conversations (last_at);
create index conversations_by_customer on conversations (customer);

create table events (
    conversation text not null references conversations (id),
    sequence bigint not null,
    at bigint not null,
    body text not null,
    primary key (conversation, sequence)
);
