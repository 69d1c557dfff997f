-- One row: what super users have set for the whole instance, as JSON.
create table instance_settings (
    id         blob   not null primary key,
    version    integer not null,
    settings   text   not null,
    updated_at integer not null
) without rowid;
