-- Who is in the cluster and who owns which shard. This database is the only judge: nodes ask it, they do not ask each other.

-- One row for each life of a node's process. A node that is down never comes back: its process joins anew.
CREATE TABLE member (
    node_id      uuid        NOT NULL PRIMARY KEY,
    name         text        NOT NULL,
    host         text        NOT NULL, -- where other nodes reach it
    port         integer     NOT NULL,
    http_address text        NOT NULL, -- where clients reach it
    version      text        NOT NULL,
    key          bytea       NOT NULL, -- proves to other nodes that its owner can read this table
    fingerprint  text        NOT NULL, -- of what all members have in common
    state        text        NOT NULL CHECK (state IN ('up', 'leaving', 'down')),
    beat         bigint      NOT NULL DEFAULT 0, -- counts heartbeats; others watch whether it changes
    owned        bit(256)    NOT NULL DEFAULT repeat('0', 256)::bit(256), -- what it has in shard, so that the fence reads one row
    joined_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    heartbeat_at timestamptz NOT NULL DEFAULT clock_timestamp(), -- for people; nothing is decided by it
    ended_at     timestamptz
);

CREATE INDEX member_present ON member (joined_at) WHERE state <> 'down';

-- The term counts owners: nobody else appends to the shard's entities while a term lasts.
CREATE TABLE shard (
    shard_id integer     NOT NULL PRIMARY KEY,
    owner    uuid,
    term     bigint      NOT NULL DEFAULT 0,
    taken_at timestamptz,
    deaths   integer     NOT NULL DEFAULT 0 -- owners lost soon after they took it, one after the other
);

INSERT INTO shard (shard_id) SELECT generate_series(0, 255);

-- Held shared by each append of a node, exclusively by whoever takes shards from it.
CREATE FUNCTION cluster_write_lock(node uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(node::text, 1)
$$;

-- Held shared by every session of a node's membership for as long as it lasts.
CREATE FUNCTION cluster_session_lock(node uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(node::text, 2)
$$;

-- Held by whoever declares a node down. Two who do that at the same time wait for each other and do not end each other.
CREATE FUNCTION cluster_verdict_lock(node uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended(node::text, 3)
$$;

-- Sessions that hold an advisory lock.
CREATE FUNCTION cluster_holders(lock bigint) RETURNS SETOF integer LANGUAGE sql STABLE AS $$
    SELECT pid FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
        AND classid = ((lock >> 32) & 4294967295)::oid AND objid = (lock & 4294967295)::oid
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
$$;

-- What a node has in shard, a bit for each. Whatever changes an owner brings member.owned up to date in the same transaction.
CREATE FUNCTION cluster_owned(node uuid) RETURNS bit(256) LANGUAGE sql STABLE AS $$
    SELECT coalesce(bit_or(set_bit(repeat('0', 256)::bit(256), shard_id, 1)), repeat('0', 256)::bit(256)) FROM shard WHERE owner = node
$$;

-- The first statement of each append transaction: it goes on only if the node owns every shard it writes to (a bit for each), and
-- nobody takes one away before it has ended. Each statement here sees what was committed before it began, so the lock comes first.
CREATE FUNCTION cluster_fence(node uuid, shards bit(256)) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(cluster_write_lock(node));
    IF (SELECT owned & shards = shards FROM member WHERE node_id = node) IS NOT TRUE THEN
        RAISE EXCEPTION USING ERRCODE = 'JR001', MESSAGE = 'a shard is not owned by this node any more';
    END IF;
END
$$;

-- Takes those of the shards that nobody owns, if the node is up.
CREATE FUNCTION cluster_take(node uuid, shards integer[]) RETURNS TABLE (taken integer, new_term bigint, lost_owners integer)
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(cluster_write_lock(node));
    IF NOT EXISTS (SELECT FROM member WHERE node_id = node AND state = 'up') THEN
        RETURN;
    END IF;
    RETURN QUERY
        UPDATE shard SET owner = node, term = term + 1, taken_at = clock_timestamp()
        WHERE shard_id IN (
            SELECT shard_id FROM shard WHERE shard_id = ANY (shards) AND owner IS NULL ORDER BY shard_id FOR UPDATE SKIP LOCKED)
        RETURNING shard_id, term, deaths;
    IF FOUND THEN
        UPDATE member SET owned = cluster_owned(node) WHERE node_id = node;
        PERFORM pg_notify('cluster', '');
    END IF;
END
$$;

-- Gives shards back, after the node's appends in flight. What it still tries to write to them is refused.
CREATE FUNCTION cluster_release(node uuid, shards integer[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(cluster_write_lock(node));
    UPDATE shard SET owner = NULL, deaths = 0 WHERE shard_id = ANY (shards) AND owner = node;
    IF FOUND THEN
        UPDATE member SET owned = cluster_owned(node) WHERE node_id = node;
        PERFORM pg_notify('cluster', '');
    END IF;
END
$$;

-- Declares a node down whose heartbeat still has the given number. A node that has a session keeps its place
-- if without_session is asked for. Its sessions and its appends under way are ended, so that nobody waits for a process that
-- was stopped in the middle of sending something: each append is committed as a whole or not at all, and none comes after.
CREATE FUNCTION cluster_mark_down(node uuid, seen_beat bigint, without_session boolean, young interval) RETURNS boolean
LANGUAGE plpgsql AS $$
DECLARE
    patience text := current_setting('lock_timeout');
    locked boolean := false;
BEGIN
    PERFORM pg_advisory_xact_lock(cluster_verdict_lock(node));
    IF NOT EXISTS (SELECT FROM member WHERE node_id = node AND beat = seen_beat AND state <> 'down')
        OR without_session AND EXISTS (SELECT FROM cluster_holders(cluster_session_lock(node))) THEN
        RETURN false;
    END IF;
    PERFORM set_config('lock_timeout', '50ms', true);
    FOR attempt IN 1 .. 100 LOOP
        PERFORM pg_terminate_backend(pid) FROM (
            SELECT cluster_holders(cluster_write_lock(node)) UNION SELECT cluster_holders(cluster_session_lock(node))) AS theirs (pid);
        BEGIN
            PERFORM pg_advisory_xact_lock(cluster_write_lock(node));
            locked := true;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            NULL; -- An append got the lock after its holders were ended: once more, it may be one that was stopped.
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    IF NOT locked THEN
        RETURN false;
    END IF;
    UPDATE member SET state = 'down', owned = DEFAULT, ended_at = clock_timestamp()
    WHERE node_id = node AND beat = seen_beat AND state <> 'down';
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE shard SET owner = NULL,
        deaths = CASE WHEN taken_at > clock_timestamp() - young THEN deaths + 1 ELSE 0 END
    WHERE owner = node;
    PERFORM pg_notify('cluster', '');
    RETURN true;
END
$$;

-- The end of a life that ended well, or of one that gives up by itself.
CREATE FUNCTION cluster_leave(node uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(cluster_write_lock(node));
    UPDATE member SET state = 'down', owned = DEFAULT, ended_at = clock_timestamp() WHERE node_id = node AND state <> 'down';
    UPDATE shard SET owner = NULL, deaths = 0 WHERE owner = node;
    PERFORM pg_notify('cluster', '');
END
$$;
