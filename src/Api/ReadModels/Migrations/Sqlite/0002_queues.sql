-- Waiting runs are read by the queue they wait in.
alter table runs add column queue text not null default 'default';
update runs set queue = 'manual' where priority = 0;
drop index runs_waiting;
create index runs_waiting on runs (workflow_id, queue, created_at, id) where status = 'available';
