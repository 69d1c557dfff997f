-- Erasures of what projects have of people; what is looked for is in the journal alone, and only until the end.
create table erasures (
    id               uuid not null primary key,
    shard            bigint not null,
    project_id       uuid not null,
    status           text not null,
    searched         bigint not null,
    unreadable       bigint not null,
    erased_dataclips bigint,
    erased_log_lines bigint,
    erased_runs      bigint,
    left_runs        bigint,
    created_at       bigint not null,
    ready_at         bigint,
    finished_at      bigint
);
create index erasures_by_project on erasures (project_id);
create index erasures_open on erasures (created_at, id) where status in ('searching', 'ready', 'erasing');

-- What was found, and what came of it. No event writes here: what is written twice is the same.
create table erasure_matches (
    erasure_id uuid not null,
    kind       text not null,
    item_id    uuid not null,
    attempt    bigint not null,
    number     bigint not null,
    outcome    text,
    primary key (erasure_id, kind, item_id, attempt, number)
);
create index erasure_matches_open on erasure_matches (erasure_id, kind, item_id, attempt, number) where outcome is null;
