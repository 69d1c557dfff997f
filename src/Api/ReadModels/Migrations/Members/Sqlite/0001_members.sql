-- Who is in which project. Environments: names separated by commas, null for all.
create table project_members (
    project_id    blob    not null,
    user_id       blob    not null,
    role          text    not null,
    environments  text,
    digest        text    not null,
    failure_alert integer not null,
    since         integer not null,
    primary key (project_id, user_id)
);
create index project_members_by_user on project_members (user_id, project_id);
create index project_members_by_time on project_members (project_id, since, user_id);

-- Open ones, and those that ran out lately. The address is encrypted.
create table project_invitations (
    id           blob   not null primary key,
    project_id   blob   not null,
    sealed_email text   not null,
    role         text   not null,
    environments text,
    invited_by   blob   not null,
    created_at   integer not null,
    expires_at   integer not null
);
create index project_invitations_by_project on project_invitations (project_id, created_at, id);
