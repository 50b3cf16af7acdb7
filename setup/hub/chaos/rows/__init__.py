"""The rows of the promises, in the order they are played."""

from __future__ import annotations

from ..row import Row
from . import acknowledged, conflicts, crashes, database, duplicates, ordering

ROWS: dict[int, Row] = {
    row.number: row
    for row in (
        acknowledged.ROW,
        duplicates.ROW,
        conflicts.ROW,
        ordering.ROW,
        crashes.ROW,
        database.ROW,
    )
}
