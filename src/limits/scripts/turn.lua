-- Whether a bulk call may leave now, by what the calls of all processes take. The time is Redis' own.
--   KEYS  until when all go by share; interactive calls by the slice of time; before when nothing leaves, in us; then the
--         calls that count, by when each of them counts no more: of all chats, and of the chat by each rate that it has
--   ARGV  the name of the call; how long it counts, in ms, should nobody tell more of it; how long nobody leaves after
--         all went by share; how late a call may be so that the next one makes up for it; of interactive calls, how long a
--         slice is, how many make a second, for how many they are expected again, and how many may come at once; then of
--         each rate its count and its time
-- Answers what stands against it ("share", "all", "chat" or "go"), and for how many ms.
local name, lease, gap, lateness = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local slice, second, lately, spare = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local time = redis.call('TIME')
local now_us = tonumber(time[1]) * 1000000 + tonumber(time[2])
local now = math.floor(now_us / 1000)

local since = now - tonumber(redis.call('GET', KEYS[1]) or '0')
if since < 0 then return {'share', 0} end
if since < gap then return {'all', gap - since} end

-- How many calls are left to interactive ones: the most that came within a second lately, those of this second and some more,
-- or as many as come in a second if it goes on as it began.
local function expected()
    local came, latest = {}, math.floor(now / slice)
    local talk = redis.call('HGETALL', KEYS[2])
    for field = 1, #talk, 2 do
        local age = math.max(0, latest - tonumber(talk[field]))
        if age >= lately + second then
            redis.call('HDEL', KEYS[2], talk[field])
        else
            came[age] = (came[age] or 0) + tonumber(talk[field + 1])
        end
    end
    local peak, this_second = 0, 0
    for from = lately - 1, 0, -1 do
        this_second = 0
        for age = from, from + second - 1 do this_second = this_second + (came[age] or 0) end
        peak = math.max(peak, this_second)
    end
    local passed = 1
    for age = 1, second - 1 do
        if came[age] then passed = age end
    end
    return math.max(peak, this_second + spare, math.ceil((this_second - 1) * (second - 1) / passed))
end

local step
for i = #KEYS, 4, -1 do
    local count, within = tonumber(ARGV[2 * i + 1]), tonumber(ARGV[2 * i + 2])
    if i == 4 then
        count = math.max(1, count - expected())
        step = within * 1000 / count
    end
    redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now)
    local over = redis.call('ZCARD', KEYS[i]) - count
    if over >= 0 then
        local wait = tonumber(redis.call('ZRANGE', KEYS[i], over, over, 'WITHSCORES')[2]) - now
        -- Of one that is under way nobody knows; it is soon asked again.
        if wait > within + 1 then wait = 20 end
        return {i == 4 and 'all' or 'chat', wait}
    end
end

-- Calls of one second are spread over it.
local next_us = tonumber(redis.call('GET', KEYS[3]) or '0')
-- The clock was set back.
if next_us > now_us + step + 1000000 then next_us = 0 end
if next_us > now_us then return {'all', math.ceil((next_us - now_us) / 1000)} end
next_us = math.max(next_us, now_us - lateness * 1000) + step
redis.call('SET', KEYS[3], string.format('%d', next_us), 'PX', 10000)

for i = 4, #KEYS do
    redis.call('ZADD', KEYS[i], now + lease, name)
    redis.call('PEXPIRE', KEYS[i], lease + tonumber(ARGV[2 * i + 2]))
end
return {'go', 0}
