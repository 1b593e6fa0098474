-- Whether a bulk call may leave now, by what the calls of all processes take. The time is Redis' own.
--   KEYS  until when all go by share; interactive calls by the second; then the calls that count, by when each of them
--         counts no more: of all chats, and of the chat by each rate that it has
--   ARGV  the name of the call; how long it counts, in ms, should nobody tell more of it; how long nobody leaves after
--         all went by share; then of each rate its count and its time
-- Answers what stands against it ("share", "all", "chat" or "go"), and for how many ms.
local name, lease, gap = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local second = tonumber(time[1])
local now = second * 1000 + math.floor(tonumber(time[2]) / 1000)

local since = now - tonumber(redis.call('GET', KEYS[1]) or '0')
if since < 0 then return {'share', 0} end
if since < gap then return {'all', gap - since} end

for i = #KEYS, 3, -1 do
    local count, within = tonumber(ARGV[2 * i - 2]), tonumber(ARGV[2 * i - 1])
    if i == 3 then
        -- As much as came in any of the last seconds is left to interactive calls.
        local expected = 1
        local talk = redis.call('HGETALL', KEYS[2])
        for field = 1, #talk, 2 do
            if tonumber(talk[field]) < second - 4 then
                redis.call('HDEL', KEYS[2], talk[field])
            else
                expected = math.max(expected, tonumber(talk[field + 1]))
            end
        end
        count = math.max(1, count - expected)
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
    local over = redis.call('ZCARD', KEYS[i]) - count
    if over >= 0 then
        local wait = tonumber(redis.call('ZRANGE', KEYS[i], over, over, 'WITHSCORES')[2]) - now
        -- Of one that is under way nobody knows; it is soon asked again.
        if wait > within + 1 then wait = 20 end
        return {i == 3 and 'all' or 'chat', wait}
    end
end

for i = 3, #KEYS do
    redis.call('ZADD', KEYS[i], now + lease, name)
    redis.call('PEXPIRE', KEYS[i], lease + tonumber(ARGV[2 * i - 1]))
end
return {'go', 0}
