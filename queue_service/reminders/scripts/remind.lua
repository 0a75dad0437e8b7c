-- Keep the reminder of a visit that waits. Messages that were begun stay so, until the call: a visit
-- that waits again begins with none.
--
-- KEYS[1] config hash   KEYS[2] visit (string)   KEYS[3] reminders hash
-- ARGV[1] the visit's id   ARGV[2] the reminder (JSON), of which nothing has been sent
-- Gives 1, or 0 where the visit does not wait

local config, stored_visit, reminders = KEYS[1], KEYS[2], KEYS[3]
local id, reminder = ARGV[1], cjson.decode(ARGV[2])

local document = redis.call('GET', stored_visit)
if not document or redis.call('HEXISTS', config, 'revision') == 0 then return 0 end
if cjson.decode(document).state ~= 'waiting' then return 0 end
local earlier = redis.call('HGET', reminders, id)
if earlier then
  local begun = cjson.decode(earlier).begun
  if #begun > 0 and begun[#begun] ~= 'call' then reminder.begun = begun end
end
local text = ARGV[2]
if #reminder.begun > 0 then text = cjson.encode(reminder) end
redis.call('HSET', reminders, id, text)
return 1
