-- Erasures of what projects have of people; what is looked for is in the journal alone, and only until the end.
create table erasures (
    id               blob not null primary key,
    shard            integer not null,
    project_id       blob not null,
    status           text not null,
    searched         integer not null,
    unreadable       integer not null,
    erased_dataclips integer,
    erased_log_lines integer,
    erased_runs      integer,
    left_runs        integer,
    created_at       integer not null,
    ready_at         integer,
    finished_at      integer
);
create index erasures_by_project on erasures (project_id);
create index erasures_open on erasures (created_at, id) where status in ('searching', 'ready', 'erasing');

-- What was found, and what came of it. No event writes here: what is written twice is the same.
create table erasure_matches (
    erasure_id blob not null,
    kind       text not null,
    item_id    blob not null,
    attempt    integer not null,
    number     integer not null,
    outcome    text,
    primary key (erasure_id, kind, item_id, attempt, number)
);
create index erasure_matches_open on erasure_matches (erasure_id, kind, item_id, attempt, number) where outcome is null;
