-- Everybody who ever interacted with the bot: the base of mailings. Rows are never deleted.
CREATE TABLE users (
    id         BIGINT PRIMARY KEY,                    -- Telegram's id
    username   TEXT,
    fullname   TEXT NOT NULL,
    language   TEXT,                                  -- IETF tag of the user's app
    is_active  BOOLEAN NOT NULL DEFAULT TRUE,         -- FALSE: blocked the bot, do not mail
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()     -- last activity; never index it: that ends HOT updates
) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.1);

-- Mailings walk it by keyset: WHERE is_active AND id > $1 ORDER BY id LIMIT 1000.
CREATE INDEX users_active ON users (id) WHERE is_active;
