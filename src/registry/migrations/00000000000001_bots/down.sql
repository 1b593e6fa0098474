DROP TABLE bots;
DROP SEQUENCE bots_revision;
