"""The rules for Prometheus and their tests, as the files have them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import yaml

from queue_service.metrics import families, health_families
from queue_service.metrics.families import Family
from queue_service.runtime import process_metrics as process

ROOT: Final = Path(__file__).parents[2]
PROMETHEUS: Final = ROOT / "dashboards" / "prometheus"
RULES: Final = sorted((PROMETHEUS / "rules").glob("*.yml"))
RULE_TESTS: Final = sorted((PROMETHEUS / "tests").glob("*.yml"))

_NAME: Final = re.compile(r"\b(?:[a-z_]+:)?queue_[a-z0-9_]+(?::[a-z0-9_]+){0,2}")
_PARTS: Final = re.compile(r"_(bucket|sum|count)$")


def rules() -> Iterator[dict[str, Any]]:
    """Every rule, recording and alert."""
    for file in RULES:
        for group in yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]:
            yield from group["rules"]


def alerts() -> dict[str, dict[str, Any]]:
    """Every alert by its name."""
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


def recorded() -> set[str]:
    """The names of the series that rules record."""
    return {rule["record"] for rule in rules() if "record" in rule}


def names_in(expression: str) -> set[str]:
    """The metrics that an expression reads; of a histogram the whole."""
    bare = re.sub(r'"[^"]*"', "", expression)
    names = set(_NAME.findall(bare))
    return {_PARTS.sub("", name) if ":" not in name else name for name in names}


def known_names() -> set[str]:
    """Every metric that the service exposes, and every series that a rule records."""
    own = set(re.findall(r"^# TYPE (\S+)", process.render(None).decode(), re.MULTILINE))
    modules = (families, health_families)
    described = {v.name for m in modules for v in vars(m).values() if isinstance(v, Family)}
    return own | described | recorded()
