-- One row: the instance's OpenID provider as JSON, with a sealed secret; null while there is none.
create table openid_provider (
    id         blob    not null primary key,
    version    integer not null,
    provider   text,
    updated_at integer not null
) without rowid;

-- Whose account somebody at the provider is. The id is a keyed hash of issuer and subject.
create table openid_links (
    id        blob    not null primary key,
    user_id   blob    not null,
    linked_at integer not null
) without rowid;
