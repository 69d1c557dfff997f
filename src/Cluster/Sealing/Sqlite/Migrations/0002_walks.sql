-- Values that a walk could not seal anew: their keys were destroyed or they were wiped; they fail their check.
ALTER TABLE key_walks ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE key_walks ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;

-- What is to be recorded in the audit trail, by whoever did it; taken away when it is.
CREATE TABLE key_trail (
    number  INTEGER NOT NULL PRIMARY KEY,
    step    TEXT NOT NULL,
    version INTEGER NOT NULL,
    owner   BLOB
) STRICT;
