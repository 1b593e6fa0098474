-- Long work that is still to be done, or whose result is still to be told. Containers claim rows by a lease. What is over stays for a
-- while, without what it held, so that it is not begun again by who meets the outbox that asked for it.
CREATE TABLE jobs (
    seq          BIGSERIAL PRIMARY KEY,       -- jobs of a user begin in this order
    bot_id       BIGINT NOT NULL,
    id           BIGINT NOT NULL,             -- below zero: the id of the event that comes of it
    once_key     TEXT NOT NULL,               -- <bot>:<update>:<number>: the same however often it is stored
    name         TEXT NOT NULL,
    owner        BIGINT NOT NULL,             -- whose it is: who speaks, or else the chat
    whose        TEXT NOT NULL,               -- JSON: user, chat, topic, business connection
    chat_id      BIGINT,
    draft_id     BIGINT NOT NULL,             -- of the message in the making, by which the user stops it
    data         TEXT NOT NULL,               -- JSON
    per_user     INT NOT NULL,
    max_attempts INT NOT NULL,
    attempts     INT NOT NULL DEFAULT 0,
    run_after    TIMESTAMPTZ NOT NULL DEFAULT now(),
    worker       TEXT,                        -- who runs it
    leased_until TIMESTAMPTZ,
    event        TEXT,                        -- what came of it: the event that is still to be published
    event_data   TEXT,
    cancelled_at TIMESTAMPTZ,
    told_at      TIMESTAMPTZ,                 -- set: all is over, and the row only remembers that
    created_at   TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (bot_id, id)
) WITH (fillfactor = 85);

CREATE INDEX jobs_of_user ON jobs (bot_id, name, owner, seq) WHERE told_at IS NULL;
CREATE INDEX jobs_waiting ON jobs (bot_id, name, seq) WHERE told_at IS NULL;
CREATE INDEX jobs_of_draft ON jobs (bot_id, chat_id, draft_id) WHERE told_at IS NULL;
CREATE INDEX jobs_over ON jobs ((coalesce(told_at, cancelled_at)));
