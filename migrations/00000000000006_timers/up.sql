-- Events that are to happen at a time. A row is written in the transaction of who asks for it, so it exists exactly if that committed.
CREATE SEQUENCE timers_firing;

CREATE TABLE timers (
    id           BIGSERIAL PRIMARY KEY,
    firing       BIGINT NOT NULL DEFAULT nextval('timers_firing'), -- the number of the next firing, of which the event's id is made
    bot_id       BIGINT NOT NULL,
    owner        BIGINT NOT NULL,             -- whose it is: who speaks, or else the chat
    user_id      BIGINT,
    sender_chat  BIGINT,                      -- the chat that speaks in that user's stead
    chat_id      BIGINT,
    chat_kind    TEXT,
    thread_id    BIGINT,
    business     TEXT,                        -- the connection to a business account
    key          TEXT,                        -- the author's name of it, by which it is replaced and cancelled
    event        TEXT NOT NULL,
    data         TEXT NOT NULL,               -- JSON; JSONB would refuse \u0000, which people do write
    run_at       TIMESTAMPTZ NOT NULL,
    cron         TEXT,
    zone         TEXT,                        -- IANA's name of the time zone of the cron line
    catch_up     SMALLINT NOT NULL,           -- of firings that were missed: 0 all, 1 the last, 2 none
    created_at   TIMESTAMPTZ NOT NULL,
    fired_at     TIMESTAMPTZ,                 -- set: nothing of it is due any more
    cancelled_at TIMESTAMPTZ,                 -- set: what of it is on its way does not happen
    UNIQUE (bot_id, owner, key)
) WITH (fillfactor = 85);

CREATE INDEX timers_due ON timers (bot_id, run_at, id) WHERE fired_at IS NULL;
CREATE INDEX timers_of_user ON timers (user_id, run_at) WHERE fired_at IS NULL;
CREATE INDEX timers_over ON timers (fired_at) WHERE fired_at IS NOT NULL;
