-- Updates whose effects are applied, one row each: a second application meets the primary key.
CREATE TABLE inbox (
    bot_id     BIGINT NOT NULL,
    update_id  BIGINT NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    effects    BYTEA,                                 -- JSON: dialogues and replies still to be brought about; NULL: all is done
    is_dead    BOOLEAN NOT NULL DEFAULT FALSE,        -- not applied but set aside as a dead letter
    PRIMARY KEY (bot_id, update_id)
) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.1);

-- The purge looks for the oldest rows; a range index costs an insertion next to nothing.
CREATE INDEX inbox_applied_at ON inbox USING brin (applied_at) WITH (pages_per_range = 32, autosummarize = on);
