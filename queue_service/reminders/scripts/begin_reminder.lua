-- Note that a message of a reminder is on its way, before it is: each is sent once at most.
--
-- KEYS[1] visit (string)   KEYS[2] reminders hash
-- ARGV[1] the visit's id   ARGV[2] the reason of the message
-- ARGV[3] the state in which it is sent   ARGV[4] '1' if it is the last, so that the address goes
-- Gives the reminder as it was (JSON), or '' where there is nothing to send

local stored_visit, reminders = KEYS[1], KEYS[2]
local id, reason, state, is_last = ARGV[1], ARGV[2], ARGV[3], ARGV[4] == '1'

local stored, document = redis.call('HGET', reminders, id), redis.call('GET', stored_visit)
if not stored or not document or cjson.decode(document).state ~= state then return '' end
local reminder = cjson.decode(stored)
if reminder.to == '' then return '' end
for _, begun in ipairs(reminder.begun) do
  if begun == reason then return '' end
end
reminder.begun[#reminder.begun + 1] = reason
if is_last then reminder.to = '' end
redis.call('HSET', reminders, id, cjson.encode(reminder))
return stored
