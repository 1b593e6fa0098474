DROP TABLE timers;
DROP SEQUENCE timers_firing;
