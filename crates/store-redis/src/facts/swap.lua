-- Changes facts if each is still what it was; else nothing.
--
-- KEYS  the list of names that are locked, then the facts.
-- ARGV  how long they are kept (milliseconds); a name for the list, or nothing, and for how long it is on it
--       (microseconds), or nothing to take it off; then of each fact what it was ('+' before it, '-' alone where there
--       was none) and what it becomes.
-- The answer: 1 where it is done.

local FIRST = 4

for nth = 2, #KEYS do
  local held, was = redis.call('GET', KEYS[nth]), ARGV[FIRST + 2 * (nth - 2)]
  if (held and '+' .. held or '-') ~= was then
    return 0
  end
end
for nth = 2, #KEYS do
  redis.call('SET', KEYS[nth], ARGV[FIRST + 1 + 2 * (nth - 2)], 'PX', ARGV[1])
end
if ARGV[2] ~= '' then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
  if ARGV[3] == '' then
    redis.call('ZREM', KEYS[1], ARGV[2])
  else
    redis.call('ZADD', KEYS[1], string.format('%.0f', now + tonumber(ARGV[3])), ARGV[2])
    -- It is kept for as long as whoever is on it may be.
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  end
end
return 1
