-- End the holds whose time is over: their places are free again.
--
-- KEYS[1] holds (sorted set)   KEYS[2] places hash   KEYS[3] bookings (sorted set)
-- KEYS[4] changes (string)
-- ARGV[1] now in ms, '' for the clock
-- Gives {how many}

local holds, places, bookings, changes = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

return {end_holds(holds, places, bookings, changes, clock(ARGV[1]), {})}
