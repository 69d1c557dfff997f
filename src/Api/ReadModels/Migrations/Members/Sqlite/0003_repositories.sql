-- Where a project is written to. The token is encrypted.
create table project_repositories (
    project_id   blob   not null primary key,
    api_url      text   not null,
    name         text   not null,
    branch       text   not null,
    path         text   not null,
    sealed_token text   not null,
    connected_at integer not null
);

-- The last writings of each project.
create table project_syncs (
    id         blob   not null primary key,
    project_id blob   not null,
    started_by blob   not null,
    started_at integer not null,
    ended_at   integer,
    commit_id  text,
    error      text
);
