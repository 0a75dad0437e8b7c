"""Figures of the time of counters, and of the queue in front of them."""

from __future__ import annotations

from typing import Final

from queue_service.language.catalogues import N_
from queue_service.tables.figures.figure import HOUR_MS, FigureRow, of_flow, ratio

# fmt: off
COUNTERS: Final = (
    FigureRow("staffed", "hours", N_("Counters open"), N_(
        "For how long counters were open, all counters together, without their pauses."
    )),
    FigureRow("open_minutes", "count", N_("Open minutes"), N_(
        "How many minutes of this hour or half hour the branch is open on this weekday, by its "
        "weekly hours."
    )),
    FigureRow("staffed_per_day", "decimal", N_("Counters open per day"), N_(
        "Counters open on average in this hour or half hour of this weekday, while the branch is "
        "open: where it is open for half of the hour they are not half. Today is left out, "
        "unless there is no other such date."
    )),
    FigureRow("pause_reason", "text", N_("Reason"), N_(
        "Why counters were paused: a reason of the branch's list."
    )),
    FigureRow("pauses_begun", "count", N_("Number of pauses"), N_(
        "Pauses that began in this time. They are counted by reason, never by person, and only "
        "given for whole weeks, Monday to Sunday, that are over."
    )),
    FigureRow("paused_time", "hours", N_("Time paused, all counters"), N_(
        "For how long counters were paused in this time, all counters together. It is in no "
        "figure of open counters."
    )),
    FigureRow("busy_share", "ratio", N_("Counters at work"), N_(
        "Time with somebody called or served, of the time that counters were open. Not known of "
        "days from before it was kept, nor given where one counter at most was open and the dates"
        " are not whole weeks that are over: that would be about one person."
    ), of_flow(lambda flow: ratio(flow.busy_ms, flow.open_ms))),
    FigureRow("idle", "hours", N_("Counters free while people waited"), N_(
        "For how long open counters had nobody called or served while somebody waited, all "
        "counters together."
    ), of_flow(lambda flow: flow.idle_ms / HOUR_MS if flow.open_ms else None)),
)
QUEUE: Final = (
    FigureRow("queue_mean", "decimal", N_("People waiting on average"), N_(
        "How many people waited at the same time, on average while counters were open or anybody "
        "waited. Not known of days from before it was kept."
    ), of_flow(lambda flow: ratio(flow.waited_ms, flow.span_ms))),
    FigureRow("queue_most", "count", N_("People waiting at most"), N_(
        "The most people who waited at the same time."
    ), of_flow(lambda flow: flow.most)),
)
# fmt: on
