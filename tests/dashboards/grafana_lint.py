"""The rules of Grafana's own dashboard-linter that apply here, without a Grafana.

Applied, by its names: template-datasource, template-label-promql, template-on-time-change-reload,
panel-datasource, panel-title-description, panel-units, panel-no-targets, target-promql (promtool
does that, in the test), target-rate-interval, target-counter-agg and uneditable-dashboard.

Not applied: template-job, template-instance, target-job and target-instance. They are for
dashboards that may meet the same metrics from anywhere; ours begin with ``queue_`` and are the
installation's, whichever replica they come from. Panels about logs have no series to check.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

_SOURCE: Final = "${datasource}"
_WITH_UNIT: Final = ("stat", "timeseries", "gauge", "heatmap", "table")
_COUNTER: Final = re.compile(r"\b(\w+_(?:total|bucket|sum|count))\b(?=[{\[)\s]|$)")
_GROWTH: Final = re.compile(r"\b(?:rate|irate|increase|resets)\(\s*(\w+)")
_RATE: Final = re.compile(r"\bi?rate\([^\[]*\[([^\]]+)\]")

Document = dict[str, Any]


def lint(document: Document) -> list[str]:
    """The faults of a dashboard, each with the name of its rule."""
    found = [*_variables(document)]
    if document.get("editable", True):
        found.append("uneditable-dashboard")
    for panel in panels(document):
        found += [f"{rule}: {panel.get('title')}" for rule in _panel(panel)]
    return found


def panels(document: Document) -> Iterator[Document]:
    """Its panels, those in rows too."""
    for panel in document["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels") or ()
        else:
            yield panel


def expressions(document: Document) -> Iterator[tuple[str, str]]:
    """Every expression with the title of its panel, variables filled in as Grafana would."""
    for panel in panels(document):
        for target in panel["targets"]:
            yield panel["title"], filled(target["expr"])


def filled(expression: str) -> str:
    """The expression with Grafana's variables filled in: every branch, usual lengths of time."""
    lengths = {"$__rate_interval": "5m", "$__range": "12h", "$branch": ".+"}
    for name, value in lengths.items():
        expression = expression.replace(name, value)
    assert "$" not in expression, expression
    return expression


def _variables(document: Document) -> Iterator[str]:
    variables = {v["name"]: v for v in document["templating"]["list"]}
    source = variables.get("datasource", {})
    if (source.get("type"), source.get("query")) != ("datasource", "prometheus"):
        yield "template-datasource"
    for name, variable in variables.items():
        if variable["type"] != "query":
            continue
        if variable.get("refresh") != 2:
            yield f"template-on-time-change-reload: {name}"
        if not re.fullmatch(r"label_values\(\w+, \w+\)", str(variable["query"])):
            yield f"template-label-promql: {name}"
        if variable["datasource"].get("uid") != _SOURCE:
            yield f"template-datasource: {name}"


def _panel(panel: Document) -> Iterator[str]:
    if not panel.get("title") or not panel.get("description"):
        yield "panel-title-description"
    if (panel.get("datasource") or {}).get("uid") != _SOURCE:
        yield "panel-datasource"
    if panel["type"] in _WITH_UNIT and not panel["fieldConfig"]["defaults"].get("unit"):
        yield "panel-units"
    if not panel.get("targets"):
        yield "panel-no-targets"
    for target in panel.get("targets") or ():
        yield from _target(target["expr"])


def _target(expression: str) -> Iterator[str]:
    bare = re.sub(r'"[^"]*"', '""', expression)
    grown = set(_GROWTH.findall(bare))
    for name in _COUNTER.findall(bare):
        if name not in grown:
            yield f"target-counter-agg ({name})"
    for window in _RATE.findall(bare):
        if window != "$__rate_interval":
            yield f"target-rate-interval ({window})"
