"""Parts that all dashboards share: their style, their variables, and panels in one call each."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase
from typing import Final, TypeVar

from grafana_foundation_sdk.builders import dashboard as dashboards
from grafana_foundation_sdk.builders import heatmap as heatmaps
from grafana_foundation_sdk.builders import prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders.common import ReduceDataOptions, StackingConfig
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import BigValueColorMode, BigValueGraphMode, StackingMode
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataSourceRef,
    Panel,
    VariableRefresh,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from queue_service.metrics.families import OPEN, Family

TAG: Final = "queue-service"
SHARE: Final = "percentunit"
SECONDS: Final = "s"
COUNT: Final = "short"
BYTES: Final = "bytes"

BRANCH: Final = 'branch=~"$branch"'
"""Selects the branches that are chosen at the top of the page."""

_SOURCE: Final = DataSourceRef(type_val="prometheus", uid="${datasource}")

PanelQuery = tuple[str, str]
"""An expression, and what its series are called."""

_P = TypeVar("_P", stat.Panel, timeseries.Panel, table.Panel, heatmaps.Panel)


def dashboard(
    uid: str,
    title: str,
    description: str,
    panels: Sequence[Builder[Panel]],
    *,
    by_branch: bool = True,
) -> dashboards.Dashboard:
    """A dashboard of today, refreshed every half minute and read-only."""
    built = (
        dashboards.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .readonly()
        .timezone("browser")
        .refresh("30s")
        .time("now-12h", "now")
        .link(_others())
        .with_variable(
            dashboards.DatasourceVariable("datasource").label("Data source").type("prometheus")
        )
    )
    if by_branch:
        built = built.with_variable(_branches())
    for panel in panels:
        built = built.with_panel(panel)
    return built


def number(
    title: str, description: str, unit: str, *queries: PanelQuery, none: str = "no data"
) -> stat.Panel:
    """Large figures as they are now, each with its course behind it."""
    panel = (
        stat.Panel()
        .unit(unit)
        .no_value(none)
        .color_mode(BigValueColorMode.NONE)
        .graph_mode(BigValueGraphMode.AREA)
        .reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    )
    return _filled(panel, title, description, queries).span(6).height(5)


def course(
    title: str, description: str, unit: str, *queries: PanelQuery, stacked: bool = False
) -> timeseries.Panel:
    """How figures went over the time shown."""
    panel = timeseries.Panel().unit(unit).axis_soft_min(0).span_nulls(False).line_width(2)
    if unit == SHARE:
        panel = panel.axis_soft_max(1)
    if stacked:
        panel = panel.fill_opacity(40).stacking(StackingConfig().mode(StackingMode.NORMAL))
    return _filled(panel, title, description, queries).span(12).height(8)


def spread(title: str, description: str, family: Family) -> heatmaps.Panel:
    """How a histogram's durations lie, darker where there are more."""
    expression = f"sum by (le) (increase({family.name}_bucket{{{BRANCH}}}[$__rate_interval]))"
    panel = heatmaps.Panel().calculate(False).unit(COUNT)
    filled = _filled(panel, title, description, ((expression, "{{le}}"),), PromQueryFormat.HEATMAP)
    return filled.span(12).height(8)


def listing(title: str, description: str, unit: str, query: PanelQuery) -> table.Panel:
    """The series of one query as a table."""
    panel = table.Panel().unit(unit)
    return _filled(panel, title, description, (query,), PromQueryFormat.TABLE).span(12).height(8)


def of(family: Family, more: str = "") -> str:
    """A metric of the chosen branches."""
    return f"{family.name}{{{BRANCH}{more}}}"


def last_hour(family: Family, by: str, more: str = "") -> str:
    """By how much a counter of the chosen branches grew within an hour."""
    return f"sum by ({by}) (increase({of(family, more)}[1h]))"


def quantile(share: float, name: str, by: str, more: str, window: str) -> str:
    """A quantile of a histogram, as exact as its buckets are."""
    grown = f"sum by (le{by and ', '}{by}) (increase({name}_bucket{{{more}}}[{window}]))"
    return f"histogram_quantile({share}, {grown})"


def _filled(
    panel: _P,
    title: str,
    description: str,
    queries: Sequence[PanelQuery],
    form: PromQueryFormat = PromQueryFormat.TIME_SERIES,
) -> _P:
    panel = panel.title(title).description(description).datasource(_SOURCE)
    for letter, (expression, legend) in zip(ascii_uppercase, queries, strict=False):
        query = prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(letter)
        query = query.format(form)
        if form is PromQueryFormat.TABLE:
            query = query.instant()
        panel = panel.with_target(query)
    return panel


def _branches() -> dashboards.QueryVariable:
    return (
        dashboards.QueryVariable("branch")
        .label("Branch")
        .datasource(_SOURCE)
        .query(f"label_values({OPEN.name}, branch)")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .multi(True)
        .include_all(True)
    )


def _others() -> dashboards.DashboardLink:
    link = dashboards.DashboardLink("Other dashboards").type(DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).keep_time(True).include_vars(True).as_dropdown(True)
