-- Bots whose people are told to come later, as an owner asked at the admin page.
CREATE TABLE maintenance (
    bot_id BIGINT PRIMARY KEY,
    since  TIMESTAMPTZ NOT NULL
);
