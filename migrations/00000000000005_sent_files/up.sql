-- By which ids Telegram knows files that a bot sent, so that the same bytes are uploaded once.
CREATE TABLE sent_files (
    bot_id         BIGINT NOT NULL,
    sha256         BYTEA NOT NULL,                    -- of the bytes, and of what is kept with them, such as a document's name
    kind           TEXT NOT NULL,                     -- as what it was sent: photo, document, …
    file_id        TEXT NOT NULL,
    file_unique_id TEXT NOT NULL,
    used_at        TIMESTAMPTZ NOT NULL DEFAULT now(), -- to a day; never index it: that ends HOT updates
    PRIMARY KEY (bot_id, sha256, kind)
) WITH (fillfactor = 85);
