"""Requests and responses about referrals.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from queue_service.contract.answers import Count, Instant
from queue_service.contract.words import (
    NUMBER_PATTERN,
    WHOLE,
    DateText,
    Id,
    Published,
    Strict,
    example,
)
from queue_service.referrals.rules import Category, Reason, ReferralOutcome, ReferralState, Settled


class ReferBody(Strict):
    """The inquiry (its place in the visit, from 0), the lifeline it goes to, and why."""

    model_config = example(
        visit="M7vhceHJqMCjlO8U9jyG",
        inquiry=0,
        to="raadhuset",
        lifeline="pension",
        category="decision",
    )

    visit: Annotated[str, Field(min_length=1, max_length=64)]
    inquiry: Annotated[int, Field(ge=0, le=1000), WHOLE]
    to: Id
    lifeline: Id
    category: Category


class CaseBody(Strict):
    """Whether the case could have been solved at the counter; without it, as was said before."""

    could_have_been_solved: bool | None = None


class ReturnBody(CaseBody):
    """The reason of the return."""

    model_config = example(reason="incomplete", could_have_been_solved=False)

    reason: Reason


class SettleBody(Strict):
    """How a case that came back has ended."""

    model_config = example(outcome="resolved")

    outcome: ReferralOutcome


class SendOnBody(Strict):
    """The lifeline that a case which came back goes to, and why."""

    model_config = example(to="raadhuset", lifeline="pension", category="decision")

    to: Id
    lifeline: Id
    category: Category


class SentQuery(Strict):
    """A ticket's number and a business day; without either, the last two weeks."""

    number: Annotated[str, Field(pattern=NUMBER_PATTERN), AfterValidator(str.upper)] | None = Field(
        default=None, description="The ticket's number."
    )
    date: DateText | None = Field(default=None, description="The business day.")


class ReferralAnswer(Published):
    """A referral. ``branch`` sent it, ``to`` and ``lifeline`` received it.

    ``settled`` is the sender's decision about one that came back; null until then."""

    id: str
    number: str
    date: DateText
    service: Id
    service_name: dict[str, str]
    branch: Id
    branch_name: str
    to: Id
    to_name: str
    lifeline: Id
    lifeline_name: dict[str, str]
    category: Category
    state: ReferralState
    reason: Reason | None
    could_have_been_solved: bool
    sent_at: Instant
    accepted_at: Instant | None
    ended_at: Instant | None
    settled: Settled | None
    settled_at: Instant | None


class ReferralList(Published):
    """Referrals, in the order to look at them."""

    referrals: list[ReferralAnswer]


class ReferralRow(Published):
    """One service's referrals. All but the key is null if there are fewer than five, or where it
    would reveal others so few."""

    service: Id
    sent: Count | None
    accepted: Count | None
    returned: Count | None
    could_have_been_solved: Count | None
    median_hours_to_acceptance: Count | None


class ReferralFiguresAnswer(Published):
    """The referrals that a branch sent and received, by service."""

    branch: Id
    from_: DateText = Field(alias="from")
    to: DateText
    sent: list[ReferralRow]
    received: list[ReferralRow]
