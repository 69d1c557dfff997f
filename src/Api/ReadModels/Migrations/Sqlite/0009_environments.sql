-- Where a run belongs; null for the environment main. An index of those elsewhere alone: most are in main and pay nothing.
alter table runs add column environment text;
alter table work_orders add column environment text;
alter table dataclips add column environment text;
create index runs_by_environment on runs (project_id, environment, created_at, id) where environment is not null;
create index work_orders_by_environment on work_orders (project_id, environment, created_at, id) where environment is not null;

-- Of who asked for the operation: names separated by commas; null for all.
alter table bulk_operations add column environments text;
