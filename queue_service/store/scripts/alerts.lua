-- A step in the life of a branch's alerts, if nobody else has taken one since they were read.
--
-- KEYS[1] book (string)   KEYS[2] history (list)   KEYS[3] outbox (hash)
-- ARGV[1] the book as it was read, '' for none   ARGV[2] the book from now on, '' for none
-- ARGV[3] how many ended alerts are kept         ARGV[4] how many ended now
-- ARGV[5...] those that ended, then by turns the id and the text of each delivery
-- Gives 'done' or 'changed'

local kept = redis.call('GET', KEYS[1]) or ''
if kept ~= ARGV[1] then return 'changed' end
if ARGV[2] == '' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[2])
end
local first = 5 + tonumber(ARGV[4])
for i = 5, first - 1 do
  redis.call('LPUSH', KEYS[2], ARGV[i])
end
redis.call('LTRIM', KEYS[2], 0, tonumber(ARGV[3]) - 1)
for i = first, #ARGV, 2 do
  redis.call('HSET', KEYS[3], ARGV[i], ARGV[i + 1])
end
return 'done'
