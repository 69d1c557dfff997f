-- Projects of which nothing is removed, why, and since when.
create table legal_holds (
    project_id blob not null primary key,
    reason     text not null,
    held_since integer not null
);
