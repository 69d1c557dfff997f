-- Who is in which project. Environments: names separated by commas, null for all.
create table project_members (
    project_id    uuid    not null,
    user_id       uuid    not null,
    role          text    not null,
    environments  text,
    digest        text    not null,
    failure_alert boolean not null,
    since         bigint  not null,
    primary key (project_id, user_id)
);
create index project_members_by_user on project_members (user_id, project_id);
create index project_members_by_time on project_members (project_id, since, user_id);

-- Open ones, and those that ran out lately. The address is encrypted.
create table project_invitations (
    id           uuid   not null primary key,
    project_id   uuid   not null,
    sealed_email text   not null,
    role         text   not null,
    environments text,
    invited_by   uuid   not null,
    created_at   bigint not null,
    expires_at   bigint not null
);
create index project_invitations_by_project on project_invitations (project_id, created_at, id);
