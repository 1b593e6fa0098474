-- A call was answered: from now on it counts for the time of each rate.
--   KEYS  the calls that count
--   ARGV  the name of the call; of each rate its time in ms
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 1, #KEYS do
    -- One more, for the part of a millisecond that is cut off.
    redis.call('ZADD', KEYS[i], 'XX', now + tonumber(ARGV[i + 1]) + 1, ARGV[1])
end
return 1
