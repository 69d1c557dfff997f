-- Nobody has checked that the address is its user's.
alter table accounts add column is_unverified boolean not null default false;
