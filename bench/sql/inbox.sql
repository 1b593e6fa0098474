-- How the inbox grows, and what forgetting costs: two days and one hour of a bot with :rate writes a second, scaled down by :scale.
--   psql -v rate=1000 -v scale=20 -f bench/sql/inbox.sql    in a database of its own, with the service's tables
\timing on
\set rows ':rate' * 86400 * 2 / ':scale'
\set late ':rate' * 3600 / ':scale'

-- As the service writes them: in the order of their time, the first hour over two days old.
INSERT INTO inbox (bot_id, update_id, applied_at)
SELECT 1, n, now() - interval '49 hours' + n * interval '49 hours' / ((:rows) + (:late))
FROM generate_series(1, (:rows) + (:late)) AS n;
VACUUM (ANALYZE) inbox;
SELECT count(*) AS rows,
       pg_size_pretty(pg_relation_size('inbox')) AS "table",
       pg_size_pretty(pg_indexes_size('inbox')) AS indexes,
       pg_total_relation_size('inbox') / count(*) AS bytes_a_row
FROM inbox;

-- The purge of the service, which takes batches of 1,000.
CREATE PROCEDURE forget() LANGUAGE plpgsql AS $$
DECLARE gone bigint;
BEGIN
    LOOP
        DELETE FROM inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM inbox
            WHERE applied_at < now() - make_interval(days => 2) LIMIT 1000 FOR UPDATE SKIP LOCKED));
        GET DIAGNOSTICS gone = ROW_COUNT;
        COMMIT;
        EXIT WHEN gone < 1000;
    END LOOP;
END $$;
CALL forget();
VACUUM (ANALYZE) inbox;
SELECT count(*) AS rows, pg_size_pretty(pg_total_relation_size('inbox')) AS total FROM inbox;
DROP PROCEDURE forget();
