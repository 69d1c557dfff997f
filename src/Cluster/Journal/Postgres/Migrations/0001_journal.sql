CREATE TABLE store_info (
    key   text NOT NULL PRIMARY KEY,
    value text NOT NULL
);

-- Partitioned by range of the entity's id. Ids are UUIDs of version 7, whose first 48 bits are the millisecond they were
-- made in, so a range of ids is a range of time, and the primary key can stay what guards the journal against two
-- writers. Partitions by written_at would need that column in the key, and then two nodes could both store event 7 of
-- one entity. Partitions by hash would keep the key, but none of them could ever be dropped.
--
-- It starts with one partition for everything, which costs next to nothing. To purge by dropping:
--   1. Once, close the first partition at a moment to come and open partitions after it, say one each month:
--        BEGIN;
--        ALTER TABLE journal DETACH PARTITION journal_rest;
--        ALTER TABLE journal_rest RENAME TO journal_before_2031_02;
--        ALTER TABLE journal ATTACH PARTITION journal_before_2031_02 FOR VALUES FROM (MINVALUE) TO (journal_id_at('2031-02-01Z'));
--        CREATE TABLE journal_2031_02 PARTITION OF journal FOR VALUES FROM (journal_id_at('2031-02-01Z')) TO (journal_id_at('2031-03-01Z'));
--        CREATE TABLE journal_rest PARTITION OF journal DEFAULT;
--        COMMIT;
--      ATTACH reads the table once to check it, while appends wait. Partitions of later months are made ahead of time.
--   2. To purge a month: DETACH its partition, copy what shall stay (entities that live longer than the month, such as
--      projects, and runs that have not ended) into journal, where it lands in journal_rest, and DROP it. Do both in one
--      transaction. Then delete the snapshots of the entities that are gone.
-- An entity is never split: its id, not the time of its events, says where they are.
CREATE TABLE journal (
    entity_type text COLLATE "C" NOT NULL,
    entity_id   uuid    NOT NULL,
    seq_nr      bigint  NOT NULL,
    shard       integer NOT NULL,
    manifest    text    NOT NULL,
    payload     bytea   NOT NULL,
    written_at  bigint  NOT NULL,
    PRIMARY KEY (entity_type, entity_id, seq_nr)
) PARTITION BY RANGE (entity_id);

CREATE TABLE journal_rest PARTITION OF journal DEFAULT;

CREATE TABLE snapshot (
    entity_type text COLLATE "C" NOT NULL,
    entity_id   uuid   NOT NULL,
    seq_nr      bigint NOT NULL,
    manifest    text   NOT NULL,
    payload     bytea  NOT NULL,
    written_at  bigint NOT NULL,
    PRIMARY KEY (entity_type, entity_id)
);

-- The smallest id of version 7 that can be made at a moment.
CREATE FUNCTION journal_id_at(moment timestamptz) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Ends the transaction unless the condition holds, without a round trip to the node that asks.
CREATE FUNCTION journal_require(condition boolean, rule text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF condition IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'JR001', MESSAGE = rule;
    END IF;
END
$$;
