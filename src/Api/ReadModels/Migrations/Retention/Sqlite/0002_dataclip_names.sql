-- Names of dataclips: those that have one are kept.
create table dataclip_names (
    dataclip_id blob not null primary key,
    project_id  blob not null,
    name        text not null
);
create index dataclip_names_by_project on dataclip_names (project_id, name, dataclip_id);

-- Dataclips whose work order was removed while they had a name: nothing else leads to them. No event writes here, retention does.
create table kept_dataclips (
    dataclip_id blob not null primary key,
    project_id  blob not null
);
create index kept_dataclips_by_project on kept_dataclips (project_id);
