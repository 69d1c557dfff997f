-- A body that is gone leaves its row: wiped_at says since when, and body is empty. Of a body that was never stored a keyed hash is known.
alter table dataclips add column wiped_at integer;
alter table dataclips add column hash text;

-- What is kept of the run's data, if not all. Runs whose data is to be wiped because they ended well are found by when they did.
alter table runs add column storage text;
alter table runs add column wipe_at integer;
create index runs_to_wipe on runs (wipe_at) where wipe_at is not null;
create index runs_unstored on runs (id) where status = 'available' and storage = 'erase_all';
alter table steps add column webhook_response_id blob;
