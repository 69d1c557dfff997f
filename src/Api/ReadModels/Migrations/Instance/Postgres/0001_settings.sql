-- One row: what super users have set for the whole instance, as JSON.
create table instance_settings (
    id         uuid   not null primary key,
    version    bigint not null,
    settings   text   not null,
    updated_at bigint not null
);
