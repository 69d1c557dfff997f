-- Timestamps are microseconds since the epoch. Names are ordered by their bytes, as in the other store.
create table projects (
    id          uuid not null primary key,
    name        text collate "C" not null,
    description text,
    concurrency bigint,
    version     bigint not null,
    created_at  bigint not null,
    updated_at  bigint not null
);
create index projects_by_name on projects (name, id);

create table workflows (
    id         uuid not null primary key,
    project_id uuid not null,
    name       text collate "C" not null,
    version    bigint not null,
    created_at bigint not null,
    updated_at bigint not null
);
create index workflows_by_project on workflows (project_id, name, id);

create table workflow_versions (
    workflow_id uuid   not null,
    version     bigint not null,
    project_id  uuid   not null,
    definition  bytea  not null,
    created_at  bigint not null,
    primary key (workflow_id, version)
);

create table triggers (
    workflow_id      uuid    not null primary key,
    id               uuid    not null,
    project_id       uuid    not null,
    workflow_version bigint  not null,
    type             text    not null,
    enabled          boolean not null,
    custom_path      text,
    reply            text    not null,
    cron_expression  text
);
create index triggers_by_id on triggers (id);
create index triggers_by_path on triggers (project_id, custom_path) where custom_path is not null;

create table credentials (
    id          uuid not null primary key,
    vault_id    uuid not null,
    name        text collate "C" not null,
    schema_name text not null,
    key_names   text not null,
    version     bigint not null,
    created_at  bigint not null,
    updated_at  bigint not null
);
create index credentials_by_name on credentials (name, id);

create table credential_grants (
    credential_id uuid   not null,
    project_id    uuid   not null,
    granted_at    bigint not null,
    primary key (credential_id, project_id)
);
create index credential_grants_by_project on credential_grants (project_id, credential_id);

-- Room in each page for the new version of a row whose indexed columns stay as they are, here and in steps.
create table work_orders (
    id               uuid   not null primary key,
    project_id       uuid   not null,
    workflow_id      uuid   not null,
    workflow_version bigint not null,
    trigger_id       uuid,
    dataclip_id      uuid,
    state            text   not null,
    created_at       bigint not null,
    last_activity    bigint not null
) with (fillfactor = 80);
create index work_orders_by_project on work_orders (project_id, created_at, id);

create table runs (
    id                uuid   not null primary key,
    shard             bigint not null,
    project_id        uuid   not null,
    workflow_id       uuid   not null,
    workflow_version  bigint not null,
    work_order_id     uuid   not null,
    start_node_id     uuid   not null,
    trigger_id        uuid,
    input_dataclip_id uuid,
    priority          bigint not null,
    status            text   not null,
    attempt           bigint not null,
    worker            text,
    error_type        text,
    error_message     text,
    final_dataclip_id uuid,
    created_at        bigint not null,
    claimed_at        bigint,
    started_at        bigint,
    finished_at       bigint
);
create index runs_by_project on runs (project_id, created_at, id);
create index runs_by_work_order on runs (work_order_id, created_at, id);
create index runs_held on runs (id) where status in ('claimed', 'started');
create index runs_waiting on runs (workflow_id, priority, created_at, id) where status = 'available';

create table steps (
    run_id             uuid    not null,
    step_id            uuid    not null,
    job_id             uuid    not null,
    attempt            bigint  not null,
    started_at         bigint  not null,
    input_dataclip_id  uuid,
    exit_reason        text,
    error_type         text,
    error_message      text,
    output_dataclip_id uuid,
    output_lost        boolean,
    duration_ms        bigint,
    memory_bytes       bigint,
    finished_at        bigint,
    primary key (run_id, step_id)
) with (fillfactor = 80);

create table log_lines (
    run_id    uuid   not null,
    attempt   bigint not null,
    number    bigint not null,
    logged_at bigint not null,
    source    text   not null,
    level     text   not null,
    message   text   not null,
    step_id   uuid,
    primary key (run_id, attempt, number)
);

create table dataclips (
    id         uuid   not null primary key,
    project_id uuid   not null,
    type       text   not null,
    body       bytea  not null,
    request    bytea,
    size       bigint not null,
    created_at bigint not null
);
