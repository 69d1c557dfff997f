-- The audit trail. Entries and links are only ever inserted; see src/Api/Audit/README.md.
create table audit_entries (
    id            uuid    not null primary key,
    at            bigint  not null,
    actor_kind    text    not null,
    actor_id      uuid,
    via           text,
    token_id      uuid,
    address       text,
    request_id    text,
    action        text    not null,
    outcome       text    not null,
    project_id    uuid,
    item_type     text,
    item_id       uuid,
    details       text,
    mac           text    not null
);
create index audit_entries_by_time on audit_entries (at, id);
create index audit_entries_by_project on audit_entries (project_id, at, id) where project_id is not null;
create index audit_entries_by_actor on audit_entries (actor_id, at, id) where actor_id is not null;
create index audit_entries_by_item on audit_entries (item_id, at, id) where item_id is not null;

-- Entries that are not chained yet, the oldest first.
create table audit_pending (
    at       bigint  not null,
    entry_id uuid    not null,
    primary key (at, entry_id)
);

create table audit_chain (
    position bigint  not null primary key,
    entry_id uuid    not null,
    verdict  text    not null,
    hash     text    not null,
    mac      text    not null
);
create index audit_chain_by_entry on audit_chain (entry_id);

create table audit_checkpoints (
    number    bigint  not null primary key,
    position  bigint  not null,
    head      text    not null,
    at        bigint  not null,
    key_id    text    not null,
    signature text    not null
);
