-- Counts interactive calls.
--   KEYS  the calls by the second
--   ARGV  how many there were
redis.call('HINCRBY', KEYS[1], redis.call('TIME')[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], 10000)
return 1
