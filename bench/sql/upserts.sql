-- The rows of 64 senders in one statement, as tracking sends them when updates come faster than statements.
-- Sorted by id, as there, so that no two statements wait for each other.
\set begin random(:first, :last - 63)
INSERT INTO users AS u (id, username, fullname, language, is_active)
SELECT id, 'user_' || id, 'Пользователь № ' || id, 'ru', true FROM generate_series(:begin, :begin + 63) AS id
ON CONFLICT (id) DO UPDATE SET username = excluded.username, fullname = excluded.fullname,
    language = coalesce(excluded.language, u.language),
    is_active = u.is_active OR excluded.is_active, updated_at = now();
