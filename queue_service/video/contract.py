"""Requests and responses of the pages of a video counter.

New members may come; those here stay.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from queue_service.contract.answers import Count, Seconds
from queue_service.contract.words import ENTRY_PATTERN, WHOLE, Id, Published, Strict, example
from queue_service.counters.contract import CounterState
from queue_service.video.rules import LineResult, Party

Sdp = Annotated[str, Field(min_length=1, max_length=20_000)]


class IceCandidate(Strict):
    """One way to reach a browser, as ``RTCIceCandidate.toJSON()`` gives it."""

    candidate: Annotated[str, Field(max_length=600)]
    sdpMid: Annotated[str, Field(max_length=32)] | None = None  # noqa: N815 - the browser's name
    sdpMLineIndex: Annotated[int, Field(ge=0, le=32), WHOLE] | None = None  # noqa: N815 - the browser's name
    usernameFragment: Annotated[str, Field(max_length=256)] | None = None  # noqa: N815 - the browser's name


class Signal(Strict):
    """A signalling message from one page to the other.

    ``hello``: a page is there; ``offer`` and ``answer`` have an ``sdp``; ``candidates`` some ways
    to reach the sender; ``end``: the conversation is over. ``sender`` and ``to`` are pages,
    each by a name that it draws when it is loaded.
    """

    type: Literal["hello", "offer", "answer", "candidates", "end"]
    sender: Id
    to: Id | None = None
    sdp: Sdp | None = None
    candidates: Annotated[list[IceCandidate], Field(max_length=40)] = Field(default=[])

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.sdp is not None) != (self.type in ("offer", "answer")):
            raise PydanticCustomError(
                "sdp", "An offer and an answer have an sdp, others have none."
            )
        return self


class SignalBody(Signal):
    """A message. ``party``: the side of the page that sends it, if it says so. ``page``: which page
    of a clerk."""

    model_config = example(type="hello", sender="page-1", page="page-1")

    party: Party | None = None
    page: Id | None = None


class SignalSent(Published):
    """The id of the message."""

    id: str


class SignalsQuery(Strict):
    """The messages after an id, by default all that are kept; ``party`` and ``page`` as when
    sending."""

    after: Annotated[str, Field(pattern=ENTRY_PATTERN)] | None = Field(
        default=None, description="The id of the last message that is known."
    )
    party: Party | None = Field(default=None, description="Whose page asks.")
    page: Id | None = Field(default=None, description="The page of a clerk that asks.")


class TakeOverBody(Strict):
    """The clerk's page that takes a conversation over, by a secret name of its own."""

    model_config = example(page="page-1")

    page: Id


class TakenOver(Published):
    """Whether another page had the conversation."""

    from_another: bool


class StoredSignal(Signal):
    """A message with its id. ``joined``: another clerk's page has the conversation now."""

    type: Literal["hello", "offer", "answer", "candidates", "end", "joined"]  # type: ignore[assignment]  # one more than its base has
    id: str


class SignalList(Published):
    """The messages for this page's end, the oldest first, all of the visit that is there now."""

    messages: list[StoredSignal]


class LineBody(Strict):
    """The result of the connection, as the screen's page sees it."""

    model_config = example(result="connected")

    result: LineResult


class IceServer(Published):
    """A STUN or TURN server, as ``RTCPeerConnection`` takes it."""

    urls: list[str]
    username: str | None = None
    credential: str | None = None


class VideoAnswer(Published):
    """The connection data for a page of a video counter."""

    ice_servers: list[IceServer]
    telephone: str | None


class NextAtCounter(Published):
    """The next visit of a counter. ``place`` orders them over counters and branches."""

    number: str
    service: Id
    waiting_seconds: Seconds
    place: int


class ParkedThere(Published):
    """A visit that is parked at a counter."""

    id: str
    number: str


class VideoCounterAnswer(Published):
    """A video counter now: the visits there, how many wait for it, and who is next.

    Visits that asked to come later are not among ``waiting`` until it is time.
    """

    branch: Id
    branch_name: str
    branch_open: bool
    counter: Id
    name: str
    state: CounterState
    team: Id | None
    visit: str | None
    number: str | None
    waiting: Count
    next: NextAtCounter | None
    parked: list[ParkedThere]


class VideoCounterList(Published):
    """The video counters of all branches that the caller may see."""

    counters: list[VideoCounterAnswer]


class VideoCounterBody(Strict):
    """A video counter of a branch."""

    branch: Id
    counter: Id


class VideoCallNextBody(Strict):
    """The counters that the clerk serves. ``page``: the page that has the conversation then."""

    model_config = example(
        counters=[{"branch": "biblioteket", "counter": "screen-1"}], page="page-1"
    )

    counters: Annotated[list[VideoCounterBody], Field(min_length=1, max_length=100)]
    page: Id | None = None
