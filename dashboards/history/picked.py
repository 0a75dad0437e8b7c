"""Those columns of a table that a page has room for; files have them all."""

from __future__ import annotations

from collections.abc import Sequence

from queue_service.tables.model import Table, Value


def picked(table: Table, keys: Sequence[str]) -> Table:
    """The table with these columns alone, in this order; those it does not have are left out."""
    places = {column.key: place for place, column in enumerate(table.columns)}
    kept = [places[key] for key in keys if key in places]

    def cut(row: tuple[Value, ...]) -> tuple[Value, ...]:
        return tuple(row[place] for place in kept)

    return Table(
        table.id,
        table.title,
        tuple(table.columns[place] for place in kept),
        table.keys,
        tuple(map(cut, table.rows)),
        None if table.total is None else cut(table.total),
        table.exact,
    )
