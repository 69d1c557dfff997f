-- When a project is deleted for good; null unless somebody asked for that.
alter table projects add column purge_at integer;
create index projects_leaving on projects (purge_at) where purge_at is not null;

-- Deleted projects of which there are rows left.
create table project_purges (
    project_id blob    not null primary key,
    deleted_at integer not null
) without rowid;
