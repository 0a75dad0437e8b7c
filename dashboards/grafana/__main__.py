"""Write each dashboard's JSON, as Grafana is provisioned with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from dashboards.grafana import demand, goals, health, waiting_room

FOLDER: Final = Path(__file__).parent / "generated"


def documents() -> Iterator[tuple[str, str]]:
    """Each dashboard's file name and text."""
    for part in (goals, waiting_room, demand, health):
        built = part.build()
        yield f"{built.build().uid}.json", _text(built)


def write(folder: Path = FOLDER) -> None:
    """Write all of them, and take away what is no longer made."""
    dashboards = dict(documents())
    for file in folder.glob("*.json"):
        if file.name not in dashboards:
            file.unlink()
    for name, text in dashboards.items():
        (folder / name).write_text(text, encoding="utf-8")


def _text(built: Dashboard) -> str:
    encoder = JSONEncoder(sort_keys=True, indent=2, ensure_ascii=False)
    return encoder.encode(built.build()) + "\n"


if __name__ == "__main__":
    write()
