"""Counters that are served by video, whose booths have a screen."""

from __future__ import annotations

from flask import g

from queue_service.branches.rules.branch import Branch, Counter
from queue_service.branches.visible import visible_branches
from queue_service.errors import Forbidden
from queue_service.video.operations import video_counter
from queue_service.web.context import queue


def video_counters() -> list[tuple[Branch, Counter]]:
    """The video counters of the branches that the administrator manages."""
    return [
        (branch, counter)
        for branch in visible_branches()
        if branch.has_video
        for counter in branch.counters.values()
        if counter.video is not None
    ]


def check_video(branch: str, counter: str) -> None:
    """Raises Forbidden for another's branch, and NotFound for a counter without video."""
    if not g.caller.may_see(branch):
        raise Forbidden("You manage one branch only: ask an administrator of all branches.")
    video_counter(queue(), branch, counter)
