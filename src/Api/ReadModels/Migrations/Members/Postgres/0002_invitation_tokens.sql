-- Of the link's token: what the link is about is shown to whoever has it.
alter table project_invitations add column token_hash text not null default '';
