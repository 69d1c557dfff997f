-- A node reads the waiting and held runs of its own shards: the shard is looked at in the index, not in the row.
drop index runs_waiting;
create index runs_waiting on runs (workflow_id, priority, created_at, id) include (shard) where status = 'available';
drop index runs_held;
create index runs_held on runs (id) include (shard) where status in ('claimed', 'started');
