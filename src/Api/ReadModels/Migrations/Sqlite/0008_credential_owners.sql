-- Everybody lists their own.
drop index credentials_by_name;
create index credentials_by_owner on credentials (vault_id, name, id);
