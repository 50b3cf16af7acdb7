"""The rows of the promises, in the order they are played."""

from __future__ import annotations

from ..row import Row
from . import (
    acknowledged,
    backoff,
    breaker,
    conflicts,
    crashes,
    database,
    dead_letters,
    duplicates,
    effects,
    hostile,
    neighbours,
    nodes,
    ordering,
    signatures,
)

ROWS: dict[int, Row] = {
    row.number: row
    for row in (
        acknowledged.ROW,
        duplicates.ROW,
        conflicts.ROW,
        ordering.ROW,
        crashes.ROW,
        effects.ROW,
        backoff.ROW,
        dead_letters.ROW,
        signatures.ROW,
        hostile.ROW,
        nodes.ROW,
        database.ROW,
        breaker.ROW,
        neighbours.ROW,
    )
}
