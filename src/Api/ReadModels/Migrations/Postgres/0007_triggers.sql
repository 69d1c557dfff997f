-- Since when a cron trigger fires as it does now. Stored triggers: since their workflow was saved last.
alter table triggers add column scheduled_since bigint;
update triggers set scheduled_since = (select updated_at from workflows w where w.id = triggers.workflow_id)
where type = 'cron' and enabled;

-- The last tick of each cron trigger that became a run.
create table cron_ticks (
    trigger_id uuid   not null primary key,
    last_tick  bigint not null
);

-- What the next run of a cron trigger starts with: the last successful output of each job in runs that it started, and under
-- the job 00000000-0000-0000-0000-000000000000 the final state of the last run that succeeded.
create table cron_cursors (
    trigger_id  uuid not null,
    job_id      uuid not null,
    dataclip_id uuid not null,
    primary key (trigger_id, job_id)
);

create table webhook_auth_methods (
    id          uuid   not null primary key,
    project_id  uuid   not null,
    name        text   collate "C" not null,
    type        text   not null,
    username    text,
    secret_hash text   not null,
    created_at  bigint not null,
    updated_at  bigint not null
);
create index webhook_auth_methods_by_project on webhook_auth_methods (project_id, name, id);

-- What a project allows its webhooks.
alter table projects add column webhooks_per_second bigint;
alter table projects add column soft_waiting_runs bigint;
alter table projects add column hard_waiting_runs bigint;
