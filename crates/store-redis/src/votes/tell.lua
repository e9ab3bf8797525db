-- One node says that it is alive and what it finds broken, and hears what all say.
--
-- KEYS  the nodes that are alive, each with when it last spoke; then the same for each part of who finds it broken.
-- ARGV  who speaks; for how long a word counts (microseconds); then for each part 1 where it is broken to them, or 0.
-- The answer: 1 where their last word still counted, or 0; then how many there are in each key.

local node, lasts = ARGV[1], tonumber(ARGV[2])

-- What is later than now was said before the clock was set back.
for _, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - lasts))
  redis.call('ZREMRANGEBYSCORE', key, '(' .. string.format('%.0f', now), '+inf')
end
local answer = { redis.call('ZSCORE', KEYS[1], node) and 1 or 0 }
for nth, key in ipairs(KEYS) do
  if nth == 1 or ARGV[nth + 1] == '1' then
    redis.call('ZADD', key, string.format('%.0f', now), node)
    redis.call('PEXPIRE', key, math.ceil(lasts / 1000))
  else
    redis.call('ZREM', key, node)
  end
  answer[nth + 1] = redis.call('ZCARD', key)
end
return answer
