-- A retry names what it repeats. Orders are found by the state of their runs: an index on the state of work_orders itself
-- would make each change of a state rewrite all of that row's index entries.
alter table runs add column retry_of blob;
alter table runs add column retry_step blob;
alter table runs add column operation_id blob;
alter table runs add column ordered_at integer not null default 0;
update runs set ordered_at = created_at;
alter table runs add column single_job integer;
alter table steps add column reused integer;

-- Runs that ended badly are rare, and written here once.
create index runs_ended_badly on runs (project_id, status, created_at, id)
    where status in ('failed', 'crashed', 'cancelled', 'killed', 'exception', 'lost');
create index runs_ended_badly_by_order on runs (project_id, status, ordered_at, work_order_id)
    where status in ('failed', 'crashed', 'cancelled', 'killed', 'exception', 'lost');
create index work_orders_by_workflow on work_orders (project_id, workflow_id, created_at, id);

create table bulk_operations (
    id          blob   not null primary key,
    shard       integer not null,
    project_id  blob   not null,
    kind        text   not null,
    retry_from  text   not null,
    target      text   not null,
    filter      text,
    status      text   not null,
    found       integer not null,
    done        integer not null,
    refused     integer not null,
    failed      integer not null,
    refusals    text   not null,
    created_at  integer not null,
    updated_at  integer not null,
    finished_at integer
);
create index bulk_operations_by_project on bulk_operations (project_id, created_at, id);
create index bulk_operations_running on bulk_operations (shard, id) where status = 'running';
