-- Promises bytes of today, all or none.
--
-- KEYS  the page of a caller: a day, and how many bytes of it are taken.
-- ARGV  the limit, and how many are wanted.
-- The answer: whether they are promised, the day, and how many are left with them taken.

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
local promised = used + wanted <= limit
if promised and wanted > 0 then
  used = used + wanted
  local ends = math.ceil(((today + 1) * DAY - now) / 1000)
  redis.call('SET', KEYS[1], cmsgpack.pack({ today, used }), 'PX', math.max(ends, 1))
end
return { promised and 1 or 0, today, string.format('%.0f', math.max(limit - used, 0)) }
