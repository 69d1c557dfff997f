-- Users who were erased and whose key is still to be destroyed.
create table erased_users (
    user_id   uuid   not null primary key,
    erased_at bigint not null
);
