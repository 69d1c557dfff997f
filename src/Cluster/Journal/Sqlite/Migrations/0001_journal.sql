CREATE TABLE store_info (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Clustered by entity: recovery reads one range, and ids that grow with time keep inserts at the right edge.
CREATE TABLE journal (
    entity_type TEXT    NOT NULL,
    entity_id   BLOB    NOT NULL,
    seq_nr      INTEGER NOT NULL,
    shard       INTEGER NOT NULL,
    manifest    TEXT    NOT NULL,
    payload     BLOB    NOT NULL,
    written_at  INTEGER NOT NULL,
    PRIMARY KEY (entity_type, entity_id, seq_nr)
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshot (
    entity_type TEXT    NOT NULL,
    entity_id   BLOB    NOT NULL,
    seq_nr      INTEGER NOT NULL,
    manifest    TEXT    NOT NULL,
    payload     BLOB    NOT NULL,
    written_at  INTEGER NOT NULL,
    PRIMARY KEY (entity_type, entity_id)
) STRICT, WITHOUT ROWID;
