-- Adds to sums over all nodes, and says which of them this node is to speak of.
--
-- KEYS  the sums: who speaks of it and until when, then the number of each slice of its window and what is in it.
-- ARGV  who adds, how many slices a window has, for how long who speaks speaks (us), and for each sum: its window (us),
--       its bar, and how much more it is.
-- The answer, for each sum: how much it is, and 1 where the bar is reached and this node speaks of it.

local by, slices, speaks = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local said = {}

for n, key in ipairs(KEYS) do
  local window, bar, more = tonumber(ARGV[3 * n + 1]), tonumber(ARGV[3 * n + 2]), tonumber(ARGV[3 * n + 3])
  local width = math.max(math.floor(window / slices), 1)
  local slice = math.floor(now / width)
  local held = redis.call('GET', key)
  held = held and cmsgpack.unpack(held) or { '', 0 }
  local speaker, till = held[1], held[2]

  local kept, count = { '', 0 }, 0
  for i = 3, #held, 2 do
    -- A clock that was set back has left slices of a time to come: they are of now.
    local at = math.min(held[i], slice)
    if slice - at <= slices then
      count = count + held[i + 1]
      if kept[#kept - 1] == at and #kept > 2 then
        kept[#kept] = kept[#kept] + held[i + 1]
      else
        kept[#kept + 1] = at
        kept[#kept + 1] = held[i + 1]
      end
    end
  end
  if count * 2 < bar or till <= now or till > now + speaks then
    speaker = ''
  end
  if more > 0 then
    count = count + more
    if kept[#kept - 1] == slice and #kept > 2 then
      kept[#kept] = kept[#kept] + more
    else
      kept[#kept + 1] = slice
      kept[#kept + 1] = more
    end
  end

  if speaker == by or (speaker == '' and count >= bar) then
    speaker, till = by, now + speaks
  end
  kept[1], kept[2] = speaker, till
  if #kept > 2 then
    redis.call('SET', key, cmsgpack.pack(kept), 'PX', math.ceil((window + width) / 1000))
  end
  said[#said + 1] = count
  said[#said + 1] = (speaker == by and count >= bar) and 1 or 0
end
return said
