-- What users, and administrators for their groups, chose to be spoken to in. `users.language` is what the user's app says, and is
-- overwritten by each update.
ALTER TABLE users
    ADD COLUMN locale TEXT CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'); -- IETF tag

CREATE TABLE chats (
    bot_id BIGINT NOT NULL,
    id     BIGINT NOT NULL,                           -- Telegram's id
    locale TEXT CHECK (locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]+)*$'),
    PRIMARY KEY (bot_id, id)
);
