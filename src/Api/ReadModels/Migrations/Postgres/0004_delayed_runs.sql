-- Runs that wait for a time are looked for once a second.
alter table runs add column not_before bigint;
create index runs_delayed on runs (not_before) include (shard, workflow_id, queue) where status = 'available' and not_before is not null;
