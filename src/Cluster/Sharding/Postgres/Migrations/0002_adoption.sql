-- Entities that kill their node when they are recovered, again and again, are found and set aside.

-- Recoveries under way, of shards whose owner before was lost soon after it took them. A row that is left over is of a node
-- that died during the recovery, or, if it had recovered the entity, within seconds after.
CREATE TABLE recovery (
    entity_type text COLLATE "C" NOT NULL,
    entity_id   uuid        NOT NULL,
    shard       integer     NOT NULL,
    node_id     uuid        NOT NULL,
    attempts    integer     NOT NULL, -- recoveries begun since the last that went well
    recovered   boolean     NOT NULL,
    started_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity_type, entity_id)
);

CREATE INDEX recovery_shard ON recovery (shard);

-- Not recovered any more, until an operator deletes the row.
CREATE TABLE set_aside (
    entity_type text COLLATE "C" NOT NULL,
    entity_id   uuid        NOT NULL,
    shard       integer     NOT NULL,
    attempts    integer     NOT NULL,
    since       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (entity_type, entity_id)
);

CREATE INDEX set_aside_shard ON set_aside (shard);

-- For the new owner of shards, before it serves them. Returns what is set aside in any of them.
CREATE FUNCTION cluster_set_aside(node uuid, calm integer[], uneasy integer[]) RETURNS SETOF set_aside
LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM recovery WHERE shard = ANY (calm);
    -- One recovery at a time: whatever was under way when a node died is to blame. What was recovered has the benefit of the doubt.
    WITH given_up AS (
        DELETE FROM recovery
        WHERE shard = ANY (uneasy) AND node_id <> node AND attempts >= CASE WHEN recovered THEN 4 ELSE 2 END
        RETURNING *)
    INSERT INTO set_aside (entity_type, entity_id, shard, attempts)
    SELECT entity_type, entity_id, shard, attempts FROM given_up ON CONFLICT DO NOTHING;
    RETURN QUERY SELECT * FROM set_aside AS each WHERE each.shard = ANY (calm || uneasy);
END
$$;
