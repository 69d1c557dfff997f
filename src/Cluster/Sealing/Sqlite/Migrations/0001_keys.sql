-- Counts the changes that every node has to notice.
CREATE TABLE key_clock (
    number INTEGER NOT NULL
) STRICT;
INSERT INTO key_clock (number) VALUES (0);

CREATE TABLE master_keys (
    version     INTEGER PRIMARY KEY,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'retired')),
    check_value BLOB    NOT NULL,
    changed     INTEGER NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX master_keys_active ON master_keys (state) WHERE state IN ('active', 'pending');

CREATE TABLE data_keys (
    id             BLOB    NOT NULL PRIMARY KEY,
    owner          BLOB    NOT NULL,
    version        INTEGER NOT NULL,
    born           INTEGER NOT NULL,
    master_version INTEGER NOT NULL,
    wrapped        BLOB    NOT NULL,
    uses           INTEGER NOT NULL,
    state          TEXT    NOT NULL CHECK (state IN ('current', 'old', 'destroyed')),
    changed        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    UNIQUE (owner, version)
) STRICT, WITHOUT ROWID;
-- One key of an owner is its head: what new data is sealed under, or the mark that there never will be one again.
CREATE UNIQUE INDEX data_keys_head ON data_keys (owner) WHERE state <> 'old';
CREATE INDEX data_keys_changed ON data_keys (changed) WHERE changed > 0;
CREATE INDEX data_keys_master ON data_keys (master_version);

-- What each node has noticed; rows of nodes that are gone count for nothing.
CREATE TABLE key_nodes (
    node     BLOB    NOT NULL PRIMARY KEY,
    versions TEXT    NOT NULL,
    seen     INTEGER NOT NULL,
    at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- How far the re-encryption under a new master key has come.
CREATE TABLE key_walks (
    master_version INTEGER NOT NULL,
    name           TEXT    NOT NULL,
    position       TEXT    NOT NULL,
    seen           INTEGER NOT NULL,
    resealed       INTEGER NOT NULL,
    ended          INTEGER NOT NULL,
    PRIMARY KEY (master_version, name)
) STRICT, WITHOUT ROWID;
