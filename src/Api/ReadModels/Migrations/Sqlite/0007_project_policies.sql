-- Whose project it is and what it asks of its members. Projects of before there were members have no owner.
alter table projects add column owner_id blob;
alter table projects add column requires_mfa integer not null default 0;
alter table projects add column retention_policy text not null default 'retain_all';
alter table projects add column history_retention_days integer;
alter table projects add column dataclip_retention_days integer;

-- Names separated by commas, the default first.
alter table projects add column environments text not null default 'main';

-- To whom it is offered, until when.
alter table projects add column offered_to blob;
alter table projects add column offer_expires_at integer;
