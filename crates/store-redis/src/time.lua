-- The server's own clock, in microseconds: nodes with other clocks agree.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
