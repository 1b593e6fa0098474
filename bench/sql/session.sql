-- One row through the session, as it is sent: two messages. The last statement is the mark that all is said; with many updates
-- at once the service shares it among them.
\set id random(:first, :last)
\set update random(1, 9000000000000000000)
\startpipeline
BEGIN;
UPDATE counters SET count = count + 1 WHERE user_id = :id;
\endpipeline
\startpipeline
INSERT INTO inbox (bot_id, update_id, effects) VALUES (7000000001, :update, decode('7b2263616c6c73223a5b7b226d6574686f64223a2273656e644d657373616765222c22706172616d73223a7b22636861745f6964223a3130303030303030312c2274657874223a2223313233343520d09fd0bed0b4d181d0bad0b0d0b6d0b8d182d0b5227d7d5d7d', 'hex'));
COMMIT;
\endpipeline
UPDATE inbox SET effects = NULL WHERE (bot_id, update_id) IN (SELECT * FROM unnest(ARRAY[7000000001]::bigint[], ARRAY[:update]::bigint[]));
