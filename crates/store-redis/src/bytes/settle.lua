-- Gives back what was promised of a day and not sent. A page of another day is closed.
--
-- KEYS  the page of a caller.
-- ARGV  the day, and how many bytes.

local held = redis.call('GET', KEYS[1])
if held then
  local page = cmsgpack.unpack(held)
  if page[1] == tonumber(ARGV[1]) then
    page[2] = math.max(page[2] - tonumber(ARGV[2]), 0)
    redis.call('SET', KEYS[1], cmsgpack.pack(page), 'KEEPTTL')
  end
end
return 1
