-- What selects one of a project's credentials by the input of a run.
create table keychains (
    id                    blob not null primary key,
    project_id            blob not null,
    name                  text not null,
    path                  text not null,
    default_credential_id blob,
    created_at            integer not null,
    updated_at            integer not null
);
create index keychains_by_name on keychains (project_id, name, id);
create index credentials_by_external_id on credentials (external_id) where external_id is not null;
