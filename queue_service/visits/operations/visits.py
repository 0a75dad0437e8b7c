"""Operations on a visit once it is issued: one for each verb.

The input, result and refusals of each are in ``visits/rules/transitions.py``.
"""

from __future__ import annotations

from queue_service.visits.operations.deciding import operation
from queue_service.visits.rules import transitions

recall = operation(transitions.RECALL, by_kept=True)
start = operation(transitions.START, by_kept=True)
reclassify = operation(transitions.RECLASSIFY, by_kept=True)
complete = operation(transitions.COMPLETE, by_kept=True)
continue_visit = operation(transitions.CONTINUE, by_kept=True)
transfer = operation(transitions.TRANSFER)
park = operation(transitions.PARK, by_kept=True)
resume = operation(transitions.RESUME)
mark_no_show = operation(transitions.MARK_NO_SHOW, by_kept=True)
requeue = operation(transitions.REQUEUE)
postpone = operation(transitions.POSTPONE)
come_back = operation(transitions.COME_BACK)
abandon = operation(transitions.ABANDON)
take_back = operation(transitions.TAKE_BACK)
set_language = operation(transitions.SET_LANGUAGE)
set_needs = operation(transitions.SET_NEEDS)
prioritise = operation(transitions.PRIORITISE)
take_priority_back = operation(transitions.TAKE_PRIORITY_BACK)
undo = operation(transitions.undo)
release = operation(transitions.RELEASE)
carry = operation(transitions.CARRY)
carry_no_more = operation(transitions.CARRY_NO_MORE)
close_day = operation(transitions.CLOSE_DAY)
close_day_unattended = operation(transitions.CLOSE_DAY_UNATTENDED)
