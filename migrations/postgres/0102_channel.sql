-- What channels need to remember: which message of ours a press was on, links, uploaded files, topics.
alter table inbox add column pressed bigint;

create table links (
    token text primary key not null,
    press text not null,
    label text not null,
    created_at bigint not null,
    expires_at bigint not null,
    -- The inbound that used it; a link is good once.
    used_by text
);

-- A file that the channel has already, under the channel's own name for it.
create table uploads (
    channel text not null,
    source text not null,
    channel_file text not null,
    primary key (channel, source)
);

-- The forum topic in the staff's group in which a conversation is mirrored, and how far.
create table topics (
    conversation text primary key not null references conversations (id),
    thread bigint not null unique,
    mirrored bigint not null default 0
);
