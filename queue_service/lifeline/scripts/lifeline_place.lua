-- Give a specialists' page a place: the one it asks for if that is free, else the one it has, else the first
-- that is free. Safe to repeat.
--
-- KEYS[1] config hash   KEYS[2] places (hash)
-- ARGV[1] the page   ARGV[2] the place it asks for, 0 for none   ARGV[3] now in ms
-- ARGV[4] for how many ms a place is held   ARGV[5] how many places there are
-- Gives {'done', place} {'full'} {'gone'} if there is no such branch

local config, places = KEYS[1], KEYS[2]
local page, wanted, now, held_ms, most =
  ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

if redis.call('HEXISTS', config, 'revision') == 0 then return {'gone'} end
local taken, own, left = {}, nil, {}
local stored = redis.call('HGETALL', places)
for at = 1, #stored, 2 do
  local holder, heard = string.match(stored[at + 1], '^(.*)|(%d+)$')
  if holder == page then
    own = tonumber(stored[at])
  elseif now - tonumber(heard) >= held_ms then
    left[#left + 1] = stored[at]
  else
    taken[tonumber(stored[at])] = true
  end
end
local place = own
if wanted > 0 and not taken[wanted] then place = wanted end
local free = 1
while not place and free <= most do
  if not taken[free] then place = free end
  free = free + 1
end
if not place then return {'full'} end
for _, old in ipairs(left) do redis.call('HDEL', places, old) end
if own and own ~= place then redis.call('HDEL', places, own) end
redis.call('HSET', places, place, page .. '|' .. now)
redis.call('PEXPIRE', places, held_ms)
return {'done', place}
