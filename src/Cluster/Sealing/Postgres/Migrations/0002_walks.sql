-- Values that a walk could not seal anew: their keys were destroyed or they were wiped; they fail their check.
ALTER TABLE key_walks ADD COLUMN skipped bigint NOT NULL DEFAULT 0;
ALTER TABLE key_walks ADD COLUMN damaged bigint NOT NULL DEFAULT 0;
