-- What goes to many users, to each at most once.
ALTER TABLE users
    ADD COLUMN tz TEXT;                                -- IANA name of the zone in which it is day and night for the user

CREATE TABLE mailings (
    id            BIGSERIAL PRIMARY KEY,
    bot_id        BIGINT NOT NULL,
    key           TEXT NOT NULL,                       -- of whoever creates it: one key is one mailing
    title         TEXT NOT NULL,
    author_id     BIGINT,                              -- who is told of it; nobody for one of a command
    state         TEXT NOT NULL,                       -- scheduled, running, paused, halted, done, cancelled
    doing         TEXT NOT NULL DEFAULT 'send',        -- or unsend, or edit: what is done while it runs
    reason        TEXT,                                -- why it was halted
    audience      TEXT NOT NULL,                       -- JSON
    content       TEXT NOT NULL,                       -- JSON; JSONB would refuse \u0000
    category      TEXT,
    is_urgent     BOOLEAN NOT NULL DEFAULT FALSE,
    keeps_quiet   BOOLEAN NOT NULL DEFAULT TRUE,       -- whether nobody is woken
    resends       BOOLEAN NOT NULL DEFAULT FALSE,      -- whether what may have been sent is sent again
    per_second    DOUBLE PRECISION,                    -- the most; null for whatever the limits of the bot leave
    paid_stars    INTEGER,                             -- set: it is paid for, up to so many Stars
    run_at        TIMESTAMPTZ NOT NULL,
    cursor_id     BIGINT NOT NULL DEFAULT 0,           -- users up to this one are claimed
    upper_at      TIMESTAMPTZ,                         -- who came later is none of it
    is_through    BOOLEAN NOT NULL DEFAULT FALSE,      -- whether there is nobody behind the cursor
    has_waiting   BOOLEAN NOT NULL DEFAULT FALSE,      -- cancelled: whether some may still be queued
    edition       SMALLINT NOT NULL DEFAULT 0,         -- how often what was sent was to be changed
    next_claim_at TIMESTAMPTZ,                         -- by per_second
    refused       SMALLINT NOT NULL DEFAULT 0,         -- contents refused one after the other
    total         BIGINT,                              -- how many were to get it when it began
    claimed       BIGINT NOT NULL DEFAULT 0,           -- = sent + blocked + failed + unknown + skipped once it is done
    sent          BIGINT NOT NULL DEFAULT 0,
    blocked       BIGINT NOT NULL DEFAULT 0,
    failed        BIGINT NOT NULL DEFAULT 0,
    unknown       BIGINT NOT NULL DEFAULT 0,
    skipped       BIGINT NOT NULL DEFAULT 0,
    unsent        BIGINT NOT NULL DEFAULT 0,           -- of those sent
    edited        BIGINT NOT NULL DEFAULT 0,           -- of those sent, to the latest edition
    kept          BIGINT NOT NULL DEFAULT 0,           -- of those sent, which could not be changed
    has_news      BOOLEAN NOT NULL DEFAULT FALSE,      -- whether its author is to be told how it goes
    told_at       TIMESTAMPTZ,                         -- when that was done last
    created_at    TIMESTAMPTZ NOT NULL,
    started_at    TIMESTAMPTZ,
    ended_at      TIMESTAMPTZ,
    UNIQUE (bot_id, key)
) WITH (fillfactor = 50);

CREATE INDEX mailings_open ON mailings (bot_id, run_at) WHERE state IN ('scheduled', 'running');
CREATE INDEX mailings_news ON mailings (bot_id) WHERE has_news;

-- Who was claimed for a mailing, and what became of it.
CREATE TABLE mailing_sends (
    mailing_id  BIGINT NOT NULL,
    user_id     BIGINT NOT NULL,
    state       TEXT NOT NULL,                         -- queued, sending, sent, blocked, failed, unknown, skipped, unsent
    variant     SMALLINT NOT NULL DEFAULT 0,
    edition     SMALLINT NOT NULL DEFAULT 0,           -- up to which it was changed, or cannot be
    part        SMALLINT NOT NULL DEFAULT 0,           -- how many of its calls were made
    attempts    SMALLINT NOT NULL DEFAULT 0,
    message_ids BIGINT[],
    claim       BIGINT,                                -- who claimed it, and in which claim
    claimed_at  TIMESTAMPTZ,                           -- by the clock of the database
    taken_until TIMESTAMPTZ,                           -- somebody works at it, or is dead by then; by the clock of the database
    next_at     TIMESTAMPTZ,                           -- queued: not before
    code        SMALLINT,                              -- what Telegram answered
    error       TEXT,
    ended_at    TIMESTAMPTZ,
    PRIMARY KEY (mailing_id, user_id)
) WITH (fillfactor = 70);

CREATE INDEX mailing_sends_queued ON mailing_sends (mailing_id, next_at) WHERE next_at IS NOT NULL;
CREATE INDEX mailing_sends_taken ON mailing_sends (mailing_id, taken_until) WHERE taken_until IS NOT NULL;

-- Who pressed which button of a mailing; the first time counts.
CREATE TABLE mailing_clicks (
    mailing_id BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    button     SMALLINT NOT NULL,                      -- its number in the variant that the user got, from 0
    at         TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (mailing_id, user_id, button)
);

-- Who does not want mailings of a category.
CREATE TABLE opt_outs (
    user_id  BIGINT NOT NULL,
    category TEXT NOT NULL,
    at       TIMESTAMPTZ NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, category)
);
