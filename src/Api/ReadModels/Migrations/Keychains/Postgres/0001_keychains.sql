-- What selects one of a project's credentials by the input of a run.
create table keychains (
    id                    uuid not null primary key,
    project_id            uuid not null,
    name                  text not null,
    path                  text not null,
    default_credential_id uuid,
    created_at            bigint not null,
    updated_at            bigint not null
);
create index keychains_by_name on keychains (project_id, name, id);
create index credentials_by_external_id on credentials (external_id) where external_id is not null;
