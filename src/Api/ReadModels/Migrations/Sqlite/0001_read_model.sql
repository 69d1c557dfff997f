-- Ids are 16 bytes big-endian, timestamps microseconds since the epoch, booleans 0 or 1.
create table projects (
    id          blob    not null primary key,
    name        text    not null,
    description text,
    concurrency integer,
    version     integer not null,
    created_at  integer not null,
    updated_at  integer not null
) without rowid;
create index projects_by_name on projects (name, id);

create table workflows (
    id         blob    not null primary key,
    project_id blob    not null,
    name       text    not null,
    version    integer not null,
    created_at integer not null,
    updated_at integer not null
) without rowid;
create index workflows_by_project on workflows (project_id, name, id);

create table workflow_versions (
    workflow_id blob    not null,
    version     integer not null,
    project_id  blob    not null,
    definition  blob    not null,
    created_at  integer not null,
    primary key (workflow_id, version)
);

create table triggers (
    workflow_id      blob    not null primary key,
    id               blob    not null,
    project_id       blob    not null,
    workflow_version integer not null,
    type             text    not null,
    enabled          integer not null,
    custom_path      text,
    reply            text    not null,
    cron_expression  text
) without rowid;
create index triggers_by_id on triggers (id);
create index triggers_by_path on triggers (project_id, custom_path) where custom_path is not null;

create table credentials (
    id          blob    not null primary key,
    vault_id    blob    not null,
    name        text    not null,
    schema_name text    not null,
    key_names   text    not null,
    version     integer not null,
    created_at  integer not null,
    updated_at  integer not null
) without rowid;
create index credentials_by_name on credentials (name, id);

create table credential_grants (
    credential_id blob    not null,
    project_id    blob    not null,
    granted_at    integer not null,
    primary key (credential_id, project_id)
) without rowid;
create index credential_grants_by_project on credential_grants (project_id, credential_id);

create table work_orders (
    id               blob    not null primary key,
    project_id       blob    not null,
    workflow_id      blob    not null,
    workflow_version integer not null,
    trigger_id       blob,
    dataclip_id      blob,
    state            text    not null,
    created_at       integer not null,
    last_activity    integer not null
) without rowid;
create index work_orders_by_project on work_orders (project_id, created_at, id);

create table runs (
    id                blob    not null primary key,
    shard             integer not null,
    project_id        blob    not null,
    workflow_id       blob    not null,
    workflow_version  integer not null,
    work_order_id     blob    not null,
    start_node_id     blob    not null,
    trigger_id        blob,
    input_dataclip_id blob,
    priority          integer not null,
    status            text    not null,
    attempt           integer not null,
    worker            text,
    error_type        text,
    error_message     text,
    final_dataclip_id blob,
    created_at        integer not null,
    claimed_at        integer,
    started_at        integer,
    finished_at       integer
) without rowid;
create index runs_by_project on runs (project_id, created_at, id);
create index runs_by_work_order on runs (work_order_id, created_at, id);
create index runs_held on runs (id) where status in ('claimed', 'started');
create index runs_waiting on runs (workflow_id, priority, created_at, id) where status = 'available';

create table steps (
    run_id             blob    not null,
    step_id            blob    not null,
    job_id             blob    not null,
    attempt            integer not null,
    started_at         integer not null,
    input_dataclip_id  blob,
    exit_reason        text,
    error_type         text,
    error_message      text,
    output_dataclip_id blob,
    output_lost        integer,
    duration_ms        integer,
    memory_bytes       integer,
    finished_at        integer,
    primary key (run_id, step_id)
) without rowid;

create table log_lines (
    run_id    blob    not null,
    attempt   integer not null,
    number    integer not null,
    logged_at integer not null,
    source    text    not null,
    level     text    not null,
    message   text    not null,
    step_id   blob,
    primary key (run_id, attempt, number)
) without rowid;

-- With rowid: large bodies inside the key's tree would make every look-up of a key slow.
create table dataclips (
    id         blob    not null primary key,
    project_id blob    not null,
    type       text    not null,
    body       blob    not null,
    request    blob,
    size       integer not null,
    created_at integer not null
);
