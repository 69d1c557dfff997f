-- Credentials that their owners offer to somebody: a user, or whoever has an address.
create table credential_offers (
    credential_id blob not null primary key,
    from_id       blob not null,
    user_id       blob,
    email_key     text,
    offered_at    integer not null,
    expires_at    integer not null
);
create index credential_offers_by_user on credential_offers (user_id, offered_at, credential_id) where user_id is not null;
create index credential_offers_by_address on credential_offers (email_key, offered_at, credential_id) where email_key is not null;

-- Credentials on their way between two vaults: gone from here when both are done.
create table credential_moves (
    credential_id blob not null primary key,
    transfer_id   blob not null,
    from_id       blob not null,
    user_id       blob not null,
    begun_at      integer not null
);
create index credential_moves_by_time on credential_moves (begun_at, credential_id);
