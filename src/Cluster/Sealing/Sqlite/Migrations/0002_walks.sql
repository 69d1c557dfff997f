-- Values that a walk could not seal anew: their keys were destroyed or they were wiped; they fail their check.
ALTER TABLE key_walks ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0;
ALTER TABLE key_walks ADD COLUMN damaged INTEGER NOT NULL DEFAULT 0;
