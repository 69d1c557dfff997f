-- How a project's runs share the cluster.
alter table projects add column weight integer not null default 1;
alter table projects add column run_timeout_ms integer;
alter table projects add column run_memory_mb integer;
alter table projects add column payload_mb integer;
