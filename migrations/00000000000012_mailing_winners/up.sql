-- Variants of a mailing that are tried on some, and the best of them, which the rest gets.
ALTER TABLE mailings
    ADD COLUMN stage     SMALLINT NOT NULL DEFAULT 0,  -- 1: the shares go out, and the rest waits; 2: the rest gets it
    ADD COLUMN winner_at TIMESTAMPTZ,                  -- when the best is chosen: known once the shares are sent
    ADD COLUMN winner    SMALLINT,                     -- the variant that is the best
    ADD COLUMN tried     TEXT;                         -- JSON: how many got each, and how many of them pressed a button
