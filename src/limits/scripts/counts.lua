-- A call counts for so long from now on: it is still under way, or was answered. It counts whatever became of its entry meanwhile.
--   KEYS  the calls that count
--   ARGV  the name of the call; for each key how long it counts, and how long the key stays, in ms
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
for i = 1, #KEYS do
    -- One more, for the part of a millisecond that is cut off.
    redis.call('ZADD', KEYS[i], now + tonumber(ARGV[2 * i]) + 1, ARGV[1])
    redis.call('PEXPIRE', KEYS[i], ARGV[2 * i + 1])
end
return 1
