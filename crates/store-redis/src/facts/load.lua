-- Facts as they are, with the moment (microseconds) before them.

return { string.format('%.0f', now), redis.call('MGET', unpack(KEYS)) }
