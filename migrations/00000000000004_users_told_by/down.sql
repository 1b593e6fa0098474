ALTER TABLE users
    DROP COLUMN told_by_bot,
    DROP COLUMN told_by_update;
