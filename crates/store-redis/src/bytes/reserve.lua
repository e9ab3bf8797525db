-- Promises bytes of today, all or none.
--
-- KEYS  the page of a caller: a day, and how many bytes of it are taken.
-- ARGV  the limit, and how many are wanted.
-- The answer: 1 and the day, or 0 and how many are left.

local DAY = 86400000000
local today = math.floor(now / DAY)
local limit, wanted = tonumber(ARGV[1]), tonumber(ARGV[2])

local held, used = redis.call('GET', KEYS[1]), 0
if held then
  local page = cmsgpack.unpack(held)
  if page[1] == today then
    used = page[2]
  end
end
if used + wanted > limit then
  return { 0, string.format('%.0f', math.max(limit - used, 0)) }
end
local left = math.ceil(((today + 1) * DAY - now) / 1000)
redis.call('SET', KEYS[1], cmsgpack.pack({ today, used + wanted }), 'PX', math.max(left, 1))
return { 1, today }
