-- Counts interactive calls.
--   KEYS  the calls by the slice of time
--   ARGV  how many there were, and how long a slice is, in ms
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
redis.call('HINCRBY', KEYS[1], math.floor(now / tonumber(ARGV[2])), ARGV[1])
redis.call('PEXPIRE', KEYS[1], 10000)
return 1
