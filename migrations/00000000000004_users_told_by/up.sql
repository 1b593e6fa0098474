-- Which update told last whether a user can be written to: an older one, handled late, changes nothing.
ALTER TABLE users
    ADD COLUMN told_by_bot    BIGINT,
    ADD COLUMN told_by_update BIGINT;
