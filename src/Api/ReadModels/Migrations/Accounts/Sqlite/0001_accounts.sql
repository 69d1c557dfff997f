-- Who exists and may sign in. The key of an e-mail address is a keyed hash: it tells nothing.
create table accounts (
    id            blob    not null primary key,
    email_key     text    not null,
    is_super_user integer not null,
    status        text    not null,
    purge_at      integer,
    created_at    integer not null,
    updated_at    integer not null
) without rowid;
create index accounts_by_email on accounts (email_key);
create index accounts_by_creation on accounts (created_at, id);

-- The person (name and e-mail) is sealed.
create table users (
    id              blob    not null primary key,
    person          blob    not null,
    person_version  integer not null,
    has_password    integer not null,
    password_set_at integer,
    has_mfa         integer not null,
    last_sign_in_at integer
) without rowid;

-- Hashes of tokens only. A session that ended has no row.
create table sessions (
    id                blob    not null primary key,
    user_id           blob    not null,
    access_hash       text    not null,
    has_mfa           integer not null,
    created_at        integer not null,
    access_expires_at integer not null,
    expires_at        integer not null
) without rowid;
create index sessions_by_access on sessions (access_hash);
create index sessions_by_user on sessions (user_id, created_at, id);

-- A token that was revoked has no row. Scopes, projects and environments are JSON arrays; null is no narrowing.
create table api_tokens (
    id           blob    not null primary key,
    user_id      blob    not null,
    name         text    not null,
    hash         text    not null,
    prefix       text    not null,
    scopes       text,
    projects     text,
    environments text,
    has_mfa      integer not null,
    created_at   integer not null,
    expires_at   integer not null
) without rowid;
create index api_tokens_by_hash on api_tokens (hash);
create index api_tokens_by_user on api_tokens (user_id, created_at, id);

-- About when a token was used last.
create table token_uses (
    token_id     blob    not null primary key,
    last_used_at integer not null
) without rowid;
