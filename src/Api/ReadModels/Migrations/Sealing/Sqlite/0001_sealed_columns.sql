-- Values that can hold people's or secret data are stored sealed, as bytes. Dropped and made anew: no store that holds any gets here.
alter table dataclips drop column body;
alter table dataclips drop column request;
alter table dataclips add column body blob not null default x'';
alter table dataclips add column request blob;
alter table log_lines drop column message;
alter table log_lines add column message blob not null default x'';
alter table runs drop column error_message;
alter table runs add column error_message blob;
alter table steps drop column error_message;
alter table steps add column error_message blob;
alter table bulk_operations drop column filter;
alter table bulk_operations add column filter blob;
