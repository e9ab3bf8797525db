-- Judges windows in one step: counted in all of them, or in none. The rule is that of core's `Windows`, to the request.
--
-- KEYS  which life of the server this is, then the windows that are asked for.
-- ARGV  '1' where that key is to be kept for longer, then the limit of each window and the length of its sixteenth.
-- A window is a list: the sixteenth it was counted in last, then what was counted in that one and in each before it.
-- The answer: let in or not, the number of the window that says so, what is left, how long it takes until there is
-- more (microseconds), and the life.

local COUNTERS, MONTH = 17, 2592000000

local held = redis.call('MGET', unpack(KEYS))

local life = held[1]
if not life then
  life = string.format('%.0f', now)
  redis.call('SET', KEYS[1], life, 'PX', MONTH)
elseif ARGV[1] == '1' then
  redis.call('PEXPIRE', KEYS[1], MONTH)
end

-- The counters of a window as they stand now; the first is that of the sixteenth in progress.
local function open(key, packed, length)
  local part = math.floor(now / length)
  local window = { length = length, part = part, into = now - part * length, used = 0 }
  for age = 1, COUNTERS do
    window[age] = 0
  end
  if not packed then
    return window
  end
  local kept = cmsgpack.unpack(packed)
  local moved = part - kept[1]
  if moved < 0 then
    -- The clock was set back. What comes late is counted as now; by more than a window, and the clock is believed: what
    -- was counted is then of this moment, and leaves with it.
    if moved >= -COUNTERS then
      window.part, window.into = kept[1], 0
    else
      kept[1] = part
      redis.call('SET', key, cmsgpack.pack(kept), 'PX', math.ceil(COUNTERS * length / 1000))
    end
    moved = 0
  end
  for nth = 2, math.min(#kept, COUNTERS - moved + 1) do
    window[nth - 1 + moved] = kept[nth]
    window.used = window.used + kept[nth]
  end
  return window
end

-- Microseconds until so many sixteenths from now have begun.
local function after(window, parts)
  return math.max(parts * window.length - window.into, 0)
end

-- Microseconds until there is one more than now.
local function wait(window, limit)
  if window.used <= limit then
    for age = COUNTERS, 1, -1 do
      if window[age] > 0 then
        return after(window, COUNTERS - age + 1)
      end
    end
    return after(window, COUNTERS)
  end
  -- A limit that was lowered may be far behind.
  local left = window.used
  for age = COUNTERS, 1, -1 do
    left = left - window[age]
    if left < limit then
      return after(window, COUNTERS - age + 1)
    end
  end
  return after(window, COUNTERS)
end

local windows, worst = {}, nil
for nth = 1, #KEYS - 1 do
  local key, limit, length = KEYS[nth + 1], tonumber(ARGV[2 * nth]), tonumber(ARGV[2 * nth + 1])
  -- One that is asked for twice is counted twice.
  local window = windows[key] or open(key, held[nth + 1], length)
  windows[key] = window
  local admits = window.used < limit
  if admits then
    window[1], window.used = window[1] + 1, window.used + 1
  end
  local word = { nth = nth, admits = admits, left = math.max(limit - window.used, 0), wait = wait(window, limit) }
  -- Of those that refuse the one with the longest wait, of those that admit the one with the least left.
  local keeps
  if not worst then
    keeps = false
  elseif worst.admits ~= admits then
    keeps = admits
  elseif admits then
    keeps = worst.left <= word.left
  else
    keeps = worst.wait >= word.wait
  end
  if not keeps then
    worst = word
  end
end

if worst.admits then
  for key, window in pairs(windows) do
    local kept = { window.part }
    local last = COUNTERS
    while window[last] == 0 do
      last = last - 1
    end
    for age = 1, last do
      kept[age + 1] = window[age]
    end
    local over = math.ceil(after(window, COUNTERS) / 1000)
    redis.call('SET', key, cmsgpack.pack(kept), 'PX', over)
  end
end

return { worst.admits and 1 or 0, worst.nth, worst.left, worst.wait, tonumber(life) }
