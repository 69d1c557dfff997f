-- Where a project is written to. The token is encrypted.
create table project_repositories (
    project_id   uuid   not null primary key,
    api_url      text   not null,
    name         text   not null,
    branch       text   not null,
    path         text   not null,
    sealed_token text   not null,
    connected_at bigint not null
);

-- The last writings of each project.
create table project_syncs (
    id         uuid   not null primary key,
    project_id uuid   not null,
    started_by uuid   not null,
    started_at bigint not null,
    ended_at   bigint,
    commit_id  text,
    error      text
);
