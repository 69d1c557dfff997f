-- What may be shown of a credential. Environments: a JSON array of those with a body of their own.
alter table credentials add column kind text not null default 'raw';
alter table credentials add column external_id text;
alter table credentials add column fingerprint text;
alter table credentials add column expires_at bigint;
alter table credentials add column environments text;
alter table credentials add column purge_after bigint;
create index credentials_by_purge on credentials (purge_after, id) where purge_after is not null;

-- When each was last handed out, to the minute or so.
create table credential_uses (
    credential_id uuid not null primary key,
    last_used_at  bigint not null
);
