"""A message that is due, as a drain of incoming messages reads it."""

from dataclasses import dataclass


@dataclass(slots=True)
class DueMessage:
    """One row of a batch, which is read in one statement."""

    id: int
    key: str
    type_id: int | None
    event: str | None
    payload: str | None
    canonical: str | None
    crash_count: int
    # An authentic request that could not be read as it came in.
    raw: bool = False
    # None: it is not a drain of lanes that applies it.
    lane_id: int | None = None


class DueMessages(list):
    """Messages of one lane in their order, and the bytes of their contents."""

    def __init__(self, messages=(), size=0):
        super().__init__(messages)
        self.size = size

    def __iadd__(self, others):
        self.size += others.size
        return super().__iadd__(others)
