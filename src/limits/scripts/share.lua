-- All go by share for a time: somebody did while he was out of touch, and others may still.
--   KEYS  until when
--   ARGV  how long, in ms
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local ends = math.max(now + tonumber(ARGV[1]), tonumber(redis.call('GET', KEYS[1]) or '0'))
redis.call('SET', KEYS[1], ends, 'PX', 2 * tonumber(ARGV[1]))
return 1
