-- Projects of which nothing is removed, why, and since when.
create table legal_holds (
    project_id uuid not null primary key,
    reason     text not null,
    held_since bigint not null
);
