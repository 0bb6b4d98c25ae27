-- The staff's console: accounts, sessions, audit, and read models over the events.
-- Numbers under which staff name conversations: in addresses, instead of the channel's own name of the shopper.
create table conversation_numbers (
    number integer primary key autoincrement,
    conversation text not null unique references conversations (id)
);
insert into conversation_numbers (conversation) select id from conversations order by created_at, id;

-- How far the read models below follow the events.
alter table conversations add column modelled bigint not null default 0;
alter table conversations add column snoozed_until bigint;
alter table conversations add column handed_over bigint not null default 0;
alter table conversations add column unanswered bigint not null default 0;
alter table conversations add column doubtful bigint not null default 0;
alter table conversations add column rating bigint;
alter table conversations add column intent text;
alter table conversations add column preview text not null default '';
alter table conversations add column preview_author text not null default '';
create index conversations_unmodelled on conversations (id) where modelled < last_sequence;

-- One row per message of the shopper that was understood.
create table turns (
    conversation text not null references conversations (id),
    sequence bigint not null,
    at bigint not null,
    intent text,
    probability real not null,
    emotion text not null,
    policy text,
    action text,
    unanswered bigint not null default 0,
    answered_at bigint,
    primary key (conversation, sequence)
);
create index turns_by_intent on turns (intent, at);
create index turns_by_emotion on turns (emotion, at);
create index turns_by_time on turns (at);

-- Changes of the owner, for figures.
create table handovers (
    conversation text not null references conversations (id),
    sequence bigint not null,
    at bigint not null,
    owner text not null,
    reason text,
    staff text,
    primary key (conversation, sequence)
);
create index handovers_by_time on handovers (at);

-- Orders that were spoken of.
create table conversation_orders (
    conversation text not null references conversations (id),
    order_number text not null,
    primary key (order_number, conversation)
);
create index conversation_orders_by_conversation on conversation_orders (conversation);

-- Every message and note with words, for reading and searching.
create table messages (
    id integer primary key autoincrement,
    conversation text not null references conversations (id),
    sequence bigint not null,
    ordinal bigint not null,
    at bigint not null,
    author text not null,
    words text not null
);
create index messages_place on messages (conversation, sequence, ordinal);
-- Pairs of letters, written as hexadecimal words, so that any run of letters is a phrase, and fours of plain letters
-- and digits, of which pairs are too frequent; see store/console/grams.rs.
create virtual table message_grams using fts5 (
    grams, runs, content = '', contentless_delete = 1, tokenize = 'ascii', prefix = '5'
);

-- What browsers are told about: a conversation changed. Old rows are deleted.
create table changes (
    id integer primary key autoincrement,
    conversation text not null,
    at bigint not null
);

create table staff_accounts (
    id integer primary key autoincrement,
    login text not null unique,
    name text not null,
    role text not null,
    -- Sees only own and unassigned conversations.
    own_only bigint not null default 0,
    password text,
    totp_secret text,
    language text,
    created_at bigint not null,
    locked_at bigint
);

-- Links that set a password, good once; the first one is made at the command line.
create table staff_invitations (
    token_hash text primary key not null,
    account bigint not null references staff_accounts (id),
    created_at bigint not null,
    expires_at bigint not null,
    used_at bigint
);

create table staff_sessions (
    id integer primary key autoincrement,
    token_hash text not null unique,
    account bigint not null references staff_accounts (id),
    csrf text not null,
    created_at bigint not null,
    seen_at bigint not null,
    expires_at bigint not null,
    browser text not null,
    address text not null,
    revoked_at bigint
);
create index staff_sessions_by_account on staff_sessions (account);

create table login_failures (
    scope text primary key not null,
    failures bigint not null,
    last_at bigint not null,
    locked_until bigint not null
);

-- Who did what; rows are only added, and each holds the hash of the one before.
create table audit (
    id bigint primary key not null,
    at bigint not null,
    staff text not null,
    deed text not null,
    object text not null,
    detail text not null,
    previous text not null,
    hash text not null
);

create table labels (
    id integer primary key autoincrement,
    name text not null unique,
    colour bigint not null
);
create table conversation_labels (
    conversation text not null references conversations (id),
    label bigint not null references labels (id),
    primary key (conversation, label)
);
create index conversation_labels_by_label on conversation_labels (label);

create table corrections (
    id integer primary key autoincrement,
    conversation text not null references conversations (id),
    sequence bigint not null,
    field text not null,
    value text not null,
    staff text not null,
    at bigint not null
);
create index corrections_by_place on corrections (conversation, sequence, id);

create table verdicts (
    conversation text not null references conversations (id),
    sequence bigint not null,
    good bigint not null,
    staff text not null,
    at bigint not null,
    primary key (conversation, sequence)
);

create table drafts (
    conversation text not null references conversations (id),
    account bigint not null references staff_accounts (id),
    words text not null,
    at bigint not null,
    primary key (conversation, account)
);

create table presence (
    conversation text not null,
    account bigint not null references staff_accounts (id),
    seen_at bigint not null,
    writing bigint not null default 0,
    primary key (conversation, account)
);

create table canned_replies (
    id integer primary key autoincrement,
    shortcut text not null unique,
    title text not null,
    words text not null
);

create table saved_views (
    id integer primary key autoincrement,
    account bigint not null references staff_accounts (id),
    name text not null,
    query text not null
);

-- What was searched for, under an opaque name, so that addresses hold no private data.
create table searches (
    token text primary key not null,
    words text not null,
    account bigint not null references staff_accounts (id),
    at bigint not null
);

create table console_settings (
    name text primary key not null,
    value text not null
);

-- Private data of a conversation is shown in full to a session for a short while; each time is in the audit.
create table reveals (
    session bigint not null,
    conversation text not null,
    until bigint not null,
    primary key (session, conversation)
);
