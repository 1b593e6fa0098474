ALTER TABLE mailings
    DROP COLUMN stage,
    DROP COLUMN winner_at,
    DROP COLUMN winner,
    DROP COLUMN tried;
