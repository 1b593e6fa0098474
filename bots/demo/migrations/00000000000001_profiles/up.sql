-- What a user told the bot in the /form dialogue: one row each, the last answer wins. Databases of before
-- this bot had migrations of its own have the table already.
CREATE TABLE IF NOT EXISTS profiles (
    user_id    BIGINT PRIMARY KEY REFERENCES users (id),
    name       TEXT NOT NULL,
    age        SMALLINT NOT NULL CHECK (age BETWEEN 1 AND 150),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
