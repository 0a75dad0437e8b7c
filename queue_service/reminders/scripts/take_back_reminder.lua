-- Take back the reminder of a visit: its address goes.
--
-- KEYS[1] reminders hash   ARGV[1] the visit's id
-- ARGV[2] the address that goes, '' for any: another may have been given meanwhile
-- Gives ''

local reminders, id, to = KEYS[1], ARGV[1], ARGV[2]

local stored = redis.call('HGET', reminders, id)
if stored and (to == '' or cjson.decode(stored).to == to) then forget_address(reminders, id) end
return ''
