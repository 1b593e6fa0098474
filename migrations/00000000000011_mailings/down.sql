DROP TABLE opt_outs;
DROP TABLE mailing_clicks;
DROP TABLE mailing_sends;
DROP TABLE mailings;
ALTER TABLE users DROP COLUMN tz;
