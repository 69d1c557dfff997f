-- How a project's runs share the cluster.
alter table projects add column weight bigint not null default 1;
alter table projects add column run_timeout_ms bigint;
alter table projects add column run_memory_mb bigint;
alter table projects add column payload_mb bigint;

-- Runs that are executed are counted by project and workflow, and there are few of them: without a look at their rows.
drop index runs_held;
create index runs_held on runs (id) include (shard, project_id, workflow_id) where status in ('claimed', 'started');
