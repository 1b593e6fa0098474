-- One row in the transaction that also keeps the sender: as the bot in teloxide/ does it.
\set id random(:first, :last)
BEGIN;
INSERT INTO users (id, username, fullname, language)
VALUES (:id, 'user_' || :id, 'Пользователь № ' || :id, 'ru')
ON CONFLICT (id) DO UPDATE SET username = excluded.username, fullname = excluded.fullname,
    language = coalesce(excluded.language, users.language), is_active = true, updated_at = now();
UPDATE counters SET count = count + 1 WHERE user_id = :id;
COMMIT;
