-- The first thousand names on the list, each with how long it is on it yet (microseconds).

local found = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf', 'WITHSCORES', 'LIMIT', 0, 1000)
local listed = {}
for nth = 1, #found, 2 do
  listed[nth] = found[nth]
  listed[nth + 1] = string.format('%.0f', tonumber(found[nth + 1]) - now)
end
return listed
