-- Values that a walk could not seal anew: their keys were destroyed or they were wiped; they fail their check.
ALTER TABLE key_walks ADD COLUMN skipped bigint NOT NULL DEFAULT 0;
ALTER TABLE key_walks ADD COLUMN damaged bigint NOT NULL DEFAULT 0;

-- What is to be recorded in the audit trail, by whoever did it; taken away when it is.
CREATE TABLE key_trail (
    number  bigint NOT NULL PRIMARY KEY,
    step    text NOT NULL,
    version bigint NOT NULL,
    owner   uuid
);
