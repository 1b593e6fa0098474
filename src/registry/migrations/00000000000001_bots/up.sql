-- Bots that were added while processes run, in a schema that is no bot's own. Every process reads all of it, again and again.
CREATE SEQUENCE bots_revision;

CREATE TABLE bots (
    id              BIGINT PRIMARY KEY,                          -- Telegram's
    name            TEXT NOT NULL UNIQUE,                        -- as that of [bots.NAME]
    token_encrypted BYTEA NOT NULL,                              -- by fleet.key, bound to id and name
    schema          TEXT NOT NULL UNIQUE,                        -- of its own tables
    partitions      INT NOT NULL CHECK (partitions BETWEEN 1 AND 1024),
    intake          TEXT,                                        -- polling, webhook; NULL: as telegram.intake says
    state           TEXT NOT NULL DEFAULT 'started' CHECK (state IN ('started', 'stopped')),
    revision        BIGINT NOT NULL DEFAULT nextval('bots_revision'),  -- another one after each word of the operator's
    changed_at      TIMESTAMPTZ NOT NULL DEFAULT now()           -- when that was
);
