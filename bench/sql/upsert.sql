-- The sender's row, in a transaction of its own: the least that a bot which knows its users does.
\set id random(:first, :last)
INSERT INTO users AS u (id, username, fullname, language, is_active)
VALUES (:id, 'user_' || :id, 'Пользователь № ' || :id, 'ru', true)
ON CONFLICT (id) DO UPDATE SET username = excluded.username, fullname = excluded.fullname,
    language = coalesce(excluded.language, u.language),
    is_active = u.is_active OR excluded.is_active, updated_at = now();
