-- Counts the changes that every node has to notice.
CREATE TABLE key_clock (
    number bigint NOT NULL
);
INSERT INTO key_clock (number) VALUES (0);

CREATE TABLE master_keys (
    version     integer PRIMARY KEY,
    state       text    NOT NULL CHECK (state IN ('pending', 'active', 'retiring', 'retired')),
    check_value bytea   NOT NULL,
    changed     bigint  NOT NULL,
    created_at  bigint  NOT NULL
);
CREATE UNIQUE INDEX master_keys_active ON master_keys (state) WHERE state IN ('active', 'pending');

CREATE TABLE data_keys (
    id             uuid    PRIMARY KEY,
    owner          uuid    NOT NULL,
    version        integer NOT NULL,
    born           integer NOT NULL,
    master_version integer NOT NULL,
    wrapped        bytea   NOT NULL,
    uses           bigint  NOT NULL,
    state          text    NOT NULL CHECK (state IN ('current', 'old', 'destroyed')),
    changed        bigint  NOT NULL,
    created_at     bigint  NOT NULL,
    UNIQUE (owner, version)
);
-- One key of an owner is its head: what new data is sealed under, or the mark that there never will be one again.
CREATE UNIQUE INDEX data_keys_head ON data_keys (owner) WHERE state <> 'old';
CREATE INDEX data_keys_changed ON data_keys (changed) WHERE changed > 0;
CREATE INDEX data_keys_master ON data_keys (master_version);

-- What each node has noticed; rows of nodes that are gone count for nothing.
CREATE TABLE key_nodes (
    node     uuid    PRIMARY KEY,
    versions text    NOT NULL,
    seen     bigint  NOT NULL,
    at       bigint  NOT NULL
);

-- How far the re-encryption under a new master key has come.
CREATE TABLE key_walks (
    master_version integer NOT NULL,
    name           text    NOT NULL,
    position       text    NOT NULL,
    seen           bigint  NOT NULL,
    resealed       bigint  NOT NULL,
    ended          boolean NOT NULL,
    PRIMARY KEY (master_version, name)
);
