-- Parts of albums of which not all are there yet: each is a message of its own. The event that takes them deletes them.
CREATE TABLE album_parts (
    bot_id     BIGINT NOT NULL,
    chat_id    BIGINT NOT NULL,
    album      TEXT NOT NULL,                 -- Telegram's media_group_id
    message_id BIGINT NOT NULL,
    part       TEXT NOT NULL,                 -- the update, as it came
    kept_at    TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (bot_id, chat_id, album, message_id)
);
