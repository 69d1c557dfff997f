-- Runs that wait for a time are looked for once a second.
alter table runs add column not_before integer;
create index runs_delayed on runs (not_before) where status = 'available' and not_before is not null;
