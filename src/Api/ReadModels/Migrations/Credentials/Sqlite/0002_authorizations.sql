-- Of OAuth 2: a JSON array of environments and whether their tokens are taken or the owner has to authorize anew.
alter table credentials add column authorizations text;
