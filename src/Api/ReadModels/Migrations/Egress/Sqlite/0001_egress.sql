-- What the jobs of projects may call beyond public https; names separated by commas.
create table project_egress (
    project_id   blob not null primary key,
    egress_hosts text not null
);
