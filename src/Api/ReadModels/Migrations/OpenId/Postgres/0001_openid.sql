-- One row: the instance's OpenID provider as JSON, with a sealed secret; null while there is none.
create table openid_provider (
    id         uuid   not null primary key,
    version    bigint not null,
    provider   text,
    updated_at bigint not null
);

-- Whose account somebody at the provider is. The id is a keyed hash of issuer and subject.
create table openid_links (
    id        uuid   not null primary key,
    user_id   uuid   not null,
    linked_at bigint not null
);
