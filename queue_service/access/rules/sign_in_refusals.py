"""The reasons for which a sign-in by the provider of the town's accounts is refused.

Each has a code, which the page, the audit log and ``docs/sign-in.md`` have, and a sentence that
says what to do. None of them repeats what the provider or the browser sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Final, Literal

from queue_service.errors import QueueError
from queue_service.language.catalogues import N_

RefusalReason = Literal[
    "not_begun", "provider_refused", "provider_away", "provider_document", "client_refused",
    "code_refused", "signature", "other_token", "clock", "no_roles", "overage", "unknown_role",
    "unknown_branch", "too_many_roles", "privileges", "other_authority", "no_proof",
    "other_person",
]  # fmt: skip

SENTENCES: Final[Mapping[RefusalReason, str]] = {
    "not_begun": N_(
        "This sign-in was begun too long ago, in another browser, or was used already: begin it"
        " again on the login page."
    ),
    "provider_refused": N_(
        "The town’s sign-in stopped: try again, and if it goes on ask the town’s IT whether you may"
        " use this service."
    ),
    "provider_away": N_(
        "The town’s sign-in does not answer just now: try again in a moment, or log in with a name"
        " and a password."
    ),
    "provider_document": N_(
        "The town’s sign-in does not describe itself as it should: the operator runs"
        " “queue-service doctor provider”."
    ),
    "client_refused": N_(
        "The town’s sign-in does not know this service: the operator checks the client’s id and"
        " secret, and whether the secret has run out."
    ),
    "code_refused": N_(
        "The town’s sign-in did not accept its own answer: begin again on the login page."
    ),
    "signature": N_(
        "The answer of the town’s sign-in is not signed as it should be: begin again, and report"
        " it to the operator if it happens again."
    ),
    "other_token": N_(
        "The answer of the town’s sign-in is for another service or another sign-in: begin again on"
        " the login page."
    ),
    "clock": N_(
        "The clocks of this service and of the town’s sign-in differ by more than a minute: the"
        " operator runs “queue-service doctor provider”."
    ),
    "no_roles": N_(
        "Your account has no role here: ask the town’s IT for a role whose name begins with queue-."
    ),
    "overage": N_(
        "Your account is in so many groups that the town’s sign-in leaves them out: the town’s IT"
        " uses app roles in place of groups."
    ),
    "unknown_role": N_(
        "Your account has a role that this service does not know: the town’s IT corrects its name,"
        " such as queue-clerk:BRANCH."
    ),
    "unknown_branch": N_(
        "The branches of your roles do not exist here: the town’s IT corrects the part after the"
        " colon to the id of a branch."
    ),
    "too_many_roles": N_(
        "Your account has more than 30 roles here: the town’s IT gives a role of all branches"
        " instead."
    ),
    "privileges": N_(
        "The privileges of your account cannot be read: the town’s IT compares them with the"
        " documentation."
    ),
    "other_authority": N_(
        "Your privileges belong to another authority: ask the town’s IT for a role with this"
        " town’s CVR number."
    ),
    "no_proof": N_(
        "The town’s sign-in did not say that you have just logged in there: try again, or have an"
        " administrator with a password make the change."
    ),
    "other_person": N_(
        "Somebody else answered at the town’s sign-in: confirm as the account that is logged in"
        " here."
    ),
}


class SignInRefused(QueueError):
    """A sign-in ends without a login, for a reason with a code."""

    code: ClassVar[str] = "sign_in_refused"

    def __init__(self, reason: RefusalReason) -> None:
        super().__init__(SENTENCES[reason], reason=reason)
        self.reason: Final = reason
