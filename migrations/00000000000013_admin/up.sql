-- The admin page. Of a word that somebody shows, only the hash is kept: who reads the table cannot enter.

-- Links that the bot gave and that nobody has followed yet.
CREATE TABLE admin_links (
    hash       BYTEA PRIMARY KEY,                     -- SHA-256 of the word in the link
    bot_id     BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_links_of_user ON admin_links (bot_id, user_id);

-- Who is in.
CREATE TABLE admin_sessions (
    hash       BYTEA PRIMARY KEY,                     -- SHA-256 of the word in the cookie
    bot_id     BIGINT NOT NULL,
    user_id    BIGINT NOT NULL,
    created_at TIMESTAMPTZ NOT NULL,
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX admin_sessions_of_user ON admin_sessions (bot_id, user_id);

-- Who did what. Rows outlive those whom they name: erased, somebody is a keyed hash.
CREATE TABLE admin_audit (
    id          BIGSERIAL PRIMARY KEY,
    bot_id      BIGINT NOT NULL,
    at          TIMESTAMPTZ NOT NULL,
    admin_id    BIGINT,
    admin_hash  TEXT,                                 -- of an admin who was erased
    action      TEXT NOT NULL,
    target_id   BIGINT,                               -- the user it was about, if it was about one
    target_hash TEXT,                                 -- of a user who was erased
    detail      TEXT,                                 -- never an id of a user
    outcome     TEXT NOT NULL                         -- asked, done, refused, failed
);
CREATE INDEX admin_audit_of_target ON admin_audit (bot_id, target_id) WHERE target_id IS NOT NULL;
CREATE INDEX admin_audit_of_admin ON admin_audit (bot_id, admin_id) WHERE admin_id IS NOT NULL;
