"""A claimed message, light."""

from dataclasses import dataclass


@dataclass(slots=True)
class Claimed:
    """One claimed message, light: a batch is claimed in one statement."""

    id: int
    key: str
    type_id: int | None
    event: str | None
    payload: str | None
    canonical: str | None
    crash_count: int
    # An authentic request that could not be read as it came in.
    raw: bool = False
