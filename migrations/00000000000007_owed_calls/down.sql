DROP TABLE noted_messages;
DROP TABLE owed_calls;
