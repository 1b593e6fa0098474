DROP TABLE chats;

ALTER TABLE users
    DROP COLUMN locale;
