-- Calls of replies that are made later: obligations without an answer that lasts, what met a chat that takes nothing for a while, and what
-- nobody waits for. A row goes with its last call.
CREATE TABLE owed_calls (
    id          BIGSERIAL PRIMARY KEY,
    bot_id      BIGINT NOT NULL,
    update_id   BIGINT NOT NULL,                    -- whose reply it is of
    number      INTEGER NOT NULL,                   -- the place of its first call in that reply
    place       BIGINT NOT NULL,                    -- what it must not overtake: the chat, or what stands for another place
    slot        INTEGER NOT NULL,                   -- of the place: modulo the partitions, whose owner makes the calls
    kind        TEXT NOT NULL,                      -- must, deferred or bulk: those of a place go in the order of their ids, but for must
    is_must     BOOLEAN NOT NULL,                   -- it has an obligation: it is given up by nobody but an operator
    calls       TEXT NOT NULL,                      -- JSON, each to be made only if the one before it succeeded; JSONB would refuse \u0000
    target      TEXT,                               -- of a lone edit, what it edits: a newer one takes its place
    attempts    INTEGER NOT NULL DEFAULT 0,
    error       TEXT,                               -- what Telegram said last
    created_at  TIMESTAMPTZ NOT NULL,
    next_at     TIMESTAMPTZ NOT NULL,
    taken_until TIMESTAMPTZ,                        -- somebody makes its first call, or is dead by then; by the clock of the database
    UNIQUE (bot_id, update_id, number)
) WITH (fillfactor = 70);

CREATE INDEX owed_calls_due ON owed_calls (bot_id, next_at);
CREATE INDEX owed_calls_place ON owed_calls (bot_id, place, id);
CREATE INDEX owed_calls_deferred ON owed_calls (bot_id, place) WHERE kind = 'deferred';

-- Names of messages that a bot sent, by which it edits them.
CREATE TABLE noted_messages (
    bot_id     BIGINT NOT NULL,
    chat_id    BIGINT NOT NULL,
    name       TEXT NOT NULL,
    message_id BIGINT NOT NULL,
    noted_at   TIMESTAMPTZ NOT NULL DEFAULT now(), -- never index it: that ends HOT updates
    PRIMARY KEY (bot_id, chat_id, name)
) WITH (fillfactor = 85);
